"""What the lint rules find in a PRD: its text and what the database knows, brought together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from catalog.models import Dataset, Product
from demand.evidence import SUPPORTS
from demand.models import Insight, Quote
from guard import clock
from guard.joints import joints_from, joints_into, rows_of
from guard.memory import expect, once, rows_by
from guard.things import carried_floor, people_standing_on
from metrics.inputs import sources_by_metric
from metrics.models import Metric
from prds import content, known
from prds.lint import lint, words_in
from prds.lint.facts import DatasetFacts, Document, Facts, InsightFacts, MetricFacts
from prds.lint.registry import LintFinding, in_order
from prds.models import Prd, PrdReference
from prds.sources import columns_of, personal_datasets

WHY = "lint judges whoever looks; it names only what the text itself names"


def document_of(prd: Prd) -> Document:
    """The current version as the lint takes it."""
    return Document.of_sections(
        content.sections_of(prd.current), title=prd.title, declared_level=prd.declared_level, horizon=prd.horizon
    )


def lint_of(prd: Prd, reader: Any = None) -> list[LintFinding]:
    """Every finding of the current version, in the order of the text.

    Args:
        prd: in hand.
        reader: who looks; only TOOL-004 asks, because it names what the text does not. Without one it is silent.
    """
    if not prd.current:
        return []
    found = _own_faults(prd)
    return in_order(document_of(prd), [*found, *look_alikes(prd, reader)]) if reader is not None else found


@once
def _own_faults(prd: Prd) -> list[LintFinding]:
    """What the text says of itself, whoever looks: linted once a request."""
    document = document_of(prd)
    return lint(document, facts_of(prd, document), words=words_in(settings.LINT_WORDS_FILE))


def look_alikes(prd: Prd, reader: Any) -> list[LintFinding]:
    """What may do the same already, among what this reader may read (TOOL-004)."""
    if not prd.current:
        return []
    document, named = document_of(prd), _named(prd)
    metrics = named.get("metric", {})
    rows = rows_of(Metric, metrics.values())
    own = {word: _print_of(rows[pk]) for word, pk in metrics.items()}
    summary = next((section.own_body for section in document.sections if section.slug == "summary"), "")
    facts = Facts(metrics=own, neighbours=known.neighbours(prd, summary, set(metrics.values()), reader))
    return lint(document, facts, words=words_in(settings.LINT_WORDS_FILE), only=("TOOL-004",))


def _print_of(metric: Metric) -> MetricFacts:
    """As much of a metric as telling it from others takes."""
    return MetricFacts(metric.code, metric.title, fingerprint=metric.current.fingerprint if metric.current else "")


def _named(prd: Prd) -> dict[str, dict[str, int]]:
    """What the current version refers to and what was found: id by the word used, by kind."""
    by_kind: dict[str, dict[str, int]] = {}
    for reference in references_of(prd):
        if reference.thing_id is not None:
            by_kind.setdefault(reference.kind, {})[reference.target] = reference.thing_id
    return by_kind


def facts_of(prd: Prd, document: Document) -> Facts:
    """What the database knows of what the current version refers to, by the words that the text uses."""
    by_kind = _named(prd)
    product, metrics = _product(prd), by_kind.get("metric", {})
    datasets, sources = _with_sources(by_kind.get("dataset", {}), metrics)
    return Facts(
        today=clock.now().date(),
        metrics=_metrics(metrics, sources),
        datasets=_datasets(datasets),
        insights=_insights(by_kind.get("insight", {})),
        requests=known.requests(by_kind.get("request", {})),
        has_one_way_decision=known.has_one_way_decision(prd),
        has_personal_data=bool(personal_datasets(prd)),
        high_water=carried_floor(prd.thing),
        decision_maker=str(prd.decision_maker) if prd.decision_maker else "",
        purposes=(prd.purpose,) if prd.purpose else (),
        product_kind=product.product_kind if product else "",
        review_on=product.review_on if product else None,
        usage_target=float(product.usage_target) if product and product.usage_target is not None else None,
        eligible_population=product.eligible_count if product else None,
    )


def references_of(prd: Prd) -> list[PrdReference]:
    """What the current version refers to, resolved or not; none before the first version."""
    return rows_by("version", prd.current_id, _references) if prd.current_id else []


def _references(version_ids: list[int]) -> list[tuple[int, PrdReference]]:
    rows = PrdReference.objects.unrestricted(WHY).filter(version__in=version_ids)
    return [(row.version_id, row) for row in rows]


def _product(prd: Prd) -> Product | None:
    joints = joints_from([prd], "specifies")
    return rows_of(Product, [joints[0].target_id]).get(joints[0].target_id) if joints else None


def _owners(rows: Mapping[int, Any], *reasons: str) -> dict[int, str]:
    return {pk: str(people[0]) for pk, people in people_standing_on(rows.values(), *reasons).items()}


def _with_sources(named: dict[str, int], metrics: dict[str, int]) -> tuple[dict[str, int], dict[int, tuple[str, ...]]]:
    """The datasets named and those that the metrics are measured from, by word; and the words by metric."""
    by_metric = sources_by_metric(metrics.values())
    words = {pk: word for word, pk in named.items()}
    rows = rows_of(Dataset, sorted(set().union(*by_metric.values()) - words.keys()))
    words |= {pk: dataset.qualified_name for pk, dataset in rows.items()}
    sources = {pk: tuple(sorted(words[source] for source in found)) for pk, found in by_metric.items()}
    return {word: pk for pk, word in words.items()} | named, sources


def _metrics(named: dict[str, int], sources: dict[int, tuple[str, ...]]) -> dict[str, MetricFacts]:
    rows = rows_of(Metric, named.values())
    owners = _owners(rows, "owner")
    found = {}
    for word, pk in named.items():
        metric = rows[pk]
        definition: dict[str, Any] = metric.current.definition if metric.current else {}
        found[word] = MetricFacts(
            code=metric.code, name=metric.title, owner=owners.get(pk, ""), state=metric.state,
            version=str(metric.current) if metric.current else "", unit=metric.unit, timezone=metric.timezone,
            dimensions=tuple(definition.get("dimensions") or ()), period=definition.get("period") or "",
            additivity=metric.additivity, fingerprint=metric.current.fingerprint if metric.current else "",
            min_group_size=metric.min_group_size, source_datasets=sources.get(pk, ()),
            grain_is_person=bool(PERSONS & {str(grain).lower() for grain in definition.get("grain") or ()}),
        )  # fmt: skip
    return found


PERSONS = {"person", "employee", "user", "driver", "agent", "nurse", "patient", "customer", "staff", "customer_key"}


def _datasets(named: dict[str, int]) -> dict[str, DatasetFacts]:
    rows = rows_of(Dataset, named.values())
    owners, stewards = _owners(rows, "owner"), _owners(rows, "steward")
    expect("dataset", rows)
    columns = {pk: {column.name: column.level for column in columns_of(pk)} for pk in rows}
    personal = {pk: {column.name for column in columns_of(pk) if column.pii_kind} for pk in rows}
    upstream: dict[int, list[str]] = {}
    feeds = joints_into(rows, "feeds")
    sources = rows_of(Dataset, [joint.source_id for joint in feeds])
    for joint in feeds:
        if joint.source_id in sources:
            upstream.setdefault(joint.target_id, []).append(sources[joint.source_id].layer)
    counts = {
        pk: {column.name: column.distinct_count for column in columns_of(pk) if column.distinct_count is not None}
        for pk in rows
    }
    broken = known.with_open_incident(named.values())
    return {
        word: DatasetFacts(
            name=rows[pk].qualified_name, owner=owners.get(pk, ""), steward=stewards.get(pk, ""),
            is_reviewed=rows[pk].reviewed_at is not None, review_due=rows[pk].review_due,
            has_new_columns=rows[pk].reviewed_schema_hash != rows[pk].schema_hash,
            columns=columns.get(pk, {}), personal_columns=frozenset(personal.get(pk, ())), layer=rows[pk].layer,
            upstream_layers=tuple(upstream.get(pk, ())), row_count=rows[pk].row_count,
            cardinalities=counts.get(pk, {}), freshness_minutes=rows[pk].freshness_minutes,
            has_open_incident=pk in broken,
        )
        for word, pk in named.items()
    }  # fmt: skip


def _insights(named: dict[str, int]) -> dict[str, InsightFacts]:
    rows = rows_of(Insight, named.values())
    joints_from(rows, "rests_on")
    expect("insight", rows)
    found = {}
    for word, pk in named.items():
        voices = rows_by("insight", pk, _voices)
        found[word] = InsightFacts(
            key=rows[pk].key, state=rows[pk].state, participants=frozenset(str(who) for who, _unit in voices),
            org_units=frozenset(unit for _who, unit in voices if unit),
            has_unanswered_dispute=known.is_dispute_open(rows[pk]),
        )  # fmt: skip
    return found


def _voices(insight_ids: list[int]) -> list[tuple[int, tuple[int, str]]]:
    """Who supports each insight: (insight, (participant, part of the organisation)); purged quotes count no more."""
    said = [joint for joint in joints_from(insight_ids, "rests_on") if joint.role == SUPPORTS]
    rows = Quote.objects.unrestricted(WHY).filter(pk__in={joint.target_id for joint in said}, purged_at=None)
    who = {
        pk: (participant, unit)
        for pk, participant, unit in rows.values_list(
            "pk", "interview__participant_id", "interview__participant__org_unit"
        )
    }
    return [(joint.source_id, who[joint.target_id]) for joint in said if joint.target_id in who]
