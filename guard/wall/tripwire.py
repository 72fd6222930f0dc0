"""The tripwire: no statement on governed tables goes to the database without saying whose policy it carries.

The doors mark what they compile, with a mark that differs in each process: for a reader, or past the wall for a reason.
SQL by hand gets it from `guard.doors.reading.visible_sql` or `guard.wall.beyond`. Whatever names a governed table and
has no mark, or carries another reader than the one that the database was told, is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from guard.refusals import SealedError
from guard.wall import MARK, guarded_tables

_READERS = re.compile(rf"/\* {MARK} reader (\d+) \*/")


def watch(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Look at a statement before it is sent (an execute wrapper of Django's).

    Raises:
        SealedError: it reads governed tables and carries no policy, or another reader's than the connection's.
    """
    text = sql if isinstance(sql, str) else str(sql)
    if not context["connection"].is_walled:
        return execute(sql, params, many, context)
    if MARK not in text:
        if table := _governed_in(text):
            raise SealedError(f"SQL on {table} carries nobody's policy: use visible_to, visible_sql or beyond.")
    elif any(reader != context["connection"].reader for reader in readers_of(text)):
        raise SealedError("SQL carries another reader's policy than the one that the database was told.")
    return execute(sql, params, many, context)


def readers_of(sql: str) -> list[int]:
    """Whose policy a statement carries."""
    return [int(reader) for reader in _READERS.findall(sql)]


@lru_cache(maxsize=4096)
def _governed_in(sql: str) -> str:
    """The first governed table that a statement names; empty for none."""
    found = _tables().search(sql)
    return found[1] if found else ""


@lru_cache(maxsize=1)
def _tables() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])({'|'.join(sorted(guarded_tables()))})(?![\w'])")
