"""Requests of a signed-in person: what the login middleware and IsAuthenticated promise, told to the type checker."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request

from people.models import User


class SignedIn(HttpRequest):
    """A page's request; every view is behind LoginRequiredMiddleware unless it says otherwise."""

    user: User  # type: ignore[assignment]


class SignedInCall(Request):
    """A call of the API; IsAuthenticated is the default permission."""

    user: User  # type: ignore[assignment]
