"""Who else needs what somebody asked for."""

from __future__ import annotations

from typing import Any

from demand import handed
from demand.models import Request, RequestSupport
from guard import clock, things
from guard.doors import acting
from guard.policy import READ


def add_voice(request: Request, person: Any, importance: int, why: str = "") -> RequestSupport:
    """Keep one person's voice for a request and count the voices, inside an act."""
    things.lock(request)
    rows = RequestSupport.objects.unrestricted("voices are counted whoever looks")
    support, _made = rows.update_or_create(
        request=request, person=person,
        defaults={"importance": importance, "why": handed.text(why), "at": clock.now()},
    )  # fmt: skip
    request.support_count = rows.filter(request=request, importance__gt=0).count()
    request.save(update_fields=["support_count"])
    things.give(request, person=person, reason="supporter", grade=READ)
    acting().note(counts={"voices": request.support_count}, importance=importance)
    return support
