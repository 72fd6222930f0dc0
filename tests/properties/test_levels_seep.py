"""Levels seep along columns: the region that a change reaches, counted alone, comes to what the whole comes to."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from guard.seep import Stream, region, seep, seep_within

rank = st.integers(0, 5)
small = st.integers(1, 10).flatmap(
    lambda n: st.tuples(
        st.lists(rank, min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), rank), max_size=30),
    )
)


def arrays(edges: Any) -> Stream:
    rows = np.array([tuple(edge) for edge in edges], dtype=np.int64).reshape(-1, 3)
    return Stream(rows[:, 0], rows[:, 1], rows[:, 2].astype(np.int8))


@given(small)
def test_what_a_column_passes_on_is_the_least_answer_that_holds_every_edge(world: Any) -> None:
    own, edges = world
    passes, arrives = seep(np.array(own, dtype=np.int8), arrays(edges))
    by_hand = list(own)  # an independent way: raise along edges until nothing moves
    moved = True
    while moved:
        moved = False
        for source, target, cap in edges:
            through = min(by_hand[source], cap)
            if through > by_hand[target]:
                by_hand[target], moved = through, True
    assert passes.tolist() == by_hand
    assert arrives.tolist() == [
        max((min(by_hand[s], cap) for s, t, cap in edges if t == n), default=0) for n in range(len(own))
    ]


def test_what_only_holds_itself_up_falls() -> None:
    ring = arrays([(0, 1, 5), (1, 2, 5), (2, 0, 5)])
    assert seep(np.array([4, 0, 0], dtype=np.int8), ring)[0].tolist() == [4, 4, 4]
    assert seep(np.array([0, 0, 0], dtype=np.int8), ring)[0].tolist() == [0, 0, 0]


def test_a_way_round_a_cap_lets_everything_through() -> None:
    own = np.array([5, 0, 0], dtype=np.int8)
    assert seep(own, arrays([(0, 2, 2), (0, 1, 5)]))[1].tolist() == [0, 5, 2]
    assert seep(own, arrays([(0, 2, 2), (0, 1, 5), (1, 2, 4)]))[1].tolist() == [0, 5, 4]


class Catalogue:
    """Columns, edges by number, and what was counted of them the last time."""

    def __init__(self, columns: int, edges: int, dice: random.Random) -> None:
        self.dice = dice
        self.own = np.array(dice.choices([0, 1, 2, 3, 4, 5], [30, 20, 30, 14, 4, 2], k=columns), dtype=np.int8)
        self.edges = [self.draw() for _n in range(edges)]
        self.passes, self.arrives = seep(self.own, arrays(self.edges))

    def draw(self) -> list[int]:
        """Mostly along the stream, now and then back: circles."""
        near, far = sorted(self.dice.sample(range(len(self.own)), 2))
        return [far, near, 5] if self.dice.random() < 0.05 else [near, far, 5]

    def change(self) -> list[int]:
        """One change; returns the columns at which it begins."""
        how = self.dice.choice(["add", "remove", "raise", "lower", "stop", "transform", "resume", "circle"])
        at = self.dice.randrange(len(self.own))
        edge = self.dice.randrange(len(self.edges))
        if how == "add":
            self.edges.append(self.draw())
            return [self.edges[-1][1]]
        if how == "remove":
            return [self.edges.pop(edge)[1]]
        if how == "circle":
            there, back, _cap = self.edges[edge]
            self.edges.append([back, there, 5])
            return [there]
        if how in ("raise", "lower"):
            self.own[at] = min(5, self.own[at] + 2) if how == "raise" else max(0, self.own[at] - 2)
            return [at]
        self.edges[edge][2] = {"stop": 0, "transform": self.dice.randint(1, 3), "resume": 5}[how]
        return [self.edges[edge][1]]

    def follow(self, seeds: list[int]) -> int:
        """Count again only what the change can reach; returns how many columns that was."""
        whole = arrays(self.edges)
        ids = np.flatnonzero(region(np.array(seeds, dtype=np.int64), whole, len(self.own)))
        into = np.isin(whole.target, ids)
        part = Stream(whole.source[into], whole.target[into], whole.cap[into])
        self.passes[ids], self.arrives[ids] = seep_within(ids, self.own[ids], part, self.passes[part.source])
        return int(ids.size)


def test_a_thousand_changes_one_at_a_time_come_to_what_a_full_count_gives() -> None:
    dice = random.Random(1003)  # noqa: S311 - the same changes every time
    world = Catalogue(columns=8_000, edges=12_000, dice=dice)
    reached, moved = 0, 0
    for _turn in range(1_000):
        before = world.passes.copy()
        reached = max(reached, world.follow(world.change()))
        moved += int((before != world.passes).any())
        passes, arrives = seep(world.own, arrays_of(world))
        assert (world.passes == passes).all()
        assert (world.arrives == arrives).all()
    assert len(world.edges) >= 10_000
    assert moved > 300, "the changes changed little"
    assert reached < 8_000, "each change was counted from scratch"


def arrays_of(world: Catalogue) -> Stream:
    return arrays(world.edges)
