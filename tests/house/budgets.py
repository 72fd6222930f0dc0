"""How many statements every address that is read may send, beyond what every signed-in request sends.

A list has `LIST`, an object `OBJECT` (performance.md, B10). What cannot be that cheap stands here with its reason, and
is held to that number whatever the rows.
"""

from __future__ import annotations

LIST, OBJECT = 3, 6

#: URL name: (most statements, why not fewer).
DEARER: dict[str, tuple[int, str]] = {}


def budget_of(name: str, what: str) -> int:
    """The most statements that a route may send.

    Args:
        name: of the route.
        what: sort of its row in tests/house/routes.
    """
    if name in DEARER:
        return DEARER[name][0]
    return OBJECT if what == "object" else LIST
