"""Column lineage over the API: which column goes into which, and saying so by hand."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog import actions
from catalog.lookup import dataset_for
from catalog.models import Column, ColumnEdge
from guard.doors import opened_all
from guard.doors.opening import Named, paths_to
from guard.refusals import Absent
from web import keyset
from web.api_schema import ABSENT, MISSING, REFUSED, problem


class EdgeAnswer(serializers.Serializer):
    """One statement that data goes from a column into another, or into a whole dataset."""

    id = serializers.IntegerField()
    source_dataset = serializers.CharField(source="source_dataset__thing__key")
    source_column = serializers.CharField(source="source_name", help_text="empty when it is not known by which")
    target_dataset = serializers.CharField(source="target_dataset__thing__key")
    target_column = serializers.CharField(source="target_name", help_text="empty for the whole dataset")
    kind = serializers.ChoiceField(choices=ColumnEdge.Kind.choices)
    origin = serializers.ChoiceField(choices=ColumnEdge.Origin.choices)
    confidence = serializers.FloatField(allow_null=True)
    sql_hash = serializers.CharField(help_text="of the statement that says so; a transformation is bound to it")
    lets_through = serializers.IntegerField(source="cap", help_text="5: everything; less while an attestation holds")
    is_gone = serializers.BooleanField(help_text="no longer said; it counts until its removal was agreed to")


class EdgesAnswer(serializers.Serializer):
    results = EdgeAnswer(many=True)
    next = serializers.CharField(allow_null=True)


class EdgeInput(serializers.Serializer):
    """Columns by number (`columns/`); without a target the source only filters the dataset."""

    dataset = serializers.CharField(max_length=400, help_text="Key or qualified name of the far end.")
    source = serializers.IntegerField(  # type: ignore[assignment]
        min_value=1, help_text="Number of the column that goes in."
    )
    target = serializers.IntegerField(min_value=1, required=False, help_text="Number of a column of `dataset`.")
    sql = serializers.CharField(
        required=False, allow_blank=True, max_length=200_000, help_text="Only its hash is kept."
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class RemovedAnswer(serializers.Serializer):
    removed = serializers.BooleanField(help_text="false: something would get milder, so it counts until others agree")


_PATHS = {name: field.source or name for name, field in EdgeAnswer().fields.items() if name != "is_gone"}
_ENDS = ("source_dataset__thing", "target_dataset__thing")
_READ = {*_PATHS.values(), *(name for end in _ENDS for name in paths_to(end))}


class ColumnEdges(ViewSet):
    """Column lineage of which the caller sees both ends with their columns."""

    lookup_value_regex = "[0-9]{1,18}"
    lookup_field = "number"

    @extend_schema(
        operation_id="column_edge_list",
        parameters=[
            OpenApiParameter("dataset", str, description="Key or qualified name, at either end."),
            OpenApiParameter("kind", str, enum=ColumnEdge.Kind.values),
            OpenApiParameter("origin", str, enum=ColumnEdge.Origin.values),
            OpenApiParameter("cursor", str),
        ],
        responses={200: EdgesAnswer, **MISSING, 422: problem("invalid")},
    )
    def list(self, request: Request) -> Response:
        """Edges in the order of their making, by keyset pages."""
        rows = ColumnEdge.objects.visible_to(request.user)
        for name in ("kind", "origin"):
            if word := request.query_params.get(name, "").replace("\x00", ""):
                rows = rows.filter(**{name: word})
        if word := request.query_params.get("dataset", "").replace("\x00", ""):
            rows = rows.filter(
                Q(source_dataset__thing__key=word) | Q(source_dataset__qualified_name=word)
                | Q(target_dataset__thing__key=word) | Q(target_dataset__qualified_name=word)
            )  # fmt: skip
        page = keyset.cut(
            rows.order_by(), "id", cursor=request.query_params.get("cursor", ""), size=100,
            values=lambda ordered: ordered.values("pk", "gone_at", *_READ),
        )  # fmt: skip
        opened_all(request.user, [Named.at(row, end) for row in page.rows for end in _ENDS])
        return Response({"results": [_row(row) for row in page.rows], "next": page.next or None})

    @extend_schema(operation_id="column_edge_retrieve", responses={200: EdgeAnswer, **ABSENT})
    def retrieve(self, request: Request, number: str) -> Response:
        """One edge."""
        rows = ColumnEdge.objects.visible_to(request.user).filter(pk=int(number))
        row = rows.values("pk", "gone_at", *_READ).first()
        if row is None:
            raise Absent()
        opened_all(request.user, [Named.at(row, end) for end in _ENDS])
        return Response(_row(row))

    @extend_schema(operation_id="column_edge_create", request=EdgeInput, responses={201: EdgeAnswer, **REFUSED})
    def create(self, request: Request) -> Response:
        """Say by hand that a column goes into another. Its level arrives at once."""
        given = EdgeInput(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        target = _column(request, facts["target"]) if "target" in facts else None
        edge = actions.add_column_edge(
            by=request.user, dataset=dataset_for(request.user, facts["dataset"]), target=target,
            source=_column(request, facts["source"]), sql=facts.get("sql", ""), reason=facts.get("reason", ""),
        )  # fmt: skip
        answer = self.retrieve(request, str(edge.pk))
        answer.status_code = 201
        return answer

    @extend_schema(operation_id="column_edge_destroy", responses={200: RemovedAnswer, **REFUSED})
    def destroy(self, request: Request, number: str) -> Response:
        """Take back what was said by hand."""
        rows = ColumnEdge.objects.visible_to(request.user).filter(pk=int(number))
        edge = rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain").first()
        if edge is None:
            raise Absent()
        return Response({"removed": actions.remove_column_edge(by=request.user, edge=edge)})


def _column(request: Request, number: int) -> Column:
    rows = Column.objects.visible_to(request.user).select_related("dataset__thing__domain")
    column: Column | None = rows.filter(pk=number).first() if number < 2**63 else None
    if column is None:
        raise Absent()
    return column


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[path] for name, path in _PATHS.items()} | {"is_gone": row["gone_at"] is not None}
