"""What may already answer an ask: certified metrics, live products, open requests, as far as the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.lookup import dataset_for
from catalog.search import Similar, similar
from demand.models import Request
from demand.states import OPEN
from guard.models import Thing
from guard.refusals import Absent

ALIKE = 0.5  # share of the telling words that something must have to be shown (REQ-4)
MOST = 3
ABOUT = ("metric", "product", "dataset")  # what a request may ask about
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


def meant_by(actor: Any, names: Sequence[str]) -> tuple[list[Thing], list[str]]:
    """The metrics, products and datasets that names mean, and the names that mean nothing the actor may read.

    Args:
        actor: who asks.
        names: keys, titles, or qualified names of datasets; a title that two things share means neither.
    """
    found, unknown = [], []
    rows = Thing.objects.visible_to(actor, "read").filter(kind__in=ABOUT)
    for name in names:
        known = rows.filter(key__iexact=name)[:1] or rows.filter(title__iexact=name)[:2]
        if len(known) == 1:
            found.append(known[0])
            continue
        try:
            found.append(dataset_for(actor, name).thing)
        except Absent:
            unknown.append(name)
    return list(dict.fromkeys(found)), unknown


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
