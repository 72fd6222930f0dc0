"""What a change of the policy would do: who gains and who loses, with how many things."""

from __future__ import annotations

from dataclasses import dataclass, field

from guard.models import Thing
from people.models import User

NAMED, STUCK_NAMED = 6, 10


@dataclass(frozen=True)
class Row:
    """One person for whom something changes, and with how many things."""

    person: User
    lost: int
    gained: int


@dataclass
class Effect:
    """Everything that would change, as one reader may know it; `digest` is over all of it."""

    rows: list[Row] = field(default_factory=list)
    names: list[Thing] = field(default_factory=list)
    stuck: list[Thing] = field(default_factory=list)
    stuck_hidden: int = 0
    people: int = 0
    things: int = 0
    is_capped: bool = False
    is_supposed: bool = False
    author_gains: int = 0
    digest: str = ""

    @property
    def losing(self) -> list[Row]:
        return [row for row in self.rows if row.lost]

    @property
    def gaining(self) -> list[Row]:
        return [row for row in self.rows if row.gained]
