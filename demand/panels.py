"""What demand shows on the pages of metrics, datasets and products: who asks about them."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from catalog.lookup import one_of
from demand.models import Insight, Request
from demand.views import insights, requests
from guard.models import Link
from web.panels import register_panel

MOST = 5


def asked_about(request: Any, thing: Any) -> str | None:
    """The newest requests that ask about a thing, as far as the reader may see them."""
    joints = Link.objects.visible_to(request.user).filter(target_id=thing.pk, relation="asks_about")
    rows = Request.objects.visible_to(request.user).filter(pk__in=joints.values("source_id")).order_by("-pk")[:MOST]
    return render_to_string("demand/panel_asked.html", {"asks": list(rows), "thing": thing})


def insight_for(actor: Any, key: str) -> Insight:
    """An insight by key.

    Raises:
        Absent: unknown or hidden.
    """
    found: Insight = one_of(Insight.objects.visible_to(actor), key)
    return found


def request_for(actor: Any, key: str) -> Request:
    """A request by key.

    Raises:
        Absent: unknown or hidden.
    """
    found: Request = one_of(Request.objects.visible_to(actor), key)
    return found


_ON_INSIGHTS = (
    ("next", insights.draw_next, _("What comes next"), "mid"),
    ("quotes", insights.draw_adding, _("Add quotes"), "line"),
)
_ON_REQUESTS = (
    ("next", requests.draw_next, _("What comes next"), "mid"),
    ("similar", requests.draw_similar, _("Like it"), "low"),
    ("history", requests.draw_history, _("What happened"), "mid"),
    ("insights", requests.draw_joining, _("Join insights"), "line"),
)


def register() -> None:
    """Add the panel to the lower rooms' pages, and to demand's own what comes later on them."""
    for place in (_ON_INSIGHTS, _ON_REQUESTS):
        for name, draw, title, size in place:
            kind, load = ("insight", insight_for) if place is _ON_INSIGHTS else ("request", request_for)
            register_panel(kind, "named", draw, name=name, title=title, size=size, load=load)
    for kind in ("metric", "dataset", "product"):
        register_panel(kind, "side", asked_about, order=40, name="asked", title=_("Asked about"), size="low")
