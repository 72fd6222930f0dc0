"""Acting in somebody's place: a higher room, which keeps delegations, says at the moment of the act whether one may.

An act that has the keyword ``on_behalf_of`` takes a username there. Sight stays the actor's own; the role or standing
that the act asks for is looked for in the person whose place it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from guard.refusals import Denied

NAMED_BY = "on_behalf_of"  # the keyword of an act
Keeper = Callable[[Any, str, Any], Any]
_KEEPERS: list[Keeper] = []


def keeps_places(keeper: Keeper) -> Keeper:
    """Declare who knows delegations: ``fn(by, username, thing)`` gives the person whose place `by` may take there now,
    held until the act ends, or None."""
    _KEEPERS.append(keeper)
    return keeper


def place_of(by: Any, named: str, thing: Any) -> Any:
    """The person in whose place `by` acts on a thing.

    Raises:
        Denied: nobody of that name let `by` stand in here today; nobody of that name at all looks alike.
    """
    found = [person for keeper in _KEEPERS if thing is not None and (person := keeper(by, named, thing)) is not None]
    if not found:
        raise Denied(_("You stand in for nobody of that name here today."), code="no-delegation")
    return found[0]
