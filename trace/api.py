"""The thread over the API: the same walk and filter as the page and the command."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.views import APIView

from guard.refusals import Invalid
from trace import find, formats
from trace.thread import DEEPEST, thread_of

DIRECTIONS = ("both", "demand", "decision")


class NodeFields(serializers.Serializer):
    key = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    level = serializers.IntegerField()
    domain = serializers.CharField()
    side = serializers.CharField()
    distance = serializers.IntegerField()
    url = serializers.CharField()


class EdgeFields(serializers.Serializer):
    source = serializers.CharField()  # type: ignore[assignment]
    relation = serializers.CharField()
    target = serializers.CharField()
    role = serializers.CharField()
    pinned = serializers.CharField()


class RestrictedFields(serializers.Serializer):
    kind = serializers.CharField()
    count = serializers.IntegerField()
    sentence = serializers.CharField()


class ThreadFields(serializers.Serializer):
    key = serializers.CharField()
    nodes = NodeFields(many=True)
    edges = EdgeFields(many=True)
    restricted = RestrictedFields(many=True)
    gaps = serializers.ListField(child=serializers.CharField())
    is_cut = serializers.BooleanField()


class TraceView(APIView):
    """The thread of one object, from interview to decision."""

    @extend_schema(
        operation_id="trace_retrieve",
        parameters=[
            OpenApiParameter("direction", OpenApiTypes.STR, enum=DIRECTIONS, default="both"),
            OpenApiParameter("depth", OpenApiTypes.INT, default=DEEPEST, description="joints away, 1 to 9"),
        ],
        responses=ThreadFields,
    )
    def get(self, request: Request, key: str) -> Response:
        direction, depth = read_question(request.query_params)
        start = find.thing_named(key, request.user)
        return Response(formats.as_dict(thread_of(start, request.user, direction=direction, depth=depth)))


def read_question(query: Any) -> tuple[str, int]:
    """Direction and depth as asked for.

    Raises:
        Invalid: with the field at fault.
    """
    direction, depth = query.get("direction", "both"), query.get("depth", str(DEEPEST))
    if direction not in DIRECTIONS:
        raise Invalid(errors={"direction": ["both, demand or decision"]})
    if not depth.isdecimal() or not 1 <= int(depth[:3]) <= DEEPEST:
        raise Invalid(errors={"depth": [f"1 to {DEEPEST}"]})
    return direction, int(depth)


urlpatterns = [path("trace/<str:key>/", TraceView.as_view(), name="trace")]


def register(router: BaseRouter) -> None:
    """The thread is one view, not a resource."""
