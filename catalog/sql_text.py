"""One statement of SQL as it counts: the same hash for what differs only in layout or comments."""

from __future__ import annotations

import hashlib

import sqlglot
from sqlglot.errors import SqlglotError

MOST = 200_000  # characters; longer text is not parsed


def hash_of_sql(sql: str, dialect: str = "") -> str:
    """SHA-256 over the normalised statement.

    Args:
        sql: one statement; empty gives an empty hash.
        dialect: of sqlglot, or empty.

    Returns:
        64 hex digits. Whatever can change a value (an expression, a literal, a source) changes it; layout and comments
        do not. Text that is no SQL is hashed as it stands, but for its white space.
    """
    text = sql.strip().rstrip(";").strip()
    if not text:
        return ""
    return hashlib.sha256(_normal(text, dialect).encode()).hexdigest()


def _normal(text: str, dialect: str) -> str:
    if len(text) <= MOST:
        try:
            parsed = sqlglot.parse_one(text, read=dialect or None)
            return parsed.sql(dialect=dialect or None, comments=False, normalize=False)
        except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError):
            pass  # sqlglot raises plain errors now and then on text that is not SQL
    return " ".join(text.split())
