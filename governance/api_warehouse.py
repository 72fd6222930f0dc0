"""Enforcement over the API: the five words of the command line as moves of a warehouse."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from governance import actions
from governance.enforcement import desk
from governance.enforcement.facts import plan_facts, verification_facts
from guard.doors import opened
from web.api_schema import ABSENT, REFUSED, problem

KEY = OpenApiParameter("key", OpenApiTypes.STR, OpenApiParameter.PATH, description="Key or name of a warehouse.")
FAULTS = {**REFUSED, 412: problem("the warehouse or the levels changed"), 503: problem("the warehouse is away")}


class DriftRow(serializers.Serializer):
    """One difference."""

    drift = serializers.ChoiceField(choices=["wider", "narrower", "unknown"])
    code = serializers.CharField()
    thing = serializers.CharField()
    who = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()


class PlanAnswer(serializers.Serializer):
    """A plan and what became of it."""

    run = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["planned", "applied", "reverted"])
    plan = serializers.CharField(help_text="Digest; who applies the plan repeats it.")
    count = serializers.IntegerField(help_text="Statements.")
    statements = serializers.ListField(child=serializers.CharField(), required=False)
    findings = DriftRow(many=True)
    preview = serializers.DictField()
    trial = serializers.DictField(allow_null=True, help_text="What the dry run showed.")
    sessions = serializers.DictField()


class LimitRow(serializers.Serializer):
    """Something that enforcement does not protect."""

    id = serializers.CharField()
    what = serializers.CharField()
    instead = serializers.CharField()


class VerificationAnswer(serializers.Serializer):
    """What is in step and what is not."""

    in_step = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    facts = serializers.DictField()
    drift = DriftRow(many=True)
    not_protected = LimitRow(many=True)


class RunInput(serializers.Serializer):
    """Which run."""

    run = serializers.IntegerField(min_value=1, max_value=2**62)


class ApplyInput(RunInput):
    """This very plan, after a dry run."""

    plan = serializers.CharField(max_length=16)
    accept_breaks = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class RevertInput(RunInput):
    """The standing run, and why."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class Enforcement(ViewSet):
    """Plan, dry run, apply, verify and revert of one warehouse."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="warehouse_plan", parameters=[KEY], request=None, responses={201: PlanAnswer, **FAULTS})
    def plan(self, request: Request, key: str) -> Response:
        """Make a plan; nothing is changed in the warehouse."""
        run = actions.plan_enforcement(by=request.user, warehouse=desk.warehouse_for(request.user, key))
        return Response({**plan_facts(run), "statements": run.statements}, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="warehouse_dry_run", parameters=[KEY], request=RunInput, responses={200: PlanAnswer, **FAULTS}
    )
    def dry_run(self, request: Request, key: str) -> Response:
        """Apply a plan inside a transaction, replay known queries, undo all of it."""
        run, _facts = self._given(request, key, RunInput)
        return Response(plan_facts(actions.try_enforcement(by=request.user, run=run)))

    @extend_schema(
        operation_id="warehouse_apply", parameters=[KEY], request=ApplyInput, responses={200: PlanAnswer, **FAULTS}
    )
    def apply(self, request: Request, key: str) -> Response:
        """Carry a plan out: all of it or nothing."""
        run, facts = self._given(request, key, ApplyInput)
        return Response(plan_facts(actions.apply_enforcement(by=request.user, run=run, **facts)))

    @extend_schema(
        operation_id="warehouse_verify", parameters=[KEY], request=None, responses={200: VerificationAnswer, **FAULTS}
    )
    def verify(self, request: Request, key: str) -> Response:
        """Read the true state, try every role, class each difference."""
        found = actions.verify_enforcement(by=request.user, warehouse=desk.warehouse_for(request.user, key))
        return Response(verification_facts(found))

    @extend_schema(
        operation_id="warehouse_revert", parameters=[KEY], request=RevertInput, responses={200: PlanAnswer, **FAULTS}
    )
    def revert(self, request: Request, key: str) -> Response:
        """Take the standing run back, to the bit."""
        run, facts = self._given(request, key, RevertInput)
        return Response(plan_facts(actions.revert_enforcement(by=request.user, run=run, **facts)))

    @extend_schema(operation_id="warehouse_runs", parameters=[KEY], responses={200: PlanAnswer(many=True), **ABSENT})
    def runs(self, request: Request, key: str) -> Response:
        """The newest plans and runs, for whoever may see all that they name."""
        warehouse = desk.warehouse_for(request.user, key)
        desk.admit(request.user, warehouse)
        opened(request.user, warehouse, always=True)
        return Response([plan_facts(run) for run in desk.runs(warehouse)[:20]])

    def _given(self, request: Request, key: str, shape: type[serializers.Serializer]) -> tuple[Any, dict[str, Any]]:
        """The run and the rest of what was sent."""
        warehouse = desk.warehouse_for(request.user, key)
        given = shape(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        return desk.run_for(request.user, warehouse, facts.pop("run")), facts


def _path(word: str, method: str, name: str) -> Any:
    return path(f"warehouses/<str:key>/{word}/", Enforcement.as_view({method: name}), name=f"enforcement-{word}")


urlpatterns = [
    _path("plan", "post", "plan"),
    _path("dry-run", "post", "dry_run"),
    _path("apply", "post", "apply"),
    _path("verify", "post", "verify"),
    _path("revert", "post", "revert"),
    _path("runs", "get", "runs"),
]
