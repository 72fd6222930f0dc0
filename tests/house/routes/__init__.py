"""The table of all routes and what each person of the cast finds there.

A room adds its rows in `tests/house/routes/<room>.py` (a dict ``ROWS``: URL name, or a pattern of names, to a Row) and,
for objects of a new kind, a sample in `tests/house/routes/samples.py`. A route that no row names fails the test.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from fnmatch import fnmatchcase

PUBLIC, EVERYBODY, ROLES, OBJECT, ACT, ACT_ANY, ABSENT, FOREIGN = (
    "public", "everybody", "roles", "object", "act", "act_any", "absent", "foreign",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What stands behind a route.

    Args:
        what: ``public`` (a visitor too), ``everybody`` (who is signed in), ``roles`` (only `roles`), ``object`` (a
            page or answer about the sample of `kind`: readers see it, to others it is absent), ``act`` (something done
            to that sample, or a part of its answer), ``act_any`` (done without an object), ``absent`` (a number that
            nobody has), ``foreign`` (a library's own).
        kind: of the sample.
        needs: the action that the reader must be allowed on the sample.
        roles: role codes.
        query: added to the address.
    """

    what: str
    kind: str = ""
    needs: str = "read"
    roles: tuple[str, ...] = ()
    query: str = ""


def public() -> Row:
    return Row(PUBLIC)


def everybody(query: str = "") -> Row:
    return Row(EVERYBODY, query=query)


def roles(*codes: str) -> Row:
    return Row(ROLES, roles=codes)


def of(kind: str, needs: str = "read", query: str = "") -> Row:
    return Row(OBJECT, kind, needs, query=query)


def act(kind: str, needs: str = "read") -> Row:
    return Row(ACT, kind, needs)


def act_any() -> Row:
    return Row(ACT_ANY)


def absent() -> Row:
    return Row(ABSENT)


def foreign() -> Row:
    return Row(FOREIGN)


def table() -> dict[str, Row]:
    """All rows of all rooms; exact names before patterns."""
    rows: dict[str, Row] = {}
    for found in pkgutil.iter_modules(__path__):
        rows |= getattr(importlib.import_module(f"{__name__}.{found.name}"), "ROWS", {})
    return rows


def row_of(name: str, rows: dict[str, Row]) -> Row | None:
    """The row of a route: its own, or the longest pattern that fits."""
    if name in rows:
        return rows[name]
    fitting = [pattern for pattern in rows if "*" in pattern and fnmatchcase(name, pattern)]
    return rows[max(fitting, key=len)] if fitting else None
