"""What a metric says, as plain data: the thing that is fingerprinted, compared and versioned. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ATOMIC, DERIVED, COMPOSITE = "atomic", "derived", "composite"
ADDITIVE, SEMI_ADDITIVE, NON_ADDITIVE = "additive", "semi_additive", "non_additive"
DIVIDING = ("ratio", "growth", "conversion")  # kinds of composite that divide by their denominator
NULL_WHEN_ZERO = "null"  # denominator policy: no number when the denominator is zero

AGGS = (
    "sum", "count", "count_distinct", "average", "min", "max", "median", "percentile", "sum_boolean",
)  # fmt: skip
# A distinct count, a mean or a percentile of two parts is not the sum of the parts' values.
ADDITIVITY_OF_AGG = {
    "sum": ADDITIVE, "count": ADDITIVE, "sum_boolean": ADDITIVE,
    "count_distinct": NON_ADDITIVE, "average": NON_ADDITIVE, "median": NON_ADDITIVE,
    "percentile": NON_ADDITIVE, "min": NON_ADDITIVE, "max": NON_ADDITIVE,
}  # fmt: skip

_UTC = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d{2}))?")
_COUNTED = (
    "count number people person user buyer customer order item unit row event session ticket team device "
    "个 人 次 单 件 户"
)
_COUNTS = frozenset(_COUNTED.split())
_UNITS = {
    "%": "percent", "percentage": "percent", "pct": "percent", "百分比": "percent", "‰": "permille",
    "bp": "basis point", "bps": "basis point", "share": "ratio", "fraction": "ratio", "比率": "ratio",
    "rmb": "cny", "yuan": "cny", "元": "cny", "¥": "cny", "$": "usd", "dollar": "usd", "€": "eur", "euro": "eur",
    "sec": "second", "s": "second", "秒": "second", "min": "minute", "分钟": "minute", "h": "hour", "小时": "hour",
    "d": "day", "天": "day",
}  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """One version of a metric's meaning (domain.md 1.1). Texts are as people wrote them.

    Attributes:
        source_dataset: canonical name of the dataset that an atomic metric is taken from.
        joins: further sources as ``JOIN …`` clauses or dataset names.
        agg, agg_parameter, expr: how an atomic metric is computed; the parameter is the percentile, 0..1.
        base: code of the metric that a derived one narrows.
        period: StatPeriod, such as ``1d``, ``7d``, ``mtd``, ``std``.
        limits: predicates that must all hold.
        grain: entities for each of which there is one value.
        dimensions: allowed slices; they add ways to look and change no number.
        numerator, denominator, expression: metric codes, or arithmetic over them, of a composite.
        null_policy, denominator_policy, late_data_policy: short codes, such as ``ignore``, ``null``, ``restate_3d``.
        caliber, display_name, synonyms, extra_expressions: words and further dialects; they change no number.
    """

    kind: str
    source_dataset: str = ""
    joins: tuple[str, ...] = ()
    agg: str = ""
    agg_parameter: str = ""
    expr: str = ""
    event_time_column: str = ""
    base: str = ""
    period: str = ""
    limits: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    calc_type: str = ""
    numerator: str = ""
    denominator: str = ""
    expression: str = ""
    conversion_window: str = ""
    entity: str = ""
    timezone: str = ""
    fiscal_calendar: str = ""
    null_policy: str = ""
    denominator_policy: str = ""
    late_data_policy: str = ""
    unit: str = ""
    additivity: str = ""
    non_additive_dimensions: tuple[str, ...] = ()
    dialect: str = "postgres"
    display_name: str = ""
    caliber: str = ""
    synonyms: tuple[str, ...] = ()
    extra_expressions: Mapping[str, str] = field(default_factory=dict, hash=False)


def fold(text: str) -> str:
    """Lower case, one space between words."""
    return " ".join(text.casefold().split())


def folded(names: tuple[str, ...]) -> list[str]:
    """Names as a sorted set: their order and repeats mean nothing."""
    return sorted({fold(name) for name in names if name.strip()})


def timezone_of(text: str) -> str:
    """``UTC+8``, ``utc+08:00`` and ``+0800`` are one zone; names such as ``Asia/Shanghai`` stay themselves."""
    word = fold(text).replace("−", "-")
    match = _UTC.fullmatch(word)
    if match:
        sign, hours, minutes = match.group(1), int(match.group(2)), int(match.group(3) or 0)
        return "utc" if hours == minutes == 0 else f"utc{sign}{hours:02}:{minutes:02}"
    return "utc" if word in {"utc", "gmt", "z", "etc/utc"} else word


def unit_of(text: str) -> str:
    """Units that scale a number, in one spelling; things that are counted are all ``count``."""
    word = fold(text)
    single = word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word
    named = _UNITS.get(word) or _UNITS.get(single) or single
    return "count" if named in _COUNTS or word in {"people", "persons"} else named


def additivity_of(definition: Definition) -> str:
    """How values may be added up: what the author says, else what the aggregate implies, else the strict answer."""
    if definition.additivity:
        return definition.additivity
    if definition.kind == ATOMIC:
        return ADDITIVITY_OF_AGG.get(definition.agg, NON_ADDITIVE)
    return NON_ADDITIVE
