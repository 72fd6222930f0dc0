"""Statements that every request sends, planned once a connection: planning them took longer than answering them.

Only on connections that are kept (a pool, or one a thread): one that lives for a request would plan for nothing, and a
pooler that hands a connection from one to another would not know the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import InterfaceError, NotSupportedError, OperationalError, connection


class _Planned(psycopg.Cursor[Any]):
    """A cursor that asks for a kept plan."""

    def execute(self, query: Any, params: Any = None, **_how: Any) -> Any:
        return super().execute(query, params, prepare=True, binary=True)


def row(statement: str, params: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row that a reading statement gives; None when it gives none.

    A connection that was kept from the request before is looked after by the statement itself, not by a ``SELECT 1`` in
    front of it: when it broke meanwhile, another one is opened and asked.

    Args:
        statement: always the same text, with ``%s`` for values.
        params: the values.
    """
    try:
        return _row(statement, params)
    except (OperationalError, InterfaceError):
        kept: Any = connection
        if kept.in_atomic_block or kept.health_check_done or not kept.health_check_enabled:
            raise
        connection.close()
    except NotSupportedError:
        # A migration gave a column another type since this connection kept its plan: forget the plans, ask again.
        if connection.in_atomic_block:
            raise
        with _planning():
            connection.connection.execute("DEALLOCATE ALL", prepare=False)
    return _row(statement, params)


def _row(statement: str, params: Sequence[Any]) -> tuple[Any, ...] | None:
    kept: Any = connection
    kept.ensure_connection()
    own = _Planned(kept.connection)
    with kept.make_debug_cursor(own) if kept.queries_logged else kept.make_cursor(own) as cursor:
        with _planning():
            cursor.execute(statement, params)
        found: tuple[Any, ...] | None = cursor.fetchone()
    kept.health_check_done = True
    return found


@contextmanager
def _planning() -> Iterator[None]:
    """While it lasts psycopg counts, keeps and forgets plans; otherwise it would keep each text that is sent."""
    raw = connection.connection
    raw.prepare_threshold = 0 if is_kept() else None
    try:
        yield
    finally:
        raw.prepare_threshold = None


def is_kept() -> bool:
    """Whether the connection outlives a request."""
    at = connection.settings_dict
    return at["CONN_MAX_AGE"] != 0 or "pool" in at["OPTIONS"]
