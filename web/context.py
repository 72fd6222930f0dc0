"""What every page's template knows without being told: menu, theme, language, who is here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from web import shell as menu

THEMES = ("light", "dark")


def theme_of(request: HttpRequest) -> str:
    """Return ``light``, ``dark`` or ``""`` (the system decides); from the cookie, so that nothing flashes."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: theme, menu groups for this person, and the switches' next values."""
    theme = theme_of(request)
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    return {
        "theme": theme,
        "next_theme": "light" if theme == "dark" else "dark",
        "languages": settings.LANGUAGES,
        "shell_groups": menu.groups_for(user, request.path) if signed_in else [],
        "search_url": menu.path_or_none("/search/"),
        "me_url": menu.path_or_none("/me/"),
        "demo": settings.DEMO,
    }
