"""Bearer tokens for the API: hashed, scoped, ending."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from people.actions import digest_of
from people.models import ApiToken, User

SAFE = ("GET", "HEAD", "OPTIONS")


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer tl_…`` (or ``x-api-key``): the person's rights, narrowed to the token's scopes."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        text = self._text(request)
        if text is None:
            return None
        token = ApiToken.objects.select_related("person").filter(digest=digest_of(text)).first()
        if token is None or not token.is_live or not token.person.is_active:
            raise AuthenticationFailed("This token is unknown, ended or revoked.")
        if request.method not in SAFE and not {"write", "import", "govern"} & set(token.scopes):
            raise PermissionDenied("This token may only read: it needs the scope write.")
        self._mark_used(token)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    @staticmethod
    def _text(request: Request) -> str | None:
        parts = get_authorization_header(request).decode("latin-1").split()
        if len(parts) == 2 and parts[0].lower() == "bearer":
            return parts[1]
        key: Any = request.headers.get("x-api-key")
        return str(key) if key else None

    @staticmethod
    def _mark_used(token: ApiToken) -> None:
        """At most once a minute, and after the request's transaction: a reading request may not write inside it."""
        now = timezone.now()
        if token.last_used_at is None or (now - token.last_used_at).total_seconds() > 60:
            transaction.on_commit(lambda: ApiToken.objects.filter(pk=token.pk).update(last_used_at=now), robust=True)
