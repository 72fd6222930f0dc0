"""One difference between the world and what is wanted: how it is mended, how that is undone, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

WIDER, NARROWER, UNKNOWN = "wider", "narrower", "unknown"


class Phase(IntEnum):
    """In which order a plan does things."""

    ROLES = 1
    LEAVE = 2
    SCHEMA_RIGHTS = 3
    DEFAULTS = 4
    OWNERS = 5
    REVOKES = 6
    POLICIES = 7
    KEY = 8
    GRADE_SCHEMAS = 9
    VIEWS = 10
    GRANTS = 11
    JOIN = 12


class Undo(IntEnum):
    """In which order a plan is undone; access lists are restored between OWNERS and JOIN."""

    LEAVE = 1
    VIEWS = 2
    OLD_VIEWS = 3
    KEY = 4
    POLICIES = 5
    OWNERS = 6
    RIGHTS = 7
    JOIN = 8
    ROLES = 9


@dataclass(frozen=True)
class Target:
    """An object with an access list: ``table``, ``schema``, ``database``, ``function`` or ``default``."""

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """An object with an access list, as a step names it.

    Args:
        on: in GRANT and REVOKE, such as ``TABLE "s"."t"``.
        thing: for people.
        may: whether the enforcement login may change it.
        drift: what a right too many there means.
    """

    target: Target
    on: str
    thing: str
    may: bool = True
    drift: str = WIDER


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Args:
        phase: when.
        do: what kind of step, for the pure tests and the pages.
        sql: statements.
        undo: statements that take it back, apart from access lists.
        undo_phase: when.
        rights: the object whose access list it changes, if any.
        drift: what it means that the step is needed: somebody can do more or less than wanted, or nobody knows.
        code: the finding's name (`governance.enforcement.sentences`).
        thing: the object, for people.
        who: the role concerned.
        detail: rights or columns, for people.
        facts: what the step changes, for the pure tests.
    """

    phase: Phase
    do: str
    sql: tuple[str, ...]
    drift: str
    code: str
    thing: str
    who: str = ""
    detail: str = ""
    undo: tuple[str, ...] = ()
    undo_phase: Undo = Undo.RIGHTS
    rights: Target | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Beyond:
    """A difference that a plan cannot mend: somebody with more rights than the enforcement login must."""

    drift: str
    code: str
    thing: str
    who: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Difference:
    """All of it."""

    steps: tuple[Step, ...]
    beyond: tuple[Beyond, ...]
