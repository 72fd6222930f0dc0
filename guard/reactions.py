"""Rooms that react to ledger codes, after commit, through the outbox; nothing points up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guard import outbox

REACTIONS: dict[str, list[Callable[[int, int | None], None]]] = {}


def reacts_to(*codes: str) -> Callable[[Callable[[int, int | None], None]], Callable[[int, int | None], None]]:
    """Declare a reaction: a function of (entry id, thing id), idempotent."""

    def wrap(function: Callable[[int, int | None], None]) -> Callable[[int, int | None], None]:
        for code in codes:
            REACTIONS.setdefault(code, []).append(function)
        return function

    return wrap


def publish(code: str, entry_id: int, thing: Any) -> None:
    """Ask for the reactions to a code, if anybody reacts to it."""
    if REACTIONS.get(code):
        outbox.start("guard.react", code=code, entry_id=entry_id, thing_id=getattr(thing, "pk", None))


@outbox.work("guard.react")
def react(code: str, entry_id: int, thing_id: int | None) -> None:
    """Run every reaction to one entry."""
    for function in REACTIONS.get(code, []):
        function(entry_id, thing_id)
