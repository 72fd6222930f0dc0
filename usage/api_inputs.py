"""What the API of decisions takes, and what that of usage gives: shapes only; every rule is in the verbs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from catalog.models import Product, Warehouse
from demand.models import Request
from demand.serializers import DomainField, KeyField, PersonField
from guard.refusals import Absent
from usage.actions.loading import KINDS
from usage.lookup import evidence_for
from usage.models import DataRole, Decision, Reversibility, Verdict


@extend_schema_field({"type": "string", "example": "MET-1001"})
class EvidenceField(s.Field):
    """A metric, dataset or insight by key, code or name; what the caller may not read is not there."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return evidence_for(self.context["request"].user, data if isinstance(data, str) else "")
        except Absent:
            raise s.ValidationError(_("There is nothing of this name that you may see.")) from None

    def to_representation(self, value: Any) -> str:
        return str(value.key)


def text(most: int = 5000) -> s.CharField:
    return s.CharField(max_length=most, allow_blank=True, default="")


class ReviseInput(s.Serializer):
    """What is said of a decision."""

    title = s.CharField(max_length=300)
    question = s.CharField(max_length=5000)
    context_md = text(20_000)
    options = s.ListField(child=s.CharField(max_length=300), max_length=20, default=list)
    chosen_option = text(300)
    data_role = s.ChoiceField(choices=DataRole.choices, default=DataRole.DATA_INFORMED)
    reversibility = s.ChoiceField(choices=Reversibility.choices, default=Reversibility.TWO_WAY)
    counter_evidence = text()
    dissent = text()
    affected_people = text()
    has_person_consequence = s.BooleanField(default=False)
    purpose = text(60)
    expected_metric = text(120)
    expected_baseline = text(60)
    expected_target = text(60)
    expected_by = s.DateField(allow_null=True, default=None)
    review_on = s.DateField(allow_null=True, default=None)
    value_estimate = text(120)
    value_method = text(300)


class DraftInput(ReviseInput):
    """A decision that does not exist yet."""

    domain = DomainField()
    decision_makers = s.ListField(child=PersonField(), min_length=1, max_length=20)
    product = KeyField(Product, allow_null=True, default=None)
    supersedes = KeyField(Decision, allow_null=True, default=None)


class PinInput(s.Serializer):
    """What the decision rests on, as it was known then."""

    on = EvidenceField()
    pinned = text(60)
    value = text(60)
    as_of = s.DateField(allow_null=True, default=None)
    note = text(300)


class RaiseInput(s.Serializer):
    """What a decision leads to: a request that is there, or the words of a new one."""

    request = KeyField(Request, required=False, allow_null=True, default=None)
    business_question = text()
    decision_to_make = text()
    kind = s.ChoiceField(choices=Request.Sort.choices, default=Request.Sort.QUESTION)


class LookBackInput(s.Serializer):
    """What came of it."""

    verdict = s.ChoiceField(choices=Verdict.choices)
    actual_value = text(60)
    lesson = text()


class DecisionReasonInput(s.Serializer):
    """Why."""

    reason = text(2000)


class EvidenceAnswer(s.Serializer):
    key = s.CharField()
    kind = s.CharField()
    title = s.CharField()
    pinned = s.CharField(allow_blank=True)
    value = s.CharField(allow_blank=True)
    as_of = s.DateField(allow_null=True)
    note = s.CharField(allow_blank=True)


class RaisedAnswer(s.Serializer):
    """The request that was joined or drafted."""

    key = s.CharField()
    title = s.CharField()
    state = s.CharField()


class UseAnswer(s.Serializer):
    """Use of one product. `active` and `percent` are null where fewer than five people would be counted out."""

    product = s.CharField(help_text="Key.")
    title = s.CharField()
    eligible = s.IntegerField()
    active = s.IntegerField(allow_null=True)
    percent = s.FloatField(allow_null=True)
    target_percent = s.FloatField(allow_null=True)
    is_on_target = s.BooleanField()
    machine_events = s.IntegerField(help_text="Runs by service accounts and schedules, never part of a rate.")
    decisions_counted = s.IntegerField()
    decisions_held = s.IntegerField()


class RateAnswer(s.Serializer):
    name = s.CharField()
    numerator = s.IntegerField()
    denominator = s.IntegerField()
    percent = s.FloatField(allow_null=True)


class UsageAnswer(s.Serializer):
    window_days = s.IntegerField()
    is_shifted = s.BooleanField(help_text="Dates of a load were moved, as in the demo.")
    rates = RateAnswer(many=True)
    results = UseAnswer(many=True)


class LogInput(s.Serializer):
    """A query log, and how it is to be read."""

    kind = s.ChoiceField(choices=KINDS)
    file = s.FileField()
    warehouse = KeyField(Warehouse, required=False, allow_null=True, default=None)
    dialect = s.CharField(max_length=20, default="postgres")
    log_line_prefix = s.CharField(max_length=200, required=False, allow_blank=True, trim_whitespace=False)
    dry_run = s.BooleanField(default=False)


class LogAnswer(s.Serializer):
    job = s.UUIDField()
    state = s.CharField()
