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

CAP_BITS = HIGHEST.bit_length()


def flood(declared: Ranks, source: Ints, target: Ints, floor: Ranks | None = None, cap: Ranks | None = None) -> Ranks:
    """Effective ranks of all things.

    Args:
        declared: rank that each of n things has in itself, shape (n,); n below 2**30.
        source: for each of m whole joints the index of the thing that carries, shape (m,).
        target: the index of the thing whose rank it carries, shape (m,).
        floor: the highest rank that joints in part carry into each thing, shape (n,); 0 for none.
        cap: the highest rank that each joint lets through, shape (m,), 0 for nothing; None: all let everything through.

    Returns:
        For every thing the highest rank among itself and all that it carries, shape (n,).
    """
    level: Ranks = declared.copy() if floor is None else np.maximum(declared, floor)
    carriers, caps = by_target(source, target, cap if cap is not None and (cap < HIGHEST).any() else None)
    starts = np.concatenate(([0], np.cumsum(np.bincount(target, minlength=len(declared)))))
    place = np.empty(len(declared), dtype=np.int64)  # room to drop repeats without sorting
    for rank in range(HIGHEST, int(level.min(initial=LOWEST)), -1):  # the lowest of all has nobody to raise
        if cap is not None and caps is not None:  # what is above, through joints that let just this rank through
            narrow = np.flatnonzero(cap == rank)
            lifted = source[narrow][level[target[narrow]] > rank]
            level[lifted[level[lifted] < rank]] = rank
        frontier = np.flatnonzero(level == rank)
        while frontier.size:
            edges = spans(starts.take(frontier), starts.take(frontier + 1))
            reached = carriers.take(edges if caps is None else edges[caps.take(edges) >= rank])
            reached = reached[level.take(reached) < rank]
            level[reached] = rank
            at = np.arange(reached.size)
            place[reached] = at
            frontier = reached[place.take(reached) == at]
    return level


def by_target(source: Ints, target: Ints, cap: Ranks | None) -> tuple[Ints, Ints | None]:
    """The carriers of all joints, those of one target beside each other, with their caps in the same order.

    Each joint becomes one number, target in front: sorting numbers is several times quicker than sorting an order.
    """
    bits = int(max(source.max(initial=0), target.max(initial=0))).bit_length()
    below = 0 if cap is None else CAP_BITS
    joints = target << (bits + below)
    joints |= source << below
    if cap is not None:
        joints |= cap
    joints.sort()
    caps = None if cap is None else joints & (2**CAP_BITS - 1)
    joints >>= below
    joints &= (1 << bits) - 1
    return joints, caps


def spans(begin: Ints, end: Ints) -> Ints:
    """All whole numbers of several half-open spans, one after another."""
    lengths = end - begin
    ends = np.cumsum(lengths)
    numbers: Ints = np.repeat(begin - ends + lengths, lengths)
    numbers += np.arange(numbers.size)
    return numbers
