"""Forms of access; they check shape, the verbs hold the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.models import Mode
from guard.doors import grade_of
from guard.policy import COLUMNS, READ
from prds.models import Prd
from web.forms import DateField, Form


def _lines(text: str | list[str]) -> list[str]:
    return text.replace(",", "\n").splitlines() if isinstance(text, str) else list(text)


class AskForm(Form):
    """What for, which columns, how, until when."""

    purpose = forms.CharField(label=_("Purpose"), max_length=60)
    purpose_note = forms.CharField(
        label=_("What you will do with it"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    prd = forms.CharField(
        label=_("PRD"), required=False, max_length=24,
        help_text=_("The key of the PRD that needs it, such as PRD-1001. Access ends with it."),
    )  # fmt: skip
    columns = forms.CharField(
        label=_("Columns"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name a line. From L3 on columns must be named."),
    )  # fmt: skip
    is_masked = forms.BooleanField(
        label=_("Masked is enough"), required=False,
        help_text=_("Values above your own clearance stay masked in the warehouse."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("How"), choices=Mode.choices, initial=Mode.QUERY)
    ends_on = DateField(label=_("Until"), required=False)

    def __init__(self, *args: Any, dataset: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grade = grade_of(self.actor, dataset.thing)
        if grade >= READ and dataset.allowed_purposes:
            choices = [(purpose, purpose) for purpose in dataset.allowed_purposes]
            self.fields["purpose"] = forms.ChoiceField(label=_("Purpose"), choices=choices)
        if grade >= COLUMNS and names:
            self.fields["columns"] = forms.MultipleChoiceField(
                label=_("Columns"), required=False, choices=[(name, name) for name in names],
                widget=forms.CheckboxSelectMultiple, help_text=_("From L3 on columns must be named."),
            )  # fmt: skip
        self.fields["ends_on"].initial = timezone.localdate() + timedelta(days=30)

    def clean_prd(self) -> Any:
        """The PRD that the asker may see; absent and forbidden look alike."""
        key = self.cleaned_data["prd"].strip()
        if not key:
            return None
        found = Prd.objects.visible_to(self.actor).filter(thing__key__iexact=key).first() if "\0" not in key else None
        if found is None:
            raise forms.ValidationError(_("There is no such PRD that you may see."))
        return found

    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "columns": _lines(self.cleaned_data["columns"])}


class RenewForm(Form):
    """Until when instead."""

    ends_on = DateField(label=_("Until"))


class EmergencyForm(Form):
    """What happened, and what is needed."""

    reason = forms.CharField(
        label=_("What happened, and what you need it for"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Governance and security read it at once, and whoever looks at it afterwards."),
    )  # fmt: skip
    columns = forms.CharField(
        label=_("Columns"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name a line; none for the whole table."),
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "columns": _lines(self.cleaned_data["columns"])}


class LookForm(Form):
    """Whether it was an emergency."""

    is_justified = forms.TypedChoiceField(
        label=_("Was it an emergency?"), widget=forms.RadioSelect, coerce=lambda said: said == "yes",
        choices=[("yes", _("Yes, it was needed")), ("no", _("No: it ends now"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("What you found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
