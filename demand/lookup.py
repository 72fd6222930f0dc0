"""What may already answer an ask: certified metrics, live products, open requests, as far as the asker may see."""

from __future__ import annotations

from typing import Any

from catalog.search import Similar, similar
from demand.models import Request
from demand.states import OPEN

ALIKE = 0.5  # share of the telling words that something must have to be shown (REQ-4)
MOST = 3
LOOKED_THROUGH = 30
#: States in which a thing of each kind can answer somebody.
LIVE = {
    "metric": ("certified",),
    "product": ("live", "iterate"),
    "request": tuple(sorted(str(state) for state in OPEN)),
}


def text_of(request: Request) -> str:
    """What an ask is about, in one text."""
    parts = (request.title, request.business_question, request.decision_to_make)
    return "\n".join(dict.fromkeys(part.strip() for part in parts if part.strip()))


def similar_to(actor: Any, text: str, *, without: int | None = None, limit: int = MOST) -> list[Similar]:
    """Things that may answer `text` already, best first.

    Args:
        actor: who asks; nothing that they may not read is found.
        text: what they are typing.
        without: a Thing to leave out, such as the request itself.
        limit: how many at most.
    """
    found = similar(actor, text, LIVE, limit=LOOKED_THROUGH, share=ALIKE)
    return [hit for hit in found if hit.thing.pk != without and hit.thing.state in LIVE[hit.thing.kind]][:limit]
