"""The desk as resources: waivers, findings, the ledger and one's own jobs."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from governance import actions
from governance.api_schemes import listed
from governance.findings import findings_of
from governance.models import WaiverRequest
from governance.views.audit import history_opened
from guard import jobs
from guard.doors import grade_of, opened
from guard.models import Entry, Job, Thing
from guard.policy import READ
from guard.refusals import Invalid
from web.api_pages import PARAMETERS, answer_page
from web.api_schema import ABSENT, MISSING, REFUSED, FindingSerializer


class WaiverRow(serializers.Serializer):
    """A rule that somebody asks to set aside for one thing."""

    id = serializers.IntegerField()
    thing = serializers.CharField(source="thing.key")
    rule_id = serializers.CharField()
    reason = serializers.CharField()
    compensation = serializers.CharField()
    expires_on = serializers.DateField()
    asked_by = serializers.CharField(source="asked_by.username")
    asked_at = serializers.DateTimeField()
    decided_by = serializers.SerializerMethodField()
    decided_at = serializers.DateTimeField(allow_null=True)
    is_granted = serializers.SerializerMethodField()
    answer = serializers.CharField()

    def get_decided_by(self, row: WaiverRequest) -> str | None:
        return row.decided_by.username if row.decided_by else None

    def get_is_granted(self, row: WaiverRequest) -> bool:
        return row.waiver_id is not None


class WaiverInput(serializers.Serializer):
    """Which rule, for what, why, until when."""

    thing = serializers.CharField(max_length=24, help_text="Key.")
    rule_id = serializers.CharField(max_length=20)
    reason = serializers.CharField(max_length=2000)
    compensation = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    expires_on = serializers.DateField()


class AnswerInput(serializers.Serializer):
    """What who asked reads."""

    answer = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class Waivers(ViewSet):
    """Waivers asked for, granted and refused."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def _rows(self) -> Any:
        rows = WaiverRequest.objects.visible_to(self.request.user)
        return rows.select_related("thing__domain", "asked_by", "decided_by")

    def _one(self, pk: str) -> WaiverRequest:
        found: WaiverRequest | None = self._rows().filter(pk=pk).first()
        if found is None:
            raise Http404
        opened(self.request.user, found.thing)
        return found

    @extend_schema(
        operation_id="waiver_list", parameters=PARAMETERS, responses={200: listed("WaiverList", WaiverRow), **MISSING}
    )
    def list(self, request: Request) -> Response:
        return answer_page(request, self._rows(), "-pk", lambda row: WaiverRow(row).data, opens="thing")

    @extend_schema(operation_id="waiver_retrieve", responses={200: WaiverRow, **ABSENT})
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(WaiverRow(self._one(pk)).data)

    @extend_schema(operation_id="waiver_create", request=WaiverInput, responses={201: WaiverRow, **REFUSED})
    def create(self, request: Request) -> Response:
        given = WaiverInput(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        thing = Thing.objects.visible_to(request.user).filter(key=facts.pop("thing")).first()
        if thing is None:
            raise Invalid(errors={"thing": ["There is nothing with this key that you may see."]})
        made = actions.ask_waiver(by=request.user, thing=thing, **facts)
        return Response(WaiverRow(self._one(str(made.pk))).data, status.HTTP_201_CREATED)

    @extend_schema(operation_id="waiver_grant", request=AnswerInput, responses={200: WaiverRow, **REFUSED})
    @action(detail=True, methods=["post"])
    def grant(self, request: Request, pk: str) -> Response:
        actions.grant_waiver(by=request.user, request=self._one(pk), answer=self._answer(request))
        return Response(WaiverRow(self._one(pk)).data)

    @extend_schema(operation_id="waiver_refuse", request=AnswerInput, responses={200: WaiverRow, **REFUSED})
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        actions.refuse_waiver(by=request.user, request=self._one(pk), answer=self._answer(request))
        return Response(WaiverRow(self._one(pk)).data)

    @staticmethod
    def _answer(request: Request) -> str:
        given = AnswerInput(data=request.data)
        given.is_valid(raise_exception=True)
        return str(given.validated_data.get("answer", ""))


class FindingRow(FindingSerializer):
    """A finding, and the move that it stands in the way of."""

    move = serializers.CharField()


class Findings(ViewSet):
    """What every rule says of one thing: ``?key=PRD-1001``."""

    @extend_schema(
        operation_id="finding_list",
        parameters=[OpenApiParameter("key", str, required=True, description="Key of the thing.")],
        responses={200: listed("FindingList", FindingRow), **ABSENT, **REFUSED},
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        key = request.query_params.get("key", "")
        if not key or "\x00" in key:
            raise Invalid(errors={"key": ["Say which thing: ?key=PRD-1001."]})
        thing = Thing.objects.visible_to(request.user).filter(key=key).first()
        if thing is None or grade_of(request.user, thing) < READ:  # type: ignore[arg-type]
            raise Http404
        opened(request.user, thing)
        found = [{**finding.as_dict(), "move": move} for move, finding in findings_of(thing, request.user)]
        return Response({"results": found, "next": None})


class EntryRow(serializers.Serializer):
    """One line of the record."""

    id = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    occurred_at = serializers.DateTimeField()
    actor = serializers.SerializerMethodField()
    verb = serializers.CharField()
    outcome = serializers.CharField()
    thing = serializers.SerializerMethodField()
    facts = serializers.SerializerMethodField()
    prev_hash = serializers.CharField()
    hash = serializers.CharField()

    def get_actor(self, row: Entry) -> str | None:
        return row.actor.username if row.actor else None

    def get_thing(self, row: Entry) -> str | None:
        return orjson.loads(row.payload).get("thing")  # type: ignore[no-any-return]

    @extend_schema(responses=dict)
    def get_facts(self, row: Entry) -> dict[str, Any]:
        return dict(orjson.loads(row.payload))


class VerdictRow(serializers.Serializer):
    """What verifying found."""

    count = serializers.IntegerField()
    head = serializers.CharField()
    broken = serializers.IntegerField(allow_null=True)
    fault = serializers.CharField(allow_blank=True)


FILTERS = {"person": "actor__username", "verb": "verb", "outcome": "outcome", "thing": "thing__key"}


class Ledger(ViewSet):
    """The record: all of it for governance leads and auditors, else one's own acts and what one may see."""

    @extend_schema(
        operation_id="ledger_list", parameters=[*PARAMETERS, *(OpenApiParameter(name, str) for name in FILTERS)],
        responses={200: listed("LedgerList", EntryRow), **MISSING},
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        rows = Entry.objects.visible_to(request.user).select_related("actor")
        for word, path in FILTERS.items():
            value = request.query_params.get(word)
            if value and "\x00" not in value:
                rows = rows.filter(**{path: value})
        history_opened(request.user, request.query_params.get("thing", ""))
        return answer_page(request, rows, "-id", lambda row: EntryRow(row).data)

    @extend_schema(operation_id="ledger_verify", request=None, responses={200: VerdictRow, **REFUSED})
    @action(detail=False, methods=["post"])
    def verify(self, request: Request) -> Response:
        return Response(VerdictRow(actions.verify_ledger(by=request.user)).data)


class JobRow(serializers.Serializer):
    """A piece of long work."""

    id = serializers.UUIDField(source="uid")
    kind = serializers.CharField()
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    sentence = serializers.CharField()
    result = serializers.JSONField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class Jobs(ViewSet):
    """One's own long work: how far it got, and a way to stop it."""

    lookup_field = "uid"
    lookup_value_regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def _one(self, request: Request, uid: str) -> Job:
        found = Job.objects.filter(by=request.user, uid=uid).first()  # type: ignore[misc]
        if found is None:
            raise Http404
        return found

    @extend_schema(
        operation_id="job_list", parameters=PARAMETERS, responses={200: listed("JobList", JobRow), **MISSING}
    )
    def list(self, request: Request) -> Response:
        own = Job.objects.filter(by=request.user)  # type: ignore[misc]
        return answer_page(request, own, "-id", lambda row: JobRow(row).data)

    @extend_schema(operation_id="job_retrieve", responses={200: JobRow, **ABSENT})
    def retrieve(self, request: Request, uid: str) -> Response:
        return Response(JobRow(self._one(request, uid)).data)

    @extend_schema(operation_id="job_cancel", request=None, responses={200: JobRow, **REFUSED})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, uid: str) -> Response:
        jobs.cancel(self._one(request, uid).pk, request.user)
        return Response(JobRow(self._one(request, uid)).data)
