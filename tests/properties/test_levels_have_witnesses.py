"""Whatever is raised, joined or parted: every level has a way to what gives it, and each step of it is there."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard import things
from guard.doors import act
from guard.models import Domain, Link, Thing
from guard.policy import Who
from guard.witness import Step, steps_of
from people.models import User
from tests.guard.ground import find_stone, join_stone, weigh_stone

SIZE = 6
LOOK = "a test looks at what is there"
pairs = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).filter(lambda p: p[0] != p[1])
changes = st.lists(
    st.one_of(
        st.tuples(st.just("weigh"), st.integers(0, SIZE - 1), st.integers(1, 5)),
        st.tuples(st.just("rests_on"), pairs, st.just(0)),
        st.tuples(st.just("touches"), pairs, st.just(0)),
        st.tuples(st.just("leans_on"), pairs, st.integers(1, 5)),
        st.tuples(st.just("part"), pairs, st.sampled_from(["rests_on", "leans_on"])),
    ),
    min_size=1,
    max_size=14,
)


@act("stone.parted", who=Who(anyone=True))
def part_stones(*, by: Any, stone: Any, relation: str, on: Any) -> None:
    things.unlink(stone, relation, on)


def carries(above: Step, below: Step) -> bool:
    """Whether there is such a joint now, and it carries the rank."""
    rows = Link.objects.unrestricted(LOOK).filter(source=above.thing, target=below.thing, relation=below.relation)
    return any(
        (row.carried_rank or 0) >= below.rank if row.carries == "part" else below.thing.level >= below.rank
        for row in rows.exclude(carries="none")
    )


def is_ground(step: Step) -> bool:
    return step.thing.declared >= step.rank or step.relation == "leans_on"


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=changes)
def test_every_level_has_a_way_that_the_rows_bear_out(growth: Domain, grace: User, drawn: list[Any]) -> None:
    with transaction.atomic():
        stones = [find_stone(by=grace, title=f"s{n}", domain=growth, level=1) for n in range(SIZE)]
        for what, where, more in drawn:
            if what == "weigh":
                weigh_stone(by=grace, stone=stones[where], level=more)
                continue
            one, other = stones[where[0]], stones[where[1]]
            if what == "part":
                part_stones(by=grace, stone=one, relation=more, on=other)
            elif what == "leans_on":
                join_stone(by=grace, stone=one, relation=what, on=other, columns=["c"], carried_rank=more)
            else:
                join_stone(by=grace, stone=one, relation=what, on=other)
        for thing in Thing.objects.unrestricted(LOOK).filter(pk__in=[stone.pk for stone in stones]):
            steps = steps_of(thing)
            assert steps[0].thing == thing and {step.rank for step in steps} == {thing.level}
            assert all(carries(above, below) for above, below in itertools.pairwise(steps))
            assert is_ground(steps[-1]), [(step.thing.title, step.thing.level, step.thing.declared) for step in steps]
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_way_is_found_to_the_end_however_deep(growth: Domain, grace: User) -> None:
    stones = [find_stone(by=grace, title=f"s{n}", domain=growth, level=1) for n in range(30)]
    for above, below in itertools.pairwise(stones):
        join_stone(by=grace, stone=above, relation="rests_on", on=below)
    weigh_stone(by=grace, stone=stones[-1], level=4)
    top = Thing.objects.unrestricted(LOOK).get(pk=stones[0].pk)
    assert top.level == 4 and [step.thing.pk for step in steps_of(top)] == [stone.pk for stone in stones]
