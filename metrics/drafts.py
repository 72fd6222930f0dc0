"""From what somebody typed to a definition that can be kept: names become datasets, columns and metrics that exist.

The words of a definition are those of `metrics.definition.Definition`; `EXTRAS` are said beside it and change no
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Column, Dataset
from guard.refusals import Invalid
from metrics import fingerprint as prints
from metrics import formula
from metrics.definition import AGGS, ATOMIC, COMPOSITE, DERIVED, Definition
from metrics.find import find_metric, find_metric_by_code
from metrics.inputs import sources_of
from metrics.models import (
    Additivity,
    BusinessLimit,
    Calculation,
    DataType,
    Direction,
    Metric,
    MetricKind,
    NullPolicy,
    StatPeriod,
    Tier,
)
from metrics.names import too_long

EXTRAS: Mapping[str, Any] = {
    "data_type": DataType.DECIMAL.value, "desired_direction": Direction.UP.value, "tier": Tier.INPUT.value,
    "business_process": "", "min_group_size": 0, "purposes": [],
}  # fmt: skip
_LISTS = frozenset({"joins", "limits", "grain", "dimensions", "non_additive_dimensions", "synonyms"})
_CHOICES: Mapping[str, Iterable[str]] = {
    "kind": MetricKind.values, "calc_type": ["", *Calculation.values], "additivity": ["", *Additivity.values],
    "null_policy": NullPolicy.values, "agg": ["", *AGGS], "data_type": DataType.values,
    "desired_direction": Direction.values, "tier": Tier.values,
}  # fmt: skip
_SHARE = re.compile(r"0?\.\d{1,6}|0|1|[01]\.0{1,6}")
FIELDS = tuple(part.name for part in fields(Definition))


@dataclass(frozen=True)
class Draft:
    """A definition with what it speaks of, found.

    Attributes:
        definition: the words.
        extras: what is said beside it.
        dataset: where an atomic metric is measured, or what a derived one is limited by.
        columns: names of the columns read of it.
        joins: further datasets.
        inputs: metrics by the code written, with the part that each plays.
        limit_codes: codes of the reusable limits among the limits.
    """

    definition: Definition
    extras: dict[str, Any]
    dataset: Dataset | None = None
    columns: tuple[str, ...] = ()
    joins: tuple[Dataset, ...] = ()
    inputs: tuple[tuple[str, Metric, str], ...] = ()
    limit_codes: tuple[str, ...] = ()

    @property
    def known(self) -> dict[str, str]:
        """Fingerprints of the inputs by the code written; an input without a meaning yet stands for itself."""
        return {code: print_of(metric) for code, metric, _part in self.inputs}

    def stored(self) -> dict[str, Any]:
        """The form in which a version keeps it."""
        words = {name: plain_value(getattr(self.definition, name)) for name in FIELDS}
        return {
            **words, **self.extras, "limit_codes": list(self.limit_codes),
            "source": self.dataset.key if self.dataset and self.definition.kind == ATOMIC else "",
        }  # fmt: skip


def print_of(metric: Metric) -> str:
    """The fingerprint that stands for an input."""
    return metric.current.fingerprint if metric.current is not None else f"code:{metric.code}"


def plain_value(value: Any) -> Any:
    """Tuples become lists and mappings dicts, as JSON keeps them."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def as_definition(stored: Mapping[str, Any]) -> Definition:
    """The definition that a version keeps."""
    given = {name: stored[name] for name in FIELDS if name in stored}
    words: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    return Definition(**words)


def draft(by: Any, metric: Metric, given: Mapping[str, Any], expressions: Mapping[str, str]) -> Draft:
    """Understand what somebody typed.

    Args:
        by: who defines; only datasets and metrics that this person may see are found.
        metric: what is defined; gives the kind, and whatever is not given anew.
        given: words of `Definition`, of `EXTRAS`; ``source_dataset`` is a key or a name, ``limits`` are codes of
            reusable limits or conditions.
        expressions: SQL by dialect.

    Raises:
        Invalid: with the field at fault.
    """
    words = _words(metric, given, expressions)
    _choices(words)
    extras = {name: words.pop(name) for name in EXTRAS}
    limits, limit_codes = _limits(words.pop("limits"))
    dataset: Dataset | None = None
    joins: tuple[Dataset, ...] = ()
    if words["kind"] == ATOMIC:
        dataset = dataset_named(by, words["source_dataset"], "source_dataset")
        joins = tuple(dataset_named(by, name, "joins") for name in words["joins"])
        words["source_dataset"] = dataset.qualified_name
        words["joins"] = tuple(join.qualified_name for join in joins)
    definition = Definition(**words, limits=limits)
    inputs = _inputs(by, definition)
    if definition.kind == DERIVED:
        dataset = _narrowed(by, inputs)
    columns = _columns(by, definition, dataset)
    made = Draft(definition, extras, dataset if columns or words["kind"] == ATOMIC else None, columns, joins, inputs,
                 limit_codes)  # fmt: skip
    try:
        prints.fingerprint(definition, made.known)
    except prints.DefinitionError as fault:
        raise Invalid(errors={fault.field: [fault.sentence]}) from fault
    return made


def dataset_named(by: Any, name: str, field: str) -> Dataset:
    """The dataset with this key or name whose columns `by` may see."""
    rows = Dataset.objects.visible_to(by, action="columns")
    found = list(rows.filter(thing__key=name)) or list(rows.filter(qualified_name=name)[:2])
    found = found or list(rows.filter(name=name)[:2])
    if len(found) != 1:
        raise Invalid(errors={field: [_("Name one dataset whose columns you may see, by its key.")]})
    return found[0]


def _words(metric: Metric, given: Mapping[str, Any], expressions: Mapping[str, str]) -> dict[str, Any]:
    """Every word: the one given, else the one that holds now, else the empty one."""
    unknown = sorted(set(given) - set(FIELDS) - set(EXTRAS))
    if unknown:
        raise Invalid(errors={name: [_("A definition has no such field.")] for name in unknown})
    now = metric.current.definition if metric.current is not None else {}
    words: dict[str, Any] = {part.name: _fresh(part) for part in fields(Definition)}
    words |= {name: getattr(metric, name) for name in EXTRAS}
    words |= {"kind": metric.metric_kind, "unit": metric.unit, "caliber": metric.caliber_md,
              "synonyms": metric.synonyms, "display_name": metric.title}  # fmt: skip
    words |= {name: value for name, value in now.items() if name in words and name not in _MIRRORED}
    words |= {name: value for name, value in given.items() if value is not None}
    if now.get("limit_codes") and "limits" not in given:
        words["limits"] = [code or limit for code, limit in zip(now["limit_codes"], now["limits"], strict=True)]
    for name in _LISTS:
        words[name] = tuple(str(entry).strip() for entry in words[name] if str(entry).strip())
    words["extra_expressions"] = {**words["extra_expressions"], **{k: v for k, v in expressions.items() if v.strip()}}
    words["min_group_size"] = int(words["min_group_size"] or 0)
    words["purposes"] = [str(entry).strip() for entry in words["purposes"] if str(entry).strip()]
    return {name: value.strip() if isinstance(value, str) else value for name, value in words.items()}


_MIRRORED = frozenset({"kind", "unit", "caliber", "synonyms", "display_name", *EXTRAS})


def _fresh(part: Any) -> Any:
    return () if part.name in _LISTS else {} if part.name == "extra_expressions" else (
        "postgres" if part.name == "dialect" else ""
    )  # fmt: skip


def _choices(words: Mapping[str, Any]) -> None:
    errors = {name: [_("Choose one of those offered.")] for name, known in _CHOICES.items() if words[name] not in known}
    errors |= too_long(words)
    if words["agg_parameter"] and not _SHARE.fullmatch(words["agg_parameter"]):
        errors["agg_parameter"] = [_("A share between 0 and 1, such as 0.8.")]
    period = words["period"]
    if period and not StatPeriod.objects.filter(code=period).exists():
        errors["period"] = [_("There is no such period.")]
    if not words["display_name"]:
        errors["display_name"] = [_("Give it a name.")]
    if words["kind"] == ATOMIC and not words["agg"]:
        errors["agg"] = [_("Say how it is counted.")]
    if errors:
        raise Invalid(errors=errors)


def _limits(entries: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Conditions, and for each the code of the reusable limit that it came from (or nothing)."""
    entries = tuple(entries)
    named = dict(BusinessLimit.objects.filter(code__in=entries).values_list("code", "predicate"))
    return tuple(named.get(e, e) for e in entries), tuple(e if e in named else "" for e in entries)


def _inputs(by: Any, definition: Definition) -> tuple[tuple[str, Metric, str], ...]:
    try:
        codes = prints.inputs_of(definition)
    except prints.DefinitionError as fault:
        raise Invalid(errors={fault.field: [fault.sentence]}) from fault
    field = "base" if definition.kind == DERIVED else "expression"
    if definition.kind == DERIVED and not codes:
        raise Invalid(errors={"base": [_("A derived metric narrows another one: name it.")]})
    found = []
    for code in codes:
        metric = find_metric(by, code)
        if metric is None:
            raise Invalid(errors={field: [_("There is no metric “%(code)s” that you may see.") % {"code": code}]})
        if find_metric_by_code(code) is None:
            raise Invalid(errors={field: [_("Write it by its code, %(code)s.") % {"code": metric.code}]})
        found.append((code, metric, part_of(definition, code)))
    return tuple(found)


def part_of(definition: Definition, code: str) -> str:
    """What an input is to a definition: the role of its joint."""
    if definition.kind == DERIVED:
        return "base"
    if definition.kind == COMPOSITE and not definition.expression:
        return "numerator" if code in formula.words_in(definition.numerator) else "denominator"
    return "operand"


def _narrowed(by: Any, inputs: tuple[tuple[str, Metric, str], ...]) -> Dataset | None:
    """The dataset under a derived metric: that of its atomic metric, when the reader may see its columns."""
    sources = sources_of(inputs[0][1])
    if not sources:
        return None
    rows = Dataset.objects.visible_to(by, action="columns")
    return rows.filter(pk=sources[0].dataset.pk).first()


def _columns(by: Any, definition: Definition, dataset: Dataset | None) -> tuple[str, ...]:
    """The columns that the texts read: compulsory ones must exist, grain and dimensions count when they are columns."""
    asked = {"expr": [definition.expr], "limits": list(definition.limits)}
    read: set[str] = set()
    if dataset is None:
        if definition.kind == DERIVED and definition.limits:
            raise Invalid(errors={"limits": [_("The columns under this metric are not open to you. Its owner can.")]})
        return ()
    known = set(
        Column.objects.visible_to(by, action="columns").filter(dataset_id=dataset.pk).values_list("name", flat=True)
    )
    for field, texts in asked.items():
        for text in texts:
            read |= _existing(field, text, known, definition.dialect)
    if definition.event_time_column:
        read |= _existing("event_time_column", definition.event_time_column, known, definition.dialect)
    return tuple(sorted(read | ({*definition.grain, *definition.dimensions} & known)))


def _existing(field: str, text: str, known: set[str], dialect: str) -> set[str]:
    """The columns that a text reads, as the catalogue writes them; a source without known columns takes any."""
    try:
        names = formula.names_in(text, dialect)
    except formula.UnreadableFormula as fault:
        raise Invalid(errors={field: [_("This is not one SQL expression.")]}) from fault
    spelt = {name.casefold(): name for name in known}
    missing = sorted(name for name in names if name.casefold() not in spelt) if known else []
    if missing:
        raise Invalid(errors={field: [_("The source has no column %(names)s.") % {"names": ", ".join(missing)}]})
    return {name if name in known else spelt.get(name.casefold(), name) for name in names}
