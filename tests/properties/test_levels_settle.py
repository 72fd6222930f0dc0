"""Settling one thing at a time gives what counting the whole graph gives, whatever is raised, joined or parted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from guard import things
from guard.doors import act
from guard.flood import flood
from guard.models import Domain
from guard.policy import Who
from guard.recount import drifted
from tests.cast import make_person
from tests.guard.ground import find_stone, join_stone, weigh_stone
from tests.past_the_wall import past_the_wall

SIZE = 6
pairs = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).filter(lambda p: p[0] != p[1])
change = st.one_of(
    st.tuples(st.just("weigh"), st.integers(0, SIZE - 1), st.integers(1, 5)),
    st.tuples(st.just("join"), pairs, st.sampled_from(["rests_on", "touches"])),
    st.tuples(st.just("lean"), pairs, st.integers(1, 5)),
    st.tuples(st.just("part"), pairs, st.sampled_from(["rests_on", "leans_on"])),
)


@act("stone.parted", who=Who(anyone=True))
def part_stones(*, by: object, stone: object, relation: str, on: object) -> None:
    things.unlink(stone, relation, on)


class Settling(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(change, min_size=1, max_size=12))
    def test_incremental_equals_full_after_any_changes(self, changes: list) -> None:
        domain = Domain.objects.get_or_create(slug="quarry", defaults={"name": "Quarry"})[0]
        mason = make_person("mason", domain, ("data_engineer",), 5)
        stones = [find_stone(by=mason, title=str(n), domain=domain, level=1) for n in range(SIZE)]
        for kind, where, what in changes:
            if kind == "weigh":
                weigh_stone(by=mason, stone=stones[where], level=what)
            elif kind == "join":
                join_stone(by=mason, stone=stones[where[0]], relation=what, on=stones[where[1]])
            elif kind == "lean":
                join_stone(
                    by=mason, stone=stones[where[0]], relation="leans_on", on=stones[where[1]], columns=["c"],
                    carried_rank=what,
                )  # fmt: skip
            else:
                part_stones(by=mason, stone=stones[where[0]], relation=what, on=stones[where[1]])
            assert list(drifted()) == []


graphs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(1, 5), min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30),
    )
)


@given(graphs)
def test_the_flood_is_the_least_answer_that_holds_every_joint(graph: tuple[list[int], list[tuple[int, int]]]) -> None:
    declared, joints = graph
    source = np.array([s for s, _t in joints], dtype=np.int64)
    target = np.array([t for _s, t in joints], dtype=np.int64)
    answer = flood(np.array(declared, dtype=np.int8), source, target).tolist()
    by_hand = list(declared)  # an independent way: raise along joints until nothing moves
    moved = True
    while moved:
        moved = False
        for s, t in joints:
            if by_hand[s] < by_hand[t]:
                by_hand[s], moved = by_hand[t], True
    assert answer == by_hand


def test_a_level_changed_behind_the_doors_is_found(growth: Domain, omar: object, db: None) -> None:

    stone = find_stone(by=omar, title="s", domain=growth, level=2)
    with past_the_wall() as cursor:
        cursor.execute("UPDATE guard_thing SET level = 3 WHERE id = %s", [stone.pk])
    assert list(drifted()) == [(stone.key, 3, 2)]


pytestmark = pytest.mark.django_db
