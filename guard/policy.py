"""Who may see and do what: pure decisions about one person and one thing.

This module imports neither Django nor DRF. `guard.doors` says the same in SQL; tests/properties holds the two equal.

Grades (governance.md 3.5a): 0 nothing, 1 "a restricted item exists", 2 name, owner and level, 3 columns,
4 profile and statistics, 5 masked sample, 6 raw sample. Which clearance gives which is data (`guard.grades`) and comes
with the principal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from guard.grades import CLOSED, Grades

NOTHING, EXISTS, READ, COLUMNS, PROFILE, SAMPLE, RAW = range(7)
ACTIONS: Mapping[str, int] = {
    "exists": EXISTS,
    "read": READ,
    "columns": COLUMNS,
    "profile": PROFILE,
    "sample": SAMPLE,
    "raw": RAW,
}


@dataclass(frozen=True)
class Principal:
    """What the policy knows of a person, fetched once a request.

    Args:
        user_id: primary key of the user.
        username: for the ledger.
        roles: role codes held.
        team_ids: teams that the person belongs to.
        clearances: highest rank by domain id; the key ``None`` counts in every domain.
        active: a leaver sees and does nothing.
        rulebook: digest of the rules in force when this was fetched; empty when there are none.
        grades: which clearance gives how much, as it was in force then; nothing unless it is said.
    """

    user_id: int
    username: str
    roles: frozenset[str] = frozenset()
    team_ids: frozenset[int] = frozenset()
    clearances: Mapping[int | None, int] = field(default_factory=dict)
    active: bool = True
    rulebook: str = ""
    grades: Grades = CLOSED

    def clearance(self, domain_id: int | None) -> int:
        """The highest rank this person is cleared for in a domain; 0 for none."""
        everywhere = self.clearances.get(None, 0)
        return max(everywhere, self.clearances.get(domain_id, 0)) if self.active else 0


@dataclass(frozen=True)
class Held:
    """A live standing of one person on one thing: why, and how far it lets them see."""

    reason: str
    grade: int


@dataclass(frozen=True)
class Who:
    """Who may carry out a verb: any of these roles, or any of these standings on its subject.

    Args:
        roles: role codes that suffice.
        standings: reasons of standings on the subject that suffice.
        anyone: every active person who may see the subject.
    """

    roles: frozenset[str] = frozenset()
    standings: frozenset[str] = frozenset()
    anyone: bool = False

    def __init__(self, roles: Iterable[str] = (), standings: Iterable[str] = (), anyone: bool = False) -> None:
        object.__setattr__(self, "roles", frozenset(roles))
        object.__setattr__(self, "standings", frozenset(standings))
        object.__setattr__(self, "anyone", anyone)

    def permits(self, principal: Principal, held: Iterable[Held] = ()) -> bool:
        """Whether this person may; a leaver never may."""
        if not principal.active:
            return False
        return (
            self.anyone
            or bool(self.roles & principal.roles)
            or any(standing.reason in self.standings for standing in held)
        )


def grade(principal: Principal, level: int, domain_id: int | None, held: Iterable[Held] = ()) -> int:
    """How much of a thing a person may see: 0 (nothing) to 6 (raw sample).

    Args:
        principal: the reader.
        level: the thing's effective rank.
        domain_id: the thing's domain.
        held: the reader's live standings on the thing.

    Returns:
        The highest grade that clearance or a standing gives.
    """
    if not principal.active:
        return NOTHING
    by_clearance = principal.grades.given(principal.clearance(domain_id), level)
    return max([by_clearance, *(standing.grade for standing in held)])
