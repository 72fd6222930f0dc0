"""One walk up the joints: what a change of levels does, whether it is carried out (`guard.things`) or only looked at.

Two queries whatever the size: what is seeded with its own joints, then, when that moved, all that stands above it. The
rule itself is `guard.flood`, by which `guard.recount` counts the whole graph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection

from guard.flood import flood
from guard.memory import rows_by
from guard.models import Link
from guard.wall import beyond

_WHY = "a level is counted from every joint, whoever looks; it names nothing"
ONLY = "WITH above (id) AS (SELECT unnest(%s::bigint[]))"
ABOVE = """
WITH RECURSIVE above (id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT l.source_id FROM above a JOIN guard_link l ON l.target_id = a.id AND l.carries = 'whole'
)"""
JOINTS = """
SELECT t.id, t.declared, t.level, l.id, l.carries, l.carried_rank, l.target_id, x.level
  FROM above a JOIN guard_thing t ON t.id = a.id
  LEFT JOIN guard_link l ON l.source_id = t.id AND l.carries <> 'none'
  LEFT JOIN guard_thing x ON x.id = l.target_id
"""


@dataclass(frozen=True)
class Shift:
    """A level that would be another."""

    before: int
    after: int


@dataclass(frozen=True)
class Supposed:
    """What is taken to be otherwise than it stands in the database.

    Args:
        declared: rank that things have in themselves, by thing id.
        carried: rank that joints in part carry, by joint id.
        sources: ids of the things at the near end of these joints.
    """

    declared: Mapping[int, int] = field(default_factory=dict)
    carried: Mapping[int, int] = field(default_factory=dict)
    sources: Collection[int] = ()


@dataclass
class Area:
    """Some things with all that they carry: levels as they are, and what holds each of them up."""

    level: dict[int, int] = field(default_factory=dict)
    own: dict[int, int] = field(default_factory=dict)  # the higher of what it declares and what joints in part carry
    whole: dict[int, dict[int, int]] = field(default_factory=dict)  # ranks of what is carried whole, by its id

    def floor(self, pk: int) -> int:
        """The rank that a thing needs by the present levels of what it carries."""
        return max([self.own[pk], *self.whole[pk].values()])

    def counted(self) -> dict[int, int]:
        """The least levels that hold every joint, given that what stands outside the area stays."""
        place = {pk: number for number, pk in enumerate(self.level)}
        floor, ends = [], []
        for pk, own in self.own.items():
            outside = (rank for far, rank in self.whole[pk].items() if far not in place)
            floor.append(max([own, *outside]))
            ends += [(place[pk], place[far]) for far in self.whole[pk] if far in place]
        inner = np.array(ends, dtype=np.int64).reshape(-1, 2)
        counted = flood(np.array(floor, dtype=np.int8), inner[:, 0], inner[:, 1])
        return dict(zip(place, counted.tolist(), strict=True))


def shifts(seeds: Iterable[int], supposed: Supposed | None = None) -> dict[int, Shift]:
    """Every level that is not what its joints ask for, found from some things upwards.

    Args:
        seeds: ids of things whose own rank or joints changed.
        supposed: changes that are not written; their things are seeds, too.

    Returns:
        What changes, by thing id. Levels fall on cycles, too: what only holds itself up is not held.
    """
    supposed = supposed or Supposed()
    start = _read(ONLY, {*seeds, *supposed.declared, *supposed.sources}, supposed)
    moved = [pk for pk, level in start.level.items() if start.floor(pk) != level or start.own[pk] < level]
    if not moved:
        return {}
    area = _read(ABOVE, moved, supposed)
    return {pk: Shift(area.level[pk], rank) for pk, rank in area.counted().items() if rank != area.level[pk]}


def floor_of(thing_id: int) -> int:
    """The highest rank that a thing's joints carry into it."""
    return rows_by("thing", thing_id, _floors)[0]


def _floors(thing_ids: list[int]) -> list[tuple[int, int]]:
    area = _read(ONLY, thing_ids, Supposed(declared=dict.fromkeys(thing_ids, 1)))
    return [(pk, area.floor(pk) if pk in area.level else 1) for pk in thing_ids]


def recarried(target_id: int, rank_of: Callable[[list[str]], int]) -> dict[int, tuple[int, int]]:
    """The joints that read columns of a thing and would carry another rank.

    Args:
        target_id: the thing whose columns have, or would have, other levels.
        rank_of: the highest rank among the named columns.

    Returns:
        (near end, rank) by id of the joint.
    """
    return recarried_among([target_id], lambda _target, columns: rank_of(columns))


def recarried_among(
    target_ids: Collection[int], rank_of: Callable[[int, list[str]], int]
) -> dict[int, tuple[int, int]]:
    """`recarried` for several things; `rank_of` is told the id of the thing first."""
    rows = Link.objects.unrestricted(_WHY).filter(target_id__in=list(target_ids), carries="part")
    found = {}
    for pk, source_id, target_id, columns, carried in rows.values_list(
        "pk", "source_id", "target_id", "columns", "carried_rank"
    ):
        rank = rank_of(target_id, columns)
        if rank != carried:
            found[pk] = (source_id, rank)
    return found


def foresee(ranks: Mapping[int, int], rank_of: Callable[[int, list[str]], int]) -> dict[int, Shift]:
    """What `things.set_levels` would change; nothing is written.

    Args:
        ranks: the rank that things would have in themselves, by id, 1 to 5.
        rank_of: the highest rank among the named columns of the thing with that id, as they would be.
    """
    joints = recarried_among(ranks, rank_of)
    carried = {pk: carried for pk, (_source, carried) in joints.items()}
    return shifts([], Supposed(ranks, carried, {source for source, _rank in joints.values()}))


def _read(reach: str, ids: Collection[int], supposed: Supposed) -> Area:
    area = Area()
    for pk, declared, level, joint, carries, rank, far, far_level in _rows(reach + JOINTS, ids):
        if pk not in area.level:
            area.level[pk], area.own[pk], area.whole[pk] = level, supposed.declared.get(pk, declared), {}
        if carries == "part":
            area.own[pk] = max(area.own[pk], supposed.carried.get(joint, rank))
        elif carries == "whole":
            area.whole[pk][far] = far_level
    return area


def _rows(statement: str, ids: Collection[int]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, statement), [list(ids)])
        yield from cursor.fetchall()
