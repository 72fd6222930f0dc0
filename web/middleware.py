"""What surrounds every request: its id, its refusals, and the promise that reading does not write."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse

from guard import memory
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
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
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
        structlog.contextvars.clear_contextvars()
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
        bool(getattr(request, "user", None))
        with read_only(), memory.remembering(lambda: getattr(request, "user", None)):
            return self.get_response(request)


@contextmanager
def read_only() -> Iterator[None]:
    """A transaction in which PostgreSQL refuses every write.

    The outermost one begins as read-only without a round trip of its own; inside another transaction (tests) a
    savepoint is made read-only, which ends with it.
    """
    if connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            yield
        return
    connection.ensure_connection()
    raw = connection.connection
    raw.read_only = True
    try:
        with transaction.atomic():
            yield
    finally:
        if not raw.closed:
            raw.read_only = None
