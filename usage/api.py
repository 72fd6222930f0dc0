"""Decisions and usage over the API: the same verbs and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from catalog.lookup import product_for
from guard import things
from guard.models import Job
from guard.refusals import Absent
from usage import actions, showing, uploads
from usage.api_inputs import (
    DecisionReasonInput,
    DraftInput,
    EvidenceAnswer,
    LogAnswer,
    LogInput,
    LookBackInput,
    PinInput,
    RaisedAnswer,
    RaiseInput,
    ReviseInput,
    UsageAnswer,
    UseAnswer,
)
from usage.counting import counted, why_not_counted
from usage.filters import DecisionFilter
from usage.formulas import WINDOW_DAYS
from usage.models import Decision, Evidence
from usage.rates import use_of
from web.api import GOVERNED, ApiField, GovernedViewSet
from web.api_schema import ABSENT, MISSING

IS_COUNTED = ExpressionWrapper(counted(), output_field=BooleanField())


def _reject(*, by: Any, decision: Decision, reason: str = "") -> Decision:
    return actions.move_decision(by=by, decision=decision, move="reject", reason=reason)


def _implement(*, by: Any, decision: Decision, reason: str = "") -> Decision:
    return actions.move_decision(by=by, decision=decision, move="implement", reason=reason)


def _pinned(evidence: Evidence) -> dict[str, Any]:
    return {
        "key": evidence.thing.key, "kind": evidence.thing.kind, "title": evidence.thing.title,
        "pinned": evidence.pinned, "value": evidence.value, "as_of": evidence.as_of, "note": evidence.note,
    }  # fmt: skip


def _raised(request: Any) -> dict[str, Any]:
    return {"key": request.key, "title": request.title, "state": request.state}


class Decisions(GovernedViewSet):
    """Decisions: drafted by anyone, attested by a named decision maker, looked back on."""

    model = Decision
    opens = ("thing",)
    filters = DecisionFilter
    fields = (
        *GOVERNED, "question", "chosen_option", "data_role", "reversibility", "review_on", "verdict",
        ApiField("attested_by", "attested_by__username"), "attested_at",
        ApiField("is_counted", kind="bool", expression=IS_COUNTED, help="Attested, on evidence, not taken back."),
    )  # fmt: skip
    detail_fields = (
        "context_md", "options", "counter_evidence", "dissent", "affected_people", "has_person_consequence", "purpose",
        "expected_metric", "expected_baseline", "expected_target", "expected_by", "actual_value", "lesson",
        "value_estimate", "value_method", ApiField("drafted_by", "drafted_by__username"), "superseded_at",
    )  # fmt: skip
    more_fields = {
        "decision_makers": serializers.ListField(child=serializers.CharField()),
        "evidence": EvidenceAnswer(many=True),
        "restricted_evidence": serializers.IntegerField(),
        "raised": serializers.ListField(child=serializers.CharField(), help_text="Keys of requests that followed."),
        "why_not_counted": serializers.ListField(child=serializers.CharField()),
    }
    orderings = {**GovernedViewSet.orderings, "review_on": "review_on", "attested_at": "attested_at"}
    verbs = {
        "create": actions.draft_decision, "update": actions.revise_decision, "attest": actions.attest_decision,
        "pin-evidence": actions.pin_evidence, "look-back": actions.look_back, "reject": _reject,
        "implement": _implement, "raise-request": actions.raise_request,
    }  # fmt: skip
    inputs = {
        "create": DraftInput, "update": ReviseInput, "pin-evidence": PinInput, "look-back": LookBackInput,
        "reject": DecisionReasonInput, "implement": DecisionReasonInput,
        "raise-request": RaiseInput,
    }  # fmt: skip
    outputs = {"pin-evidence": _pinned, "raise-request": _raised}
    output_serializers = {"pin-evidence": EvidenceAnswer, "raise-request": RaisedAnswer}

    def more_of(self, obj: Any) -> dict[str, Any]:
        evidence, restricted = showing.evidence_of(obj, self.request.user)
        return {
            "decision_makers": [maker.username for maker in things.standing_people(obj, "decision_maker")],
            "evidence": [_pinned(one) for one in evidence],
            "restricted_evidence": restricted,
            "raised": [thing.key for thing in showing.raised_by(obj, self.request.user)],
            "why_not_counted": why_not_counted(obj),
        }


class Usage(ViewSet):
    """Usage rates by product: people against those for whom it was built, machines apart."""

    lookup_field = "key"
    lookup_value_regex = "[^/]+"

    @extend_schema(operation_id="usage_list", responses={200: UsageAnswer, **MISSING})
    def list(self, request: Request) -> Response:
        """The live products that the caller may see, the farthest below their target first."""
        products = showing.products_of(request.user)
        return Response({
            "window_days": WINDOW_DAYS,
            "is_shifted": showing.is_shifted(),
            "rates": [
                {"name": name, "numerator": rate.numerator, "denominator": rate.denominator, "percent": rate.percent()}
                for name, rate in showing.rates_of(products, request.user)
            ],
            "results": [_use(one) for one in products],
        })  # fmt: skip

    @extend_schema(operation_id="usage_retrieve", responses={200: UseAnswer, **ABSENT})
    def retrieve(self, request: Request, key: str) -> Response:
        """The use of one product, in whatever stage."""
        product = product_for(request.user, key)
        return Response(_use(showing.shown(use_of(product), actor=request.user)[0]))


def _use(one: showing.Shown) -> dict[str, Any]:
    use = one.use
    return {
        "product": use.product.key, "title": use.product.title, "eligible": use.rate.denominator, "active": one.active,
        "percent": one.percent, "target_percent": use.target, "is_on_target": use.is_on_target,
        "machine_events": use.machine_events, "decisions_counted": use.decisions, "decisions_held": use.held,
    }  # fmt: skip


class QueryLogsView(APIView):
    """Hand a query log in: looked at, or loaded, by the worker."""

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="query_logs_create", request=LogInput, responses={202: LogAnswer})
    def post(self, request: Request) -> Response:
        """Keep the log and start a job; ask ``/api/v1/jobs/{id}/`` what it came to."""
        serializer = LogInput(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        job = uploads.receive_log(by=request.user, upload=given.pop("file"), **given)
        return Response({"job": job.uid, "state": job.state}, status.HTTP_202_ACCEPTED)


class QueryLogLoadView(APIView):
    """Load a log that was looked at."""

    @extend_schema(operation_id="query_logs_load_create", request=None, responses={202: LogAnswer, **ABSENT})
    def post(self, request: Request, uid: Any) -> Response:
        """Start the load of what a dry run showed; asked twice, it is the same load."""
        looked = Job.objects.filter(uid=uid, by=request.user.pk, kind=uploads.WORK).first()
        if looked is None:
            raise Absent()
        job = uploads.go_on(by=request.user, job=looked)
        return Response({"job": job.uid, "state": job.state}, status.HTTP_202_ACCEPTED)


urlpatterns = [
    path("query-logs/", QueryLogsView.as_view(), name="query-logs"),
    path("query-logs/<uuid:uid>/load/", QueryLogLoadView.as_view(), name="query-log-load"),
]


def register(router: BaseRouter) -> None:
    """The resources of this room."""
    router.register("decisions", Decisions, basename="decision")
    router.register("usage", Usage, basename="usage")
