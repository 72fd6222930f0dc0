"""What loading a log would do: it is loaded and rolled back, so that the preview cannot differ from the deed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Sum

from catalog.models import Dataset
from usage.actions.loading import load_usage
from usage.logs.rows import LogReport
from usage.models import ActorKind, ShapeTable, UsageEvent, UsageLoad

MOST_BAD, MOST_NAMED = 20, 12


class _OnlyLooking(Exception):
    """Rolls a dry run back."""


def preview_usage(*, by: Any, report: LogReport, **given: Any) -> dict[str, Any]:
    """What `load_usage` would do, in words and numbers; nothing of it stays.

    Args:
        by: as for the load.
        report: the reader's report.
        given: further arguments of `load_usage`.

    Returns:
        As `account_of`, with ``dry_run`` true.

    Raises:
        Denied, Invalid: as the load would.
    """
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            found = account_of(load_usage(by=by, report=report, **given), report, by)
            raise _OnlyLooking
    except _OnlyLooking:
        return found | {"dry_run": True}


def account_of(load: UsageLoad, report: LogReport, actor: Any) -> dict[str, Any]:
    """What a load came to, as far as `actor` may know; plain values for a job's result and for the API.

    Args:
        load: just carried out.
        report: of its reader.
        actor: who reads it: datasets whose use they may not see are left out.

    Returns:
        Counts of rows, new rows and faults; the first and the last day; who is a person and who a machine; the logins
        that are nobody here; the datasets that were used, most used first; the tables that no dataset is.
    """
    events = UsageEvent.objects.filter(load=load)
    span = events.aggregate(first=Min("at"), last=Max("at"))
    runs = dict(events.values_list("actor_kind").annotate(n=Sum("calls")).order_by())
    human = events.filter(actor_kind=ActorKind.HUMAN)
    nobody = human.filter(person=None).values_list("login", flat=True).distinct().order_by("login")
    return {
        "dry_run": False, "kind": load.kind, "source": load.source, "rows": load.rows, "new_rows": load.new_rows,
        "parsed_share": report.parsed_share, "failed": report.failed, "other": report.other,
        "bad_rows": report.bad_count,
        "bad": [{"line": bad.line, "reason": bad.reason} for bad in report.bad[:MOST_BAD]],
        "first_day": span["first"] and str(span["first"].date()), "last_day": span["last"] and str(span["last"].date()),
        "people": human.exclude(person=None).aggregate(n=Count("person", distinct=True))["n"],
        "runs_by_people": runs.get(ActorKind.HUMAN, 0),
        "runs_by_machines": sum(n for kind, n in runs.items() if kind != ActorKind.HUMAN),
        "nobody": list(nobody[:MOST_NAMED]), "datasets": _used(events, actor),
        "unknown_tables": load.unknown_tables, "restricted": load.restricted,
    }  # fmt: skip


def _used(events: Any, actor: Any) -> list[dict[str, Any]]:
    """The datasets that the new executions read, as far as `actor` sees their columns; the most used first."""
    shapes = dict(events.values_list("shape_id").annotate(n=Sum("calls")).order_by())
    runs: Counter[int] = Counter()
    reads = ShapeTable.objects.visible_to(actor).filter(shape_id__in=shapes, is_write=False)
    for shape_id, dataset_id in reads.values_list("shape_id", "dataset_id"):
        runs[dataset_id] += shapes[shape_id]
    rows = Dataset.objects.visible_to(actor, action="columns").filter(pk__in=runs)
    shown = sorted(rows, key=lambda row: (-runs[row.pk], row.qualified_name))[:MOST_NAMED]
    return [{"key": row.key, "name": row.qualified_name, "runs": runs[row.pk]} for row in shown]
