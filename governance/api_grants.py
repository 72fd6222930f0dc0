"""Grants as a resource: the same verbs as the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from governance import actions, granting
from governance.api_objects import (
    DatasetField,
    DecideInput,
    GovernanceReasonInput,
    VoteRow,
    agreement_of,
    votes_for,
)
from governance.models import Grant, Mode
from governance.states import OPEN_TO_DECISION
from prds.models import Prd
from web.api import GOVERNED, ApiField, GovernedViewSet
from web.api_schema import REFUSED
from web.filters import GovernedFilter


class PrdField(serializers.CharField):
    """A PRD by key, as far as the caller may see it; absent and forbidden look alike."""

    def to_internal_value(self, data: Any) -> Prd:  # type: ignore[override]
        text = super().to_internal_value(data)
        found: Prd | None = Prd.objects.visible_to(self.context["request"].user).filter(thing__key=text).first()
        if found is None:
            raise serializers.ValidationError("There is no such PRD that you may see.")
        return found

    def to_representation(self, value: Any) -> str:
        return str(value.key)


class AccessInput(serializers.Serializer):
    """Named columns, one purpose, an end."""

    dataset = DatasetField(action="exists", help_text="Key or qualified name.")
    purpose = serializers.CharField(max_length=60)
    purpose_note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    prd = PrdField(required=False, help_text="Key of the PRD that needs it; access ends with it.")
    columns = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    is_masked = serializers.BooleanField(
        required=False, help_text="Values above the caller's own clearance may stay masked."
    )
    ends_on = serializers.DateField(required=False, allow_null=True)


class RenewInput(serializers.Serializer):
    """Until when instead, and for which PRD if it is another one now."""

    ends_on = serializers.DateField()
    prd = PrdField(required=False)


class EmergencyInput(serializers.Serializer):
    """What is needed now, and why; governance and security are told at once."""

    dataset = DatasetField(action="exists", help_text="Key or qualified name.")
    columns = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    reason = serializers.CharField(max_length=2000)


class EmergencyAnswer(serializers.Serializer):
    """What was taken, and until when."""

    key = serializers.CharField()
    dataset = serializers.CharField(source="dataset.key")
    state = serializers.CharField()
    until = serializers.DateTimeField()


class LookInput(serializers.Serializer):
    """What looking at an emergency afterwards came to."""

    is_justified = serializers.BooleanField()
    reason = serializers.CharField(max_length=2000)


class GrantFilter(GovernedFilter):
    """Also by requester and purpose."""

    searched = ("thing__key", "thing__title", "requester__name", "purpose")


class Grants(GovernedViewSet):
    """Requests for access and the access that came of them."""

    model = Grant
    subject = "grant"
    filters = GrantFilter
    fields = (
        *GOVERNED,
        ApiField("dataset", "dataset__thing__key"),
        ApiField("requester", "requester__username"),
        ApiField("purpose"),
        ApiField("mode"),
        ApiField("place"),
        ApiField("ends_on"),
        ApiField("until"),
        ApiField("suspended_for"),
    )
    detail_fields = (
        ApiField("purpose_note"),
        ApiField("columns"),
        ApiField("is_masked"),
        ApiField("approved_rank"),
        ApiField("opened_rank"),
        ApiField("granted_at"),
        ApiField("ended_at"),
        ApiField("suspended_at"),
        ApiField("note"),
        ApiField("renews", "renews__thing__key"),
        ApiField("reviewed_by", "reviewed_by__username"),
        ApiField("reviewed_at"),
        ApiField("is_justified"),
    )
    verbs = {
        "create": actions.ask_access,
        "approve": actions.approve_grant,
        "reject": actions.reject_grant,
        "withdraw": actions.withdraw_request,
        "suspend": actions.suspend_grant,
        "revoke": actions.revoke_grant,
        "renew": actions.renew_access,
        "review": actions.review_glass,
    }
    inputs = {
        "create": AccessInput,
        "approve": DecideInput,
        "reject": DecideInput,
        "withdraw": GovernanceReasonInput,
        "suspend": GovernanceReasonInput,
        "revoke": GovernanceReasonInput,
        "renew": RenewInput,
        "review": LookInput,
    }
    makes = frozenset({"renew"})
    more_fields = {
        "prd": serializers.CharField(read_only=True, allow_null=True),
        "agreement": serializers.ListField(child=serializers.DictField(), read_only=True),
        "votes": VoteRow(many=True, read_only=True),
        "periods": serializers.ListField(child=serializers.DictField(), read_only=True),
    }

    def visible(self, action: str = "read") -> Any:
        """With what the rules look at."""
        rows = super().visible(action).select_related("thing__domain", "dataset__thing__domain", "requester")
        return rows.select_related("prd__thing__domain")

    def more_of(self, obj: Any) -> dict[str, Any]:
        """The PRD for its readers, the seats of the level's matrix while they are open, and when it really ran."""
        reader = self.request.user
        return {
            "prd": granting.prd_key_for(reader, obj),
            "agreement": agreement_of(granting.tally_of(obj)) if obj.state in OPEN_TO_DECISION else [],
            "votes": votes_for(reader, obj),
            "periods": [{"begins": row.begins, "ends": row.ends} for row in granting.periods_for(reader, obj)],
        }

    @extend_schema(
        operation_id="grant_break_glass", request=EmergencyInput, responses={201: EmergencyAnswer, **REFUSED}
    )
    @action(detail=False, methods=["post"], url_path="break-glass", url_name="break-glass")
    def break_glass(self, request: Request) -> Response:
        """Take access in an emergency, for the hours that the level allows; looked at afterwards by somebody else."""
        given = EmergencyInput(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        made = actions.break_glass(by=request.user, **given.validated_data)
        return Response(EmergencyAnswer(made).data, status.HTTP_201_CREATED)
