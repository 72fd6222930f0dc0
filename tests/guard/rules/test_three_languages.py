"""One rule in three languages: Python, SQL and an engine of somebody else's answer alike on random worlds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard import policy
from guard.doors import held_on
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.grades import Grades
from guard.models import Thing
from guard.policy import Principal
from guard.rules import shipped
from guard.rules.facts import facts_of
from guard.rules.python import Facts, to_python
from guard.rules.rule import permits
from guard.rules.sql import to_sql
from guard.rules.tree import read
from guard.rules.vocabulary import SHIPPED, SIGHT
from tests.guard.rules import cedar, drawn
from tests.properties.grades import tables, under
from tests.properties.test_policy_equals_sql import Undo, build, worlds

QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@QUIET
@given(tree=drawn.trees, asked=st.lists(drawn.facts, min_size=1, max_size=8))
def test_python_answers_as_cedar_does(tree: Any, asked: list[Facts]) -> None:
    decide = to_python(read(tree, SIGHT))
    assert [decide(one) for one in asked] == cedar.decide([("permit", tree)], [(one.values, one.held) for one in asked])


def found_by_sql(tree: Any, principal: Principal, where: str = SIGHT, **context: Any) -> set[int]:
    """The things for which the compiled SQL holds."""
    answer = to_sql(read(tree, where), principal, "", {f"context.{name}": value for name, value in context.items()})
    rows = Thing.objects.unrestricted("a test compares the languages of rules")
    if isinstance(answer, bool):
        return set(rows.values_list("pk", flat=True)) if answer else set()
    return set(rows.filter(answer).values_list("pk", flat=True))


@pytest.mark.django_db
@QUIET
@given(
    world=worlds,
    tree=drawn.trees,
    kinds=st.lists(st.tuples(st.sampled_from(drawn.KINDS), st.sampled_from(drawn.STATES)), min_size=6, max_size=6),
)
def test_sql_answers_as_python_does(
    db: None, world: dict[str, Any], tree: Any, kinds: list[tuple[str, str]]
) -> None:  # fmt: skip
    try:
        with transaction.atomic():
            token = CURRENT.set(Acting("test.drawn", None))
            try:
                user, things, _live = build(world)
                for thing, (kind, state) in zip(things, kinds, strict=True):
                    thing.kind, thing.state = kind, state
                    thing.save()
            finally:
                CURRENT.reset(token)
            node, principal = read(tree, SIGHT), user.principal
            decide, held = to_python(node), held_on(user, [thing.pk for thing in things])
            in_python = {one.pk for one in things if decide(facts_of(principal, one, held.get(one.pk, [])))}
            assert found_by_sql(tree, principal) == in_python
            assert found_by_sql({"not": tree}, principal) == {one.pk for one in things} - in_python
            raise Undo
    except Undo:
        pass


@pytest.mark.django_db
@QUIET
@given(world=worlds, table=tables)
def test_the_shipped_rules_decide_what_the_policy_decides(db: None, world: dict[str, Any], table: Grades) -> None:
    """In Python, in SQL and in Cedar: for every reader, thing, table of grades and grade drawn."""
    rows, rules = shipped.trees(table), shipped.shipped(table)
    assert all(rule.when is not None for rule in rules)
    try:
        with transaction.atomic():
            token = CURRENT.set(Acting("test.drawn", None))
            try:
                user, things, live = build(world)
            finally:
                CURRENT.reset(token)
            principal = under(user, table).principal
            for needed in policy.ACTIONS.values():
                hard = {
                    one.pk
                    for one in things
                    if policy.grade(principal, one.level, one.domain_id, live.get(one.pk, [])) >= needed
                }
                asked = [facts_of(principal, one, live.get(one.pk, []), grade=needed) for one in things]
                soft = [permits(rules, one) for one in asked]
                assert {one.pk for one, yes in zip(things, soft, strict=True) if yes} == hard
                whole = [{**one.values, "resource.domain": "d0"} for one in asked]
                policies = [(row["effect"], row["when"]) for row in rows]
                assert cedar.decide(policies, zip(whole, [o.held for o in asked], strict=True)) == soft
                permitting = [row["when"] for row in rows if row["effect"] == "permit"]
                allowed = set().union(*(found_by_sql(w, principal, SHIPPED, grade=needed) for w in permitting))
                closed = found_by_sql(rows[0]["when"], principal, SHIPPED, grade=needed)
                assert rows[0]["effect"] == "deny" and allowed - closed == hard
            raise Undo
    except Undo:
        pass


def test_a_condition_that_no_row_matters_to_needs_no_sql() -> None:
    """What is known of the reader is decided while compiling: for most readers a rule costs nothing."""
    tree = {"and": [{"has": [{"attr": "principal.roles"}, ["privacy"]]}, {"ge": [{"attr": "resource.level"}, 4]}]}
    node = read(tree, SIGHT)
    assert to_sql(node, Principal(1, "x", frozenset({"data_pm"}))) is False
    assert isinstance(to_sql(node, Principal(1, "x", frozenset({"privacy"}))), Q)
