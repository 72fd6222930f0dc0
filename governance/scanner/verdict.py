"""Weighs one column: its name, its cleaned sample, every kind; says found, clean or unknown, with counts and shapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.scanner import guards, names, shapes
from governance.scanner.detectors import contact, dates, identifiers, people, places

FOUND, CLEAN, UNKNOWN = "found", "clean", "unknown"
TASTE = 40  # distinct values after which a hopeless kind is given up


@dataclass(frozen=True)
class Evidence:
    """What speaks for one kind in one column: counts and shapes, never a value.

    Attributes:
        kind: code of the kind.
        passed: distinct values that pass.
        distinct: distinct values that were tested.
        rows: values read; `junk` of them were empty or placeholders.
        says: what the name says: told, plain, silent, otherwise.
        score: lower end of the 95 % Wilson interval of passed / distinct.
        shapes: the commonest masked shapes, with counts.
    """

    kind: str
    passed: int
    distinct: int
    rows: int
    junk: int
    says: str
    score: float
    shapes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Verdict:
    """`state` is found, clean or unknown; `why` a code; `named` the kinds that the name names."""

    state: str
    why: str
    evidence: Evidence | None = None
    rows: int = 0
    junk: int = 0
    distinct: int = 0
    named: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Rule:
    """When a kind with a form of its own is found.

    Attributes:
        kind: code.
        alone: test of one value where the name is silent; `alone_ratio` of the distinct ones must pass.
        told: the test where the name says so, and its ratio.
        least: distinct values that it takes; (name silent, name says so).
        guard: refuses a column that only looks so; gets the distinct values and whether the name says so.
    """

    kind: str
    alone: Callable[[str], bool]
    alone_ratio: float
    told: Callable[[str], bool]
    told_ratio: float
    least: tuple[int, int] = (8, 3)
    unique: float = 0.0
    guard: Callable[[Sequence[str], bool], bool] = lambda values, told: False


def _runs(values: Sequence[str], told: bool) -> bool:
    return guards.is_sequence(values)


def _versions(values: Sequence[str], told: bool) -> bool:
    return not told and guards.looks_like_versions(values)


def _bare(values: Sequence[str], told: bool) -> bool:
    """Numbers without any grouping say nothing by themselves; half of the column must be written as phones are."""
    grouped = sum(not value.isdigit() for value in values)
    return guards.is_sequence(values) or (not told and grouped < 0.5 * len(values))


RULES = (
    Rule("cn_resident_id", identifiers.is_resident_id, 0.8, identifiers.is_named_resident_id, 0.6),
    Rule("cn_uscc", identifiers.is_credit_code, 0.8, identifiers.is_credit_code, 0.6),
    Rule("iban", identifiers.is_iban, 0.8, identifiers.is_iban, 0.6),
    Rule("payment_card", identifiers.is_card, 0.7, identifiers.is_card, 0.6, guard=_runs),
    Rule("email", contact.is_email, 0.8, contact.is_email, 0.6),
    Rule("ip_address", contact.is_ip, 0.9, contact.is_ip, 0.7, guard=_versions),
    Rule("phone", contact.is_phone, 0.9, contact.is_national_phone, 0.7, guard=_runs),
    Rule("phone", contact.is_grouped_phone, 0.95, contact.is_national_phone, 0.7, (20, 3), 0.4, guard=_bare),
    Rule("postal_address", places.is_address, 0.8, places.is_named_address, 0.6, (15, 3), 0.4),
)  # fmt: skip


def judge(name: str, values: Iterable[Any], *, year: int) -> Verdict:
    """Say what a column holds.

    Args:
        name: of the column.
        values: a sample of its values; None is empty.
        year: this year, for days of birth.

    Returns:
        found with evidence; clean; or unknown, where nothing but junk came, or too little to say.
    """
    sample = guards.clean(values)
    named = tuple(names.kinds_named(name))
    facts: dict[str, Any] = {
        "rows": sample.rows, "junk": sample.junk, "distinct": len(sample.counts), "named": named,
    }  # fmt: skip
    if not sample.counts:
        return Verdict(UNKNOWN, "no-rows" if not sample.rows else "only-junk", **facts)
    for evidence in (
        *(_by_form(rule, name, sample) for rule in RULES),
        _born(name, sample, year),
        _names(name, sample),
    ):
        if evidence is not None:
            return Verdict(FOUND, "passes", evidence, **facts)
    if sample.kept < 5 or (named and len(sample.counts) < 3):
        return Verdict(UNKNOWN, "too-few", **facts)
    return Verdict(CLEAN, "no-kind", **facts)


def wilson(passed: int, count: int, z: float = 1.96) -> float:
    """Lower end of the Wilson score interval (Wilson 1927) of passed / count; 0 for nothing counted."""
    if not count:
        return 0.0
    share = passed / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt((share * (1 - share) + z * z / (4 * count)) / count)
    return max(0.0, (middle - spread) / (1 + z * z / count))


def _evidence(kind: str, says: str, passing: Sequence[str], sample: guards.Sample) -> Evidence:
    count = len(sample.counts)
    return Evidence(
        kind, len(passing), count, sample.rows, sample.junk, says, round(wilson(len(passing), count), 3),
        tuple(shapes.commonest(passing)),
    )  # fmt: skip


def _by_form(rule: Rule, name: str, sample: guards.Sample) -> Evidence | None:
    says = names.says(name, rule.kind)
    is_told = says == names.TOLD
    values = sample.distinct
    test, ratio = (rule.told, rule.told_ratio) if is_told else (rule.alone, rule.alone_ratio)
    if len(values) < rule.least[is_told] or (not is_told and sample.uniqueness < rule.unique):
        return None
    if says == names.OTHERWISE and rule.kind == "postal_address":
        return None
    if sum(map(test, values[:TASTE])) < 0.2 * min(len(values), TASTE):
        return None
    passing = [value for value in values if test(value)]
    if len(passing) < ratio * len(values) or rule.guard(values, is_told):
        return None
    return _evidence(rule.kind, says, passing, sample)


def _born(name: str, sample: guards.Sample, year: int) -> Evidence | None:
    """Days of birth: only where the name says so, and the days are of the living or their parents, and differ."""
    says = names.says(name, "birth_date")
    if says != names.TOLD or len(sample.counts) < 3:
        return None
    years = {value: dates.year_of(value) for value in sample.counts}
    passing = [value for value, found in years.items() if found is not None and 1900 <= found <= year]
    if len(passing) < 0.75 * len(years) or len({years[value] for value in passing}) < 2:
        return None
    return _evidence("birth_date", says, passing, sample)


def _names(name: str, sample: guards.Sample) -> Evidence | None:
    """Names of persons: forms, backed by known names; organisations are told apart by their words."""
    says = names.says(name, "person_name")
    values = sample.distinct
    if says == names.OTHERWISE or len(values) < (3 if says == names.TOLD else 20):
        return None
    if people.shares(values[:TASTE]).formed < 0.5:
        return None
    share = people.shares(values)
    holds = _chinese_names if share.chinese >= 0.5 else _latin_names
    if not holds(says, share, sample.uniqueness):
        return None
    passing = [value for value in values if people.is_formed(value)]
    return _evidence("person_name", says, passing, sample)


def _chinese_names(says: str, share: people.NameShare, unique: float) -> bool:
    if says == names.TOLD:
        return share.formed >= 0.8 and share.backed >= 0.7
    return share.formed >= 0.9 and share.backed >= (0.85 if says == names.PLAIN else 0.92) and unique >= 0.3


def _latin_names(says: str, share: people.NameShare, unique: float) -> bool:
    if says == names.TOLD:
        return share.formed >= 0.75 and share.organised <= 0.1 and share.backed >= 0.12
    if says == names.PLAIN:
        few = share.organised <= 0.05 and unique >= 0.3
        return few and share.formed >= 0.8 and share.several >= 0.7 and share.given >= 0.25
    few = share.organised <= 0.03 and unique >= 0.4
    return few and share.formed >= 0.85 and share.several >= 0.8 and share.given >= 0.4
