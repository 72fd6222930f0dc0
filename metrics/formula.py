"""Which columns an SQL expression reads. Pure."""

from __future__ import annotations

import re

from sqlglot import exp

from metrics.canonical_sql import DEFAULT_DIALECT, SqlError, parse_sql

_WORD = re.compile(r"[^\W\d]\w*")


class UnreadableFormula(ValueError):
    """The text is not one SQL expression."""


def names_in(text: str, dialect: str = DEFAULT_DIALECT) -> frozenset[str]:
    """The column names that an expression reads.

    Args:
        text: one SQL expression; empty or a star reads no column by name.
        dialect: sqlglot's name of its SQL.

    Raises:
        UnreadableFormula: when it is not one expression, or reads a table of its own.
    """
    if text.strip() in ("", "*"):
        return frozenset()
    try:
        tree = parse_sql(text, dialect)
    except SqlError as fault:
        raise UnreadableFormula(text[:80]) from fault
    if isinstance(tree, exp.Query) or tree.find(exp.Table, exp.Subquery) is not None:
        raise UnreadableFormula(text[:80])
    if isinstance(tree, exp.Identifier | exp.Table):
        return frozenset({tree.name})
    return frozenset(column.name for column in tree.find_all(exp.Column) if column.name != "*")


def words_in(text: str) -> frozenset[str]:
    """The names in a piece of arithmetic."""
    return frozenset(_WORD.findall(text))
