"""Forms of work on many things at once; they check shape, the verbs hold the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from governance.lead.sheets import MOST_SIGNS
from guard.models import Domain
from web.forms import DateField, Form
from web.words import LEVEL_NAMES


class SheetForm(Form):
    """A sheet as text or as a file."""

    sheet = forms.CharField(
        label=lazy("Paste the sheet"), required=False, max_length=MOST_SIGNS + 1, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text=lazy("The first line names dataset, column, level, and if you like categories and reason."),
    )  # fmt: skip
    file = forms.FileField(
        label=lazy("Or choose a file"), required=False, help_text=lazy("CSV in UTF-8, at most a megabyte."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        file = given.get("file")
        if file is not None:
            given["sheet"] = self._text(file)
        if not str(given.get("sheet") or "").strip() and not self.errors:
            self.add_error("sheet", _("Paste a sheet or choose a file."))
        return given

    def _text(self, file: Any) -> str:
        if file.size > 4 * MOST_SIGNS:
            self.add_error("file", _("This file is larger than a sheet may be. Cut it into parts."))
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as fault:
            self.add_error("file", _("This file is not UTF-8 at byte %(n)d. Save it as UTF-8.") % {"n": fault.start})
            return ""

    def facts(self) -> dict[str, Any]:
        return {"sheet": self.cleaned_data["sheet"]}


class CampaignForm(Form):
    """Which datasets are looked at again, why, until when."""

    title = forms.CharField(label=lazy("Name"), max_length=200)
    domain = forms.ModelChoiceField(
        label=lazy("Domain"), queryset=Domain.objects.none(), to_field_name="slug",
        empty_label=lazy("Choose a domain"),
    )  # fmt: skip
    levels = forms.TypedMultipleChoiceField(
        label=lazy("Datasets at these levels"), coerce=int, initial=[3, 4, 5], widget=forms.CheckboxSelectMultiple,
        choices=list(LEVEL_NAMES.items()),
    )  # fmt: skip
    due_on = DateField(label=lazy("Last day for answers"))
    why = forms.CharField(
        label=lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("Everybody who is asked reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = Domain.objects.order_by("name")
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=30)


class AsOfForm(Form):
    """About what, and about which moment."""

    key = forms.CharField(label=lazy("Of"), max_length=24, help_text=lazy("The key, such as DS-1001."))
    column = forms.CharField(label=lazy("Column"), required=False, max_length=200)
    at = forms.DateTimeField(
        label=lazy("At"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    )  # fmt: skip
