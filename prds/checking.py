"""What the lint rules find in a PRD: its text and what the database knows, brought together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from catalog.models import Column, Dataset, Product
from demand.evidence import SUPPORTS, quote_ids
from demand.models import Insight, Quote
from guard import clock
from guard.models import Link, Thing
from guard.things import carried_floor, people_standing_on
from metrics.inputs import sources_by_metric
from metrics.models import Metric
from prds import content, known
from prds.lint import lint, words_in
from prds.lint.facts import DatasetFacts, Document, Facts, InsightFacts, MetricFacts
from prds.lint.registry import LintFinding
from prds.models import Prd, PrdReference
from prds.sources import personal_datasets

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
        reader: who looks; only TOOL-004 asks, because it names what the text does not.
    """
    if not prd.current:
        return []
    document = document_of(prd)
    return lint(document, facts_of(prd, document, reader), words=words_in(settings.LINT_WORDS_FILE))


def facts_of(prd: Prd, document: Document, reader: Any = None) -> Facts:
    """What the database knows of what the current version refers to, by the words that the text uses."""
    references = list(PrdReference.objects.unrestricted(WHY).filter(version_id=prd.current_id).exclude(thing=None))
    by_kind: dict[str, dict[str, int]] = {}
    for reference in references:
        by_kind.setdefault(reference.kind, {})[reference.target] = reference.thing_id
    product, metrics = _product(prd), by_kind.get("metric", {})
    datasets, sources = _with_sources(by_kind.get("dataset", {}), metrics)
    summary = next((section.own_body for section in document.sections if section.slug == "summary"), "")
    return Facts(
        today=clock.now().date(),
        metrics=_metrics(metrics, sources),
        datasets=_datasets(datasets),
        insights=_insights(by_kind.get("insight", {})),
        requests=known.requests(by_kind.get("request", {})),
        neighbours=known.neighbours(prd, summary, metrics, reader),
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


def _product(prd: Prd) -> Product | None:
    joint = Link.objects.unrestricted(WHY).filter(source=prd.thing, relation="specifies").first()
    return Product.objects.unrestricted(WHY).filter(pk=joint.target_id).first() if joint else None


def _owners(ids: Iterable[int], *reasons: str) -> dict[int, str]:
    things = Thing.objects.unrestricted(WHY).filter(pk__in=ids)
    return {pk: str(people[0]) for pk, people in people_standing_on(things, *reasons).items()}


def _with_sources(named: dict[str, int], metrics: dict[str, int]) -> tuple[dict[str, int], dict[int, tuple[str, ...]]]:
    """The datasets named and those that the metrics are measured from, by word; and the words by metric."""
    by_metric = sources_by_metric(metrics.values())
    words = {pk: word for word, pk in named.items()}
    rows = Dataset.objects.unrestricted(WHY).filter(pk__in=set().union(*by_metric.values()) - words.keys())
    words |= dict(rows.values_list("pk", "qualified_name"))
    sources = {pk: tuple(sorted(words[source] for source in found)) for pk, found in by_metric.items()}
    return {word: pk for pk, word in words.items()} | named, sources


def _metrics(named: dict[str, int], sources: dict[int, tuple[str, ...]]) -> dict[str, MetricFacts]:
    rows = Metric.objects.unrestricted(WHY).in_bulk(list(named.values()))
    owners = _owners(named.values(), "owner")
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
    rows = Dataset.objects.unrestricted(WHY).in_bulk(list(named.values()))
    owners, stewards = _owners(named.values(), "owner"), _owners(named.values(), "steward")
    columns: dict[int, dict[str, int | None]] = {}
    personal: dict[int, set[str]] = {}
    counts: dict[int, dict[str, int]] = {}
    cells = Column.objects.unrestricted(WHY).filter(dataset_id__in=named.values())
    for pk, name, level, pii, count in cells.values_list("dataset_id", "name", "level", "pii_kind", "distinct_count"):
        columns.setdefault(pk, {})[name] = level
        if pii:
            personal.setdefault(pk, set()).add(name)
        if count is not None:
            counts.setdefault(pk, {})[name] = count
    upstream: dict[int, list[str]] = {}
    feeds = Link.objects.unrestricted(WHY).filter(relation="feeds", target_id__in=named.values())
    sources = Dataset.objects.unrestricted(WHY).in_bulk(list(feeds.values_list("source_id", flat=True)))
    for source_id, target_id in feeds.values_list("source_id", "target_id"):
        if source_id in sources:
            upstream.setdefault(target_id, []).append(sources[source_id].layer)
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
    rows = Insight.objects.unrestricted(WHY).in_bulk(list(named.values()))
    found = {}
    for word, pk in named.items():
        voices = list(
            Quote.objects.unrestricted(WHY)
            .filter(pk__in=quote_ids(rows[pk], SUPPORTS), purged_at=None)
            .values_list("interview__participant_id", "interview__participant__org_unit")
        )
        found[word] = InsightFacts(
            key=rows[pk].key, state=rows[pk].state, participants=frozenset(str(who) for who, _unit in voices),
            org_units=frozenset(unit for _who, unit in voices if unit),
            has_unanswered_dispute=known.is_dispute_open(rows[pk]),
        )  # fmt: skip
    return found
