"""Levels on random graphs of joints: what the doors settle is the least fixed point, after every single change."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard.models import Domain, Thing
from people.models import User
from tests.guard.ground import find_stone, join_stone, weigh_stone

SIZE = 5
changes = st.lists(
    st.one_of(
        st.tuples(st.just("weigh"), st.integers(0, SIZE - 1), st.integers(1, 5)),
        st.tuples(st.just("whole"), st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)),
        st.tuples(st.just("part"), st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)),
    ),
    min_size=1,
    max_size=12,
)


def expected_levels(declared: list[int], whole: set[tuple[int, int]], part: dict[tuple[int, int], int]) -> list[int]:
    """The least levels that satisfy every joint (joints run from higher to lower numbers: no cycles)."""
    found = list(declared)
    for number in range(SIZE):
        carried = [found[target] for source, target in whole if source == number]
        carried += [rank for (source, _target), rank in part.items() if source == number]
        found[number] = max([declared[number], *carried])
    return found


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=changes)
def test_levels_settle_to_the_least_that_every_joint_allows(growth: Domain, grace: User, drawn: list[Any]) -> None:
    with transaction.atomic():
        stones = [find_stone(by=grace, title=f"s{n}", domain=growth, level=1) for n in range(SIZE)]
        declared, whole, part = [1] * SIZE, set(), {}
        for what, one, other in drawn:
            if what == "weigh":
                weigh_stone(by=grace, stone=stones[one], level=other)
                declared[one] = other
            elif one > other and what == "whole":
                join_stone(by=grace, stone=stones[one], relation="rests_on", on=stones[other])
                whole.add((one, other))
            elif one > other:
                rank = (one + other) % 5 + 1
                join_stone(
                    by=grace, stone=stones[one], relation="leans_on", on=stones[other], columns=["c"], carried_rank=rank
                )
                part[one, other] = rank
            rows = Thing.objects.unrestricted("a test looks at every row")
            now = [rows.get(pk=stone.pk).level for stone in stones]
            assert now == expected_levels(declared, whole, part)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)
