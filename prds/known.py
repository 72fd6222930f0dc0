"""What the database knows beside what a PRD names itself: look-alikes, incidents, what requests say, irreversible
decisions. Each as few queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q

from catalog.models import Product
from catalog.search import similar_ids
from catalog.states import Stage
from demand.evidence import CONTRADICTS, quote_ids
from demand.models import Insight, Quote, Request
from demand.states import OPEN
from guard.joints import joints_into, rows_of
from guard.models import Link
from metrics.models import Metric
from metrics.states import MetricState
from prds.lint.facts import NeighbourFacts, RequestFacts
from prds.lint.wordlists import words_in
from prds.models import Prd

WHY = "lint judges whoever looks; it names only what the text itself names"
IN_USE = (Stage.LIVE, Stage.ITERATE)
MOST = 20  # look-alikes that are compared

#: Whether an attested decision that cannot be undone stands behind a PRD: the room of decisions is above this one.
ONE_WAY: list[Callable[[Prd], bool]] = []


def register_one_way(holds: Callable[[Prd], bool]) -> None:
    """Let a higher room say whether a one-way decision stands behind a PRD (TYR-003)."""
    ONE_WAY.append(holds)


def has_one_way_decision(prd: Prd) -> bool:
    """Whether any room knows of one."""
    return any(holds(prd) for holds in ONE_WAY)


def neighbours(prd: Prd, summary: str, own: Collection[int], reader: Any) -> tuple[NeighbourFacts, ...]:
    """Certified metrics and live products that may do what the PRD asks for, among those that the reader may read.

    Args:
        prd: in hand.
        summary: its own words for what it is for.
        own: ids of the metrics that it refers to already.
        reader: who looks.
    """
    mine = rows_of(Metric, own).values()
    prints = {metric.current.fingerprint for metric in mine if metric.current} - {""}
    alike = Q()
    for text in (prd.title, summary):
        alike |= Q(pk__in=similar_ids(reader, text, ("metric", "product"), limit=MOST))
    certified = Metric.objects.visible_to(reader).filter(thing__state=MetricState.CERTIFIED).exclude(pk__in=own)
    metrics = certified.filter(Q(current__fingerprint__in=prints) | alike).select_related("thing", "current")
    specified = Link.objects.unrestricted(WHY).filter(source_id=prd.pk, relation="specifies").values("target_id")
    products = Product.objects.visible_to(reader).filter(alike, thing__state__in=IN_USE).exclude(pk__in=specified)
    return tuple(
        NeighbourFacts(metric.key, metric.title, "", metric.current.fingerprint if metric.current else "")
        for metric in metrics.order_by("pk")
    ) + tuple(NeighbourFacts(one.key, one.title, one.purpose) for one in products.order_by("pk"))


def with_open_incident(dataset_ids: Iterable[int]) -> set[int]:
    """The datasets about which somebody reported a quality incident that is not closed (a request of that kind)."""
    pairs = [(joint.source_id, joint.target_id) for joint in joints_into(list(dataset_ids), "asks_about")]
    asks = rows_of(Request, [source for source, _target in pairs])
    open_ones = {pk for pk, ask in asks.items() if ask.kind == Request.Sort.INCIDENT and ask.state in OPEN}
    return {target for source, target in pairs if source in open_ones}


def requests(named: Mapping[str, int]) -> dict[str, RequestFacts]:
    """What the requests say that a text refers to, by the word used."""
    rows = rows_of(Request, named.values())
    return {word: _request(rows[pk]) for word, pk in named.items()}


def _request(request: Request) -> RequestFacts:
    """Where a fixed date comes from is looked for in the request's own words, by the list that EFF-101 uses."""
    said = " ".join([request.decision_to_make, request.business_question, request.action_rule, request.purpose_note])
    return RequestFacts(
        key=request.key, state=request.state, has_cost_of_delay=bool(request.delay_value_per_week),
        cost_of_delay_profile=request.delay_profile, confidence=request.confidence,
        date_source=said if words_in(settings.LINT_WORDS_FILE).has("date_sources", said) else "",
        confidence_cap=request.confidence_cap,
    )  # fmt: skip


def is_dispute_open(insight: Insight) -> bool:
    """Whether a quote contradicts a disputed insight and is not answered in its text (INS-2)."""
    if insight.state != "disputed":
        return False
    against = Quote.objects.unrestricted(WHY).filter(pk__in=quote_ids(insight, CONTRADICTS), purged_at=None)
    return against.exclude(thing__key__in=insight.answered_keys).exists()
