"""Forms of governance; they check shape, the verbs hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog import labels
from governance import other_levels
from governance.labelling import approved_in, category_choices
from guard.refusals import Invalid
from web.forms import DateField, Form
from web.words import LEVEL_NAMES

LEVEL_CHOICES = [("", _("as it is")), *LEVEL_NAMES.items()]


class ProposeForm(Form):
    """A level for each column that should get one, and why."""

    reason = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Compulsory when a column becomes milder. Reviewers and auditors read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, columns: list[Any], declared: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        if declared is not None and declared > 1:
            milder = [(rank, name) for rank, name in LEVEL_NAMES.items() if rank < declared]
            self.fields["floor"] = forms.TypedChoiceField(
                choices=[("", _("as it is")), *milder], coerce=int, empty_value=None, required=False,
                label=_("The dataset as a whole"),
                help_text=_("It is declared L%(level)d. Never milder than its strictest column.") % {"level": declared},
            )  # fmt: skip
        choices, self.said = category_choices(), labels.current_of(columns)
        levels = [*other_levels.choices(), *other_levels.labels_under(self.said)]
        self.approved = {column.name: approved_in(self.said[column.pk]) for column in columns}
        for column in columns:
            self.fields[f"level-{column.pk}"] = forms.TypedChoiceField(
                choices=LEVEL_CHOICES, coerce=int, empty_value=None, required=False,
                initial=column.proposed_level or "", label=_("Level of %(name)s") % {"name": column.name},
            )  # fmt: skip
            self.fields[f"kinds-{column.pk}"] = forms.MultipleChoiceField(
                choices=choices, required=False, initial=sorted(self.approved[column.name]),
                label=_("Categories of %(name)s") % {"name": column.name},
            )  # fmt: skip
            self.fields[f"others-{column.pk}"] = forms.MultipleChoiceField(
                choices=levels, required=False, initial=other_levels.initial(self.said[column.pk]),
                label=_("Levels of %(name)s by other schemes") % {"name": column.name},
            )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Any, Any, Any, Any]]:
        """(column, its level, its categories, its levels by other schemes), for the table: fields of the form."""
        return [
            (column, self[f"level-{column.pk}"], self[f"kinds-{column.pk}"], self[f"others-{column.pk}"])
            for column in self.columns
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        self.others: dict[str, dict[str, str]] = {}
        for column in self.columns:
            field = f"others-{column.pk}"
            try:
                asked = other_levels.read_choices(given.get(field) or (), self.said[column.pk])
            except Invalid as refused:
                self.add_error(field, refused.errors["labels"])
                continue
            if asked and field in given:
                self.others[column.name] = asked
        return given

    def facts(self) -> dict[str, Any]:
        chosen = {column.name: self.cleaned_data.get(f"level-{column.pk}") for column in self.columns}
        levels = {name: rank for name, rank in chosen.items() if rank}
        kinds = {column.name: set(self.cleaned_data.get(f"kinds-{column.pk}") or ()) for column in self.columns}
        changed = {name: sorted(codes) for name, codes in kinds.items() if codes != self.approved[name]}
        return {
            "levels": levels,
            "categories": changed,
            "other_levels": self.others,
            "floor": self.cleaned_data.get("floor"),
            "reason": self.cleaned_data["reason"],
        }


class WaiverForm(Form):
    """Which rule, for what, why, until when."""

    thing = forms.CharField(label=_("For"), max_length=24, help_text=_("The key, such as PRD-1001."))
    rule_id = forms.CharField(label=_("Rule"), max_length=20, help_text=_("Its id, such as TOOL-001."))
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    compensation = forms.CharField(
        label=_("What is done instead, meanwhile"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    expires_on = DateField(label=_("Until"), help_text=_("At most 90 days from now."))

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "thing"}


class ApplyPlanForm(Form):
    """The second step: this very plan, with its breaks, and why."""

    plan = forms.CharField(max_length=16, widget=forms.HiddenInput)
    accept_breaks = forms.BooleanField(
        label=_("I accept that the queries named above will break"), required=False,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the record; others will read it."),
    )  # fmt: skip


class RevertForm(Form):
    """Why a run is taken back."""

    reason = forms.CharField(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the record; others will read it."),
    )  # fmt: skip
