"""What a clearance opens, level by level: how a change of it is read, what it would do, and how it is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Case, PositiveSmallIntegerField, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from governance.rules.effect import NAMED, Effect, Row
from governance.rules.population import Alike, Population, populate
from guard import ledger, policy
from guard.grades import Grades, Senseless
from guard.models import GradeRow, Thing
from guard.policy import ACTIONS, Held, Principal
from guard.rules import live

WORDS = tuple(sorted(ACTIONS, key=ACTIONS.__getitem__))  # by grade, grade 1 first
Body = Mapping[str, Any]


def body_of(grades: Grades, level: int) -> dict[str, int | None]:
    """One level as changes hold it: the least clearance by what it opens; None for never by clearance alone."""
    return dict(zip(WORDS, grades.row(level), strict=True))


def fault_of(level: int, after: Body) -> str:
    """Why this cannot stand beside the other levels as they are now, in words; empty when it can."""
    try:
        _with(GradeRow.in_force(), level, after)
    except Senseless as senseless:
        return {
            "grades": _("A finer grade cannot need less clearance than a coarser one."),
            "levels": _("A stricter level cannot need less clearance than a milder one. Change the other level first."),
        }.get(senseless.fault, _("This is no table of grades."))
    return ""


def put(level: int, after: Body) -> None:
    """Write it, in one statement: no table in between is ever in force. Inside an act."""
    cases = [When(grade=ACTIONS[word], then=Value(after[word])) for word in WORDS]
    GradeRow.objects.filter(level=level).update(clearance=Cast(Case(*cases), PositiveSmallIntegerField()))


def _with(grades: Grades, level: int, after: Body) -> Grades:
    return grades.with_row(level, [after[word] for word in WORDS])


def effect_of_grades(level: int, after: Body, author_id: int | None, reader: Any) -> Effect:
    """Compare the grades in force with another row for one level: everybody, and everything of this level.

    Args:
        level: whose row.
        after: least clearance by what it opens.
        author_id: who proposes; what they would gain is counted apart.
        reader: hidden things are counted, not named.

    Returns:
        The effect; empty when such a table cannot stand.
    """
    now = GradeRow.in_force()
    try:
        then = _with(now, level, after)
    except Senseless:
        return Effect()
    trial = _Trial(populate((), now, every_kind=True), (now, then), level, reader.principal.rulebook)
    effect = Effect(people=len(trial.world.people), things=trial.things, is_capped=trial.world.is_capped)
    for person in trial.world.people:
        lost, gained = trial.count(person)
        if lost or gained:
            effect.rows.append(Row(trial.world.users[person.user_id], lost, gained))
        if person.user_id == author_id:
            effect.author_gains = gained
    effect.names = list(Thing.objects.visible_to(reader).filter(trial.touched()).order_by("pk")[:NAMED])
    body = {
        "before": now.text, "after": then.text, "author": effect.author_gains,
        "rows": [[row.person.pk, row.lost, row.gained] for row in effect.rows],
    }  # fmt: skip
    effect.digest = hashlib.sha256(ledger.canonical(body).encode()).hexdigest()
    return effect


@dataclass
class _Trial:
    """Two tables of grades that differ at one level, asked for everybody and everything of that level."""

    world: Population
    tables: tuple[Grades, Grades]
    level: int
    rulebook: str
    groups: set[Alike] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)

    @property
    def things(self) -> int:
        """How many things are of this level."""
        return sum(number for alike, number in self.world.groups.items() if alike.level == self.level)

    def count(self, person: Principal) -> tuple[int, int]:
        """Of how many things one person would see less, and of how many more."""
        sides = [replace(person, rulebook=self.rulebook, grades=table) for table in self.tables]
        stood = self.world.stood.get(person.user_id, {})
        apart = Counter(alike for alike, _held in stood.values())
        lost = gained = 0
        for alike, number in self.world.groups.items():
            before, after = self._pair(sides, alike, ())
            if before != after and number > apart[alike]:
                self.groups.add(alike)
                lost += (number - apart[alike]) * (after < before)
                gained += (number - apart[alike]) * (after > before)
        for thing_id, (alike, held) in stood.items():
            before, after = self._pair(sides, alike, held)
            if before != after:
                self.ids.add(thing_id)
                lost, gained = lost + (after < before), gained + (after > before)
        return lost, gained

    def _pair(self, sides: Iterable[Principal], alike: Alike, held: Iterable[Held]) -> tuple[int, int]:
        """What is left to one person of one kind of thing, before and after the rules in force."""
        if alike.level != self.level:
            return 0, 0
        first, second = (
            live.narrowed(side, alike, held, policy.grade(side, alike.level, alike.domain_id, held)) for side in sides
        )  # fmt: skip
        return first, second

    def touched(self) -> Q:
        """The things for which something changes, by and large: those alike, and those somebody stands on."""
        found = Q(pk__in=sorted(self.ids)[:1000])
        for alike in sorted(self.groups, key=repr)[:50]:
            found |= alike.q()
        return found
