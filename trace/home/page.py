"""The parts of a person's home: which there are, for which roles, in which order.

The page itself says what is asked of one; each part comes later, from an address of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from web.panels import place_for


@dataclass(frozen=True)
class Card:
    """One card: a template below trace/home/ and what it draws."""

    template: str
    data: Any
    lede: str = ""


@dataclass(frozen=True)
class Part:
    """Cards of the home that come together.

    Args:
        name: last part of its address.
        title: heading of the place that is held for it.
        cards: asks for what it draws, for one person.
        roles: whose; nobody named is everybody.
        aside: in the narrow column.
        size: how much room is kept (web.panels.SIZES).
    """

    name: str
    title: str | Promise
    cards: Callable[[Any], Sequence[Card]]
    roles: tuple[str, ...] = ()
    aside: bool = False
    size: str = "mid"

    def is_for(self, person: Any) -> bool:
        """Whether this person has such a home."""
        return not self.roles or bool(person.has_role(*self.roles))

    @property
    def place(self) -> SafeString:
        """What stands on the page until the part is there."""
        return place_for(reverse(f"trace:home-{self.name}"), self.title, self.size, f"home-{self.name}")


def parts() -> tuple[Part, ...]:
    """Every part, in the order of the page."""
    from trace.home import for_governance, for_owner, for_pm, for_stakeholder

    return (*for_governance.PARTS, *for_pm.PARTS, *for_owner.PARTS, *for_stakeholder.PARTS)


def parts_for(person: Any) -> list[Part]:
    """The parts of one person's home: those of each of their roles, or, without any role, what everybody has."""
    own = [part for part in parts() if part.roles and part.is_for(person)]
    if own and not person.has_role("stakeholder"):
        return own
    return own + [part for part in parts() if not part.roles]
