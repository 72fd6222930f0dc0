"""What a change of a rule would do: who gains and who loses, and what nobody could go on with any more.

People times things, counted; names only as the reader may see them. A rule that does not block is shown as if it did.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q

from governance.models import PolicyChange, Rule, RuleMode
from governance.rules.bodies import compiled, row_of
from governance.rules.effect import NAMED, STUCK_NAMED, Effect, Row
from governance.rules.grading import effect_of_grades
from governance.rules.population import Alike, Population, populate
from guard import ledger, policy
from guard.memory import once
from guard.models import Thing
from guard.policy import READ, Held, Principal
from guard.rules import live
from guard.rules.facts import facts_of

NEW = "new"
FELT = frozenset({PolicyChange.What.RULE.value, PolicyChange.What.GRADES.value})  # has such an effect
_WHY = "a preview counts what a reader may not see and names nothing of it"
Body = Mapping[str, Any]


@once
def effect_of_change(change: PolicyChange, reader: Any) -> Effect:
    """What a change of a rule or of grades would do, from what is in force now; empty for changes of other data."""
    if change.what == PolicyChange.What.GRADES:
        rank = int(change.target.rpartition(":")[2])
        return effect_of_grades(rank, change.after, change.proposer_id, reader)
    if change.what != PolicyChange.What.RULE:
        return Effect(digest=change.content_hash)
    return effect_of(_in_force(change.target), change.after, change.proposer_id, reader)


@once
def effect_of_rule(rule: Rule, reader: Any) -> Effect:
    """What a rule that stands does, or would do if it blocked, against there being none."""
    return effect_of(None, rule.body(), None, reader)


def _in_force(code: str) -> dict[str, Any] | None:
    rule = Rule.objects.unrestricted(_WHY).select_related("thing__domain", "owner").filter(code=code).first()
    return rule.body() if rule is not None else None


def effect_of(before: Body | None, after: Body, author_id: int | None, reader: Any) -> Effect:
    """Compare two states of a rule.

    Args:
        before: what is in force; None for a rule that is new.
        after: what would be.
        author_id: who proposes; what they would gain is counted apart, in the true modes.
        reader: hidden things are counted, not named.
    """
    blocks = RuleMode.BLOCK.value
    old = before if before is not None and before["mode"] == blocks else None
    is_supposed = old is None and after["mode"] != blocks
    real = {**after} if after["mode"] == blocks else None
    new = {**after, "mode": blocks} if is_supposed else real
    sides = [body for body in (old, new) if body is not None]
    everything = any(not body["kinds"] for body in sides)
    kinds = [] if everything else sorted({kind for body in sides for kind in body["kinds"]})
    world = populate(kinds, reader.principal.grades)
    trial = _Trial(world, old, new, _rest(after["code"]))
    effect = Effect(
        people=len(world.people), things=world.things, is_capped=world.is_capped, is_supposed=is_supposed
    )  # fmt: skip
    for person in world.people:
        lost, gained = trial.count(person)
        if lost or gained:
            effect.rows.append(Row(world.users[person.user_id], lost, gained))
    effect.names = list(Thing.objects.visible_to(reader).filter(trial.touched()).order_by("pk")[:NAMED])
    _find_stuck(effect, trial, reader)
    if author_id is not None:
        truly = _Trial(world, old, real, _rest(after["code"]))
        effect.author_gains = sum(truly.count(one)[1] for one in world.people if one.user_id == author_id)
    body = {
        "before": before, "after": after, "author": effect.author_gains,
        "stuck": len(effect.stuck) + effect.stuck_hidden,
        "rows": [[row.person.pk, row.lost, row.gained] for row in effect.rows],
    }  # fmt: skip
    effect.digest = hashlib.sha256(ledger.canonical(body).encode()).hexdigest()
    return effect


@once
def _rest(code: str) -> list[dict[str, Any]]:
    """The other rules in force: what they close already is neither lost nor gained."""
    rules = Rule.objects.unrestricted(_WHY).select_related("thing").exclude(code=code).filter(mode=RuleMode.BLOCK)
    return [rule.row() for rule in rules]


class _Trial:
    """Two states of a rule, asked for everybody and everything."""

    def __init__(self, world: Population, old: Body | None, new: Body | None, rest: Sequence[Body]) -> None:
        self.world = world
        self.books = tuple(live.suppose([*rest, *([row_of(body, NEW, 0)] if body else [])]) for body in (old, new))
        self.rules = tuple(compiled(body) if body is not None else None for body in (old, new))
        self.is_sight = all(rule.is_sight for rule in self.rules if rule is not None)
        self.groups: set[Alike] = set()
        self.ids: set[int] = set()
        # who could go on, before and after: by kind of thing, and what standings change of that by thing
        self.free: dict[Alike, Counter[int]] = defaultdict(Counter)
        self.apart: dict[int, tuple[Alike, Counter[int]]] = {}

    def count(self, person: Principal) -> tuple[int, int]:
        """How many things one person loses and gains."""
        lost = gained = 0
        stood = self.world.stood.get(person.user_id, {})
        apart = Counter(alike for alike, _held in stood.values())
        plain: dict[Alike, tuple[int, int]] = {}
        for alike, number in self.world.groups.items():
            plain[alike] = before, after = self._pair(person, alike, ())
            self._tally(self.free[alike], before, after)
            if before != after and number > apart[alike]:
                self.groups.add(alike)
                lost, gained = _moved(lost, gained, before, after, number - apart[alike])
        for thing_id, (alike, held) in stood.items():
            before, after = self._pair(person, alike, held)
            _alike, delta = self.apart.setdefault(thing_id, (alike, Counter()))
            self._tally(delta, before, after)
            self._tally(delta, *plain.get(alike, (0, 0)), by=-1)
            if before != after:
                self.ids.add(thing_id)
                lost, gained = _moved(lost, gained, before, after, 1)
        return lost, gained

    def _tally(self, into: Counter[int], before: int, after: int, by: int = 1) -> None:
        into[0] += by * bool(before)
        into[1] += by * bool(after)

    def _pair(self, person: Principal, alike: Alike, held: Iterable[Held]) -> tuple[int, int]:
        """What is left to one person of one kind of thing, before and after: a grade, or whether they may go on."""
        hard = policy.grade(person, alike.level, alike.domain_id, held)
        if not hard:
            return 0, 0
        first, second = (
            live.narrowed(replace(person, rulebook=book), alike, held, hard) for book in self.books
        )  # fmt: skip
        if self.is_sight:
            return first, second
        known = facts_of(person, alike, held, has_reason=True)
        free = [
            int(grade >= READ and not (rule is not None and rule.speaks_of(alike.kind) and rule.bites(known)))
            for rule, grade in zip(self.rules, (first, second), strict=True)
        ]
        return free[0], free[1]

    def touched(self) -> Q:
        """The things for which something changes, by and large: those alike, and those somebody stands on."""
        found = Q(pk__in=sorted(self.ids)[:1000])
        for alike in sorted(self.groups, key=repr)[:50]:
            found |= alike.q()
        return found


def _moved(lost: int, gained: int, before: int, after: int, number: int) -> tuple[int, int]:
    return (lost + number, gained) if after < before else (lost, gained + number)


def _find_stuck(effect: Effect, trial: _Trial, reader: Any) -> None:
    """The things with which nobody who sees them could go on, and somebody can today."""
    if trial.is_sight:
        return
    apart = Counter(alike for alike, _delta in trial.apart.values())
    alone = [
        pk
        for pk, (alike, delta) in trial.apart.items()
        if trial.free[alike][0] + delta[0] > 0 >= trial.free[alike][1] + delta[1]
    ]
    total, found = len(alone), Q(pk__in=alone)
    for alike, number in trial.world.groups.items():
        if trial.free[alike][0] > 0 >= trial.free[alike][1] and number > apart[alike]:
            total += number - apart[alike]
            found |= alike.q() & ~Q(pk__in=list(trial.apart))
    if not total:
        return
    seen = Thing.objects.visible_to(reader).filter(found).order_by("pk")
    effect.stuck = list(seen[:STUCK_NAMED])
    effect.stuck_hidden = total - (seen.count() if len(effect.stuck) == STUCK_NAMED else len(effect.stuck))
