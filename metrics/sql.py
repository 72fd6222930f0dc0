"""The SQL of a metric, written from its definition: for people to read and for the warehouse to answer."""

from __future__ import annotations

from collections.abc import Callable

from metrics import expressions as arithmetic
from metrics.canonical_sql import SqlError, parse_sql
from metrics.definition import ATOMIC, COMPOSITE, Definition
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
    """One SELECT that gives the metric's value, in PostgreSQL's words; empty when it cannot be written.

    Args:
        definition: the metric.
        lookup: the definition behind a code.
        days: length of rolling periods by code, for the condition on the event's time.

    Returns:
        For a composite one named part for each input, then the arithmetic over them.
    """
    try:
        if definition.kind != COMPOSITE:
            text = _select(definition, lookup, days or {})
        else:
            parts: dict[str, str] = {}
            last = _combine(definition, lookup, days or {}, parts, _DEEPEST)
            text = "WITH " + ", ".join(f"{code} AS (\n{_indented(part)}\n)" for code, part in parts.items())
            text = f"{text}\n{last}" if parts else last
        parse_sql(text)
    except (DefinitionError, SqlError, LookupError, RecursionError):
        return ""
    return text


def counts_of(definition: Definition, lookup: Lookup, days: dict[str, int] | None = None) -> list[str]:
    """For each part of a metric one SELECT of how many rows it counts; empty when that cannot be written."""
    try:
        if definition.kind != COMPOSITE:
            return [_select(definition, lookup, days or {}, shape="count(*)")]
        found: list[str] = []
        for code in arithmetic.codes_in(composite_node(definition)):
            below = lookup(code)
            parts = counts_of(below, lookup, days) if below is not None else []
            if not parts:
                return []
            found += parts
        return found
    except (DefinitionError, LookupError, RecursionError):
        return []


def _combine(definition: Definition, lookup: Lookup, days: dict[str, int], parts: dict[str, str], depth: int) -> str:
    """The SELECT of a composite over its inputs' parts, which are put into `parts`, inputs first."""
    if depth <= 0:
        raise LookupError(definition.kind)
    node = composite_node(definition)
    codes = arithmetic.codes_in(node)
    for code in codes:
        below = lookup(code)
        if below is None:
            raise LookupError(code)
        if code not in parts:
            is_sum = below.kind == COMPOSITE
            made = _combine(below, lookup, days, parts, depth - 1) if is_sum else _select(below, lookup, days)
            parts.setdefault(code, made)
    return f"SELECT {_arithmetic(node)} AS value" + (f"\nFROM {', '.join(codes)}" if codes else "")


def _arithmetic(node: arithmetic.Node, *, is_inner: bool = False) -> str:
    if isinstance(node, arithmetic.Number):
        return f"{node.value:f}"
    if isinstance(node, arithmetic.Code):
        return f"{node.name}.value::numeric"
    if isinstance(node, arithmetic.Nullif):
        return f"nullif({_arithmetic(node.inner)}, {_arithmetic(node.value)})"
    text = f"{_arithmetic(node.left, is_inner=True)} {node.sign} {_arithmetic(node.right, is_inner=True)}"
    return f"({text})" if is_inner else text


def _select(definition: Definition, lookup: Lookup, days: dict[str, int], shape: str = "") -> str:
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
    shape = shape or _AGGREGATES.get(definition.agg, "")
    if not shape or definition.joins or not definition.source_dataset:
        raise LookupError(definition.agg)
    where = [f"({limit})" if " or " in limit.lower() else limit for limit in dict.fromkeys(limits)]
    if periods and days.get(periods[0]) and definition.event_time_column:
        where.append(f"{definition.event_time_column} >= current_date - {days[periods[0]]}")
    value = shape.format(definition.expr or "*", definition.agg_parameter or "0.5")
    lines = [f"SELECT {value} AS value", f"FROM {definition.source_dataset}"]
    return "\n".join([*lines, "WHERE " + "\n  AND ".join(where)] if where else lines)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
