"""The rules in force, for the doors: what they close to a reader, what they refuse to an act, what they keep waiting.

A principal carries the digest of the rules that were in force when it was fetched, by the statement that fetched it: so
no request asks once more, and a decision that was remembered for one book is not the answer of another.

Modes (docs/decisions/0013-rules-narrow.md): ``block`` bites; ``warn`` is shown and lets pass; ``dry_run`` only leaves a
line in the ledger when an act happens that it would have stopped; ``off`` is not in the book.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Q

from guard.policy import NOTHING, Held, Principal
from guard.rules.facts import facts_of
from guard.rules.python import Facts
from guard.rules.rule import BLOCK, DENY, DRY_RUN, GATE, NEVER, OFF, REQUIRE, WARN, Rule, rule_of
from guard.rules.sql import to_sql

TRIED, WARNED = "rule.tried", "rule.warned"  # ledger codes of what a rule on trial would have stopped, and was let pass
_SAID: ContextVar[tuple[str, ...]] = ContextVar("warned", default=())


@dataclass(frozen=True)
class Judged:
    """A rule that bites on an act or a move."""

    key: str
    mode: str
    sentence: str


@dataclass(frozen=True)
class Book:
    """Rules in force, sorted by the door that asks."""

    rules: tuple[Rule, ...] = ()

    def sight(self, mode: str) -> Iterator[Rule]:
        """Rules that narrow what is seen."""
        return (rule for rule in self.rules if rule.mode == mode and rule.is_sight)

    def verb(self, code: str) -> Iterator[Rule]:
        """Rules that judge a verb."""
        effects = (DENY, REQUIRE)
        return (r for r in self.rules if r.action == code and r.effect in effects and not r.is_sight)

    def move(self, name: str, kind: str) -> Iterator[Rule]:
        """Rules that are gates of a move."""
        return (r for r in self.rules if r.effect == GATE and r.action == name and r.speaks_of(kind))


EMPTY = Book()
MOST_SUPPOSED = 32
_SUPPOSED: dict[str, Book] = {}  # by digest of what they say, so none can stand for another


def digest_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the rules in their stored form; empty for none."""
    from guard.ledger import canonical

    return hashlib.sha256("\n".join(canonical(row) for row in rows).encode()).hexdigest() if rows else ""


def publish(rows: Iterable[Mapping[str, Any]]) -> str:
    """Put these rules in force, whole; inside an act. Returns their digest."""
    told = sorted((dict(row) for row in rows), key=lambda row: str(row["key"]))
    digest = digest_of(told)
    apps.get_model("guard", "RuleBook").objects.create(digest=digest, rules=told)
    return digest


def book_of(principal: Principal) -> Book:
    """The rules that were in force when the principal was fetched."""
    digest = principal.rulebook
    return _SUPPOSED.get(digest) or _book(digest) if digest else EMPTY


def suppose(rows: Iterable[Mapping[str, Any]]) -> str:
    """The digest of these rules, for a principal that is asked as if they were in force; nothing is put in force."""
    told = sorted((dict(row) for row in rows), key=lambda row: str(row["key"]))
    digest = digest_of(told)
    if digest and digest not in _SUPPOSED:
        while len(_SUPPOSED) >= MOST_SUPPOSED:
            _SUPPOSED.pop(next(iter(_SUPPOSED)))
        _SUPPOSED[digest] = _compiled(told)
    return digest


@lru_cache(maxsize=64)
def _book(digest: str) -> Book:
    row = apps.get_model("guard", "RuleBook").objects.filter(digest=digest).first()
    if row is None:
        raise LookupError("The rules in force cannot be found: nothing is decided without them.")
    return _compiled(row.rules)


def _compiled(rows: Iterable[Mapping[str, Any]]) -> Book:
    return Book(tuple(rule_of(one) for one in rows if one["mode"] != OFF))


# -- sight
def closed_q(principal: Principal, needed: int, path: str) -> Q | None:
    """What rules in force close to a reader who needs this grade, as a condition; None when they close nothing."""
    closed: Q | None = None
    for rule in book_of(principal).sight(BLOCK):
        if rule.cap < needed and (found := _matching(rule, principal, path)) is not None:
            closed = found if closed is None else closed | found
    return closed


def _matching(rule: Rule, principal: Principal, path: str) -> Q | None:
    """The rows on which a rule about sight bites; None for none."""
    prefix = f"{path}__" if path else ""
    kinds = {f"{prefix}kind__in": sorted(rule.kinds or NEVER)}
    scope = Q(**kinds) if rule.kinds else ~Q(**kinds)
    try:
        found = True if rule.when is None else to_sql(rule.when, principal, path)
    except KeyError:
        found = True
    if isinstance(found, bool):
        return scope if found else None
    return scope & found


def narrowed(principal: Principal, thing: Any, held: Iterable[Held], grade: int) -> int:
    """What is left of a grade after the rules in force."""
    for rule in biting(principal, thing, held, grade, BLOCK):
        grade = min(grade, rule.cap)
    return grade


def biting(principal: Principal, thing: Any, held: Iterable[Held], grade: int, mode: str) -> list[Rule]:
    """The rules about sight of this mode that would leave less than `grade`."""
    rules = [r for r in book_of(principal).sight(mode) if r.cap < grade and r.speaks_of(thing.kind)]
    if grade == NOTHING or not rules:
        return []
    facts = facts_of(principal, thing, held)
    return [rule for rule in rules if rule.bites(facts)]


# -- acts and moves
def judged_verb(
    code: str, principal: Principal, thing: Any, held: Iterable[Held], *, has_reason: bool
) -> list[Judged]:  # fmt: skip
    """The rules that bite on a verb with this subject, whatever their mode."""
    rules = [rule for rule in book_of(principal).verb(code) if rule.speaks_of(thing.kind)]
    facts = facts_of(principal, thing, held, has_reason=has_reason) if rules else None
    return [_said(rule) for rule in rules if facts is not None and rule.bites(facts)]


def judged_move(
    name: str, actor: Any, thing: Any, facts: Mapping[str, Any], modes: Iterable[str] = (BLOCK, WARN)
) -> list[tuple[Rule, Judged | None]]:  # fmt: skip
    """Every rule that is a gate of this move, and what it says when it stands in the way."""
    principal = getattr(actor, "principal", None)
    if not name or not isinstance(principal, Principal):
        return []
    rules = [rule for rule in book_of(principal).move(name, thing.kind) if rule.mode in modes]
    if not rules:
        return []
    from guard.doors.reading import held_by

    known: Facts = facts_of(principal, thing, held_by(actor, thing), has_reason=bool(facts.get("reason")))
    return [(rule, _said(rule) if rule.bites(known) else None) for rule in rules]


def record_move(name: str, actor: Any, thing: Any, facts: Mapping[str, Any]) -> None:
    """Write down what rules that let a move pass would have done."""
    found = judged_move(name, actor, thing, facts, (WARN, DRY_RUN))
    record(thing, [judged for _rule, judged in found if judged is not None])


def record(thing: Any, judged: Iterable[Judged]) -> None:
    """A line in the ledger for each rule that would have stopped the act under way; a warning is kept for the page."""
    from guard.doors.acts import consequence

    for one in judged:
        if one.mode == WARN:
            _SAID.set((*_SAID.get(), one.sentence))
        consequence(WARNED if one.mode == WARN else TRIED, thing, because=one.key)


def warnings() -> tuple[str, ...]:
    """What rules said while letting pass, since this was asked last; the page says it once."""
    said = _SAID.get()
    _SAID.set(())
    return said


def _said(rule: Rule) -> Judged:
    from guard.rules.sentence import refusal_of

    return Judged(rule.key, rule.mode, refusal_of(rule))
