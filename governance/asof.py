"""Who could read something on a day, and why: the policy of that day over the rows of that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Column, Label
from governance.sight import ABOUT_OTHERS
from guard import clock, past, policy
from guard.doors import opened
from guard.grades import Grades
from guard.models import GradeRow, RuleBook, Standing, Thing
from guard.policy import EXISTS, Held, Principal
from guard.refusals import Absent, Denied, Invalid
from guard.rules import live
from people.models import Clearance, Membership, RoleHeld, User

_WHY = "what was is put together from every row; whoever asks answers for access"


@dataclass(frozen=True)
class Could:
    """One person as they were then: how much of the thing they could see, and what gave it."""

    person: User
    grade: int
    clearance: int
    standings: tuple[Held, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class AsOf:
    """The answer: what the thing was then, and who could see how much of it, the most first.

    Args:
        thing: as it is now.
        at: the moment asked about.
        level, state: of the thing then.
        column: that was asked about, if any.
        column_level: approved for the column then; None for none.
        people: all who could at least know of it.
    """

    thing: Thing
    at: datetime
    level: int
    state: str
    column: str = ""
    column_level: int | None = None
    people: list[Could] = field(default_factory=list)


def who_could_read(*, reader: Any, key: str, at: datetime, column: str = "") -> AsOf:
    """Answer the question of an auditor: who could read this then, and why.

    Args:
        reader: governance, security or an auditor, who may see the thing today.
        key: of the thing.
        at: a moment with a zone, not in the future.
        column: of a dataset; its approved level of that day is told, too.

    Raises:
        Absent: no such thing or column that the reader may see.
        Denied: somebody whose duty this is not.
        Invalid: it was not there yet, or the moment has not come.
    """
    thing = Thing.objects.visible_to(reader).select_related("domain").filter(key__iexact=key).first()
    if thing is None:
        raise Absent()
    if not ABOUT_OTHERS.permits(reader.principal):
        raise Denied(_("Governance, security and auditors ask who could read something."))
    if at > clock.now():
        raise Invalid(errors={"at": [_("This moment has not come yet.")]})
    opened(reader, thing)
    then = _thing_then(thing, at)
    held = _standings_then(thing, at)
    found = []
    people = {person.pk: person for person in User.objects.all()}
    for principal in _principals(at, people):
        own = held(principal)
        hard = policy.grade(principal, then.level, then.domain_id, own)
        rules = tuple(rule.key for rule in live.biting(principal, then, own, hard, "block"))
        grade = live.narrowed(principal, then, own, hard)
        if grade >= EXISTS or rules:
            person = people[principal.user_id]
            found.append(Could(person, grade, principal.clearance(then.domain_id), tuple(own), rules))
    found.sort(key=lambda one: (-one.grade, one.person.name))
    level = _column_then(reader, thing, column, at) if column else None
    return AsOf(thing, at, then.level, then.state, column, level, found)


def _thing_then(thing: Thing, at: datetime) -> Any:
    rows = past.rows_at(Thing, at, id=thing.pk)
    if not rows:
        raise Invalid(errors={"at": [_("It was not there yet.")]})
    (row,) = rows
    said = {name: row[name] for name in ("kind", "key", "domain_id", "level", "declared", "state")}
    return SimpleNamespace(pk=thing.pk, domain=thing.domain, title=thing.title, **said)


def _standings_then(thing: Thing, at: datetime) -> Any:
    rows = [
        row
        for row in past.rows_at(Standing, at, thing_id=thing.pk)
        if row["until"] is None or datetime.fromisoformat(row["until"]) > at
    ]

    def held(principal: Principal) -> list[Held]:
        return [
            Held(row["reason"], row["grade"])
            for row in rows
            if row["person_id"] == principal.user_id or row["team_id"] in principal.team_ids
        ]

    return held


def _principals(at: datetime, people: Mapping[int, User]) -> list[Principal]:
    """Everybody as they were then, as `User.principal` tells it of now."""
    roles: dict[int, set[str]] = defaultdict(set)
    teams: dict[int, set[int]] = defaultdict(set)
    own: dict[int, list[tuple[int | None, int]]] = defaultdict(list)
    of_team: dict[int, list[tuple[int | None, int]]] = defaultdict(list)
    for row in past.rows_at(RoleHeld, at):
        roles[row["person_id"]].add(row["role"])
    for row in past.rows_at(Membership, at):
        teams[row["person_id"]].add(row["team_id"])
    for row in past.rows_at(Clearance, at):
        (own[row["person_id"]] if row["person_id"] else of_team[row["team_id"]]).append((row["domain_id"], row["rank"]))
    grades = Grades.of({(row["level"], row["grade"]): row["clearance"] for row in past.rows_at(GradeRow, at)})
    book = RuleBook.objects.filter(at__lte=at).order_by("-id").first()
    found = []
    for row in past.rows_at(User, at):
        pk = row["id"]
        if pk not in people:
            continue
        clearances: dict[int | None, int] = {}
        for domain_id, rank in [*own[pk], *(pair for team in teams[pk] for pair in of_team[team])]:
            clearances[domain_id] = max(rank, clearances.get(domain_id, 0))
        found.append(
            Principal(
                pk, people[pk].username, frozenset(roles[pk]), frozenset(teams[pk]), clearances, row["is_active"],
                book.digest if book else "", grades,
            )
        )  # fmt: skip
    return found


def _column_then(reader: Any, thing: Thing, column: str, at: datetime) -> int | None:
    row = Column.objects.visible_to(reader, "columns").filter(dataset_id=thing.pk, name=column).first()
    if row is None:
        raise Absent()
    said = Label.objects.unrestricted(_WHY).filter(
        column=row, level__scheme__is_house=True, state=Label.State.APPROVED, valid_from__lte=at
    )
    label = said.order_by("-id").select_related("level").first()
    return label.level.rank if label and label.level else None
