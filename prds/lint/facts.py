"""What the lint is told: the document, and what the database knows of the things it refers to. Pure data.

The rooms fill these from their rows; a file linted on its own has a `Document` and `Facts(is_known=False)`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prds.references import Malformed, Reference, references_of
from prds.template import Section, parse_sections, title_of


@dataclass(frozen=True)
class Document:
    """A PRD version as written, with the fields that stand beside its text.

    `declared_level` is a rank 1..5 or ``None``; `horizon` is short_term, product_bet or platform.
    """

    sections: tuple[Section, ...]
    references: tuple[Reference, ...] = ()
    malformed: tuple[Malformed, ...] = ()
    title: str = ""
    declared_level: int | None = None
    horizon: str = ""

    @classmethod
    def of_sections(
        cls, sections: Iterable[Section], *, title: str = "", declared_level: int | None = None, horizon: str = ""
    ) -> Document:
        """A document from sections; its references are read from them."""
        parts = tuple(sections)
        parsed = references_of(parts)
        return cls(parts, parsed.references, parsed.malformed, title, declared_level, horizon)

    @classmethod
    def of_markdown(cls, markdown: str, *, declared_level: int | None = None, horizon: str = "") -> Document:
        """A document from one Markdown text."""
        return cls.of_sections(
            parse_sections(markdown), title=title_of(markdown), declared_level=declared_level, horizon=horizon
        )


@dataclass(frozen=True)
class MetricFacts:
    """`version` is the current one; `state` as in domain.md 1.2; `source_datasets` are keys of `Facts.datasets`."""

    code: str
    name: str = ""
    owner: str = ""
    state: str = "proposed"
    version: str = ""
    dimensions: tuple[str, ...] = ()
    timezone: str = ""
    period: str = ""
    additivity: str = ""
    unit: str = ""
    grain_is_person: bool = False
    fingerprint: str = ""
    source_datasets: tuple[str, ...] = ()
    min_group_size: int = 0

    @property
    def is_certified(self) -> bool:
        return self.state == "certified"


@dataclass(frozen=True)
class DatasetFacts:
    """`columns` gives each column's approved rank, ``None`` for unclassified; `cardinalities` distinct values."""

    name: str
    owner: str = ""
    steward: str = ""
    is_reviewed: bool = False
    review_due: datetime.date | None = None
    has_new_columns: bool = False
    columns: Mapping[str, int | None] = field(default_factory=dict)
    personal_columns: frozenset[str] = frozenset()
    layer: str = ""
    upstream_layers: tuple[str, ...] = ()
    row_count: int | None = None
    cardinalities: Mapping[str, int] = field(default_factory=dict)
    freshness_minutes: int | None = None
    has_open_incident: bool = False

    def read_columns(self, asked: tuple[str, ...]) -> dict[str, int | None]:
        """Ranks of the columns that a reference reads: those it names, else all. An unknown one is unclassified."""
        return {name: self.columns.get(name) for name in asked} if asked else dict(self.columns)


@dataclass(frozen=True)
class InsightFacts:
    key: str
    state: str = "draft"
    participants: frozenset[str] = frozenset()
    org_units: frozenset[str] = frozenset()
    has_unanswered_dispute: bool = False


@dataclass(frozen=True)
class RequestFacts:
    """`confidence` and `confidence_cap` are in percent; `date_source` says where a fixed date comes from."""

    key: str
    state: str = "draft"
    has_cost_of_delay: bool = False
    cost_of_delay_profile: str = "standard"
    date_source: str = ""
    confidence: float | None = None
    confidence_cap: float | None = None


@dataclass(frozen=True)
class NeighbourFacts:
    """A certified metric or live product that may already do what the PRD asks for."""

    key: str
    name: str
    purpose: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything the database knows that a rule may ask. `is_known` false: nobody asked the database."""

    is_known: bool = True
    today: datetime.date = field(default_factory=datetime.date.today)
    metrics: Mapping[str, MetricFacts] = field(default_factory=dict)
    datasets: Mapping[str, DatasetFacts] = field(default_factory=dict)
    insights: Mapping[str, InsightFacts] = field(default_factory=dict)
    requests: Mapping[str, RequestFacts] = field(default_factory=dict)
    neighbours: tuple[NeighbourFacts, ...] = ()
    high_water: int | None = None
    decision_maker: str = ""
    has_one_way_decision: bool = False
    eligible_population: int | None = None
    has_personal_data: bool = False
    product_kind: str = ""
    purposes: tuple[str, ...] = ()
    min_group_size: int = 10
    review_on: datetime.date | None = None
    usage_target: float | None = None


UNKNOWN_FACTS = Facts(is_known=False)
