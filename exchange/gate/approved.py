"""Transformations that people approved in the catalogue: they come with the baseline and are bound to one SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from guard.levels import HIGHEST, LOWEST

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Approved:
    """From which column into which, down to which level, by which SQL, until when, and where it was approved."""

    source: str
    target: str
    lowers_to: int
    sql: str
    until: str
    key: str

    def as_dict(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {name: getattr(self, name) for name in ("source", "target", "lowers_to", "sql", "until", "key")}

    def fault(self, sql: str, level: int, today: date) -> str:
        """Why it does not let a level of this statement pass; empty when it does."""
        if sql != self.sql:
            return f"{self.key} was approved for other SQL"
        if today.isoformat() > self.until:
            return f"{self.key} ended on {self.until}"
        return f"{self.key} lets L{self.lowers_to} through" if level < self.lowers_to else ""


def approved_in(value: Any) -> list[Approved]:
    """Read the part of a baseline.

    Raises:
        ValueError: a row is none; the sentence continues the name of the part.
    """
    if not isinstance(value, list):
        raise ValueError("must be a list")
    found = []
    for number, row in enumerate(value, 1):
        try:
            one = Approved(**row)
            date.fromisoformat(one.until)
            is_sound = (
                all(isinstance(text, str) and text for text in (one.source, one.target, one.key))
                and type(one.lowers_to) is int and LOWEST <= one.lowers_to < HIGHEST
                and bool(_HASH.fullmatch(one.sql))
            )  # fmt: skip
        except (TypeError, ValueError):
            is_sound = False
        if not is_sound:
            raise ValueError(f"has no approved transformation in row {number}")
        found.append(one)
    return found
