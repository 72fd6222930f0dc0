"""Addresses that only tests know: each view answers, refuses or misbehaves in one way."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import escape

import config.urls
from guard.gates import Finding
from guard.refusals import Absent, Blocked, Denied, Invalid, Stale
from web.middleware import read_only

handler400, handler403 = config.urls.handler400, config.urls.handler403
handler404, handler500 = config.urls.handler404, config.urls.handler500

RAISED: dict[str, Any] = {
    "absent": Absent,
    "missing": lambda: Http404("the secret name"),
    "denied": lambda: Denied("Only the owner can."),
    "forbidden": PermissionDenied,
    "blocked": lambda: Blocked(findings=[Finding("PRD-G2", "Chargeback lag has no owner.", who=("Tom Okafor",))]),
    "invalid": lambda: Invalid(errors={"title": ["Say what it is."]}),
    "stale": Stale,
    "suspicious": lambda: SuspiciousOperation("the secret name"),
    "broken": lambda: RuntimeError("the secret name"),
}


def refuse(request: HttpRequest, how: str) -> HttpResponse:
    raise RAISED[how]()


def write(request: HttpRequest) -> HttpResponse:
    """A page that writes: the database must refuse it on GET."""
    from people.models import Team

    Team.objects.create(slug="made-by-a-page", name="Made by a page")
    return HttpResponse("written")


def nested(request: HttpRequest) -> HttpResponse:
    with read_only():
        return HttpResponse("read")


def hits(request: HttpRequest) -> HttpResponse:
    """What the search page gives the search box."""
    word = escape(request.GET.get("q", ""))
    return HttpResponse(f'<a href="/nested/?one">One {word}</a><a href="/nested/?two">Two {word}</a>')


urlpatterns = [
    path("search/", hits),
    path("refuse/<slug:how>/", refuse),
    path("api/refuse/<slug:how>/", refuse),
    path("write/", write),
    path("nested/", nested),
    *config.urls.urlpatterns,
]
