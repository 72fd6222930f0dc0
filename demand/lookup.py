"""What may already answer an ask: certified metrics, live products, open requests, as far as the asker may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demand import similarity
from demand.models import Request
from demand.states import OPEN
from guard.models import Thing

ALIKE = 0.34  # below this two short texts share words, not a question (tests/demand/test_similarity.py)
MOST = 3
#: States in which a thing of each kind can answer somebody.
LIVE = {
    "metric": ("certified",),
    "product": ("live", "iterate"),
    "request": tuple(sorted(str(state) for state in OPEN)),
}


@dataclass(frozen=True)
class Hit:
    """Something that may answer, and how alike it is, 0 to 1."""

    thing: Thing
    alike: float


def text_of(request: Request) -> str:
    """What an ask is about, in one text."""
    parts = (request.title, request.business_question, request.decision_to_make)
    return "\n".join(dict.fromkeys(part.strip() for part in parts if part.strip()))


def similar_to(actor: Any, text: str, *, without: int | None = None, limit: int = MOST) -> list[Hit]:
    """Things that may answer `text` already, best first.

    Args:
        actor: who asks; nothing that they may not read is found.
        text: what they are typing.
        without: a Thing to leave out, such as the request itself.
        limit: how many at most.
    """
    if not similarity.tokens(text):
        return []
    rows = Thing.objects.visible_to(actor).filter(kind__in=LIVE).exclude(pk=without)
    texts: dict[str, str] = {}
    things: dict[str, Thing] = {}
    for thing in rows.order_by("-updated_at")[:500]:
        if thing.state in LIVE[thing.kind]:
            things[thing.key], texts[thing.key] = thing, thing.title
    found = similarity.most_similar(text, texts, ALIKE, limit)
    return [Hit(things[key], alike) for key, alike in found]
