"""What demand shows on the pages of metrics, datasets and products: who asks about them."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from demand.models import Request
from guard.models import Link
from web.panels import register_panel

MOST = 5


def asked_about(request: Any, thing: Any) -> str | None:
    """The newest requests that ask about a thing, as far as the reader may see them."""
    joints = Link.objects.visible_to(request.user).filter(target_id=thing.pk, relation="asks_about")
    rows = Request.objects.visible_to(request.user).filter(pk__in=joints.values("source_id")).order_by("-pk")[:MOST]
    return render_to_string("demand/panel_asked.html", {"asks": list(rows), "thing": thing})


def register() -> None:
    """Add the panel to the lower rooms' pages."""
    for kind in ("metric", "dataset", "product"):
        register_panel(kind, "side", asked_about, order=40)
