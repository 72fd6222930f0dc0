"""Comments over the API: ``GET|POST /api/v1/comments/?thing=KEY``, ``POST …/{id}/resolve/``."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import ViewSet

from guard.doors import opened
from guard.models import Thing
from guard.refusals import Absent
from talk import actions
from talk.models import Comment


class CommentAnswer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    thing = serializers.CharField(source="thing.key")
    author = serializers.CharField(source="author.username")
    reply_to = serializers.IntegerField(source="reply_to_id", allow_null=True)
    section = serializers.CharField()
    exact = serializers.CharField()
    body = serializers.CharField(source="body_md")
    is_blocking = serializers.BooleanField()
    state = serializers.CharField()
    created_at = serializers.DateTimeField()


class CommentInput(serializers.Serializer):
    thing = serializers.CharField(max_length=24)
    body = serializers.CharField(max_length=10_000)
    section = serializers.CharField(max_length=60, required=False, allow_blank=True)
    exact = serializers.CharField(max_length=500, required=False, allow_blank=True)
    prefix = serializers.CharField(max_length=60, required=False, allow_blank=True, trim_whitespace=False)
    suffix = serializers.CharField(max_length=60, required=False, allow_blank=True, trim_whitespace=False)
    is_blocking = serializers.BooleanField(required=False)
    reply_to = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)


class CommentList(serializers.Serializer):
    results = CommentAnswer(many=True)
    next = serializers.CharField(allow_null=True)


class Comments(ViewSet):
    """What was said about one thing."""

    lookup_value_regex = r"\d{1,18}"

    def _thing(self, request: Request, key: str) -> Thing:
        thing = Thing.objects.visible_to(request.user).filter(key__iexact=key).first() if "\x00" not in key else None
        if thing is None:
            raise Absent()
        return thing  # type: ignore[no-any-return]

    def _comment(self, request: Request, number: Any) -> Comment:
        rows = Comment.objects.visible_to(request.user).select_related("thing__domain", "author")
        comment = rows.filter(pk=int(number)).first()
        if comment is None:
            raise Absent()
        return comment  # type: ignore[no-any-return]

    @extend_schema(
        operation_id="comments_list",
        parameters=[OpenApiParameter("thing", OpenApiTypes.STR, required=True, description="key of the thing")],
        responses=CommentList,
    )
    def list(self, request: Request) -> Response:
        """Comments on one thing, oldest first; at most 200."""
        thing = self._thing(request, request.query_params.get("thing", ""))
        opened(request.user, thing)
        rows = Comment.objects.visible_to(request.user).filter(thing=thing).select_related("thing__domain", "author")
        return Response({"results": CommentAnswer(rows[:200], many=True).data, "next": None})

    @extend_schema(operation_id="comments_create", request=CommentInput, responses={201: CommentAnswer})
    def create(self, request: Request) -> Response:
        """Say something about a thing."""
        serializer = CommentInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        thing, number = self._thing(request, given.pop("thing")), given.pop("reply_to", None)
        reply_to = self._comment(request, number) if number else None
        comment = actions.add_comment(by=request.user, on=thing, reply_to=reply_to, **given)
        return Response(CommentAnswer(comment).data, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="comments_resolve",
        parameters=[OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH)],
        request=None,
        responses=CommentAnswer,
    )
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Settle a comment."""
        comment = actions.resolve_comment(by=request.user, comment=self._comment(request, pk))
        return Response(CommentAnswer(comment).data)


def register(router: BaseRouter) -> None:
    """Offer the room's resource."""
    router.register("comments", Comments, basename="comment")
