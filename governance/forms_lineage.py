"""The form by which somebody vouches for lineage; it checks shape, the verb holds the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.attesting import Wish
from governance.models import Attestation
from web.forms import DateField, Form
from web.words import LEVEL_NAMES

What, Method = Attestation.What, Attestation.Method


class AttestForm(Form):
    """What is said of an edge, with evidence and an end."""

    what = forms.ChoiceField(label=_("What is so"))
    method = forms.ChoiceField(
        label=_("How the values are changed"), required=False, choices=[("", _("choose")), *Method.choices],
        help_text=_("Of a transformation only."),
    )  # fmt: skip
    lowers_to = forms.TypedChoiceField(
        label=_("Level that it still lets through"), required=False, coerce=int, empty_value=None,
        choices=[("", _("choose")), *((rank, name) for rank, name in LEVEL_NAMES.items() if rank < 5)],
        help_text=_("Of a transformation only. It counts once two others agreed, and while the SQL stays as it is."),
    )  # fmt: skip
    k = forms.IntegerField(
        label=_("Least group"), required=False, min_value=2, max_value=1_000_000,
        help_text=_("When values are aggregated: how many members each group has at least."),
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Evidence"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How somebody else can see that it is so. Those who decide, and auditors, read it."),
    )  # fmt: skip
    ends_on = DateField(
        label=_("Last day"), required=False,
        help_text=_("A stop holds 90 days at most, a transformation 365. A removal has no end."),
    )  # fmt: skip

    def __init__(self, *args: Any, edge: Any, passes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            What.STOP: _("Stop: nothing of the column arrives here"),
            What.TRANSFORMATION: _("Transformation: it arrives changed, so that it is milder"),
            What.REMOVAL: _("Removal: this lineage is no more"),
        }
        offered = [What.REMOVAL] if edge.gone_at else [What.STOP, *([What.TRANSFORMATION] if edge.sql_hash else [])]
        self.fields["what"].choices = [(what.value, words[what]) for what in offered]
        if What.TRANSFORMATION not in offered:
            for name in ("method", "lowers_to", "k"):
                del self.fields[name]
        if edge.gone_at:
            del self.fields["ends_on"]

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        is_changed = given["what"] == What.TRANSFORMATION
        return {
            "wish": Wish(
                given["what"], given["evidence"], given.get("ends_on"),
                given.get("method", "") if is_changed else "", (given.get("lowers_to") or 0) if is_changed else 0,
                {"k": given["k"]} if is_changed and given.get("k") else {},
            )
        }  # fmt: skip
