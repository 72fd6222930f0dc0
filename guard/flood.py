"""Levels of the whole graph from scratch, in arrays: the check that settling one thing at a time stays right.

Pure: knows neither Django nor rows. Flooding from the highest rank down needs no order of the graph and ends on cycles;
each thing is lowered into place once, so the cost is linear in joints (performance.md section 4).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from guard.levels import HIGHEST, LOWEST

Ints = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.int8]


def flood(declared: Ranks, source: Ints, target: Ints, floor: Ranks | None = None, cap: Ranks | None = None) -> Ranks:
    """Effective ranks of all things.

    Args:
        declared: rank that each of n things has in itself, shape (n,).
        source: for each of m whole joints the index of the thing that carries, shape (m,).
        target: the index of the thing whose rank it carries, shape (m,).
        floor: the highest rank that joints in part carry into each thing, shape (n,); 0 for none.
        cap: the highest rank that each joint lets through, shape (m,), 0 for nothing; None: all let everything through.

    Returns:
        For every thing the highest rank among itself and all that it carries, shape (n,).
    """
    level: Ranks = declared.copy() if floor is None else np.maximum(declared, floor)
    order = np.argsort(target)  # any order among equals will do, and the unstable sort is the quick one
    carriers = source[order]
    starts = np.concatenate(([0], np.cumsum(np.bincount(target, minlength=len(declared)))))
    place = np.empty(len(declared), dtype=np.int64)  # room to drop repeats without sorting
    caps = None if cap is None or not (cap < HIGHEST).any() else cap[order]
    for rank in range(HIGHEST, int(level.min(initial=LOWEST)), -1):  # the lowest of all has nobody to raise
        if cap is not None and caps is not None:  # what is above, through joints that let just this rank through
            narrow = np.flatnonzero(cap == rank)
            lifted = source[narrow][level[target[narrow]] > rank]
            level[lifted[level[lifted] < rank]] = rank
        frontier = np.flatnonzero(level == rank)
        while frontier.size:
            edges = spans(starts[frontier], starts[frontier + 1])
            reached = carriers[edges] if caps is None else carriers[edges[caps[edges] >= rank]]
            reached = reached[level[reached] < rank]
            level[reached] = rank
            at = np.arange(reached.size)
            place[reached] = at
            frontier = reached[place[reached] == at]
    return level


def spans(begin: Ints, end: Ints) -> Ints:
    """All whole numbers of several half-open spans, one after another."""
    lengths = end - begin
    total = int(lengths.sum())
    if total == 0:
        return np.empty(0, dtype=np.int64)
    shift = np.repeat(begin - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.asarray(np.arange(total) + shift, dtype=np.int64)
