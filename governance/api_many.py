"""Work on many things at once as resources: sheets of levels, and batches of reviews."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from governance import actions
from governance.api_objects import label_row
from governance.api_schemes import listed
from governance.lead import inbox, planning
from governance.lead.sheets import MOST_SIGNS
from people.requests import SignedInCall as Request
from web.api_schema import MISSING, REFUSED


class SheetInput(serializers.Serializer):
    """A sheet; `dry_run` only says what it would propose."""

    sheet = serializers.CharField(max_length=MOST_SIGNS, trim_whitespace=False)
    dry_run = serializers.BooleanField(default=True)
    plan = serializers.CharField(required=False, allow_blank=True, max_length=64, help_text="Digest of what was seen.")


class FaultRow(serializers.Serializer):
    """What is wrong; line 0 speaks of the whole sheet."""

    line = serializers.IntegerField()
    sentence = serializers.CharField()


class SheetAnswer(serializers.Serializer):
    """What a sheet would propose, or has proposed."""

    plan = serializers.CharField()
    unchanged = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    datasets = serializers.ListField(child=serializers.DictField())
    faults = FaultRow(many=True)
    reviews = serializers.ListField(child=serializers.CharField())


class LevelSheets(ViewSet):
    """Levels of many columns from one sheet, proposed as reviews."""

    @extend_schema(operation_id="level_sheet_create", request=SheetInput, responses={200: SheetAnswer, **REFUSED})
    def create(self, request: Request) -> Response:
        given = SheetInput(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        plan = planning.plan(request.user, facts["sheet"])
        made = []
        if not facts["dry_run"]:
            made = actions.import_levels(by=request.user, sheet=facts["sheet"], plan=facts.get("plan", ""))
        return Response(SheetAnswer(_answer(plan, [review.key for review in made])).data, status.HTTP_200_OK)


def _answer(plan: planning.Plan, reviews: list[str]) -> dict[str, Any]:
    datasets = [
        {
            "dataset": part.dataset.key, "level": part.dataset.level, "after": part.after, "reason": part.reason,
            "columns": [
                {"line": i.line, "column": i.column, "before": i.before, "level": i.rank, "direction": i.direction,
                 "added": list(i.added), "removed": list(i.removed)}
                for i in part.items
            ],
        }
        for part in plan.parts
    ]  # fmt: skip
    faults = [{"line": fault.line, "sentence": fault.sentence} for fault in plan.faults]
    return {
        "plan": plan.digest, "unchanged": plan.unchanged, "counts": plan.counts, "datasets": datasets,
        "faults": faults, "reviews": reviews,
    }  # fmt: skip


class WaitingRow(serializers.Serializer):
    """A review that waits for who asks; `alone` says why it is not decided together with others."""

    review = serializers.CharField(source="review.key")
    content_hash = serializers.CharField(source="review.content_hash")
    dataset = serializers.CharField(source="review.dataset.key")
    rank = serializers.IntegerField(source="review.rank")
    alone = serializers.CharField(allow_blank=True)
    columns = serializers.SerializerMethodField()
    labels = serializers.SerializerMethodField(help_text="Categories and levels of other schemes that come or go.")

    @extend_schema(responses=list[dict])  # type: ignore[type-arg]
    def get_labels(self, row: inbox.Waiting) -> list[dict[str, Any]]:
        return [label_row(label) for label in row.labels]

    @extend_schema(responses=list[dict])  # type: ignore[type-arg]
    def get_columns(self, row: inbox.Waiting) -> list[dict[str, Any]]:
        return [
            {"column": item.column_name, "before": item.before, "level": item.rank, "direction": item.direction}
            for item in row.items
        ]


class BatchInput(serializers.Serializer):
    """The hash of what was read by key of the review."""

    reviews = serializers.DictField(child=serializers.CharField(max_length=64))
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class BatchAnswer(serializers.Serializer):
    """Each review with its state afterwards."""

    reviews = serializers.DictField(child=serializers.CharField())


class ReviewBatches(ViewSet):
    """What waits for one's agreement, and agreeing to several at once."""

    @extend_schema(operation_id="review_batch_list", responses={200: listed("ReviewInbox", WaitingRow), **MISSING})
    def list(self, request: Request) -> Response:
        rows = WaitingRow(inbox.waiting_for(request.user), many=True).data
        return Response({"results": rows, "next": None})

    @extend_schema(operation_id="review_batch_create", request=BatchInput, responses={200: BatchAnswer, **REFUSED})
    def create(self, request: Request) -> Response:
        given = BatchInput(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        held = actions.approve_reviews(by=request.user, reviews=facts["reviews"], reason=facts.get("reason", ""))
        return Response(BatchAnswer({"reviews": {review.key: review.state for review in held}}).data)
