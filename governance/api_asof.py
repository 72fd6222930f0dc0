"""Who could read something at a moment, as a resource."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from governance.asof import who_could_read
from people.requests import SignedInCall as Request
from web.api_schema import ABSENT, REFUSED


class AsOfInput(serializers.Serializer):
    """About what, and about which moment."""

    key = serializers.CharField(max_length=24)
    at = serializers.DateTimeField()
    column = serializers.CharField(required=False, max_length=200)


class CouldRow(serializers.Serializer):
    """One person as they were then."""

    person = serializers.CharField(source="person.username")
    grade = serializers.IntegerField(help_text="0 nothing to 6 raw sample.")
    clearance = serializers.IntegerField()
    standings = serializers.SerializerMethodField()
    rules = serializers.ListField(child=serializers.CharField())

    @extend_schema(responses=list[dict])  # type: ignore[type-arg]
    def get_standings(self, row: object) -> list[dict[str, object]]:
        return [{"reason": held.reason, "grade": held.grade} for held in row.standings]  # type: ignore[attr-defined]


class AsOfAnswer(serializers.Serializer):
    """What it was then, and who could see how much of it."""

    key = serializers.CharField(source="thing.key")
    at = serializers.DateTimeField()
    level = serializers.IntegerField()
    state = serializers.CharField()
    column = serializers.CharField(allow_blank=True)
    column_level = serializers.IntegerField(allow_null=True)
    people = CouldRow(many=True)


class AsOfView(ViewSet):
    """For governance, security and auditors."""

    @extend_schema(
        operation_id="as_of_retrieve", responses={200: AsOfAnswer, **ABSENT, **REFUSED},
        parameters=[
            OpenApiParameter("key", str, required=True, description="Key of the thing."),
            OpenApiParameter("at", OpenApiTypes.DATETIME, required=True, description="The moment."),
            OpenApiParameter("column", str, description="A column of a dataset."),
        ],
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        given = AsOfInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        return Response(AsOfAnswer(who_could_read(reader=request.user, **given.validated_data)).data)
