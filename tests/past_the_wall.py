"""SQL of a test that looks at, or breaks, rows as nobody in particular: past row level security, and said to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from guard.wall import beyond


class _Cursor:
    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def execute(self, statement: str, params: Any = None) -> Any:
        return self._cursor.execute(beyond("a test looks past the policy", statement), params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def past_the_wall() -> Iterator[Any]:
    """A cursor whose statements name governed tables beyond the wall."""
    with connection.cursor() as cursor:
        yield _Cursor(cursor)
