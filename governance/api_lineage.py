"""What people vouch for along column lineage, and what lineage asks somebody to look at, over the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.lookup import dataset_for
from catalog.models import ColumnEdge
from governance import actions, attesting, streaming
from governance.api_objects import (
    DecideInput,
    EffectAnswer,
    GovernanceReasonInput,
    VoteRow,
    agreement_of,
    effect_of,
    votes_for,
)
from governance.attesting import Wish
from governance.models import Attestation
from guard.doors import grade_of
from guard.policy import COLUMNS
from guard.refusals import Absent
from web.api import GOVERNED, ApiField, GovernedViewSet
from web.api_schema import ABSENT, MISSING, FindingSerializer


class EdgeField(serializers.IntegerField):
    """A column edge by number, as far as the caller sees both ends; absent and forbidden look alike."""

    def to_internal_value(self, data: Any) -> ColumnEdge:  # type: ignore[override]
        number = super().to_internal_value(data)
        rows = ColumnEdge.objects.visible_to(self.context["request"].user).filter(pk=max(0, min(number, 2**62)))
        found = rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain").first()
        if found is None:
            raise serializers.ValidationError("There is no such lineage that you may see.")
        return found


class AttestInput(serializers.Serializer):
    """What is said of one edge, with evidence and an end."""

    edge = EdgeField(help_text="Number of the edge (`column-edges/`).")
    what = serializers.ChoiceField(choices=Attestation.What.choices)
    evidence = serializers.CharField(max_length=2000)
    ends_on = serializers.DateField(required=False, allow_null=True)
    method = serializers.ChoiceField(choices=Attestation.Method.choices, required=False, allow_blank=True)
    lowers_to = serializers.IntegerField(required=False, min_value=0, max_value=5)
    k = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000, help_text="least group")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


def propose(
    *, by: Any, edge: ColumnEdge, what: str, evidence: str, ends_on: date | None = None, method: str = "",
    lowers_to: int = 0, k: int = 0, reason: str = "",
) -> Attestation:  # fmt: skip
    """`propose_attestation` with the wish in single words."""
    wish = Wish(what, evidence, ends_on, method, lowers_to, {"k": k} if k else {})
    return actions.propose_attestation(by=by, edge=edge, wish=wish, reason=reason)


class Attestations(GovernedViewSet):
    """Stops, transformations and removals on column lineage of which the caller sees both ends."""

    model = Attestation
    opens = ("thing", "source_dataset__thing", "target_dataset__thing")
    subject = "attestation"
    fields = (
        *GOVERNED,
        ApiField("what"),
        ApiField("source_dataset", "source_dataset__thing__key"),
        ApiField("source_column", "source_name"),
        ApiField("target_dataset", "target_dataset__thing__key"),
        ApiField("target_column", "target_name"),
        ApiField("rank"),
        ApiField("method"),
        ApiField("lowers_to"),
        ApiField("ends_on"),
        ApiField("proposer", "proposer__username"),
        ApiField("decided_at"),
    )
    detail_fields = (ApiField("evidence"), ApiField("sql_hash"), ApiField("content_hash"), ApiField("conditions"))
    verbs = {
        "create": propose,
        "approve": actions.approve_attestation,
        "reject": actions.reject_attestation,
        "withdraw": actions.withdraw_attestation,
        "end": actions.end_attestation,
    }
    inputs = {
        "create": AttestInput,
        "approve": DecideInput,
        "reject": DecideInput,
        "withdraw": GovernanceReasonInput,
        "end": GovernanceReasonInput,
    }
    more_fields = {
        "agreement": serializers.ListField(child=serializers.DictField(), read_only=True),
        "votes": VoteRow(many=True, read_only=True),
        "faults": serializers.ListField(child=serializers.CharField(), read_only=True),
    }

    def visible(self, action: str = "read") -> Any:
        """With both ends, which the rules look at."""
        return (
            super()
            .visible(action)
            .select_related(
                "thing__domain", "source_dataset__thing__domain", "target_dataset__thing__domain", "proposer"
            )
        )

    def more_of(self, obj: Any) -> dict[str, Any]:
        """Who agreed while it is open, and why it holds nothing back while it should."""
        return {
            "agreement": agreement_of(attesting.tally_of(obj)) if obj.state == "open" else [],
            "votes": votes_for(self.request.user, obj),
            "faults": [attesting.fault_words(fault) for fault in attesting.faults_of(obj)]
            if obj.state in ("open", "live")
            else [],
        }

    @extend_schema(operation_id="attestation_effect", responses={200: EffectAnswer, **ABSENT})
    @action(detail=True, methods=["get"], url_path="effect", url_name="effect")
    def effect(self, request: Request, key: str) -> Response:
        """While it is open: who agreed so far, and what agreeing would change. Empty afterwards."""
        attestation = self.get_object(key)
        if attestation.state != "open":
            return Response({"agreement": [], "effect": {}})
        impact = attesting.impact_of_attestation(attestation, self.request.user)
        return Response({"agreement": agreement_of(attesting.tally_of(attestation)), "effect": effect_of(impact)})


class LineageFindings(ViewSet):
    """What column lineage asks somebody to look at: LIN-5 to LIN-10."""

    @extend_schema(
        operation_id="lineage_finding_list",
        parameters=[OpenApiParameter("dataset", str, description="Key or qualified name of the far end.")],
        responses={
            200: inline_serializer("LineageFindingList", {"results": FindingSerializer(many=True)}),
            **ABSENT, **MISSING,
        },
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        """All that the caller may see, at most 200 of each rule."""
        dataset = None
        if name := request.query_params.get("dataset", ""):
            dataset = dataset_for(request.user, name)
            if grade_of(request.user, dataset.thing) < COLUMNS:  # type: ignore[arg-type]
                raise Absent()
        found = streaming.findings(request.user, dataset)
        return Response({"results": [finding.as_dict() for finding in found]})
