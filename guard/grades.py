"""From which clearance how much of a thing is given: the table of grades as one frozen value.

Pure, like `guard.policy`, which decides with it. The rows are in the database (`guard.models.GradeRow`) and come with
the principal, by the statement that fetches it, as thirty signs; so no request asks once more, and a reader under
another table is another reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

LEVELS, GRADES, CLEARANCES = range(1, 6), range(1, 7), range(1, 6)
NEVER = "-"
_MOST = CLEARANCES[-1]


class Senseless(ValueError):
    """A table of grades that says less to who is cleared for more, or is none at all. `fault` is one of the codes.

    ``form``: not five levels of six grades; ``grades``: a higher grade needs less than a lower one; ``levels``: a
    stricter level needs less than a milder one.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(f"a senseless table of grades: {fault}")
        self.fault = fault


@dataclass(frozen=True)
class Grades:
    """The least clearance that gives each grade of each level.

    Args:
        text: level after level, in it grade after grade: the clearance as a digit, ``-`` for never by clearance alone.

    Raises:
        Senseless: a table that cannot be meant.
    """

    text: str
    _given: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)
    _ceilings: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self.text)
        ranks = range(_MOST + 1)
        given = tuple(tuple(self._highest(rank, level) for level in LEVELS) for rank in ranks)
        ceilings = tuple(
            tuple(max((lv for lv in LEVELS if given[rank][lv - 1] >= grade), default=0) for grade in GRADES)
            for rank in ranks
        )
        object.__setattr__(self, "_given", given)
        object.__setattr__(self, "_ceilings", ceilings)

    @classmethod
    def of(cls, rows: Mapping[tuple[int, int], int | None]) -> Grades:
        """The table of these clearances by level and grade."""
        if set(rows) != {(level, grade) for level in LEVELS for grade in GRADES}:
            raise Senseless("form")
        signs = (rows[level, grade] for level in LEVELS for grade in GRADES)
        return read("".join(NEVER if rank is None else str(rank) for rank in signs))

    def least(self, level: int, grade: int) -> int | None:
        """The clearance from which this grade of this level is given; None for never by clearance alone."""
        sign = self.text[(level - 1) * len(GRADES) + grade - 1]
        return None if sign == NEVER else int(sign)

    def row(self, level: int) -> tuple[int | None, ...]:
        """The least clearances of one level, grade 1 first."""
        return tuple(self.least(level, grade) for grade in GRADES)

    def column(self, grade: int) -> tuple[int | None, ...]:
        """The least clearances for one grade, level 1 first."""
        return tuple(self.least(level, grade) for level in LEVELS)

    def with_row(self, level: int, row: Sequence[int | None]) -> Grades:
        """The same table with another row; raises `Senseless` like any."""
        rows: dict[tuple[int, int], Any] = {(at, grade): self.least(at, grade) for at in LEVELS for grade in GRADES}
        return Grades.of({**rows, **{(level, grade): rank for grade, rank in zip(GRADES, row, strict=True)}})

    def given(self, clearance: int, level: int) -> int:
        """The grade that a clearance alone gives of a thing of this level; without clearance nothing."""
        return self._given[min(max(clearance, 0), _MOST)][level - 1]

    def ceiling(self, clearance: int, needed: int) -> int:
        """The highest level of which a clearance alone gives this grade; 0 when of none.

        The SQL form of `given` is ``level <= ceiling``: one comparison a domain instead of a row of cases.
        """
        return self._ceilings[min(max(clearance, 0), _MOST)][needed - 1] if needed in GRADES else 0

    def _highest(self, rank: int, level: int) -> int:
        return max((grade for grade in GRADES if (start := self.least(level, grade)) and start <= rank), default=0)


def _check(text: str) -> None:
    """Raise `Senseless` unless more clearance never gives less, whichever way one reads the table."""
    if len(text) != len(LEVELS) * len(GRADES) or not set(text) <= {NEVER, *map(str, CLEARANCES)}:
        raise Senseless("form")
    rows = [[_MOST + 1 if sign == NEVER else int(sign) for sign in text[start : start + len(GRADES)]]
            for start in range(0, len(text), len(GRADES))]  # fmt: skip
    if any(row != sorted(row) for row in rows):
        raise Senseless("grades")
    if any(list(column) != sorted(column) for column in zip(*rows, strict=True)):
        raise Senseless("levels")


@lru_cache(maxsize=256)
def read(text: str) -> Grades:
    """The table of this text, made once."""
    return Grades(text)


CLOSED = read(NEVER * len(LEVELS) * len(GRADES))  # clearance gives nothing: what holds until somebody says otherwise
