"""What the API takes: shapes only; every rule is in the verbs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from demand.forms.fields import domains_of
from demand.models import Insight, Interview, Participant, Purpose, Quote, Request, RequestSupport
from guard.models import Thing
from people.models import User


@extend_schema_field({"type": "string", "example": "INT-1001"})
class KeyField(s.Field):
    """A governed object by its key; what the caller may not read is not there."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        path = "key" if self.model is Thing else "thing__key"
        key = data if isinstance(data, str) and "\x00" not in data else ""
        row = self.model.objects.visible_to(self.context["request"].user).filter(**{path: key}).first()
        if row is None:
            raise s.ValidationError(_("There is nothing here that you may see."))
        return row

    def to_representation(self, value: Any) -> str:
        return str(value.key)


@extend_schema_field({"type": "string", "example": "growth"})
class DomainField(s.Field):
    """A domain in which the caller works, by its slug."""

    def to_internal_value(self, data: Any) -> Any:
        slug = data if isinstance(data, str) and "\x00" not in data else ""
        row = domains_of(self.context["request"].user).filter(slug=slug).first()
        if row is None:
            raise s.ValidationError(_("Choose one of the domains in which you work."))
        return row

    def to_representation(self, value: Any) -> str:
        return str(value.slug)


@extend_schema_field({"type": "string", "example": "sam"})
class PersonField(s.Field):
    """An active person by username."""

    def to_internal_value(self, data: Any) -> Any:
        name = data if isinstance(data, str) and "\x00" not in data else ""
        person = User.objects.filter(username=name, is_active=True).first()
        if person is None:
            raise s.ValidationError(_("There is no active account of this name."))
        return person

    def to_representation(self, value: Any) -> str:
        return str(value.username)


class DemandReasonInput(s.Serializer):
    """Why."""

    reason = s.CharField(max_length=2000)


class MayReasonInput(s.Serializer):
    """Why, if there is something to say."""

    reason = s.CharField(max_length=2000, required=False, allow_blank=True)


class ParticipantInput(s.Serializer):
    """Somebody new, under an alias."""

    alias = s.CharField(max_length=80)
    org_unit = s.CharField(max_length=120, required=False, allow_blank=True)
    job_role = s.CharField(max_length=120, required=False, allow_blank=True)
    segment = s.CharField(max_length=120, required=False, allow_blank=True)
    is_internal = s.BooleanField(required=False)
    name = s.CharField(max_length=200, required=False, allow_blank=True, help_text="Kept apart, never given back.")
    contact = s.CharField(max_length=300, required=False, allow_blank=True)


class PlanInterviewInput(s.Serializer):
    """Who is heard, how, and with which consent."""

    title = s.CharField(max_length=160)
    domain = DomainField()
    participant = KeyField(Participant, required=False)
    new_participant = ParticipantInput(required=False)
    method = s.ChoiceField(Interview.Method.choices, required=False)
    research_question = s.CharField(max_length=5000, required=False, allow_blank=True)
    planned_for = s.DateField(required=False, allow_null=True)
    interviewers = s.ListField(child=PersonField(), required=False)
    consent_status = s.ChoiceField(Interview.Consent.choices, required=False)
    consent_scope = s.CharField(max_length=5000, required=False, allow_blank=True)
    consent_until = s.DateField(required=False, allow_null=True)
    language = s.CharField(max_length=12, required=False)
    level = s.IntegerField(min_value=1, max_value=5, required=False)
    retention_until = s.DateField(required=False, allow_null=True)


class ChangeParticipantInput(s.Serializer):
    """Who is heard instead."""

    participant = KeyField(Participant, required=False)
    new_participant = ParticipantInput(required=False)
    reason = s.CharField(max_length=2000, required=False, allow_blank=True)


class ReviseInterviewInput(s.Serializer):
    title = s.CharField(max_length=160, required=False)
    method = s.ChoiceField(Interview.Method.choices, required=False)
    research_question = s.CharField(max_length=5000, required=False, allow_blank=True)
    planned_for = s.DateField(required=False, allow_null=True)
    retention_until = s.DateField(required=False, allow_null=True)
    language = s.CharField(max_length=12, required=False)


class ConductInput(s.Serializer):
    conducted_at = s.DateTimeField(required=False, allow_null=True)


class ConsentInput(s.Serializer):
    status = s.ChoiceField(Interview.Consent.choices)
    scope = s.CharField(max_length=5000, required=False, allow_blank=True)
    until = s.DateField(required=False, allow_null=True)


class TranscriptInput(s.Serializer):
    text = s.CharField(max_length=400_000, trim_whitespace=False)
    freeze = s.BooleanField(required=False)


class CodeQuoteInput(s.Serializer):
    """The words, verbatim; offsets in code points are found when they are not given."""

    exact = s.CharField(max_length=20_000, trim_whitespace=False)
    start = s.IntegerField(min_value=0, max_value=2_147_483_647, required=False, allow_null=True)
    end = s.IntegerField(min_value=0, max_value=2_147_483_647, required=False, allow_null=True)
    speaker = s.CharField(max_length=120, required=False, allow_blank=True)
    codes = s.ListField(child=s.CharField(max_length=60), required=False)


class DraftInsightInput(s.Serializer):
    statement = s.CharField(max_length=5000)
    title = s.CharField(max_length=160, required=False, allow_blank=True)
    domain = DomainField()
    kind = s.ChoiceField(Insight.Sort.choices, required=False)
    severity = s.IntegerField(min_value=0, max_value=3, required=False)
    frequency = s.ChoiceField(Insight.Frequency.choices, required=False)
    supporting = s.ListField(child=KeyField(Quote), required=False)
    contradicting = s.ListField(child=KeyField(Quote), required=False)
    measured_value = s.CharField(max_length=120, required=False, allow_blank=True)
    measured_source = s.CharField(max_length=200, required=False, allow_blank=True)
    measured_on = s.DateField(required=False, allow_null=True)
    level = s.IntegerField(min_value=2, max_value=5, required=False)


class ReviseInsightInput(s.Serializer):
    title = s.CharField(max_length=160, required=False)
    statement = s.CharField(max_length=5000, required=False)
    kind = s.ChoiceField(Insight.Sort.choices, required=False)
    severity = s.IntegerField(min_value=0, max_value=3, required=False)
    frequency = s.ChoiceField(Insight.Frequency.choices, required=False)


class EvidenceInput(s.Serializer):
    quotes = s.ListField(child=KeyField(Quote))
    role = s.ChoiceField(["supports", "contradicts"], required=False)


class MeasureInput(s.Serializer):
    value = s.CharField(max_length=120)
    source = s.CharField(max_length=200)  # type: ignore[assignment]
    on = s.DateField(required=False, allow_null=True)


class AnswerContradictionsInput(s.Serializer):
    answer = s.CharField(max_length=20_000)


class DisputeInput(s.Serializer):
    quote = KeyField(Quote)
    reason = s.CharField(max_length=2000, required=False, allow_blank=True)


class AskInput(s.Serializer):
    """Which decision, by whom, by when, and what would be done if."""

    title = s.CharField(max_length=160, required=False, allow_blank=True)
    domain = DomainField()
    decision_to_make = s.CharField(max_length=5000, required=False, allow_blank=True)
    business_question = s.CharField(max_length=5000, required=False, allow_blank=True)
    decision_maker = PersonField(required=False, allow_null=True)
    decision_maker_name = s.CharField(max_length=160, required=False, allow_blank=True)
    decision_cadence = s.CharField(max_length=160, required=False, allow_blank=True)
    decision_deadline = s.DateField(required=False, allow_null=True)
    action_rule = s.CharField(max_length=5000, required=False, allow_blank=True)
    kind = s.ChoiceField(Request.Sort.choices, required=False)
    current_workaround = s.CharField(max_length=5000, required=False, allow_blank=True)
    delay_profile = s.ChoiceField(Request.Delay.choices, required=False)
    delay_value_per_week = s.DecimalField(max_digits=14, decimal_places=2, required=False, allow_null=True)
    on_behalf_of = s.CharField(max_length=160, required=False, allow_blank=True)
    affected_people = s.CharField(max_length=300, required=False, allow_blank=True)
    has_personal_data = s.BooleanField(required=False)
    purpose = s.SlugRelatedField(
        "code", queryset=Purpose.objects.filter(is_active=True), required=False, allow_null=True
    )
    purpose_note = s.CharField(max_length=5000, required=False, allow_blank=True)
    access_mode = s.ChoiceField(Request.Access.choices, required=False, allow_blank=True)
    access_from = s.DateField(required=False, allow_null=True)
    access_until = s.DateField(required=False, allow_null=True)
    none_fits = s.CharField(max_length=5000, required=False, allow_blank=True)
    insights = s.ListField(child=KeyField(Insight), required=False)
    about = s.ListField(child=KeyField(Thing), required=False)
    level = s.IntegerField(min_value=1, max_value=5, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        more = {name: attrs.pop(name) for name in DETAILS if name in attrs}
        return {**attrs, "details": more}

    def validate_about(self, things: list[Thing]) -> list[Thing]:
        if any(thing.kind not in ("metric", "product", "dataset") for thing in things):
            raise s.ValidationError(_("A request asks about metrics, products and datasets."))
        return things


DETAILS = (
    "decision_cadence", "current_workaround", "delay_profile", "delay_value_per_week", "on_behalf_of",
    "affected_people", "has_personal_data", "purpose", "purpose_note", "access_mode", "access_from", "access_until",
)  # fmt: skip


class ReviseRequestInput(AskInput):
    """Any of the same, changed later."""

    def get_fields(self) -> dict[str, s.Field]:
        fields = super().get_fields()
        for name in ("domain", "insights", "about", "level"):
            del fields[name]
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs


class SubmitInput(s.Serializer):
    none_fits = s.CharField(max_length=5000, required=False, allow_blank=True)


class ResponseInput(s.Serializer):
    """Words that the requester reads; REQ-2 wants them where it says so."""

    response = s.CharField(max_length=20_000, required=False, allow_blank=True, default="")


class MayRespondInput(s.Serializer):
    response = s.CharField(max_length=20_000, required=False, allow_blank=True)


class DuplicateInput(MayRespondInput):
    target = KeyField(Request, required=False, allow_null=True, default=None)


class SnoozeInput(MayRespondInput):
    until = s.DateField(required=False, allow_null=True, default=None)


class PlanInput(MayRespondInput):
    effort_days = s.DecimalField(max_digits=6, decimal_places=1, required=False, allow_null=True)
    horizon = s.ChoiceField(Request.Horizon.choices, required=False, allow_blank=True)


class ScoreInput(s.Serializer):
    reach = s.IntegerField(min_value=0, max_value=10_000_000, required=False, allow_null=True)
    impact = s.DecimalField(max_digits=4, decimal_places=2, required=False, allow_null=True)
    confidence = s.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)
    effort_days = s.DecimalField(max_digits=6, decimal_places=1, required=False, allow_null=True)
    user_value = s.IntegerField(min_value=0, max_value=20, required=False, allow_null=True)
    time_value = s.IntegerField(min_value=0, max_value=20, required=False, allow_null=True)
    risk_value = s.IntegerField(min_value=0, max_value=20, required=False, allow_null=True)
    horizon = s.ChoiceField(Request.Horizon.choices, required=False, allow_blank=True)


class ReplyInput(s.Serializer):
    reply = s.CharField(max_length=20_000)


class SupportInput(s.Serializer):
    importance = s.ChoiceField(RequestSupport.Importance.choices, required=False)
    why = s.CharField(max_length=5000, required=False, allow_blank=True)


class InsightsInput(s.Serializer):
    insights = s.ListField(child=KeyField(Insight))
