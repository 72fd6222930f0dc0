"""Who must agree, by the level: the matrix of rulings.md, read from the house scheme's rows.

`Level.rules` holds ``approvers`` (slots, each filled by another person), ``stand_ins`` (who fills an owner's or
steward's slot for which no different person is left: they asked, there is none, or they fill another slot already),
``grant_days``, ``named_columns`` and ``review_days``; further ``warn_days``, ``disuse_days``, and of emergencies
``glass_hours``, ``glass_roles`` (who may), ``glass_tells`` and ``glass_reviewers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guard import things
from guard.doors import held_by, standings
from guard.memory import once
from guard.models import Level, Standing
from people.models import Membership, Role, RoleHeld, User

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


def longest(name: str) -> int:
    """The highest number that any level has under a name."""
    return max((int(rules.get(name) or 0) for rules in _house_rules().values()), default=0)


@once
def _house_rules() -> dict[int, dict[str, Any]]:
    return dict(Level.objects.filter(scheme__is_house=True).values_list("rank", "rules"))


def seat_roles() -> set[str]:
    """The roles that any level asks for, or lets stand in; standings on the dataset are the others."""
    named = {name for rules in _house_rules().values() for name in [*rules["approvers"], *rules.get("stand_ins", ())]}
    return named - set(STANDINGS)


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
        Slots in the order of the matrix. A slot for which no different unbarred person is left may be filled by the
        stand-ins.
    """
    rules, out = rules_of(rank), set(barred)
    names = list(rules["approvers"])
    names += ["governance_lead"] * (at_least - len(names))
    stand_ins = tuple(rules.get("stand_ins", ()))
    able: dict[int, set[str]] = {}
    for name in dict.fromkeys(names):
        for person in holders(dataset, name):
            if person.pk not in out:
                able.setdefault(person.pk, set()).add(name)
    held = _seated(names, able)
    return [
        Slot(name, (name,) if number in held or name not in STANDINGS else tuple(dict.fromkeys([name, *stand_ins])))
        for number, name in enumerate(names)
    ]


def _seated(names: Sequence[str], able: Mapping[int, set[str]]) -> set[int]:
    """The numbers of the slots that different people can fill at once, slots of roles before those of standings.

    An owner who is the only steward, too, fills one of the two; the other is then for a stand-in.
    """
    filled: dict[int, int] = {}

    def place(number: int, tried: set[int]) -> bool:
        for pk, can in able.items():
            if names[number] not in can or pk in tried:
                continue
            tried.add(pk)
            taken = next((other for other, who in filled.items() if who == pk), None)
            if taken is None or place(taken, tried):
                filled[number] = pk
                return True
        return False

    for number in sorted(range(len(names)), key=lambda n: names[n] in STANDINGS):
        place(number, set())
    return set(filled)


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
    """Who holds the roles that the matrix names, and the administrators who can name others."""
    held = RoleHeld.objects.filter(role__in={*SLOT_WORDS, Role.ADMIN} - set(STANDINGS), person__is_active=True)
    return list(held.select_related("person").order_by("person_id"))


def glass_reviewers(dataset: Any, rank: int, barred: Iterable[int]) -> list[User]:
    """Who may look afterwards at what was taken in an emergency."""
    out = set(barred)
    found = {p.pk: p for name in rules_of(rank)["glass_reviewers"] for p in holders(dataset, name) if p.pk not in out}
    return list(found.values())


def may_break_glass(person: Any, rank: int) -> bool:
    """Whether the level names a role of this person for emergencies."""
    return bool(person.principal.roles & set(rules_of(rank)["glass_roles"]))


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
    held = capacities([person.pk for person in people], things.thing_of(dataset))
    able = {person.pk: [n for n, slot in enumerate(slots) if held[person.pk] & set(slot.fits)] for person in people}
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


def capacities(person_ids: Sequence[int], thing: Any) -> dict[int, set[str]]:
    """The roles of each person by id, and their live standings on the thing, their own and through teams."""
    found: dict[int, set[str]] = {pk: set() for pk in person_ids}
    if not found:
        return found
    roles = RoleHeld.objects.filter(person=OuterRef("pk")).values("role")
    teams = Membership.objects.filter(person=OuterRef("pk")).values("team_id")
    rows = User.objects.filter(pk__in=found).order_by().annotate(held=ArraySubquery(roles), inside=ArraySubquery(teams))
    in_team: dict[int, list[int]] = {}
    for pk, held, inside in rows.values_list("pk", "held", "inside"):
        found[pk].update(held)
        for team_id in inside:
            in_team.setdefault(team_id, []).append(pk)
    for standing in _standing_on(thing):
        for pk in [standing.person_id] if standing.person_id else in_team.get(standing.team_id, []):
            if pk in found:
                found[pk].add(standing.reason)
    return found


def _standing_on(thing: Any) -> list[Any]:
    """The live standings on a thing but grants, which fill no slot; a reading request knows them already."""
    known = standings.remembered([thing.pk])
    if known is not None:
        return known[thing.pk]
    rows = Standing.objects.unrestricted(_WHY).filter(standings.live(), ~Q(reason=standings.GRANT), thing=thing)
    return list(rows)


def names_for(slots: Iterable[Slot], dataset: Any, barred: Iterable[int]) -> list[str]:
    """Who can help: names of people who could fill any of these slots, at most five."""
    out = set(barred)
    found = {p.pk: str(p) for slot in slots for name in slot.fits for p in holders(dataset, name) if p.pk not in out}
    return list(found.values())[:5]
