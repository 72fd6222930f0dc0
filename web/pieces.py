"""The address of every panel that comes later: ``/pieces/KIND/KEY/NAME/``.

The script of the page fetches it from there into the place that the page holds; whoever opens it plainly gets it as
a page. It is as absent as its thing to whoever may not see that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from guard.doors import opened
from guard.kinds import url_of
from guard.models import Thing
from guard.refusals import Absent
from web.errors import is_fragment
from web.pages import page
from web.panels import Panel, later_panels


def answer(request: HttpRequest, html: str, context: Mapping[str, object]) -> HttpResponse:
    """A piece for the script, or the page that a plain link to it opens.

    Args:
        request: as it came.
        html: the drawn piece.
        context: `heading`, `crumb` and `back` (where it belongs) of the plain page.
    """
    if is_fragment(request):
        return HttpResponse(html, headers={"Vary": "HX-Request"})
    return page(request, "parts/piece.html", {"piece": html, **context})


def show(panel: Panel) -> Callable[..., HttpResponse]:
    """The view of one panel."""

    @require_GET
    def show_piece(request: HttpRequest, key: str) -> HttpResponse:
        load = panel.load or partial(thing_of, kind=panel.kind, action=panel.needs)
        found = opened(request.user, load(request.user, key))
        html = SafeString(panel.draw(request, found) or "")
        context = {"heading": panel.title, "crumb": found.title, "back": url_of(found), "is_line": panel.size == "line"}
        return answer(request, html, context)

    return show_piece


def thing_of(actor: Any, key: str, *, kind: str, action: str) -> Thing:
    """The Thing of a panel.

    Raises:
        Absent: unknown, of another kind, or not for this person.
    """
    rows = Thing.objects.visible_to(actor, action).filter(kind=kind, key=key).select_related("domain")
    found = rows.first() if "\x00" not in key else None
    if found is None:
        raise Absent()
    return found  # type: ignore[no-any-return]


def patterns() -> list[URLPattern]:
    """The addresses of all panels that come later."""
    return [
        path(f"pieces/{panel.kind}/<str:key>/{panel.name}/", show(panel), name=panel.route) for panel in later_panels()
    ]
