"""Every operator, flipped: a comparison that does not notice is no proof."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import Q, lookups

from guard.doors import held_on
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain, Standing, Thing
from guard.policy import Held
from guard.rules import python, sql
from guard.rules.facts import facts_of
from guard.rules.python import Facts, to_python
from guard.rules.sql import to_sql
from guard.rules.tree import read
from guard.rules.vocabulary import COMPARISONS, SIGHT
from people.models import Clearance, User
from tests.guard.rules import cedar

LEVEL, CLEARANCE = {"attr": "resource.level"}, {"attr": "principal.clearance"}
HIGH = {"ge": [LEVEL, 3]}
SURE = {"in": [{"attr": "resource.kind"}, ["dataset", "prd"]]}
#: Small conditions in which each operator decides something.
PROBES: dict[str, list[Any]] = {
    **{op: [{op: [LEVEL, 3]}, {op: [CLEARANCE, LEVEL]}] for op in COMPARISONS},
    "and": [{"and": [HIGH, SURE]}],
    "or": [{"or": [HIGH, SURE]}],
    "not": [{"not": HIGH}],
    "in": [SURE],
    "has": [{"has": [{"attr": "principal.roles"}, ["privacy", "data_pm"]]}],
    "exists": [{"exists": {"standing": ["grant", "owner"], "grade": 4}}],
}
_AGAINST: dict[str, Callable[[Any, Any], bool]] = {op: getattr(operator, op) for op in COMPARISONS}
MUTANTS: list[tuple[str, str, Any]] = [
    *(("COMPARE", op, _AGAINST[other]) for op, other in itertools.permutations(COMPARISONS, 2)),
    ("CONNECT", "and", any),
    ("CONNECT", "or", all),
    ("TEST", "not", bool),
    ("TEST", "in", lambda word, words: word not in words),
    ("TEST", "in", lambda word, words: word == words[0]),
    ("TEST", "has", lambda mine, words: frozenset(words).isdisjoint(mine)),
    ("TEST", "has", lambda mine, words: frozenset(words) <= mine),
    ("TEST", "exists", lambda held, reasons, grade: not any(o.reason in reasons and o.grade >= grade for o in held)),
    ("TEST", "exists", lambda held, reasons, grade: any(o.reason in reasons and o.grade > grade for o in held)),
    ("TEST", "exists", lambda held, reasons, grade: any(o.grade >= grade for o in held)),
    ("TEST", "exists", lambda held, reasons, grade: any(o.reason in reasons for o in held)),
]
SQL_MUTANTS: list[tuple[str, str, Any]] = [
    *(("LOOKUPS", op, sql.LOOKUPS[other]) for op, other in itertools.permutations(COMPARISONS, 2)),
    ("LOOKUPS", "eq", (lookups.Exact, True)),
    ("CONNECT_SQL", "and", Q.OR),
    ("CONNECT_SQL", "or", Q.AND),
    ("NEGATE", "not", lambda q: q),
    ("SUFFIX", "in", "__gte"),
    ("SUFFIX", "exists", "__gt"),
    ("SUFFIX", "exists", "__lte"),
]


def worlds() -> Iterator[Facts]:
    """Every combination that the probes can tell apart."""
    stood = [(), (Held("grant", 4),), (Held("grant", 5),), (Held("grant", 3),), (Held("steward", 6),)]
    roles = [frozenset(), frozenset({"privacy"}), frozenset({"privacy", "data_pm"})]
    for level, kind, held, mine in itertools.product((2, 3, 4), ("dataset", "metric", "prd"), stood, roles):
        values = {
            "resource.level": level, "resource.kind": kind, "principal.clearance": 3, "principal.roles": mine,
            "principal.standing": max((one.grade for one in held), default=0),
        }  # fmt: skip
        yield Facts(values, held)


def differs_from_cedar(op: str) -> bool:
    """Whether Python and Cedar part ways on some probe of this operator."""
    asked = list(worlds())
    said = cedar_says(op)
    return any([to_python(read(tree, SIGHT))(one) for one in asked] != said[n] for n, tree in enumerate(PROBES[op]))


_SAID: dict[str, list[list[bool]]] = {}


def cedar_says(op: str) -> list[list[bool]]:
    """Cedar's answers; they do not depend on our tables."""
    if op not in _SAID:
        _SAID[op] = [cedar.decide([("permit", tree)], [(w.values, w.held) for w in worlds()]) for tree in PROBES[op]]
    return _SAID[op]


def test_nothing_differs_before_anything_is_flipped() -> None:
    assert not any(differs_from_cedar(op) for op in PROBES)


@pytest.mark.parametrize(("table", "op", "flipped"), MUTANTS)
def test_a_flipped_operator_of_python_is_noticed(
    monkeypatch: pytest.MonkeyPatch, table: str, op: str, flipped: Any
) -> None:  # fmt: skip
    monkeypatch.setitem(getattr(python, table), op, flipped)
    assert differs_from_cedar(op)


def test_every_operator_of_the_vocabulary_is_flipped() -> None:
    assert {op for _table, op, _flipped in MUTANTS} == set(PROBES)
    in_sql = {op for _table, op, _flipped in SQL_MUTANTS}
    assert in_sql == set(PROBES) - {"has"}  # decided while compiling, by Python's own table


@pytest.fixture
def ground(growth: Domain) -> tuple[User, list[Thing]]:
    """Things of every level and kind, and one reader with standings of several grades."""
    user = User.objects.create(username="drawn", name="Drawn")
    token = CURRENT.set(Acting("test.ground", user))
    try:
        Clearance.objects.create(person=user, domain=growth, rank=3)
        things = [
            Thing.objects.create(
                kind=kind, key=f"STO-{level}{kind}", title="x", domain=growth, declared=level, level=level
            )
            for level, kind in itertools.product((2, 3, 4), ("dataset", "metric", "prd"))
        ]  # fmt: skip
        for grade, thing in zip((3, 4, 5, 6), things, strict=False):
            reason = "steward" if grade == 6 else "grant"
            Standing.objects.create(thing=thing, person=user, reason=reason, grade=grade)
    finally:
        CURRENT.reset(token)
    return User.objects.get(pk=user.pk), things


def differs_in_sql(op: str, user: User, things: list[Thing]) -> bool:
    """Whether SQL and Python part ways on some probe of this operator."""
    held = held_on(user, [thing.pk for thing in things])
    rows = Thing.objects.unrestricted("a test compares the languages of rules")
    for tree in PROBES[op]:
        node = read(tree, SIGHT)
        decide, answer = to_python(node), to_sql(node, user.principal, "")
        assert not isinstance(answer, bool)
        expected = {one.pk for one in things if decide(facts_of(user.principal, one, held.get(one.pk, [])))}
        if set(rows.filter(answer).values_list("pk", flat=True)) != expected:
            return True
    return False


def test_sql_does_not_differ_before_anything_is_flipped(ground: tuple[User, list[Thing]]) -> None:
    assert not any(differs_in_sql(op, *ground) for op in set(PROBES) - {"has"})


@pytest.mark.parametrize(("table", "op", "flipped"), SQL_MUTANTS)
def test_a_flipped_operator_of_sql_is_noticed(
    monkeypatch: pytest.MonkeyPatch, ground: tuple[User, list[Thing]], table: str, op: str, flipped: Any
) -> None:
    monkeypatch.setitem(getattr(sql, table), op, flipped)
    assert differs_in_sql(op, *ground)
