"""Whether every level is what it should be: the whole graph from scratch against what acts settled."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
from django.db import connection

from guard.flood import flood
from guard.outbox import nightly
from guard.wall import beyond

log = logging.getLogger(__name__)
_WHY = "the whole graph is counted, whoever looks; only drift is told, by key, to who runs the product"
_CARRYING = "SELECT source_id, target_id, carries, coalesce(carried_rank, 0) FROM guard_link WHERE carries <> 'none'"


def drifted() -> Iterator[tuple[str, int, int]]:
    """Things whose level is not what a full count gives: (key, level kept, level counted). Should be none."""
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, "SELECT id, key, declared, level FROM guard_thing ORDER BY id"))
        rows = cursor.fetchall()
        cursor.execute(beyond(_WHY, _CARRYING))
        joints = cursor.fetchall()
    if not rows:
        return
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    declared = np.array([row[2] for row in rows], dtype=np.int8)
    floor = np.zeros(len(rows), dtype=np.int8)
    whole = np.array([(s, t) for s, t, carries, _rank in joints if carries == "whole"], dtype=np.int64).reshape(-1, 2)
    for source, _target, carries, rank in joints:
        if carries == "part":
            at = int(np.searchsorted(ids, source))
            floor[at] = max(int(floor[at]), rank)
    counted = flood(declared, np.searchsorted(ids, whole[:, 0]), np.searchsorted(ids, whole[:, 1]), floor)
    for (_pk, key, _declared, kept), rank in zip(rows, counted.tolist(), strict=True):
        if kept != rank:
            yield key, kept, rank


@nightly("levels counted again")
def count_again() -> None:
    """Say loudly when a level drifted; nothing is changed by itself."""
    for key, kept, counted in drifted():
        log.error("level drifted", extra={"key": key, "kept": kept, "counted": counted})
