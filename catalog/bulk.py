"""Many rows at once: COPY into a staging table, then one statement a set. Inside an act only (0.6 of raw COPY)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg import sql

from guard.wall import beyond

_WHY = "an act works on many rows at once, which its verb was handed"


def stage(name: str, columns: str) -> None:
    """Make an empty staging table that goes with the transaction.

    Args:
        name: of the table; an older one of this name goes.
        columns: their definitions, ours, never a caller's text.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(sql.Identifier(name)))
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(sql.Identifier(name), sql.SQL(columns))  # type: ignore[arg-type]
        )


def copy_into(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into a table; returns how many.

    Args:
        table: a staging table; PostgreSQL copies nothing into one with row level security.
        columns: names in the order of the values.
        rows: tuples; None is NULL, lists are arrays.
    """
    count = 0
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def run(statement: str, params: Any = None) -> int:
    """Run one of our statements; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, statement), params)
        return int(cursor.rowcount)


def rows_of(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    """The rows that one of our statements gives."""
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, statement), params)
        return list(cursor.fetchall())
