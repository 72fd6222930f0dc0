"""Tables of grades as they may be: every one in which more clearance never gives less, and the one that ships."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from guard.grades import CLEARANCES, GRADES, LEVELS, NEVER, Grades, read

SHIPPED = read("1111--1222--2333--2444--4555--")


def risen(signs: list[int]) -> Grades:
    """The mildest table that is nowhere wider than these thirty clearances; one above the highest is never."""
    rows: dict[tuple[int, int], int] = {}
    for level in LEVELS:
        for grade in GRADES:
            beside = (rows.get((level - 1, grade), 1), rows.get((level, grade - 1), 1))
            rows[level, grade] = max(signs[(level - 1) * len(GRADES) + grade - 1], *beside)
    return read("".join(str(rank) if rank in CLEARANCES else NEVER for rank in rows.values()))


tables = st.lists(st.integers(1, CLEARANCES[-1] + 1), min_size=30, max_size=30).map(risen)


def under(user: Any, table: Grades) -> Any:
    """The same person as if this table were in force; nothing is put in force."""
    user.principal = replace(user.principal, grades=table)
    return user
