"""Columns over the API, with what they are labelled as."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog import actions
from catalog.api_inputs import ProposeInput
from catalog.handling import of_column
from catalog.labels import Said, current_of
from catalog.models import Column, Label
from guard.doors import opened_all
from guard.doors.opening import Named, paths_to
from guard.refusals import Absent
from web import keyset
from web.api_duties import duties
from web.api_schema import ABSENT, MISSING, REFUSED, problem


class LabelAnswer(serializers.Serializer):
    """What a column is said to be."""

    id = serializers.IntegerField()
    scheme = serializers.CharField()
    version = serializers.CharField(help_text="of the scheme")
    code = serializers.CharField(help_text="of the category, or of the scheme's level")
    name = serializers.CharField()
    is_category = serializers.BooleanField()
    state = serializers.ChoiceField(choices=Label.State.choices)
    approved_by = serializers.CharField(allow_null=True, help_text="who agreed last; null while it is proposed")
    review = serializers.CharField(help_text="in which it was approved or is proposed; may be empty")
    origin = serializers.ChoiceField(choices=Label.Origin.choices)
    confidence = serializers.FloatField(allow_null=True)
    evidence = serializers.DictField(help_text="counts and shapes, never a value")
    reason = serializers.CharField()
    handling = duties("what it asks to be done")


class LabelInput(serializers.Serializer):
    """A category (``scheme:code``), or a level of another scheme than the house's."""

    category = serializers.CharField(required=False, max_length=130)
    scheme = serializers.CharField(required=False, max_length=60)
    level = serializers.CharField(required=False, max_length=20)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class ColumnAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    dataset = serializers.CharField(source="dataset__thing__key")
    name = serializers.CharField()
    position = serializers.IntegerField()
    data_type = serializers.CharField()
    description = serializers.CharField()
    level = serializers.IntegerField(allow_null=True, help_text="approved rank; null is unclassified")
    proposed_level = serializers.IntegerField(allow_null=True)
    level_state = serializers.ChoiceField(choices=Column.LevelState.choices)
    floor = serializers.IntegerField(help_text="what its labels ask at least; 0 for nothing")
    propagated = serializers.IntegerField(help_text="what arrives by lineage; 0 for nothing")
    rank = serializers.IntegerField(help_text="what counts")
    pii_kind = serializers.CharField()
    distinct_count = serializers.IntegerField(allow_null=True, help_text="how many different values it has")
    is_nullable = serializers.BooleanField()
    is_key = serializers.BooleanField()
    labels = LabelAnswer(many=True)
    handling = duties("what is to be done with it: of its level and of all its labels together")


class ColumnsAnswer(serializers.Serializer):
    results = ColumnAnswer(many=True)
    next = serializers.CharField(allow_null=True)


_PATHS = {
    name: field.source or name for name, field in ColumnAnswer().fields.items() if name not in ("labels", "handling")
}
_OF = paths_to("dataset__thing")


class Columns(ViewSet):
    """Columns that the caller may see, of one dataset or by name over all."""

    lookup_value_regex = "[0-9]{1,18}"
    lookup_field = "number"

    @extend_schema(
        operation_id="column_list",
        parameters=[
            OpenApiParameter("dataset", str, description="Key or qualified name."),
            OpenApiParameter("name", str, description="Exact name of the column."),
            OpenApiParameter("cursor", str),
        ],
        responses={200: ColumnsAnswer, **MISSING, 422: problem("invalid")},
    )
    def list(self, request: Request) -> Response:
        """Columns in the order of their making, by keyset pages."""
        rows = Column.objects.visible_to(request.user)
        if name := request.query_params.get("name", "").replace("\x00", ""):
            rows = rows.filter(name=name)
        if dataset := request.query_params.get("dataset", "").replace("\x00", ""):
            rows = rows.filter(Q(dataset__thing__key=dataset) | Q(dataset__qualified_name=dataset))
        page = keyset.cut(
            rows.order_by(), "id", cursor=request.query_params.get("cursor", ""), size=100,
            values=lambda ordered: ordered.values("pk", *{*_PATHS.values(), *_OF}),
        )  # fmt: skip
        opened_all(request.user, [Named.at(row, "dataset__thing") for row in page.rows])
        return Response({"results": _columns(page.rows), "next": page.next or None})

    @extend_schema(operation_id="column_retrieve", responses={200: ColumnAnswer, **ABSENT})
    def retrieve(self, request: Request, number: str) -> Response:
        """One column."""
        rows = Column.objects.visible_to(request.user).filter(pk=int(number))
        row = rows.values("pk", *{*_PATHS.values(), *_OF}).first()
        if row is None:
            raise Absent()
        opened_all(request.user, [Named.at(row, "dataset__thing")])
        return Response(_columns([row])[0])

    @extend_schema(operation_id="column_propose", request=ProposeInput, responses={200: ColumnAnswer, **REFUSED})
    def propose(self, request: Request, number: str) -> Response:
        """Propose a level; a stricter one counts at once."""
        given = ProposeInput(data=request.data)
        given.is_valid(raise_exception=True)
        actions.propose_column_level(by=request.user, column=_one(request, number), **given.validated_data)
        return self.retrieve(request, number)

    @extend_schema(operation_id="column_label", request=LabelInput, responses={200: ColumnAnswer, **REFUSED})
    def label(self, request: Request, number: str) -> Response:
        """Say what a column is: a category, or a level of another scheme. It counts at once."""
        given = LabelInput(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        said = Said(reason=facts.pop("reason", ""))
        actions.label_column(by=request.user, column=_one(request, number), said=said, **facts)
        return self.retrieve(request, number)


def _one(request: Request, number: str) -> Column:
    if not number.isdecimal() or len(number) > 18:
        raise Absent()
    rows = Column.objects.visible_to(request.user).select_related("dataset__thing__domain")
    column: Column | None = rows.filter(pk=int(number)).first()
    if column is None:
        raise Absent()
    return column


def _columns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that a door handed over, each with its current labels; one query for all of these."""
    said = current_of([Column(pk=row["pk"]) for row in rows])
    return [
        {name: row[path] for name, path in _PATHS.items()}
        | {"labels": [_label(label) for label in said[row["pk"]]], "handling": of_column(row["rank"], said[row["pk"]])}
        for row in rows
    ]


def _label(label: Label) -> dict[str, Any]:
    what = label.what
    return {
        "id": label.pk, "scheme": label.scheme.code, "version": label.scheme.version, "code": what.code,
        "name": what.word, "is_category": label.category_id is not None, "state": label.state,
        "approved_by": label.approved_by, "review": label.review_key, "origin": label.origin,
        "confidence": label.confidence, "evidence": label.evidence, "reason": label.reason,
        "handling": what.handling,
    }  # fmt: skip
