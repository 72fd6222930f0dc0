"""What follows at once: a higher room hangs its rule on what happens below, inside the same act and transaction.

Reactions (guard.reactions) come after the commit; what must not wait for a worker is declared here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

Follower = Callable[[Any], None]
LEVELS_ROSE, STATE_SET, PERSON_LEFT = "levels.rose", "state.set", "person.left"
FOLLOWERS: dict[str, list[Follower]] = {}


def follows(event: str) -> Callable[[Follower], Follower]:
    """Declare what follows an event; it runs within the act that caused it and may not refuse.

    Args:
        event: `LEVELS_ROSE` (ids of things), `STATE_SET` (a Thing in its new state), `PERSON_LEFT` (a person).
    """

    def wrap(function: Follower) -> Follower:
        FOLLOWERS.setdefault(event, []).append(function)
        return function

    return wrap


def follow(event: str, what: Any) -> None:
    """Let follow what rooms declared; nothing for an empty list of things."""
    if isinstance(what, Collection) and not what:
        return
    for function in FOLLOWERS.get(event, ()):
        function(what)
