"""What surrounds every request: its id, its refusals, and the promise that reading does not write."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from psycopg.pq import TransactionStatus

from guard import memory
from guard.doors import opening
from web import errors, measures

log = structlog.get_logger("web")
GetResponse = Callable[[HttpRequest], HttpResponse]
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: Addresses that read but must not open a database transaction (probes), or that write on GET by standard (sign-in).
OUTSIDE_READ_ONLY = ("/healthz", "/readyz", "/-/metrics", "/accounts/", "/static/")


class RequestId:
    """Takes a sane X-Request-ID or makes one; puts it into the logs and into the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.id = given if _ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        try:
            return self._answer(request)
        finally:
            structlog.contextvars.clear_contextvars()

    def _answer(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        match = getattr(request, "resolver_match", None)
        route = (match.view_name or match.route) if match else "none"
        measures.observe(request.method or "", route, response.status_code, seconds)
        if not request.path.startswith(("/static/", "/healthz")):
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response


class ContentPolicy(CSPMiddleware):
    """The header Content-Security-Policy: the same text for every answer, put together once.

    An answer that says something of its own (by a decorator of django-csp, or a nonce) gets it from the library.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self._policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or "_csp_nonce" in vars(request) or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._policy)
        return response


class Private:
    """What is answered is for its reader alone: no cache between may keep it, and one's own asks again.

    Who signs out takes along what the browser kept, so going back shows the next person nothing. Files of the product
    itself (whitenoise) are answered before this.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        match = getattr(request, "resolver_match", None)
        if request.method == "POST" and match and match.view_name == "account_logout":
            response["Clear-Site-Data"] = '"cache"'
        return response


class Errors:
    """Turns a refusal into a page, a fragment or problem+json, whichever was asked for; ids are the same."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        from guard.refusals import Refusal

        if isinstance(exception, (Refusal, Http404, PermissionDenied, SuspiciousOperation)):
            return errors.answer(request, errors.trouble_of(exception))
        return None


class Reads:
    """Who opened a thing of level 4 or above stands in the ledger before the answer leaves, else it does not leave.

    It surrounds `ReadOnly`, so the line has a transaction of its own. HEAD and redirections show nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with opening.gathering() as gathered:
            response = self.get_response(request)
        if not gathered.things or request.method == "HEAD" or 300 <= response.status_code < 400:
            return response
        try:
            gathered.write(door_of(request, response))
        except opening.Unrecorded as refusal:
            log.error("reading not recorded", fault=type(refusal.__cause__).__name__)
            answer = errors.answer(request, errors.trouble_of(refusal))
            answer["Retry-After"] = "5"
            return answer
        return response


def door_of(request: HttpRequest, response: HttpResponse) -> str:
    """By which way out an answer goes: ``export`` for a file, ``api`` for programs, else ``page``."""
    if response.get("Content-Disposition", "").startswith("attachment"):
        return opening.EXPORT
    return "api" if errors.wants_json(request) else "page"


class ReadOnly:
    """GET and HEAD run in one read-only transaction: a page that writes is a bug that PostgreSQL refuses.

    As nothing changes in it, what was asked in it is remembered until it ends (guard.memory). It is the innermost
    middleware, so sessions and messages are still saved, after it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or request.path.startswith(OUTSIDE_READ_ONLY):
            return self.get_response(request)
        # Who reads is asked before: a session that does not hold any more is ended by that, which is a write.
        if getattr(request, "user", None):
            request.user = getattr(request, "_cached_user", request.user)  # the account itself, not its lazy stand-in
        reader = getattr(request.user, "pk", None) if hasattr(request, "user") else None
        with read_only(reader), memory.remembering(lambda: getattr(request, "user", None)):
            return self.get_response(request)


@contextmanager
def read_only(reader_id: int | None = None) -> Iterator[None]:
    """A transaction in which PostgreSQL refuses every write.

    Args:
        reader_id: who reads, for row level security (guard.wall); told with the transaction's beginning.

    The outermost one begins as read-only, with its first statement and without a round trip of its own; inside another
    transaction (tests) a savepoint is made read-only, which ends with it.
    """
    if connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            _wall().will_tell(reader_id)
            cursor.execute(f"{_wall().telling()}SET TRANSACTION READ ONLY")
            yield
        return
    connection.ensure_connection()
    raw = connection.connection
    raw.read_only = True
    try:
        with transaction.atomic(), connection.execute_wrapper(_begin_with_first):
            _wall().will_tell(reader_id)
            yield
    finally:
        if not raw.closed:
            raw.read_only = None


def _begin_with_first(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Send BEGIN in front of the first statement, in one text. Whatever cannot be sent so (server-side cursors and
    bindings, COPY), psycopg begins for, as ever."""
    raw, cursor = connection.connection, context["cursor"].cursor
    is_begun = raw.info.transaction_status != TransactionStatus.IDLE
    if is_begun:
        return execute(sql, params, many, context)
    telling = _wall().telling()
    if many or not isinstance(sql, str) or type(cursor) is not raw.cursor_factory:
        if telling:
            raw.execute(telling)
        return execute(sql, params, many, context)
    raw.autocommit = True  # psycopg would send its own; Django still ends what is begun here
    found = execute(f"BEGIN READ ONLY; {telling}{sql}", params, many, context)
    for _sent_before in range(1 + bool(telling)):
        cursor.nextset()
    return found


def _wall() -> Any:
    """The connection, as what knows who reads."""
    return connection
