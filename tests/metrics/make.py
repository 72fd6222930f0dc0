"""Small metrics, made by the room's own verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from catalog.models import Dataset
from guard.models import Domain
from metrics import actions
from metrics.models import Metric, MetricVersion
from tests.catalog import make as catalog

LEVELS: dict[str, int | None] = {"order_id": 2, "buyer_id": 3, "amount": 2, "pay_time": 2, "client": 2}
TODAY = date(2026, 11, 22)


def fresh(metric: Metric) -> Metric:
    """The row as the database has it."""
    return Metric.objects.unrestricted("a test looks at what is there").get(pk=metric.pk)


def versions(metric: Metric) -> list[str]:
    rows = MetricVersion.objects.unrestricted("a test looks at what is there").filter(metric=metric)
    return [str(version) for version in rows.order_by("pk")]


def dataset(cast: dict[str, Any], domain: Domain, name: str = "shop.dwd_order", **levels: int | None) -> Dataset:
    return catalog.dataset(cast["omar"], domain, name, levels or LEVELS)


def proposed(cast: dict[str, Any], domain: Domain, code: str = "pay_buyer_cnt", **words: Any) -> Metric:
    words = {"title": code.replace("_", " ").capitalize(), "unit": "people", "caliber_md": "Paid orders only."} | words
    return actions.propose_metric(by=cast["sam"], domain=domain, code=code, **words)


def answered(cast: dict[str, Any], metric: Metric, owner: str = "tom", steward: str = "ravi") -> Metric:
    """With an owner and a steward."""
    actions.appoint_owner(by=cast["priya"], metric=metric, person=cast[owner])
    actions.appoint_steward(by=cast["priya"], metric=metric, person=cast[steward])
    return metric


def atomic(cast: dict[str, Any], source: Dataset, code: str = "pay_buyer_cnt", *, expr: str = "buyer_id",
           agg: str = "count_distinct", by: str = "priya", definition: Any = (), **words: Any) -> Metric:  # fmt: skip
    """Defined, with owner and steward."""
    metric = answered(cast, proposed(cast, source.domain, code, **words))
    given = {"source_dataset": source.key, "agg": agg, "expr": expr, **dict(definition)}
    actions.define_metric(by=cast[by], metric=metric, definition=given)
    return fresh(metric)


def composite(cast: dict[str, Any], domain: Domain, code: str, expression: str, **definition: Any) -> Metric:
    """A defined composite over codes, with owner and steward."""
    kind = {"calc_type": "ratio", "denominator_policy": "null"} | definition
    metric = answered(cast, proposed(cast, domain, code, metric_kind="composite", unit="%"))
    actions.define_metric(by=cast["priya"], metric=metric, definition={"expression": expression, **kind})
    return fresh(metric)


def certified(cast: dict[str, Any], metric: Metric) -> Metric:
    """Submitted by its owner and signed by the steward and by governance."""
    actions.submit_metric(by=cast["tom"], metric=metric)
    actions.certify_metric(by=cast["ravi"], metric=metric)
    actions.certify_metric(by=cast["grace"], metric=metric)
    return fresh(metric)


def redefine(cast: dict[str, Any], metric: Metric, *, by: str = "priya", **words: Any) -> MetricVersion:
    """A change with everything that a MODEL change asks for."""
    return actions.define_metric(
        by=cast[by], metric=metric, definition=words, change_reason="The caliber was wrong.", effective_from=TODAY,
        backfill="restated",
    )  # fmt: skip
