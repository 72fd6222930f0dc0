"""People, teams, one's own notices and tokens over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import ViewSet

from guard.models import Thing
from people import actions
from people.models import ApiToken, Notice, Team, User
from people.requests import SignedInCall
from web.api_pages import PARAMETERS, answer_page
from web.api_schema import ABSENT, MISSING, REFUSED

Q_PARAMETER = OpenApiParameter("q", str, description="Part of the name.")


def listed(name: str, row: type[serializers.Serializer]) -> Any:
    """The schema of a list."""
    return inline_serializer(name, {"results": row(many=True), "next": serializers.CharField(allow_null=True)})


class PersonRow(serializers.Serializer):
    """A colleague: enough to name them. Rights are nobody's business but theirs and the administrators'."""

    username = serializers.CharField()
    name = serializers.CharField()
    job = serializers.CharField()
    is_service = serializers.BooleanField()


class People(ViewSet):
    """Everybody who works here."""

    lookup_field = "username"
    lookup_value_regex = "[^/]+"

    @extend_schema(
        operation_id="person_list", parameters=[*PARAMETERS, Q_PARAMETER],
        responses={200: listed("PersonList", PersonRow), **MISSING},
    )  # fmt: skip
    def list(self, request: SignedInCall) -> Response:
        rows, q = User.objects.filter(is_active=True), request.query_params.get("q", "").replace("\x00", "")
        if q:
            rows = rows.filter(Q(name__icontains=q) | Q(username__icontains=q))
        return answer_page(request, rows, "name", lambda row: PersonRow(row).data)

    @extend_schema(operation_id="person_retrieve", responses={200: PersonRow, **ABSENT})
    def retrieve(self, request: SignedInCall, username: str) -> Response:
        found = User.objects.filter(is_active=True, username=username.replace("\x00", "")).first()
        if found is None:
            raise Http404
        return Response(PersonRow(found).data)


class TeamRow(serializers.Serializer):
    """A group of people."""

    slug = serializers.CharField()
    name = serializers.CharField()
    people = serializers.SerializerMethodField()

    @extend_schema(responses=list[str])
    def get_people(self, row: Team) -> list[str]:
        return sorted(person.username for person in row.people.all() if person.is_active)


class Teams(ViewSet):
    """Teams that can own, steward and be granted."""

    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    @extend_schema(
        operation_id="team_list", parameters=PARAMETERS, responses={200: listed("TeamList", TeamRow), **MISSING}
    )  # fmt: skip
    def list(self, request: SignedInCall) -> Response:
        return answer_page(request, Team.objects.prefetch_related("people"), "name", lambda row: TeamRow(row).data)

    @extend_schema(operation_id="team_retrieve", responses={200: TeamRow, **ABSENT})
    def retrieve(self, request: SignedInCall, slug: str) -> Response:
        found = Team.objects.prefetch_related("people").filter(slug=slug).first()
        if found is None:
            raise Http404
        return Response(TeamRow(found).data)


class NoticeRow(serializers.Serializer):
    """A word to the caller; the key is given when they may see the thing."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    sentence = serializers.CharField()
    thing = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class Notices(ViewSet):
    """What the caller was told."""

    @extend_schema(
        operation_id="notice_list", parameters=PARAMETERS, responses={200: listed("NoticeList", NoticeRow), **MISSING}
    )  # fmt: skip
    def list(self, request: SignedInCall) -> Response:
        user = request.user
        rows = Notice.objects.unrestricted("one's own notices are shown; names only of what one may see")
        keys = dict(
            Thing.objects.visible_to(user).filter(pk__in=rows.filter(person=user).values("thing_id"))
            .values_list("pk", "key")
        )  # fmt: skip

        def draw(row: Notice) -> dict[str, Any]:
            return {
                "id": row.pk, "code": row.code, "sentence": row.sentence, "thing": keys.get(row.thing_id),
                "created_at": row.created_at, "read_at": row.read_at,
            }  # fmt: skip

        return answer_page(request, rows.filter(person=user), "-id", draw)

    @extend_schema(
        operation_id="notice_read", request=None,
        responses={200: inline_serializer("NoticesRead", {"read": serializers.IntegerField()}), **MISSING},
    )  # fmt: skip
    @action(detail=False, methods=["post"])
    def read(self, request: SignedInCall) -> Response:
        return Response({"read": actions.read_notices(by=request.user)})


class TokenRow(serializers.Serializer):
    """One of the caller's tokens; its text is never given again."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    hint = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class TokenInput(serializers.Serializer):
    """A name, what it may do, how long it lives."""

    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(actions.SCOPES)), required=False)
    days = serializers.IntegerField(min_value=1, max_value=actions.MOST_DAYS, required=False)


class TokenMade(TokenRow):
    """The new token with its text, this once."""

    text = serializers.CharField()


class Tokens(ViewSet):
    """The caller's API tokens."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(
        operation_id="token_list", parameters=PARAMETERS, responses={200: listed("TokenList", TokenRow), **MISSING}
    )  # fmt: skip
    def list(self, request: SignedInCall) -> Response:
        return answer_page(request, ApiToken.objects.filter(person=request.user), "-id", lambda r: TokenRow(r).data)

    @extend_schema(operation_id="token_create", request=TokenInput, responses={201: TokenMade, **REFUSED})
    def create(self, request: SignedInCall) -> Response:
        given = TokenInput(data=request.data)
        given.is_valid(raise_exception=True)
        token, text = actions.create_token(by=request.user, person=request.user, **given.validated_data)
        return Response({**TokenRow(token).data, "text": text}, status.HTTP_201_CREATED)

    @extend_schema(operation_id="token_revoke", request=None, responses={200: TokenRow, **REFUSED})
    @action(detail=True, methods=["post"])
    def revoke(self, request: SignedInCall, pk: str) -> Response:
        token = ApiToken.objects.filter(person=request.user, pk=pk).first()
        if token is None:
            raise Http404
        actions.revoke_token(by=request.user, token=token)
        return Response(TokenRow(token).data)


def register(router: BaseRouter) -> None:
    """Name the resources."""
    router.register("people", People, basename="person")
    router.register("teams", Teams, basename="team")
    router.register("notices", Notices, basename="notice")
    router.register("tokens", Tokens, basename="token")
