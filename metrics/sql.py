"""The SQL of a metric, written from its definition: for people to read and for the warehouse to answer."""

from __future__ import annotations

from collections.abc import Callable

from metrics import expressions as arithmetic
from metrics.canonical_sql import SqlError, parse_sql
from metrics.definition import ATOMIC, COMPOSITE, DERIVED, Definition
from metrics.fingerprint import DefinitionError, composite_node

Lookup = Callable[[str], Definition | None]
_AGGREGATES = {
    "sum": "sum({0})", "count": "count({0})", "count_distinct": "count(DISTINCT {0})", "average": "avg({0})",
    "min": "min({0})", "max": "max({0})", "sum_boolean": "count(*) FILTER (WHERE {0})",
    "median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY {0})",
    "percentile": "percentile_cont({1}) WITHIN GROUP (ORDER BY {0})",
}  # fmt: skip
_DEEPEST = 20


def sql_of(definition: Definition, lookup: Lookup, days: dict[str, int] | None = None) -> str:
    """One SELECT that gives the metric's value, in PostgreSQL's words, over several lines; empty when it cannot be.

    Args:
        definition: the metric.
        lookup: the definition behind a code.
        days: length of rolling periods by code, for the condition on the event's time.
    """
    try:
        if definition.kind == COMPOSITE:
            text = f"SELECT {_value(definition, lookup, days or {}, _DEEPEST)} AS value"
        else:
            text = _select(definition, lookup, days or {})
        return parse_sql(text).sql(dialect="postgres", pretty=True)
    except (DefinitionError, SqlError, LookupError, RecursionError):
        return ""


def _value(definition: Definition, lookup: Lookup, days: dict[str, int], depth: int) -> str:
    if depth <= 0:
        raise LookupError(definition.kind)
    if definition.kind in {ATOMIC, DERIVED}:
        return f"({_select(definition, lookup, days)})"
    node = composite_node(definition)
    parts = {}
    for code in arithmetic.codes_in(node):
        below = lookup(code)
        if below is None:
            raise LookupError(code)
        parts[code] = f"{_value(below, lookup, days, depth - 1)}::numeric"
    return _arithmetic(node, parts)


def _arithmetic(node: arithmetic.Node, parts: dict[str, str]) -> str:
    if isinstance(node, arithmetic.Number):
        return f"{node.value:f}"
    if isinstance(node, arithmetic.Code):
        return parts[node.name]
    if isinstance(node, arithmetic.Nullif):
        return f"nullif({_arithmetic(node.inner, parts)}, {_arithmetic(node.value, parts)})"
    return f"({_arithmetic(node.left, parts)} {node.sign} {_arithmetic(node.right, parts)})"


def _select(definition: Definition, lookup: Lookup, days: dict[str, int]) -> str:
    """The SELECT of an atomic metric, or of the atomic one under a derived one with all that narrows it."""
    limits: list[str] = []
    periods: list[str] = []
    for _step in range(_DEEPEST):
        limits += definition.limits
        periods += [definition.period] if definition.period else []
        if definition.kind == ATOMIC:
            break
        below = lookup(definition.base)
        if below is None or below.kind == COMPOSITE:
            raise LookupError(definition.base)
        definition = below
    shape = _AGGREGATES.get(definition.agg)
    if shape is None or definition.joins or not definition.source_dataset:
        raise LookupError(definition.agg)
    value = shape.format(definition.expr or "*", definition.agg_parameter or "0.5")
    where = [f"({limit})" for limit in dict.fromkeys(limits)]
    if periods and days.get(periods[0]) and definition.event_time_column:
        where.append(f"{definition.event_time_column} >= current_date - {days[periods[0]]}")
    clauses = [f"SELECT {value}", f"FROM {definition.source_dataset}"]
    return " ".join([*clauses, "WHERE " + " AND ".join(where)] if where else clauses)
