"""Campaigns as resources: open, read the frozen items, answer, close, cancel."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from governance import actions
from governance.api_objects import GovernanceReasonInput
from governance.lead import campaigning
from governance.models import Campaign, CampaignItem
from guard.models import Domain
from people.requests import SignedInCall as Request
from web.api import GOVERNED, ApiField, GovernedViewSet
from web.api_schema import ABSENT


class CampaignInput(serializers.Serializer):
    """Which datasets are looked at again, why, until when."""

    title = serializers.CharField(max_length=200)
    domain = serializers.SlugRelatedField(slug_field="slug", queryset=Domain.objects.all())
    levels = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=5), min_length=1)
    due_on = serializers.DateField()
    why = serializers.CharField(max_length=2000)


class AnswersInput(serializers.Serializer):
    """One verdict for several datasets: the content hash that was read by key."""

    answers = serializers.DictField(child=serializers.CharField(max_length=64))
    verdict = serializers.ChoiceField(choices=["confirm", "change"])
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class CampaignItemRow(serializers.Serializer):
    """One dataset as it was when the campaign opened, and the answer about it."""

    dataset = serializers.CharField(source="dataset.key")
    level = serializers.IntegerField(source="rank")
    columns = serializers.IntegerField()
    content_hash = serializers.CharField()
    fresh_at = serializers.DateTimeField()
    verdict = serializers.CharField(allow_blank=True)
    decided_by = serializers.SerializerMethodField()
    decided_at = serializers.DateTimeField(allow_null=True)
    together = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)

    def get_decided_by(self, row: CampaignItem) -> str | None:
        return row.decided_by.username if row.decided_by else None


ITEMS = inline_serializer(
    "CampaignItemList", {"results": CampaignItemRow(many=True), "next": serializers.CharField(allow_null=True)}
)


class Campaigns(GovernedViewSet):
    """Recertifications of levels over a frozen scope."""

    model = Campaign
    opens = ("thing",)
    subject = "campaign"
    fields = (
        *GOVERNED,
        ApiField("why"),
        ApiField("levels"),
        ApiField("due_on"),
        ApiField("opened_by", "opened_by__username"),
        ApiField("scope_hash"),
        ApiField("closed_at"),
    )

    verbs = {
        "create": actions.open_campaign,
        "answer": actions.answer_campaign,
        "close": actions.close_campaign,
        "cancel": actions.cancel_campaign,
    }
    inputs = {
        "create": CampaignInput,
        "answer": AnswersInput,
        "close": GovernanceReasonInput,
        "cancel": GovernanceReasonInput,
    }

    @extend_schema(operation_id="campaign_items", responses={200: ITEMS, **ABSENT})
    @action(detail=True, methods=["get"], url_path="items", url_name="items")
    def items(self, request: Request, key: str) -> Response:
        """The frozen scope, as far as the reader may see its datasets, and the answers."""
        rows = campaigning.items_for(request.user, self.get_object(key))
        return Response({"results": CampaignItemRow(rows, many=True).data, "next": None})
