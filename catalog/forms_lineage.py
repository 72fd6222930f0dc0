"""The form by which somebody says where a column comes from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.lookup import columns_for, dataset_for
from guard.refusals import Absent
from web.forms import Form


class EdgeForm(Form):
    """Where it comes from, where it goes, and by which SQL."""

    source_dataset = forms.CharField(label=_("Dataset that it comes from"), max_length=400, help_text=_("Key or name."))
    source_column = forms.CharField(label=_("Column that it comes from"), max_length=200)
    target = forms.TypedChoiceField(
        label=_("Column that it goes into"), required=False, coerce=int, empty_value=None,
        help_text=_("The whole dataset when it only filters, joins or groups: it then raises none of its columns."),
    )  # fmt: skip
    sql = forms.CharField(
        label=_("SQL"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The statement that does it. Only its hash is kept; a transformation is bound to it."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), required=False, max_length=2000)

    def __init__(self, *args: Any, columns: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = {column.pk: column for column in columns}
        self.fields["target"].choices = [("", _("the whole dataset")), *((c.pk, c.name) for c in columns)]

    def clean(self) -> dict[str, Any]:
        """Find the source among what the reader sees."""
        given: dict[str, Any] = super().clean() or {}
        try:
            dataset = dataset_for(self.actor, given.get("source_dataset", ""))
            wanted = given.get("source_column", "")
            self.source = next(c for c in columns_for(self.actor, dataset) if c.name == wanted)
        except (Absent, StopIteration):
            self.add_error("source_column", _("There is no such column that you may see."))
        return given

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "source": self.source, "target": self.columns.get(given["target"]), "sql": given["sql"],
            "reason": given["reason"],
        }  # fmt: skip
