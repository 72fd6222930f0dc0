"""What can be said against a definition before anybody asks the database: parts of MET-2 and MET-4. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from metrics import expressions as arithmetic
from metrics.definition import COMPOSITE, DERIVED, NON_ADDITIVE, Definition
from metrics.fingerprint import DefinitionError, composite_node, inputs_of

ALWAYS_ADDING = ("weighted", "index")  # kinds of composite in which a constant factor excuses a sum


@dataclass(frozen=True)
class Problem:
    """One thing against a definition: the gate it belongs to, the field, a sentence for the author."""

    id: str
    field: str
    sentence: str
    codes: tuple[str, ...] = ()


def circle_through(code: str, definition: Definition, inputs: Mapping[str, list[str]]) -> list[str] | None:
    """The circle that this definition would close, or ``None``.

    Args:
        code: the metric's own code.
        definition: what it is about to become.
        inputs: input codes of all other metrics.
    """
    return arithmetic.find_cycle({**inputs, code: inputs_of(definition)})


def denominator_problems(definition: Definition) -> list[Problem]:
    """MET-2: a division whose denominator may be zero, without a word on what then."""
    if definition.kind != COMPOSITE or definition.denominator_policy.strip():
        return []
    return [
        Problem(
            "MET-2",
            "denominator_policy",
            _("“%(name)s” may be zero. Say what the metric is then, or write nullif(…, 0).") % {"name": name},
            (name,),
        )
        for name in arithmetic.unguarded_divisions(composite_node(definition))
    ]


def sum_problems(definition: Definition, additivity: Mapping[str, str]) -> list[Problem]:
    """MET-4: a metric that must not be added up stands as a summand.

    Args:
        definition: the metric.
        additivity: for each input code its additivity; unknown counts as non-additive.
    """
    if definition.kind != COMPOSITE:
        return []
    node = composite_node(definition)
    summed = arithmetic.summed_codes(node, weights_excuse=definition.calc_type in ALWAYS_ADDING)
    return [
        Problem(
            "MET-4",
            "expression",
            _("“%(code)s” is not additive: the sum would count some things twice.") % {"code": code},
            (code,),
        )
        for code in summed
        if additivity.get(code, NON_ADDITIVE) == NON_ADDITIVE
    ]


def problems(
    definition: Definition,
    *,
    code: str = "",
    additivity: Mapping[str, str] | None = None,
    inputs: Mapping[str, list[str]] | None = None,
) -> list[Problem]:
    """Everything against a definition that needs no database; an unreadable one gives its one fault as MET-2.

    Args:
        definition: the metric.
        code: its own code, for circles.
        additivity: see `sum_problems`.
        inputs: see `circle_through`; also tells which codes exist.
    """
    try:
        found = [*denominator_problems(definition), *sum_problems(definition, additivity or {})]
        circle = circle_through(code, definition, inputs or {}) if code else None
    except DefinitionError as fault:
        return [Problem("MET-2", fault.field, fault.sentence)]
    if circle:
        sentence = _("Metrics go in a circle: %(path)s.") % {"path": " → ".join(circle)}
        found.append(Problem("MET-2", "expression", sentence, tuple(circle)))
    if definition.kind == DERIVED and not definition.base:
        found.append(Problem("MET-2", "base", _("A derived metric narrows another one: name it.")))
    return found
