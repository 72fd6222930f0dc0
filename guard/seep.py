"""How levels seep from column to column: the whole stream, or just the region that a change can reach. Pure.

One rule for both (`guard.flood`): what a part passes on is the higher of what it has in itself and what arrives; what
arrives is the highest that any edge lets through. The least such answer counts, so a circle does not hold itself up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guard.flood import Ints, Ranks, flood, spans


@dataclass(frozen=True)
class Stream:
    """Edges between n parts.

    Args:
        source: index of the part that each of m edges comes from, shape (m,).
        target: index of the part that it leads to, shape (m,).
        cap: the highest rank that it lets through, shape (m,): 5 for everything, 0 for nothing.
    """

    source: Ints
    target: Ints
    cap: Ranks


def seep(own: Ranks, stream: Stream, outside: Ranks | None = None) -> tuple[Ranks, Ranks]:
    """What every part passes on, and what arrives at it.

    Args:
        own: what each of n parts has in itself, shape (n,); 0 for nothing, such as a column that nobody classified.
        stream: the edges between these.
        outside: the highest rank that arrives from parts that are not among these, shape (n,).

    Returns:
        (what it passes on, what arrives), each of shape (n,), ranks 0 to 5.
    """
    passes = flood(own, stream.target, stream.source, outside, stream.cap)
    arrives: Ranks = np.zeros_like(own) if outside is None else outside.copy()
    np.maximum.at(arrives, stream.target, np.minimum(passes[stream.source], stream.cap))
    return passes, arrives


def region(seeds: Ints, stream: Stream, count: int) -> npt.NDArray[np.bool_]:
    """Everything that a change at some parts can reach, themselves included, as a mask of shape (count,)."""
    order = np.argsort(stream.source)
    targets = stream.target[order]
    starts = np.concatenate(([0], np.cumsum(np.bincount(stream.source, minlength=count))))
    within = np.zeros(count, dtype=np.bool_)
    frontier = np.unique(seeds)
    while frontier.size:
        within[frontier] = True
        reached = np.unique(targets[spans(starts[frontier], starts[frontier + 1])])
        frontier = reached[~within[reached]]
    return within


def seep_within(ids: Ints, own: Ranks, stream: Stream, passed: Ranks) -> tuple[Ranks, Ranks]:
    """`seep` for a region: what lies outside keeps what it passes on.

    Args:
        ids: what the r parts of the region are called, sorted, shape (r,).
        own: what each of these has in itself, shape (r,).
        stream: every edge that leads into the region, its ends by name; sources may lie outside.
        passed: what the source of each of these edges passed on before the change, shape (m,).

    Returns:
        As `seep`, for the region.
    """
    target = np.searchsorted(ids, stream.target)
    source = np.searchsorted(ids, stream.source)
    inner = (source < ids.size) & (ids[np.minimum(source, ids.size - 1)] == stream.source)
    outside: Ranks = np.zeros_like(own)
    outer = ~inner
    np.maximum.at(outside, target[outer], np.minimum(passed[outer], stream.cap[outer]))
    return seep(own, Stream(source[inner], target[inner], stream.cap[inner]), outside)
