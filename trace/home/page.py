"""Which sections a person's home has, in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """One card of the home page.

    Args:
        template: below trace/home/.
        data: what it draws; an empty one is left out unless `empty` teaches the next step.
        aside: in the narrow column.
    """

    template: str
    data: Any
    aside: bool = False


def sections_for(person: Any) -> tuple[str, list[Section]]:
    """The lede and the sections of one person's home.

    A person with several roles gets the sections of each, once; somebody without any sees what may be done next.
    """
    from trace.home import for_governance, for_owner, for_pm, for_stakeholder

    rooms: Sequence[tuple[tuple[str, ...], Callable[[Any], tuple[str, list[Section]]]]] = (
        (("governance_lead", "auditor", "security", "privacy"), for_governance.sections),
        (("data_pm",), for_pm.sections),
        (("data_engineer",), for_owner.sections),
        (("stakeholder",), for_stakeholder.sections),
    )
    lede = ""
    found: list[Any] = []
    for roles, sections in rooms:
        if person.has_role(*roles):
            said, cards = sections(person)
            lede = lede or said
            found += [card for card in cards if card.template not in {other.template for other in found}]
    if not found:
        return for_stakeholder.sections(person)
    return lede, found
