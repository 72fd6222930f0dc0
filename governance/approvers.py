"""Who must agree, by the level: the matrix of rulings.md, read from the house scheme's rows.

`Level.rules` holds ``approvers`` (slots, each filled by another person), ``stand_ins`` (who fills a slot whose holders
may not, because they asked, or because there is none), ``grant_days``, ``named_columns`` and ``review_days``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guard import things
from guard.doors import held_by
from guard.models import Level
from people.models import RoleHeld, User

STANDINGS = ("owner", "steward")
SLOT_WORDS: dict[str, str | Promise] = {
    "owner": _("Owner"),
    "steward": _("Steward"),
    "governance_lead": _("Governance lead"),
    "security": _("Security"),
    "privacy": _("Privacy"),
}


def rules_of(rank: int) -> dict[str, Any]:
    """What follows from a level of the house scheme."""
    return dict(Level.objects.get(scheme__is_house=True, rank=rank).rules)


@dataclass(frozen=True)
class Slot:
    """One agreement that is needed: by any of these roles or standings."""

    name: str
    fits: tuple[str, ...]


def slots_for(dataset: Any, rank: int, barred: Iterable[int], *, at_least: int = 1) -> list[Slot]:
    """The agreements that a decision at this level needs.

    Args:
        dataset: spoken of.
        rank: the strictest level involved.
        barred: people who may not agree (who asked, proposed, or edited last), by id.
        at_least: how many people must agree; a governance lead is added when the matrix names fewer.

    Returns:
        Slots in the order of the matrix. A slot that no unbarred person holds may be filled by the stand-ins.
    """
    rules, out = rules_of(rank), set(barred)
    names = list(rules["approvers"])
    names += ["governance_lead"] * (at_least - len(names))
    stand_ins = tuple(rules.get("stand_ins", ()))
    slots = []
    for name in names:
        held = any(person.pk not in out for person in holders(dataset, name))
        slots.append(Slot(name, (name,) if held or name not in STANDINGS else (name, *stand_ins)))
    return slots


def one_of(rank: int) -> Slot:
    """The single agreement that a first label or a raise needs: any of the matrix, or a stand-in."""
    rules = rules_of(rank)
    return Slot("reviewer", tuple(dict.fromkeys([*rules["approvers"], *rules.get("stand_ins", ())])))


def holders(dataset: Any, name: str) -> list[User]:
    """The active people who hold a slot's standing on the dataset, or its role."""
    if name in STANDINGS:
        return [person for person in things.standing_people(dataset, name) if person.is_active]
    held = RoleHeld.objects.filter(role=name, person__is_active=True).select_related("person").order_by("person_id")
    return [row.person for row in held]


def fits(person: Any, dataset: Any, slot: Slot) -> str:
    """As what a person may fill a slot: the role or standing; empty when they may not."""
    held = {standing.reason for standing in held_by(person, things.thing_of(dataset))}
    return next((name for name in slot.fits if name in held or name in person.principal.roles), "")


def assign(slots: Sequence[Slot], people: Sequence[Any], dataset: Any) -> dict[int, Any]:
    """Give each person at most one slot, so that as many slots as possible are filled.

    Args:
        slots: at most a handful.
        people: who agreed, each once.
        dataset: for standings.

    Returns:
        Person by index of the slot.
    """
    able = {person.pk: [n for n, slot in enumerate(slots) if fits(person, dataset, slot)] for person in people}
    filled: dict[int, Any] = {}

    def place(person: Any, tried: set[int]) -> bool:
        for number in able[person.pk]:
            if number in tried:
                continue
            tried.add(number)
            if number not in filled or place(filled[number], tried):
                filled[number] = person
                return True
        return False

    for person in people:
        place(person, set())
    return filled


def names_for(slots: Iterable[Slot], dataset: Any, barred: Iterable[int]) -> list[str]:
    """Who can help: names of people who could fill any of these slots, at most five."""
    out = set(barred)
    found = {p.pk: str(p) for slot in slots for name in slot.fits for p in holders(dataset, name) if p.pk not in out}
    return list(found.values())[:5]
