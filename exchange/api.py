"""``POST /api/v1/imports/``: files in, a job out; ``GET /api/v1/datasets/{key}/odcs/``: one dataset as a contract."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.views import APIView

from catalog.models import Dataset
from exchange.api_lineage import EventsView
from exchange.exporting import export_odcs
from exchange.receiving import receive


class ImportInput(serializers.Serializer):
    kind = serializers.ChoiceField(["dbt", "odcs", "auto"])
    files = serializers.ListField(child=serializers.FileField(), allow_empty=False, max_length=200)
    domain = serializers.CharField(required=False, allow_blank=True, max_length=60)
    dry_run = serializers.BooleanField(required=False)


class ImportAnswer(serializers.Serializer):
    job = serializers.UUIDField()
    state = serializers.CharField()


class ImportsView(APIView):
    """Bring files in: all or nothing, by the worker."""

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="imports_create", request=ImportInput, responses={202: ImportAnswer})
    def post(self, request: Request) -> Response:
        """Keep the files and start a job; ask ``/api/v1/jobs/{id}/`` how far it got."""
        serializer = ImportInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        job = receive(by=request.user, uploads=given.pop("files"), **given)
        return Response({"job": job.uid, "state": job.state}, status.HTTP_202_ACCEPTED)


class ContractView(APIView):
    """One dataset as an ODCS contract, as far as the caller may see it."""

    @extend_schema(
        operation_id="datasets_odcs_retrieve",
        responses={(200, "application/yaml"): OpenApiResponse(OpenApiTypes.STR, description="ODCS 3.1.0")},
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """The contract as YAML."""
        rows = Dataset.objects.visible_to(request.user, "columns")
        dataset = rows.filter(thing__key__iexact=key).first() if "\x00" not in key else None
        if dataset is None:
            raise Http404
        ((name, written),) = export_odcs([dataset], request.user)
        return HttpResponse(
            written.to_yaml(), content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )  # fmt: skip


urlpatterns = [
    path("lineage", EventsView.as_view(), name="lineage-event"),
    path("imports/", ImportsView.as_view(), name="imports"),
    path("datasets/<str:key>/odcs/", ContractView.as_view(), name="dataset-odcs"),
]


def register(router: BaseRouter) -> None:
    """Imports and contracts are single views."""
