"""The demo's people sign in with the one password that script/server printed: in demo mode and on this machine only.

`demo load` gives them no password at all (`set_unusable_password`): a copy of its database opens for nobody elsewhere.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from people.backends import WithRights
from people.models import User


class DemoBackend(WithRights, ModelBackend):
    """Known to Django while THROUGHLINE_DEMO is on (config/settings.py)."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_more: Any
    ) -> User | None:
        """The person, when everything that the demo asks for is true; None lets the next backend try."""
        expected = settings.DEMO_PASSWORD
        if not (settings.DEMO and expected and password and username and _is_from_here(request)):
            return None
        if not constant_time_compare(password, expected):
            return None
        user = User.objects.filter(username=username, is_active=True, is_service=False).first()
        return user if user is not None and not user.has_usable_password() else None


def _is_from_here(request: HttpRequest | None) -> bool:
    address = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
