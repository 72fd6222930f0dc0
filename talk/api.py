<<<<<<< HEAD
"""Comments over the API: ``GET|POST /api/v1/comments/?thing=KEY``, ``POST …/{id}/resolve/``."""
=======
"""Comments over the API."""
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)

from __future__ import annotations

from typing import Any

<<<<<<< HEAD
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
=======
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import ViewSet

<<<<<<< HEAD
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
    is_blocking = serializers.BooleanField(required=False)
    reply_to = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)


class CommentList(serializers.Serializer):
=======
from talk import actions
from talk.lookup import comment_for, thing_for
from talk.models import Comment
from web import keyset
from web.api_schema import ABSENT, REFUSED, problem


class CommentAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    thing = serializers.CharField(source="thing__key")
    author = serializers.CharField(source="author__username")
    created_at = serializers.DateTimeField()
    parent = serializers.IntegerField(source="parent_id", allow_null=True)
    body = serializers.CharField()
    body_html = serializers.CharField()
    section = serializers.CharField()
    exact = serializers.CharField()
    is_blocking = serializers.BooleanField()
    state = serializers.ChoiceField(choices=Comment.State.choices)


class CommentsAnswer(serializers.Serializer):
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)
    results = CommentAnswer(many=True)
    next = serializers.CharField(allow_null=True)


<<<<<<< HEAD
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
=======
class CommentInput(serializers.Serializer):
    thing = serializers.CharField(max_length=24, help_text="key")
    body = serializers.CharField(max_length=10_000)
    section = serializers.CharField(max_length=80, required=False, allow_blank=True)
    exact = serializers.CharField(max_length=2000, required=False, allow_blank=True, trim_whitespace=False)
    prefix = serializers.CharField(max_length=200, required=False, allow_blank=True, trim_whitespace=False)
    suffix = serializers.CharField(max_length=200, required=False, allow_blank=True, trim_whitespace=False)
    is_blocking = serializers.BooleanField(required=False)
    parent = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)


_PATHS = {name: field.source or name for name, field in CommentAnswer().fields.items()}


class Comments(ViewSet):
    """Remarks on things that the caller may read."""

    @extend_schema(
        operation_id="comment_list",
        parameters=[
            OpenApiParameter("thing", str, required=True, description="Key of the thing."),
            OpenApiParameter("cursor", str),
        ],
        responses={200: CommentsAnswer, **ABSENT, 422: problem("invalid")},
    )
    def list(self, request: Request) -> Response:
        """Comments on one thing, oldest first."""
        thing = thing_for(request.user, request.query_params.get("thing", ""))
        rows = Comment.objects.visible_to(request.user).filter(thing=thing).order_by()
        page = keyset.cut(
            rows, "id", cursor=request.query_params.get("cursor", ""), size=100,
            values=lambda ordered: ordered.values("pk", *_PATHS.values()),
        )  # fmt: skip
        return Response({"results": [_answer(row) for row in page.rows], "next": page.next or None})

    @extend_schema(operation_id="comment_create", request=CommentInput, responses={201: CommentAnswer, **REFUSED})
    def create(self, request: Request) -> Response:
        """Comment on a thing, or answer a comment."""
        given = CommentInput(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        facts["thing"] = thing_for(request.user, facts["thing"])
        number = facts.pop("parent", None)
        if number is not None:
            facts["parent"] = comment_for(request.user, number)
        comment = actions.add_comment(by=request.user, **facts)
        return Response(self._one(request, comment.pk), 201)

    @extend_schema(operation_id="comment_resolve", request=None, responses={200: CommentAnswer, **REFUSED})
    def resolve(self, request: Request, number: int) -> Response:
        """Close a comment."""
        actions.resolve_comment(by=request.user, comment=comment_for(request.user, number))
        return Response(self._one(request, number))

    @extend_schema(operation_id="comment_reopen", request=None, responses={200: CommentAnswer, **REFUSED})
    def reopen(self, request: Request, number: int) -> Response:
        """Open a comment again."""
        actions.reopen_comment(by=request.user, comment=comment_for(request.user, number))
        return Response(self._one(request, number))

    @staticmethod
    def _one(request: Request, number: int) -> dict[str, Any]:
        row = Comment.objects.visible_to(request.user).filter(pk=number).values(*_PATHS.values()).get()
        return _answer(row)


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[source] for name, source in _PATHS.items()}


def register(router: BaseRouter) -> None:
    """Comments of any thing, by the thing's key."""
    router.register("comments", Comments, basename="comment")


urlpatterns = [
    path("comments/<int:number>/resolve/", Comments.as_view({"post": "resolve"}), name="comment-resolve"),
    path("comments/<int:number>/reopen/", Comments.as_view({"post": "reopen"}), name="comment-reopen"),
]
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)
