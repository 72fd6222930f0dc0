"""Finding metrics for a reader: by key, code, old code or synonym."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from guard.memory import once
from metrics.models import Metric
from metrics.states import MEANT, MetricState

_RULES = "the rules MET-1 to MET-9 hold for hidden rows too; findings are filtered for the reader"


def find_metric(actor: Any, code_or_key: str) -> Metric | None:
    """The metric that this name stands for now, if `actor` may see it.

    Args:
        actor: the reader.
        code_or_key: ``MET-1001``, a code, an old code of a merged metric, or a synonym that only one metric has.

    Returns:
        The metric, after following what it was merged into; None when there is none that the reader may see.
    """
    text = code_or_key.strip()
    if not text or "\x00" in text:
        return None
    rows = Metric.objects.visible_to(actor)
    found = rows.filter(Q(thing__key=text) | Q(code=text)).first() or _by_synonym(rows, text)
    return followed(actor, found)


def find_metric_by_code(code: str) -> Metric | None:
    """What a code stands for now, for rules that hold whoever looks; follows merges."""
    return find_metrics_by_code([code]).get(code)


@once
def find_metrics_by_code(codes: Collection[str]) -> dict[str, Metric]:
    """What each of these codes stands for now, in one query unless metrics were merged; unknown codes are left out."""
    rows = Metric.objects.unrestricted(_RULES)
    found: dict[str, Metric] = {metric.code: metric for metric in rows.filter(code__in=sorted(codes))} if codes else {}
    for _step in range(20):
        gone = {code: m.replaced_by_id for code, m in found.items() if m.state == MetricState.MERGED}
        later = rows.in_bulk([pk for pk in gone.values() if pk is not None])
        if not later:
            break
        found |= {code: later[pk] for code, pk in gone.items() if pk in later}
    return found


def followed(actor: Any, metric: Metric | None) -> Metric | None:
    """What a merged metric became; None when the reader may not see that."""
    for _step in range(20):
        if metric is None or metric.state != MetricState.MERGED or metric.replaced_by_id is None:
            return metric
        metric = Metric.objects.visible_to(actor).filter(pk=metric.replaced_by_id).first()
    return metric


def certified_metrics(actor: Any) -> Any:
    """The certified metrics that `actor` may see, by code."""
    return Metric.objects.visible_to(actor).filter(thing__state=MetricState.CERTIFIED).order_by("code")


def _by_synonym(rows: Any, text: str) -> Metric | None:
    found = list(rows.filter(synonyms__contains=[text], thing__state__in=MEANT | {MetricState.PROPOSED})[:2])
    return found[0] if len(found) == 1 else None
