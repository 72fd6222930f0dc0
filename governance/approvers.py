"""Who must agree, by the level: the matrix of rulings.md, read from the house scheme's rows.

`Level.rules` holds ``approvers`` (slots, each filled by another person), ``stand_ins`` (who fills a slot whose holders
may not, because they asked, or because there is none), ``grant_days``, ``named_columns`` and ``review_days``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guard import things
from guard.doors import held_by
from guard.memory import once
from guard.models import Level, Standing
from people.models import Membership, RoleHeld, User

_WHY = "whether enough people agreed is judged whoever looks"
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
    return dict(_house_rules()[rank])


@once
def _house_rules() -> dict[int, dict[str, Any]]:
    return dict(Level.objects.filter(scheme__is_house=True).values_list("rank", "rules"))


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
    return [row.person for row in _roles_held() if row.role == name]


@once
def _roles_held() -> list[RoleHeld]:
    """Who holds the roles that the matrix names."""
    held = RoleHeld.objects.filter(role__in=set(SLOT_WORDS) - set(STANDINGS), person__is_active=True)
    return list(held.select_related("person").order_by("person_id"))


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
    capacities = _capacities([person.pk for person in people], things.thing_of(dataset))
    able = {
        person.pk: [n for n, slot in enumerate(slots) if capacities[person.pk] & set(slot.fits)] for person in people
    }
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


def _capacities(person_ids: Sequence[int], thing: Any) -> dict[int, set[str]]:
    """The roles of each person, and their live standings on the thing, their own and through teams."""
    found: dict[int, set[str]] = {pk: set() for pk in person_ids}
    if not found:
        return found
    for person_id, role in RoleHeld.objects.filter(person__in=found).values_list("person_id", "role"):
        found[person_id].add(role)
    in_team: dict[int, list[int]] = {}
    for team_id, person_id in Membership.objects.filter(person__in=found).values_list("team_id", "person_id"):
        in_team.setdefault(team_id, []).append(person_id)
    rows = Standing.objects.unrestricted(_WHY).filter(
        Q(person__in=found) | Q(team__in=in_team), Q(until__isnull=True) | Q(until__gt=Now()), thing=thing
    )
    for person_id, team_id, reason in rows.values_list("person_id", "team_id", "reason"):
        for pk in [person_id] if person_id else in_team[team_id]:
            found[pk].add(reason)
    return found


def names_for(slots: Iterable[Slot], dataset: Any, barred: Iterable[int]) -> list[str]:
    """Who can help: names of people who could fill any of these slots, at most five."""
    out = set(barred)
    found = {p.pk: str(p) for slot in slots for name in slot.fits for p in holders(dataset, name) if p.pk not in out}
    return list(found.values())[:5]
