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

from guard.kinds import urls_of
from guard.refusals import Invalid
from trace import find, formats, searching
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


class HitFields(serializers.Serializer):
    key = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    level = serializers.IntegerField()
    domain = serializers.CharField()
    url = serializers.CharField()


class SearchFields(serializers.Serializer):
    results = HitFields(many=True)
    next = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()
    count_is_capped = serializers.BooleanField()
    facets = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))
    mended = serializers.CharField(help_text="the words searched for instead, when those asked for occur nowhere")


class SearchView(APIView):
    """Search over everything that the caller may see; counts and facets too, and they say when capped."""

    @extend_schema(
        operation_id="search_list",
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description="words, a name, a key"),
            OpenApiParameter("kind", OpenApiTypes.STR),
            OpenApiParameter("domain", OpenApiTypes.STR),
            OpenApiParameter("level", OpenApiTypes.STR, description="1 to 5, or L1 to L5"),
            OpenApiParameter("state", OpenApiTypes.STR),
            OpenApiParameter("limit", OpenApiTypes.INT),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses=SearchFields,
    )
    def get(self, request: Request) -> Response:
        found = searching.answer(searching.read_question(request.query_params.dict()), request.user)
        return Response(
            {
                "results": [
                    {
                        "key": t.key, "kind": t.kind, "title": t.title, "state": t.state, "level": t.level,
                        "domain": t.domain.slug, "url": url,
                    }
                    for t, url in zip(found.things, urls_of(found.things), strict=True)
                ],
                "next": found.next or None,
                "count": found.count,
                "count_is_capped": found.is_capped,
                "facets": {name: {str(f.value): f.count for f in facets} for name, facets in found.facets.items()},
                "mended": found.mended,
            }
        )  # fmt: skip


urlpatterns = [
    path("trace/<str:key>/", TraceView.as_view(), name="trace"),
    path("search/", SearchView.as_view(), name="search"),
]


def register(router: BaseRouter) -> None:
    """The thread and search are single views, not resources."""
