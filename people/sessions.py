"""Sessions in the database: one ready statement reads a session, its account and the account's rights as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib import auth
from django.contrib.auth import middleware
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from people.models import Session, User


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is read; a session that is not there or has ended is forgotten as there."""

    _account: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made: Any = super().create_model_instance(data)
        made.person_id = data.get(auth.SESSION_KEY)
        return made  # type: ignore[no-any-return]

    def load(self) -> dict[str, Any]:
        found, self._account = User.objects.of_session(self.session_key or "", timezone.now())
        if found is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(found)
        return data

    def hand_over(self, pk: Any) -> User | None:
        """The account that was read with the session, once; None when the signed data speaks of another one."""
        account, self._account = self._account, None
        return account if account is not None and account.pk == pk else None


_ASKED: ContextVar[SessionStore | None] = ContextVar("session", default=None)


@contextmanager
def asked(store: SessionStore) -> Iterator[None]:
    """While it lasts, `account_of` may take what was read with this session."""
    token = _ASKED.set(store)
    try:
        yield
    finally:
        _ASKED.reset(token)


def account_of(pk: Any) -> User | None:
    """The account with its rights: as read with the session that is being asked, else by a statement of its own."""
    store = _ASKED.get()
    return (store.hand_over(pk) if store is not None else None) or User.objects.with_rights(pk)


def signed_in(request: HttpRequest) -> Any:
    """Who the session of a request belongs to, verified by Django's own rules; asked once a request."""
    if not hasattr(request, "_cached_user"):
        with asked(request.session):  # type: ignore[arg-type]
            request._cached_user = auth.get_user(request)  # type: ignore[attr-defined]
    return request._cached_user  # type: ignore[attr-defined]


class SignedIn(middleware.AuthenticationMiddleware):
    """Django's own, with the account read together with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: signed_in(request))  # type: ignore[assignment]
