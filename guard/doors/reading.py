"""The policy in SQL, and the same policy for one thing in hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef, Q

from guard import policy
from guard.doors import standings
from guard.grades import Grades
from guard.policy import Held, Principal
from guard.rules import live
from guard.wall import reads_as, tell

if TYPE_CHECKING:
    from guard.models import Thing


class Actor(Protocol):
    """Anybody who reads or acts: a user, or a service account acting under its own name."""

    @property
    def principal(self) -> Principal: ...


def ceilings(principal: Principal, needed: int) -> tuple[int, dict[int, list[int]]]:
    """What clearance alone opens: a ceiling for every domain, and higher ones by rank with their domains."""
    everywhere = principal.grades.ceiling(principal.clearances.get(None, 0), needed)
    higher: dict[int, list[int]] = defaultdict(list)
    for domain_id in principal.clearances:
        if domain_id is not None:
            ceiling = principal.grades.ceiling(principal.clearance(domain_id), needed)
            if ceiling > everywhere:
                higher[ceiling].append(domain_id)
    return everywhere, higher


def visible_q(principal: Principal, needed: int, path: str = "thing") -> Q:
    """The rows of which `principal` has at least grade `needed`, as a condition.

    Args:
        principal: the reader.
        needed: a grade from `guard.policy`.
        path: ORM path from the row to its Thing; empty for Thing itself.

    Returns:
        Level against clearance in that domain, or one EXISTS on Standing (house.md), less what a rule in force closes.
    """
    if not principal.active:
        return Q(pk__in=[])
    prefix = f"{path}__" if path else ""
    everywhere, higher = ceilings(principal, needed)
    condition = Q(_standing(principal, needed, f"{path}_id" if path and "__" not in path else f"{prefix}pk"))
    if everywhere:
        condition |= Q(**{f"{prefix}level__lte": everywhere})
    for ceiling, domains in sorted(higher.items()):
        condition |= Q(**{f"{prefix}level__lte": ceiling, f"{prefix}domain_id__in": sorted(domains)})
    closed = live.closed_q(principal, needed, path)
    return condition if closed is None else condition & ~closed


def _standing(principal: Principal, needed: int, outer: str) -> Exists:
    return Exists(_mine_on(principal, outer).filter(grade__gte=needed).order_by())


def owned_q(principal: Principal) -> Q:
    """The rows of whose `thing` the principal is an owner now, as a condition."""
    return Q(Exists(_mine_on(principal, "thing_id").filter(reason="owner").order_by()))


def _mine_on(principal: Principal, outer: str) -> Any:
    rows = apps.get_model("guard", "Standing").objects.unrestricted("the policy itself reads who stands where")
    return rows.filter(standings.mine(principal), standings.live(), thing_id=OuterRef(outer))


def held_by(actor: Actor, thing: Thing) -> list[Held]:
    """The live standings of one actor on one thing."""
    return held_on(actor, [thing.pk]).get(thing.pk, [])


def held_on(actor: Actor, thing_ids: Iterable[int]) -> dict[int, list[Held]]:
    """The live standings of one actor on several things, in one query."""
    principal, wanted = actor.principal, list(thing_ids)
    found: dict[int, list[Held]] = defaultdict(list)
    known = standings.remembered(wanted, principal)
    if known is not None:
        for pk, stood in known.items():
            own = [s for s in stood if s.person_id == principal.user_id or s.team_id in principal.team_ids]
            found[pk] = [Held(s.reason, s.grade) for s in own]
        return found
    rows = (
        apps.get_model("guard", "Standing")
        .objects.unrestricted("the policy itself reads who stands where")
        .filter(standings.mine(principal), standings.live(), thing_id__in=wanted)
        .values_list("thing_id", "reason", "grade")
    )
    for thing_id, reason, grade in rows:
        found[thing_id].append(Held(reason, grade))
    return found


def grade_of(actor: Actor, thing: Thing) -> int:
    """How much of `thing` the actor may see, 0 to 6 (guard.policy)."""
    principal, held = actor.principal, held_by(actor, thing)
    return live.narrowed(principal, thing, held, policy.grade(principal, thing.level, thing.domain_id, held))


def may_read(actor: Actor, thing: Thing) -> bool:
    """Whether the actor may see what a thing is called; asks for standings only where clearance does not settle it."""
    principal = actor.principal
    given = principal.grades.given(principal.clearance(thing.domain_id), thing.level)
    return (not principal.rulebook and given >= policy.READ) or grade_of(actor, thing) >= policy.READ


def grades_of(actor: Actor, things: Iterable[Thing]) -> dict[int, int]:
    """The grade of each thing by its id, with one query for all standings."""
    things = list(things)
    principal, held = actor.principal, held_on(actor, [thing.pk for thing in things]) if things else {}
    grades = {}
    for thing in things:
        mine = held.get(thing.pk, [])
        hard = policy.grade(principal, thing.level, thing.domain_id, mine)
        grades[thing.pk] = live.narrowed(principal, thing, mine, hard)
    return grades


def principal_of(actor: Any) -> Principal:
    """The actor's principal; forgetting the actor is loud."""
    principal = getattr(actor, "principal", None)
    if not isinstance(principal, Principal):
        raise TypeError("visible_to needs an actor: a signed-in person or a named service account.")
    return principal


def visible_sql(actor: Actor, action: str = "read") -> tuple[str, list[Any]]:
    """The policy as a condition on the table ``guard_thing``, for what the ORM cannot say or is slow to say.

    Args:
        actor: who reads.
        action: a name from guard.policy.ACTIONS.

    Returns:
        SQL without leading WHERE, and its parameters; the very condition that `visible_to` compiles to.
    """
    mine = principal_of(actor)
    clearances = frozenset(mine.clearances.items())
    reader = _Reader(
        mine.user_id, mine.username, mine.roles, mine.team_ids, clearances, mine.active, mine.rulebook, mine.grades
    )  # fmt: skip
    condition, parameters = _compiled(reader, action)
    tell(mine.user_id)
    return f"{condition} {reads_as(mine.user_id)}", list(parameters)


@dataclass(frozen=True)
class _Reader:
    """Everything that a principal is, as one value: two that are equal get the same condition."""

    user_id: int
    username: str
    roles: frozenset[str]
    team_ids: frozenset[int]
    clearances: frozenset[tuple[int | None, int]]
    active: bool
    rulebook: str
    grades: Grades

    @property
    def principal(self) -> Principal:
        return Principal(
            self.user_id, self.username, self.roles, self.team_ids, dict(self.clearances), self.active, self.rulebook,
            self.grades,
        )  # fmt: skip


@lru_cache(maxsize=1024)
def _compiled(reader: _Reader, action: str) -> tuple[str, tuple[Any, ...]]:
    """Compiled once for each reader as they are now. Nothing goes stale: another clearance is another reader, and what
    changes without the reader changing (standings, levels, the time) is asked by the SQL itself."""
    query = apps.get_model("guard", "Thing").objects.visible_to(reader, action).select_related(None).query
    compiler = query.get_compiler("default")
    compiler.pre_sql_setup()
    try:
        condition, parameters = compiler.compile(query.where)
    except EmptyResultSet:  # somebody who left sees nothing
        return "false", ()
    return condition, tuple(parameters)
