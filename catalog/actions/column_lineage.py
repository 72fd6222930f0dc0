"""Verbs about column lineage: saying where a column comes from, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from catalog import column_edges, seeping
from catalog.actions.datasets import KEEPERS
from catalog.actions.loads import LOADERS
from catalog.column_edges import EdgeRow, Told
from catalog.levels import settle_datasets, settle_stirred
from catalog.models import Column, ColumnEdge, Dataset, Warehouse
from catalog.recounting import counted_again
from catalog.sql_text import hash_of_sql
from guard import clock
from guard.doors import act, acting, grade_of
from guard.levels import HIGHEST
from guard.policy import COLUMNS, Who
from guard.refusals import Absent, Invalid
from people.models import Role

_WHY = "an act works on rows that it was handed"
Kind, Origin = ColumnEdge.Kind, ColumnEdge.Origin


@act("column_lineage.added", who=KEEPERS, subject="dataset", needs="columns")
def add_column_edge(
    *, by: Any, dataset: Dataset, source: Column, target: Column | None = None, sql: str = "", reason: str = "",
) -> ColumnEdge:  # fmt: skip
    """Say by hand that a column goes into a column of this dataset, or chooses its rows. Its level arrives at once.

    Args:
        by: who says it; sees the columns of both ends.
        dataset: at the far end.
        source: with its dataset at hand.
        target: a column of `dataset`; None when the source only filters, joins or groups.
        sql: the statement, when there is one; only its hash is kept. A transformation is bound to it.
        reason: why.

    Returns:
        The edge; the one that stands already, with the statement's hash brought up to date.

    Raises:
        Absent: a source that `by` does not see.
        Invalid: a column that goes into itself, or another dataset's column.
    """
    if grade_of(by, source.dataset.thing) < COLUMNS:
        raise Absent()
    if target is not None and target.dataset_id != dataset.pk:
        raise Invalid(errors={"target": [_("Choose a column of this dataset.")]})
    if target is not None and target.pk == source.pk:
        raise Invalid(errors={"source": [_("A column does not go into itself.")]})
    facts = {
        "source_dataset": source.dataset, "source": source, "target_dataset": dataset, "target": target,
        "kind": Kind.FILTERS if target is None else Kind.DERIVES, "origin": Origin.HAND,
    }  # fmt: skip
    digest = hash_of_sql(sql, _dialect_of(dataset)) if sql.strip() else ""
    acting().note(source=source.pk, target=target.pk if target else None, kind=facts["kind"])  # by number, not by name
    rows = ColumnEdge.objects.unrestricted(_WHY)
    edge = rows.filter(**facts, held=None).first()
    if edge is None:
        edge = ColumnEdge.objects.create(
            **facts, source_name=source.name, target_name=target.name if target else "", sql_hash=digest, by=by,
            said_at=clock.now(),
        )  # fmt: skip
    elif edge.sql_hash != digest or edge.gone_at is not None:
        news = {"sql_hash": digest, "gone_at": None} | ({"cap": HIGHEST, "upto": 0} if edge.sql_hash != digest else {})
        rows.filter(pk=edge.pk).update(**news)
        edge.refresh_from_db(fields=["sql_hash", "gone_at", "cap"])
    settle_stirred()
    return edge


def _dialect_of(dataset: Dataset) -> str:
    rows = Warehouse.objects.unrestricted(_WHY).filter(pk=dataset.warehouse_id)
    return str(rows.values_list("dialect", flat=True).get())


@act("column_lineage.removed", who=KEEPERS, subject="edge.target_dataset", needs="columns")
def remove_column_edge(*, by: Any, edge: ColumnEdge, reason: str = "") -> bool:
    """Take back what was said by hand. Where something would get milder, it goes on counting until that was agreed to.

    Args:
        by: who takes it back; sees the columns of both ends.
        edge: said by hand, with its datasets at hand.
        reason: why.

    Returns:
        Whether it went; False when it still counts.

    Raises:
        Invalid: an import says it, so it is changed where the import comes from.
    """
    if grade_of(by, edge.source_dataset.thing) < COLUMNS:
        raise Absent()
    if edge.origin != Origin.HAND:
        raise Invalid(errors={"edge": [_("An import says this. Mend it there and import again.")]})
    went, _kept = column_edges.let_go([edge.pk])
    acting().note(edge=edge.pk, source=edge.source_id, target=edge.target_id, still_counts=not went)
    return bool(went)


@act("column_lineage.told", who=LOADERS, subject="warehouse")
def tell_column_edges(
    *, by: Any, warehouse: Warehouse, origin: str, rows: Iterable[EdgeRow], targets: Sequence[str]
) -> Told:
    """Bring up to date what an origin says of some datasets: its own edges only, repeatable, no level falls by it.

    Args:
        by: who tells; ends whose columns they do not see stay as they are.
        warehouse: where the datasets lie.
        origin: dbt, sql or openlineage.
        rows: everything that it says of the targets.
        targets: qualified names of the datasets of which it says everything.
    """
    if origin not in Origin.values or origin == Origin.HAND:
        raise Invalid(errors={"origin": [_("Choose dbt, sql or openlineage.")]})
    told = column_edges.bring_up_to_date(by, warehouse.pk, origin, rows, targets)
    acting().note(origin=origin, counts=asdict(told))
    return told


@act("column_lineage.followed", who=Who(anyone=True))
def follow_lineage(*, by: Any) -> int:
    """Follow everything that was stirred, however far it reaches; the worker calls it. Returns how many datasets."""
    datasets = seeping.follow(at_most=None)
    settle_datasets(datasets)
    acting().note(counts={"datasets": len(datasets)})
    return len(datasets)


@act("column_lineage.counted", who=Who(roles={Role.GOVERNANCE_LEAD, Role.DATA_ENGINEER}))
def recount_lineage(*, by: Any) -> int:
    """Count all of the column lineage from scratch and put right what differs; returns how many rows that were."""
    counted = counted_again()
    seeping.write(counted)
    settle_datasets(counted.datasets)
    acting().note(counts={"columns": len(counted.columns), "datasets": len(counted.wholes)})
    return len(counted.columns) + len(counted.wholes)
