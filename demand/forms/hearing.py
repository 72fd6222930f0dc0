"""Forms about interviews: planning, consent, transcript, quotes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from demand.forms.fields import DomainField, WordsField, prose
from demand.models import Interview, Participant
from web.forms import DateField, Form, LevelField, ReasonField, ThingChoiceField


def _who(given: dict[str, Any]) -> dict[str, Any]:
    """The words about somebody new, gathered for the verb when nobody was chosen."""
    new = {name: given.pop(name) for name in ("alias", "org_unit", "job_role")}
    new["is_internal"] = not given.pop("is_external")
    if given["participant"] is None:
        given["new_participant"] = new
    return given


class PlanInterview(Form):
    """Who is heard, how, and with which consent."""

    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("Without the participant's real name."))
    domain = DomainField()
    participant = ThingChoiceField(label=_("Participant"), required=False, empty_label=_("Somebody new"))
    alias = forms.CharField(
        label=_("Alias of somebody new"), required=False, max_length=80, help_text=_("Such as P-07 or “night nurse”.")
    )
    org_unit = forms.CharField(
        label=_("Part of the organisation"), required=False, max_length=120,
        help_text=_("Evidence from two parts counts for more."),
    )  # fmt: skip
    job_role = forms.CharField(label=_("Job"), required=False, max_length=120)
    is_external = forms.BooleanField(label=_("From outside the organisation"), required=False)
    method = forms.ChoiceField(label=_("Method"), choices=Interview.Method.choices)
    research_question = prose(_("What do we want to learn?"))
    planned_for = DateField(label=_("Planned for"), required=False)
    consent_status = forms.ChoiceField(label=_("Consent"), choices=Interview.Consent.choices[:3])
    consent_scope = prose(_("What the consent covers"), 2)
    consent_until = DateField(label=_("Consent ends"), required=False)
    level = LevelField(label=_("Level"), initial=3, help_text=_("Who may read the transcript."))
    retention_until = DateField(label=_("Keep the text until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"].offer(self.actor)
        self.fields["participant"].queryset = Participant.objects.visible_to(self.actor).order_by("thing__title")

    def clean(self) -> Any:
        given = super().clean() or {}
        if not given.get("participant") and not given.get("alias"):
            self.add_error("alias", _("Choose a participant, or give somebody new an alias."))
        return given

    def facts(self) -> dict[str, Any]:
        return _who(super().facts())


class ChangeParticipant(Form):
    """Who is heard instead."""

    participant = ThingChoiceField(label=_("Participant"), required=False, empty_label=_("Somebody new"))
    alias = forms.CharField(
        label=_("Alias of somebody new"), required=False, max_length=80, help_text=_("Such as P-07 or “night nurse”.")
    )
    org_unit = forms.CharField(label=_("Part of the organisation"), required=False, max_length=120)
    job_role = forms.CharField(label=_("Job"), required=False, max_length=120)
    is_external = forms.BooleanField(label=_("From outside the organisation"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = Participant.objects.visible_to(self.actor).order_by("thing__title")

    def clean(self) -> Any:
        given = super().clean() or {}
        if not given.get("participant") and not given.get("alias"):
            self.add_error("alias", _("Choose a participant, or give somebody new an alias."))
        return given

    def facts(self) -> dict[str, Any]:
        return _who(super().facts())


class RecordConsent(Form):
    """What the person agreed to."""

    status = forms.ChoiceField(label=_("Consent"), choices=Interview.Consent.choices)
    scope = prose(_("What it covers"), 2)
    until = DateField(label=_("Ends"), required=False)


class RecordTranscript(Form):
    """What was said."""

    text = forms.CharField(
        label=_("Transcript"), max_length=400_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "placeholder": "Lena: …"}),
        help_text=_("One line for each time somebody speaks, with the alias and a colon before it."),
    )  # fmt: skip
    freeze = forms.BooleanField(
        label=_("Freeze it at once: from then on it can be quoted and not changed"), required=False
    )


class CodeQuote(Form):
    """Words of the transcript, and where they stand if the page knows."""

    exact = forms.CharField(
        label=_("The words, as they were said"), max_length=20_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-quote-exact": ""}),
        help_text=_("Mark them in the transcript, or type them exactly."),
    )  # fmt: skip
    start = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"data-quote-start": ""}))
    end = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"data-quote-end": ""}))
    codes = WordsField(
        label=_("Codes"), required=False, max_length=600, help_text=_("Divided by commas: late data, two numbers")
    )

    def clean_exact(self) -> str:
        return str(self.cleaned_data["exact"]).replace("\r\n", "\n").replace("\r", "\n")


class WithReason(Form):
    """A move that wants a reason."""

    reason = ReasonField()
