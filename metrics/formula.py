"""What names a formula speaks of: pure reading of SQL expressions."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError


class UnreadableFormula(ValueError):
    """The text is not one SQL expression."""


@lru_cache(maxsize=2000)
def _parse(text: str, dialect: str) -> exp.Expression:
    try:
        tree = sqlglot.parse_one(f"SELECT {text}", read=dialect or None)
    except (SqlglotError, RecursionError) as problem:
        raise UnreadableFormula(text[:80]) from problem
    if (
        not isinstance(tree, exp.Select)
        or len(tree.expressions) != 1
        or tree.args.get("from")
        or tree.args.get("from_")
    ):
        raise UnreadableFormula(text[:80])
    return tree.expressions[0]


def names_in(text: str, dialect: str = "postgres") -> frozenset[str]:
    """The names (columns or metric codes) that an expression reads.

    Args:
        text: one SQL expression; empty reads nothing.
        dialect: sqlglot's name of its SQL.

    Raises:
        UnreadableFormula: when it is not one expression.
    """
    if not text.strip() or text.strip() == "*":
        return frozenset()
    return frozenset(column.name for column in _parse(text, dialect).find_all(exp.Column) if column.name != "*")


def summed_names(text: str, dialect: str = "postgres") -> frozenset[str]:
    """The names that an expression adds up as they are: terms of a plus, arguments of SUM.

    A term that is first divided or averaged is another number and is not meant.
    """
    try:
        tree = _parse(text, dialect) if text.strip() else None
    except UnreadableFormula:
        return frozenset()
    if tree is None:
        return frozenset()
    found: set[str] = set()
    for node in tree.find_all(exp.Add, exp.Sum):
        for term in (node.left, node.right) if isinstance(node, exp.Add) else (node.this,):
            found |= _bare(term)
    return frozenset(found)


def _bare(term: exp.Expression | None) -> set[str]:
    """The names of a term that reaches the sum undivided: x, (x), -x, 2 * x, x - y."""
    if isinstance(term, exp.Column):
        return {term.name}
    if isinstance(term, exp.Paren | exp.Neg):
        return _bare(term.this)
    if isinstance(term, exp.Coalesce):
        return _bare(term.this)
    if isinstance(term, exp.Add | exp.Sub):
        return _bare(term.left) | _bare(term.right)
    if isinstance(term, exp.Mul):
        sides = [side for side in (term.left, term.right) if not isinstance(side, exp.Literal)]
        return _bare(sides[0]) if len(sides) == 1 else set()
    return set()
