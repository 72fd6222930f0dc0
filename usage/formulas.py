"""The rates by which a data product is judged, as exact fractions (domain.md 1.2 "Formulas").

Pure: the caller brings sets of identities, so that a person is counted once however often they come, and nobody
outside the eligible population lifts a rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

WINDOW_DAYS = 28  # "active in 28 d"
JUDGED = ("held", "partly", "failed")  # an unknown verdict judges nothing
CHAIN = ("insight", "request", "prd", "product", "metric", "dataset", "usage", "decision")
"""Stations that a product's path must have, in order, to be complete ("insight -> … -> decision")."""


@dataclass(frozen=True)
class Rate:
    """A share that remembers what it was made of. `value` is ``None`` when there is nothing to divide by."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError("A rate counts things: neither part can be negative.")

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    def percent(self, digits: int = 1) -> float | None:
        """The share in percent, rounded half to even from the exact fraction; ``None`` without a denominator."""
        return None if self.value is None else float(round(self.value * 100, digits))

    def reaches(self, target: Fraction | float) -> bool:
        """Whether the share is at least `target` (0..1). Nothing measured reaches nothing."""
        return self.value is not None and self.value >= target

    def __str__(self) -> str:
        percent = self.percent()
        share = f"{self.numerator} / {self.denominator}"
        return share if percent is None else f"{share} = {percent:.1f} %"


def data_usage_rate(eligible: Collection[str], active: Collection[str]) -> Rate:
    """Eligible human consumers active in 28 days / eligible consumers.

    Args:
        eligible: identities of the people for whom the product was built.
        active: identities of the people (never service accounts or schedules) who used it within `WINDOW_DAYS`.
    """
    entitled = set(eligible)
    return Rate(len(entitled & set(active)), len(entitled))


def asset_usage_rate(live: Collection[str], used_by_people: Collection[str]) -> Rate:
    """Live products with at least one human use in 28 days / live products."""
    products = set(live)
    return Rate(len(products & set(used_by_people)), len(products))


def decision_rate(counted_decisions: int, live: Collection[str]) -> Rate:
    """Counted decisions in the quarter / live products. May exceed one: a product can serve many decisions."""
    return Rate(counted_decisions, len(set(live)))


def decision_hit_rate(verdicts: Iterable[str]) -> Rate:
    """Held / (held + partly + failed). Verdicts that are unknown or missing are left out on both sides."""
    counts = Counter(verdicts)
    return Rate(counts["held"], sum(counts[verdict] for verdict in JUDGED))


def missing_stations(present: Collection[str], chain: Collection[str] = CHAIN) -> tuple[str, ...]:
    """The stations of the thread that a product lacks, in the order of the thread: its gaps."""
    return tuple(station for station in chain if station not in present)


def chain_completeness(stations_of_live: Mapping[str, Collection[str]], chain: Collection[str] = CHAIN) -> Rate:
    """Live products with a full path insight -> … -> decision / live products.

    Args:
        stations_of_live: for each live product the stations its thread reaches.
        chain: the stations that make a path full.
    """
    full = sum(1 for present in stations_of_live.values() if not missing_stations(present, chain))
    return Rate(full, len(stations_of_live))


def orphan_rate(assets: Collection[str], consumed: Collection[str]) -> Rate:
    """Metrics and datasets with no consumer / metrics and datasets.

    Args:
        assets: identities of all metrics and datasets in question.
        consumed: those that something or somebody uses (PRD, product, metric, dataset downstream, person).
    """
    everything = set(assets)
    return Rate(len(everything - set(consumed)), len(everything))
