"""Scans over the API: ask for one, read what it found, accept or reject."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.models import Dataset
from governance import actions
from governance.api_schemes import listed
from governance.models import Scan, ScanFinding
from governance.scanner.kinds import evidence_words
from guard.doors import opened
from web.api_pages import PARAMETERS, answer_page
from web.api_schema import ABSENT, REFUSED


class ScanRow(serializers.Serializer):
    """One scan and the job that carries it out."""

    id = serializers.IntegerField()
    dataset = serializers.CharField(source="dataset.key")
    version = serializers.CharField()
    state = serializers.CharField()
    said = serializers.CharField()
    job = serializers.UUIDField(allow_null=True)
    started_at = serializers.DateTimeField()


class ScanFindingRow(serializers.Serializer):
    """What a column was found to be: counts and masked shapes, never a value."""

    id = serializers.IntegerField()
    scan = serializers.IntegerField(source="scan_id")
    version = serializers.CharField(source="scan.version")
    column = serializers.CharField(source="column_name")
    result = serializers.CharField()
    why = serializers.CharField()
    kind = serializers.CharField()
    level = serializers.IntegerField(source="rank", allow_null=True)
    stance = serializers.CharField()
    decision = serializers.CharField()
    review = serializers.SerializerMethodField()
    rows = serializers.IntegerField()
    junk = serializers.IntegerField()
    distinct = serializers.IntegerField()
    passed = serializers.IntegerField()
    name_says = serializers.CharField(source="says")
    score = serializers.FloatField(allow_null=True)
    shapes = serializers.ListField(child=serializers.ListField())
    evidence = serializers.SerializerMethodField()

    def get_review(self, row: ScanFinding) -> str | None:
        return row.review.key if row.review else None

    def get_evidence(self, row: ScanFinding) -> str:
        return evidence_words(row)


class DecisionInput(serializers.Serializer):
    """Why; compulsory to reject."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)


KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="Key of the dataset.")


class Scans(ViewSet):
    """The scans of one dataset: the findings of the last one, and a way to ask for another."""

    def _dataset(self, key: str) -> Dataset:
        rows = Dataset.objects.visible_to(self.request.user, "profile").select_related("thing__domain", "warehouse")
        found: Dataset | None = rows.filter(thing__key=key).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(
        operation_id="scan_list", parameters=[KEY, *PARAMETERS],
        responses={200: listed("ScanFindingList", ScanFindingRow), **ABSENT, **REFUSED},
    )  # fmt: skip
    def list(self, request: Request, key: str) -> Response:
        dataset = opened(request.user, self._dataset(key))
        done = Scan.objects.visible_to(request.user).filter(dataset=dataset, state=Scan.State.DONE).first()
        rows = ScanFinding.objects.visible_to(request.user).filter(scan=done.pk if done else None)
        rows = rows.select_related("scan", "review__thing")
        return answer_page(request, rows, "pk", lambda row: ScanFindingRow(row).data)

    @extend_schema(
        operation_id="scan_create", parameters=[KEY], request=None, responses={202: ScanRow, **ABSENT, **REFUSED}
    )
    def create(self, request: Request, key: str) -> Response:
        scan = actions.start_scan(by=request.user, dataset=self._dataset(key))
        return Response(ScanRow(scan).data, status.HTTP_202_ACCEPTED)


class ScanFindings(ViewSet):
    """One finding, to be decided on."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def _one(self, pk: str, **more: Any) -> ScanFinding:
        rows = ScanFinding.objects.visible_to(self.request.user)
        rows = rows.select_related("scan", "review__thing__domain", "dataset__thing__domain")
        found: ScanFinding | None = rows.filter(pk=pk, **more).first()
        if found is None:
            raise Http404
        opened(self.request.user, found.dataset)
        return found

    @extend_schema(operation_id="scan_finding_retrieve", responses={200: ScanFindingRow, **ABSENT})
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(ScanFindingRow(self._one(pk)).data)

    @extend_schema(
        operation_id="scan_finding_accept", request=DecisionInput, responses={200: ScanFindingRow, **REFUSED}
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self._decided(request, pk, actions.accept_finding)

    @extend_schema(
        operation_id="scan_finding_reject", request=DecisionInput, responses={200: ScanFindingRow, **REFUSED}
    )
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        return self._decided(request, pk, actions.reject_finding)

    def _decided(self, request: Request, pk: str, verb: Any) -> Response:
        given = DecisionInput(data=request.data)
        given.is_valid(raise_exception=True)
        verb(
            by=request.user, finding=self._one(pk, review__isnull=False), reason=given.validated_data.get("reason", "")
        )
        return Response(ScanFindingRow(self._one(pk)).data)
