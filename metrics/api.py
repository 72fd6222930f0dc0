"""Metrics over the API: the verbs of the room, its versions, what it is made of."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Cast, Concat
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import ViewSet

from guard.doors import grades_of
from guard.joints import rows_of
from guard.models import Domain
from guard.policy import READ
from guard.refusals import Invalid
from metrics import actions, reading
from metrics.filters import MetricFilter
from metrics.limits import MOST, limits_for
from metrics.models import Backfill, Metric, MetricKind, MetricVersion, Tier
from people.models import User
from web.api import GOVERNED, ApiField, GovernedViewSet, owners
from web.api_schema import ABSENT, MISSING, REFUSED

TEXT = serializers.CharField
VERSION = Case(
    When(
        current__isnull=False,
        then=Concat(
            Cast("current__model", CharField()), Value("."), Cast("current__revision", CharField()), Value("."),
            Cast("current__addition", CharField()),
        ),
    ),
    output_field=CharField(),
)  # fmt: skip


class DomainSlug(serializers.SlugRelatedField):
    """A domain by its slug."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=Domain.objects.all(), **kwargs)


class Username(serializers.SlugRelatedField):
    """An active person by username."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="username", queryset=User.objects.filter(is_active=True), **kwargs)


class MetricKey(TEXT):
    """Another metric by key or code; one that the caller may not see is one that is not there."""

    def to_internal_value(self, data: Any) -> Any:
        from metrics.find import find_metric

        found = find_metric(self.context["request"].user, super().to_internal_value(data))
        if found is None:
            raise serializers.ValidationError("There is no metric with this key or code that you may see.")
        return found


class WordsField(serializers.JSONField):
    """The words of a definition."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        value = super().to_internal_value(data)
        if not isinstance(value, dict) or not all(_is_word(name, word) for name, word in value.items()):
            raise serializers.ValidationError("An object of texts, numbers and lists of texts.")
        return value


def _is_word(name: str, word: Any) -> bool:
    if name == "extra_expressions":
        return isinstance(word, dict) and all(isinstance(text, str) for text in word.values())
    if name in ("joins", "limits", "grain", "dimensions", "non_additive_dimensions", "synonyms", "purposes"):
        return isinstance(word, list) and all(isinstance(text, str) and "\x00" not in text for text in word)
    if name == "min_group_size":
        return isinstance(word, int) and not isinstance(word, bool) and 0 <= word <= 1_000_000
    return isinstance(word, str) and len(word) <= 20_000 and "\x00" not in word


class NewMetric(serializers.Serializer):
    domain = DomainSlug()
    code = TEXT(max_length=80)
    title = TEXT(max_length=300)
    metric_kind = serializers.ChoiceField(choices=MetricKind.choices, default=MetricKind.ATOMIC)
    tier = serializers.ChoiceField(choices=Tier.choices, default=Tier.INPUT)
    synonyms = serializers.ListField(child=TEXT(max_length=120), default=list, max_length=50)
    caliber_md = TEXT(max_length=20_000, default="", allow_blank=True)
    unit = TEXT(max_length=40, default="", allow_blank=True)
    purposes = serializers.ListField(child=TEXT(max_length=40), default=list, max_length=50)
    business_process = TEXT(max_length=120, default="", allow_blank=True)
    level = serializers.IntegerField(min_value=1, max_value=5, default=2)
    reason = TEXT(max_length=2000, default="", allow_blank=True)


class NewDefinition(serializers.Serializer):
    definition = WordsField(help_text="Words of a definition; those left out stay as they are.")
    expressions = serializers.DictField(child=TEXT(max_length=20_000), default=dict, help_text="SQL by dialect.")
    kind_of_change = serializers.ChoiceField(
        choices=["", "addition", "revision", "model"], default="", help_text="Raises what is computed, never lowers it."
    )
    change_reason = TEXT(max_length=300, default="", allow_blank=True)
    effective_from = serializers.DateField(default=None, allow_null=True)
    backfill = serializers.ChoiceField(choices=Backfill.values, default="")


class Why(serializers.Serializer):
    reason = TEXT(max_length=2000, default="", allow_blank=True)


class MetricReason(serializers.Serializer):
    reason = TEXT(max_length=2000)


class Appointment(serializers.Serializer):
    person = Username(help_text="Username.")
    reason = TEXT(max_length=2000, default="", allow_blank=True)


class Deprecation(MetricReason):
    replaced_by = MetricKey(default=None, allow_null=True, help_text="Key or code of what to use instead.")


class Merger(MetricReason):
    into = MetricKey(help_text="Key or code of the metric that stays.")


class VersionSerializer(serializers.Serializer):
    version = TEXT()
    change_kind = TEXT()
    change_reason = TEXT()
    effective_from = serializers.DateField(allow_null=True)
    backfill = TEXT()
    fingerprint = TEXT()
    defined_by = TEXT()
    defined_at = serializers.DateTimeField()
    is_restricted = serializers.BooleanField(help_text="Formulas are kept back: they name columns you may not see.")
    definition = serializers.JSONField()
    expressions = serializers.DictField(child=TEXT())
    source_columns = serializers.ListField(child=serializers.DictField())
    diff = serializers.DictField()


class InputSerializer(serializers.Serializer):
    key = TEXT()
    code = TEXT()
    state = TEXT()


class Metrics(GovernedViewSet):
    """Metrics: definitions, versions, certification."""

    model = Metric
    fields = (
        *GOVERNED, "code", ApiField("kind", "metric_kind"), "tier", "unit", "additivity", "synonyms",
        ApiField("metric_version", kind="str", expression=VERSION, help="model.revision.addition; null at first."),
        "certified_at", "certified_until", owners(),
    )  # fmt: skip
    detail_fields = (
        "caliber_md", "data_type", "desired_direction", "business_process", "non_additive_dimensions", "timezone",
        "fiscal_calendar", "null_policy", "late_data_policy", "min_group_size", "purposes", "drift_reason",
    )  # fmt: skip
    filters = MetricFilter
    lookups = ("thing__key", "code")
    orderings = {**GovernedViewSet.orderings, "code": "code", "certified_until": "certified_until"}
    verbs = {
        "create": actions.propose_metric,
        "update": actions.define_metric,
        "define": actions.define_metric,
        "submit": actions.submit_metric,
        "certify": actions.certify_metric,
        "send-back": actions.send_back_metric,
        "deprecate": actions.deprecate_metric,
        "retire": actions.retire_metric,
        "merge": actions.merge_metric,
        "reject": actions.reject_metric,
        "appoint-owner": actions.appoint_owner,
        "appoint-steward": actions.appoint_steward,
    }
    inputs = {
        "create": NewMetric, "update": NewDefinition, "define": NewDefinition, "submit": Why, "certify": Why,
        "send-back": MetricReason, "deprecate": Deprecation, "retire": MetricReason, "merge": Merger,
        "reject": MetricReason,
        "appoint-owner": Appointment, "appoint-steward": Appointment,
    }  # fmt: skip
    more_fields = {
        "current": VersionSerializer(allow_null=True),
        "inputs": InputSerializer(many=True),
        "restricted_inputs": serializers.IntegerField(),
        "replaced_by": TEXT(allow_null=True),
    }

    def visible(self, action: str = "read") -> Any:
        """With who defined the current version."""
        return super().visible(action).select_related("thing__domain", "current__defined_by")

    def more_of(self, obj: Metric) -> dict[str, Any]:
        from metrics.inputs import inputs_of

        user: Any = self.request.user
        rows = inputs_of(obj)
        other = rows_of(Metric, [obj.replaced_by_id]).get(obj.replaced_by_id) if obj.replaced_by_id else None
        grades = grades_of(user, [row.thing for row in (*rows, *([other] if other else []))])
        seen = [row for row in rows if grades[row.pk] >= READ]
        return {
            "current": version_of(reading.shown(obj.current, user)) if obj.current else None,
            "inputs": [{"key": row.key, "code": row.code, "state": row.state} for row in seen],
            "restricted_inputs": sum(grades[row.pk] == 1 for row in rows),
            "replaced_by": other.key if other is not None and grades[other.pk] >= READ else None,
        }

    def _input(self, name: str, request: Request) -> dict[str, Any]:
        given = super()._input(name, request)
        if name == "update" and "definition" not in given:
            raise Invalid(errors={"definition": ["Say what changes."]})
        return given

    @extend_schema(
        operation_id="metric_versions",
        responses={200: inline_serializer("MetricVersions", {"results": VersionSerializer(many=True)}), **ABSENT},
    )
    @action(detail=True, methods=["get"], url_path="versions", url_name="versions")
    def versions(self, request: Request, key: str) -> Response:
        """Every version, newest first, as the caller may see it."""
        metric = self.get_object(key)
        rows = MetricVersion.objects.visible_to(request.user).filter(metric=metric).select_related("defined_by")
        return Response({"results": [version_of(one) for one in reading.shown_all(rows, request.user)]})


class LimitSerializer(serializers.Serializer):
    """A condition that metrics share, by its code."""

    code = TEXT(max_length=60)
    name = TEXT(max_length=120)
    predicate = TEXT(max_length=2000, help_text="One SQL condition over the columns of the source.")
    domain = DomainSlug()


class Limits(ViewSet):
    """Named conditions of the caller's domains; one is named once and never changed."""

    @extend_schema(
        operation_id="limit_list",
        responses={200: inline_serializer("LimitList", {"results": LimitSerializer(many=True),
                                                        "next": TEXT(allow_null=True)}), **MISSING},
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        """Every condition, by code."""
        rows = limits_for(request.user)[:MOST]
        return Response({"results": LimitSerializer(rows, many=True).data, "next": None})

    @extend_schema(operation_id="limit_create", request=LimitSerializer, responses={201: LimitSerializer, **REFUSED})
    def create(self, request: Request) -> Response:
        """Name a condition."""
        given = LimitSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(LimitSerializer(actions.name_limit(by=request.user, **given.validated_data)).data, 201)


def version_of(shown: reading.Shown) -> dict[str, Any]:
    """One version as the caller reads it."""
    version = shown.version
    return {
        "version": str(version),
        "change_kind": version.change_kind,
        "change_reason": version.change_reason,
        "effective_from": version.effective_from,
        "backfill": version.backfill,
        "fingerprint": "" if shown.is_restricted else version.fingerprint,
        "defined_by": version.defined_by.username,
        "defined_at": version.defined_at,
        "is_restricted": shown.is_restricted,
        "definition": shown.definition,
        "expressions": shown.expressions,
        "source_columns": list(shown.sources),
        "diff": shown.diff,
    }


def register(router: BaseRouter) -> None:
    """The resources of this room."""
    router.register("metrics", Metrics, basename="metric")
    router.register("limits", Limits, basename="limit")
