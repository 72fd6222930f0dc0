"""The header Content-Security-Policy is the library's own text, put together before or for one answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from csp.decorators import csp_exempt, csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from web.middleware import ContentPolicy

NAME = "Content-Security-Policy"


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x")


@csp_update({"img-src": ["https://pictures.example"]})
def with_pictures(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x")


@csp_exempt()
def without(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x")


def with_nonce(request: HttpRequest) -> HttpResponse:
    request._csp_nonce = "abc"  # type: ignore[attr-defined]
    return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]


def with_its_own(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x", headers={NAME: "default-src 'none'"})


@pytest.mark.parametrize("view", [plain, with_pictures, without, with_nonce, with_its_own])
def test_it_says_what_the_library_says(view: Callable[[HttpRequest], HttpResponse]) -> None:
    ours, theirs = (made(view)(RequestFactory().get("/")).headers.get(NAME) for made in (ContentPolicy, CSPMiddleware))
    assert ours == theirs
    assert (ours is None) is (view is without)
