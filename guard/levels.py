"""The algebra of levels: pure, total, monotone. Knows neither Django nor rows.

A rank is a whole number; a higher rank is stricter. ``None`` means unclassified and counts as the scheme's
``unknown`` rank, never as the lowest (governance.md 3.1, "missing means strict").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

LOWEST, HIGHEST = 1, 5
UNKNOWN = 4  # the house scheme: unclassified counts as L4 (rulings.md)

_WORDS = {
    "public": 1,
    "open": 1,
    "internal": 2,
    "confidential": 3,
    "restricted": 4,
    "critical": 5,
    "secret": 5,
    "公开": 1,
    "内部": 2,
    "机密": 3,
    "受限": 4,
    "核心": 5,
}


def effective(rank: int | None, unknown: int = UNKNOWN) -> int:
    """The rank that counts: the given one, or the strict one when nobody has classified."""
    return unknown if rank is None else rank


def high_water(ranks: Iterable[int | None], unknown: int = UNKNOWN, floor: int = LOWEST) -> int:
    """The highest rank among the inputs.

    Args:
        ranks: ranks of the parts; ``None`` is unclassified.
        unknown: what unclassified counts as.
        floor: the answer for no parts at all.

    Returns:
        A rank that is at least every input (FIPS 199 high-water mark; domain.md "computed high_water").
    """
    return max((effective(rank, unknown) for rank in ranks), default=floor)


def parse_level(word: str | int | None) -> int | None:
    """Read a level as people and files write it: ``L3``, ``3``, ``confidential``, ``机密``.

    Returns:
        The rank 1..5, or ``None`` for anything unknown. An unknown word is never taken for the lowest level.
    """
    if word is None:
        return None
    text = str(word).strip().lower()
    if text[:1] == "l":
        text = text[1:] if text[1:].isdigit() else text
    if text.isdecimal():
        return int(text) if len(text) == 1 and LOWEST <= int(text) <= HIGHEST else None
    return _WORDS.get(text)


def is_monotone(crosswalk: Mapping[int, int]) -> bool:
    """Whether a mapping between two schemes keeps order: a < b must give map(a) <= map(b)."""
    return all(low[1] <= high[1] for low, high in pairwise(sorted(crosswalk.items())))
