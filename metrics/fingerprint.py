"""The fingerprint of a metric: equal for two ways to write one number, different for two numbers (MET-3). Pure.

It is the SHA-256 of a canonical form. Names, synonyms, texts, dimensions, aliases, case, white space and the order of
what commutes are left out or put in order; everything that can change the number stays in. Derived and composite
metrics take in the fingerprints of their inputs in place of their codes, so equal inputs make equal results and a
change below is seen above.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from metrics import expressions as arithmetic
from metrics.canonical_sql import SqlError, canonical_aggregate, canonical_conjunction, canonical_sql
from metrics.definition import (
    ATOMIC,
    COMPOSITE,
    DERIVED,
    DIVIDING,
    NULL_WHEN_ZERO,
    Definition,
    fold,
    folded,
    timezone_of,
    unit_of,
)

FORM = 1  # of the canonical form; a new form makes new fingerprints for all metrics at once


class DefinitionError(ValueError):
    """A definition that cannot be understood.

    Args:
        field: name of the field at fault.
        sentence: what is wrong, for the author.
    """

    def __init__(self, field: str, sentence: str) -> None:
        self.field, self.sentence = field, sentence
        super().__init__(f"{field}: {sentence}")


def inputs_of(definition: Definition) -> list[str]:
    """The codes of the metrics that this one is computed from, each once.

    Raises:
        DefinitionError: when an expression cannot be read.
    """
    if definition.kind == DERIVED:
        return [definition.base] if definition.base else []
    if definition.kind == COMPOSITE:
        return arithmetic.codes_in(composite_node(definition))
    return []


def _read(field: str, text: str) -> arithmetic.Node:
    try:
        return arithmetic.parse_expression(text)
    except arithmetic.ExpressionError as fault:
        raise DefinitionError(field, str(fault)) from fault


def composite_node(definition: Definition) -> arithmetic.Node:
    """The arithmetic of a composite: its expression, or what its kind makes of numerator and denominator.

    ratio, conversion: n / d · growth: (n - d) / d · difference: n - d. The policy `null` guards the denominator, so
    that ``ratio(a, b)`` with it and ``a / nullif(b, 0)`` are one.
    """
    node = _read("expression", definition.expression) if definition.expression.strip() else _from_parts(definition)
    guarded = fold(definition.denominator_policy) == NULL_WHEN_ZERO
    return arithmetic.guard_denominators(node) if guarded else node


def _from_parts(definition: Definition) -> arithmetic.Node:
    top, bottom = _read("numerator", definition.numerator), _read("denominator", definition.denominator)
    if definition.calc_type == "difference":
        return arithmetic.Binary("-", top, bottom)
    if definition.calc_type not in DIVIDING:
        raise DefinitionError("expression", _("A composite of this kind needs an expression."))
    top = arithmetic.Binary("-", top, bottom) if definition.calc_type == "growth" else top
    return arithmetic.Binary("/", top, bottom)


def _sql(field: str, make: Any, *words: Any) -> Any:
    try:
        return make(*words)
    except SqlError as fault:
        raise DefinitionError(field, str(fault)) from fault


def _name(text: str, dialect: str) -> str:
    """A column or dataset name, folded as its dialect folds it."""
    try:
        return canonical_sql(text, dialect)
    except SqlError:
        return fold(text)


def _atomic_part(definition: Definition) -> dict[str, Any]:
    agg, expr = _sql("expr", canonical_aggregate, definition.agg, definition.expr, definition.dialect)
    return {
        "source": _name(definition.source_dataset, definition.dialect),
        "agg": agg,
        "agg_parameter": fold(definition.agg_parameter),
        "expr": expr,
        "event_time": _name(definition.event_time_column, definition.dialect),
    }


def _composite_part(definition: Definition, known: Mapping[str, str]) -> dict[str, Any]:
    node = composite_node(definition)
    for code in arithmetic.codes_in(node):
        if code not in known:
            raise DefinitionError("expression", _("There is no metric “%(code)s”.") % {"code": code})
    # The kind is a label except where it says more than the arithmetic: a cohort, weights, an index.
    says_more = definition.calc_type in {"conversion", "weighted", "index"}
    return {
        "arithmetic": arithmetic.canonical(node, known),
        "calc": definition.calc_type if says_more else "",
        "window": fold(definition.conversion_window),
        "entity": fold(definition.entity),
    }


def _denominator_policy(definition: Definition) -> str:
    policy = fold(definition.denominator_policy)
    return "" if definition.kind != COMPOSITE or policy == NULL_WHEN_ZERO else policy


def model_part(definition: Definition, known: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The fields of which any change is a MODEL change, in canonical form.

    Args:
        definition: the metric.
        known: fingerprints of its inputs by code.

    Raises:
        DefinitionError: when an input is not among `known` or a text cannot be read.
    """
    known = known or {}
    part: dict[str, Any] = {
        "kind": definition.kind,
        "period": fold(definition.period),
        "limits": _sql("limits", canonical_conjunction, tuple(definition.limits), definition.dialect),
        "grain": folded(definition.grain),
        "timezone": timezone_of(definition.timezone),
        "fiscal": fold(definition.fiscal_calendar),
        "nulls": fold(definition.null_policy),
        "zero": _denominator_policy(definition),
        "unit": unit_of(definition.unit),
    }
    if definition.kind == ATOMIC:
        return part | _atomic_part(definition)
    if definition.kind == DERIVED:
        if definition.base not in known:
            raise DefinitionError("base", _("There is no metric “%(code)s”.") % {"code": definition.base})
        return part | {"base": known[definition.base]}
    if definition.kind == COMPOSITE:
        return part | _composite_part(definition, known)
    raise DefinitionError("kind", _("A metric is atomic, derived or composite."))


def revision_part(definition: Definition) -> dict[str, Any]:
    """The fields that can change parts of history: joined sources and the policy for late data."""
    return {
        "joins": sorted(fold(text) for text in definition.joins if text.strip()),
        "late": fold(definition.late_data_policy),
    }


def fingerprint(definition: Definition, known: Mapping[str, str] | None = None) -> str:
    """The fingerprint, 64 hexadecimal digits.

    Args:
        definition: the metric.
        known: fingerprints of its inputs by code; needed for derived and composite metrics.

    Raises:
        DefinitionError: see `model_part`.
    """
    form = {"form": FORM} | model_part(definition, known) | revision_part(definition)
    text = json.dumps(form, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprints(definitions: Mapping[str, Definition]) -> dict[str, str]:
    """The fingerprints of a whole set of metrics, inputs first.

    Raises:
        DefinitionError: for a circle (field ``expression``) or an input that is not in the set.
    """
    graph = {code: inputs_of(definition) for code, definition in definitions.items()}
    circle = arithmetic.find_cycle(graph)
    if circle:
        raise DefinitionError("expression", _("Metrics go in a circle: %(path)s.") % {"path": " → ".join(circle)})
    done: dict[str, str] = {}
    waiting = sorted(definitions)
    while waiting:
        code = waiting[-1]
        missing = [other for other in graph[code] if other not in done and other in definitions]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        if code not in done:
            done[code] = fingerprint(definitions[code], done)
    return done
