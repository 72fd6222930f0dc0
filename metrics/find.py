"""Finding metrics for a reader: by key, code, old code or synonym."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from metrics.models import Metric
from metrics.states import MEANT, MetricState

_RULES = "the rules MET-1 to MET-8 hold for hidden rows too; findings are filtered for the reader"


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
    rows = Metric.objects.unrestricted(_RULES)
    found = rows.filter(code=code).first()
    for _step in range(20):
        if found is None or found.state != MetricState.MERGED or found.replaced_by_id is None:
            break
        found = rows.filter(pk=found.replaced_by_id).first()
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
