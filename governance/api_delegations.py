"""Deputies as a resource: who stands in for whom, naming one, ending it, and what waits in somebody's place."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from demand.serializers import DomainField, PersonField
from governance import actions
from governance.api_schemes import listed
from governance.lead.in_place import waiting_in_place
from governance.models import Decision, Delegation
from people.requests import SignedInCall as Request
from web.api_pages import PARAMETERS, answer_page
from web.api_schema import ABSENT, MISSING, REFUSED


class DelegationRow(serializers.Serializer):
    """One person decides in another's place, from day to day, both included."""

    id = serializers.IntegerField()
    giver = serializers.CharField(source="giver.username")
    deputy = serializers.CharField(source="deputy.username")
    domain = serializers.CharField(source="domain.slug", default=None, allow_null=True)
    decision = serializers.CharField(help_text="Empty: every sort.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    reason = serializers.CharField()
    is_over = serializers.BooleanField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(source="ended_by.username", default=None, allow_null=True)
    end_reason = serializers.CharField()


class DelegationInput(serializers.Serializer):
    """Whom, where, how long, why."""

    deputy = PersonField()
    domain = DomainField(required=False, allow_null=True, help_text="None: every domain.")
    decision = serializers.ChoiceField(choices=Decision.choices, required=False, allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    reason = serializers.CharField(max_length=2000)


class EndInput(serializers.Serializer):
    """Why; a governance lead says it."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class InPlaceRow(serializers.Serializer):
    """A paper that the caller may decide on in somebody's place: say `on_behalf_of` with the decision."""

    key = serializers.CharField(source="paper.key")
    decision = serializers.CharField(source="paper.thing.kind")
    dataset = serializers.CharField(source="dataset.key")
    on_behalf_of = serializers.CharField(source="giver.username")


class Delegations(ViewSet):
    """Delegations that the caller gave or took; for governance leads and auditors those that reach their domains."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def _rows(self) -> Any:
        rows = Delegation.objects.visible_to(self.request.user)
        return rows.select_related("giver", "deputy", "domain", "ended_by")

    def _one(self, pk: str) -> Delegation:
        found: Delegation | None = self._rows().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(
        operation_id="delegation_list", parameters=PARAMETERS,
        responses={200: listed("DelegationList", DelegationRow), **MISSING},
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        return answer_page(request, self._rows(), "-pk", lambda row: DelegationRow(row).data)

    @extend_schema(operation_id="delegation_retrieve", responses={200: DelegationRow, **ABSENT})
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(DelegationRow(self._one(pk)).data)

    @extend_schema(operation_id="delegation_create", request=DelegationInput, responses={201: DelegationRow, **REFUSED})
    def create(self, request: Request) -> Response:
        given = DelegationInput(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        made = actions.name_deputy(by=request.user, **given.validated_data)
        return Response(DelegationRow(made).data, status.HTTP_201_CREATED)

    @extend_schema(operation_id="delegation_end", request=EndInput, responses={200: DelegationRow, **REFUSED})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        given = EndInput(data=request.data)
        given.is_valid(raise_exception=True)
        held = self._one(pk)
        actions.end_delegation(by=request.user, delegation=held, **given.validated_data)
        return Response(DelegationRow(self._one(pk)).data)

    @extend_schema(operation_id="delegation_waiting", responses={200: listed("InPlaceList", InPlaceRow), **MISSING})
    @action(detail=False, methods=["get"])
    def waiting(self, request: Request) -> Response:
        return Response({"results": InPlaceRow(waiting_in_place(request.user), many=True).data, "next": None})
