"""Small logs, products and decisions, made by the verbs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from guard import clock
from guard.models import Domain
from tests.catalog import make as catalog
from tests.metrics import make as metrics
from usage import actions
from usage.logs.rows import LogReport, LogRow, make_row
from usage.models import Decision, UsageDaily
from usage.sql.cache import ParseCache

WHY = "a test looks at what is there"
ORDERS = "SELECT amount FROM shop.dwd_order WHERE order_id = 7"


def noon(days_ago: int = 1, minute: int = 0) -> datetime:
    at = datetime.combine(clock.now().astimezone(UTC).date() - timedelta(days=days_ago), datetime.min.time(), UTC)
    return at + timedelta(hours=12, minutes=minute)


def row(user: str = "sam", sql: str = ORDERS, *, days_ago: int = 1, minute: int = 0, **more: Any) -> LogRow:
    return make_row(ParseCache(), sql, at=noon(days_ago, minute), user=user, **{"duration_ms": 1.5, **more})


def load(by: Any, rows: Iterable[LogRow], kind: str = "csv", **more: Any) -> Any:
    return actions.load_usage(by=by, kind=kind, rows=rows, source="log.csv", report=LogReport(), **more)


def daily() -> set[tuple[str, str, str, int]]:
    """(dataset's name, login, kind of actor, events) of every row, over days."""
    rows = UsageDaily.objects.unrestricted(WHY).select_related("dataset__thing")
    return {(one.dataset.name, one.login, one.actor_kind, one.events) for one in rows}


def product(cast: dict[str, Any], domain: Domain, *datasets: Any, stage: str = "live", **fields: Any) -> Any:
    from catalog import actions as verbs

    made = catalog.product(cast["priya"], domain, **fields)
    for dataset in datasets:
        verbs.contain(by=cast["priya"], product=made, dataset=dataset)
    with clock.loading(noon(40)):
        verbs.load_stage(by=cast["priya"], product=made, stage=stage)
    return catalog.fresh(made)


def decision(cast: dict[str, Any], domain: Domain, **fields: Any) -> Decision:
    """Everything said but the evidence: Priya drafts, Tom decides."""
    given = {
        "title": "Move the coupon step", "question": "Where does the coupon step belong?",
        "options": ["After payment choice", "Do nothing"], "chosen_option": "After payment choice",
        "review_on": date(2027, 2, 1), "decision_makers": [cast["tom"]],
    } | fields  # fmt: skip
    return actions.draft_decision(by=cast["priya"], domain=domain, **given)


def ready(cast: dict[str, Any], domain: Domain, **fields: Any) -> Decision:
    """With a dataset pinned: nothing blocks."""
    made = decision(cast, domain, **fields)
    pin(cast, made, catalog.dataset(cast["omar"], domain))
    return fresh(made)


def pin(cast: dict[str, Any], made: Decision, on: Any, **more: Any) -> None:
    actions.pin_evidence(by=cast["priya"], decision=made, on=on, **more)


def fresh(made: Decision) -> Decision:
    return Decision.objects.unrestricted(WHY).get(pk=made.pk)


def metric(cast: dict[str, Any], source: Any, code: str, **words: Any) -> Any:
    return metrics.atomic(cast, source, code, expr="amount", agg="sum", **words)
