"""What a metric is made of and who relies on it, read from the joints of the thread.

Everything here works on all rows, because rules do; whoever shows the result filters it for the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Column, Dataset
from guard.levels import UNKNOWN, high_water
from guard.models import Link, Thing
from metrics.models import Metric

_RULES = "the rules MET-1 to MET-8 hold for hidden rows too; findings are filtered for the reader"


@dataclass(frozen=True)
class Source:
    """One dataset that a metric reads, and the columns; no columns means the whole table."""

    dataset: Dataset
    columns: tuple[str, ...] = ()
    unclassified: tuple[str, ...] = field(default=())


def inputs_of(metric: Any) -> list[Metric]:
    """The metrics from which one is derived directly."""
    ids = _targets([_id(metric)], "derives").values_list("target_id", flat=True)
    return list(Metric.objects.unrestricted(_RULES).filter(pk__in=list(ids)).order_by("code"))


def outputs_of(metric: Any) -> list[Metric]:
    """The metrics that are derived directly from one."""
    joints = Link.objects.unrestricted(_RULES).filter(relation="derives", target_id=_id(metric))
    ids = joints.values_list("source_id", flat=True)
    return list(Metric.objects.unrestricted(_RULES).filter(pk__in=list(ids)).order_by("code"))


def closure_of(metric_ids: Iterable[int]) -> set[int]:
    """The ids of metrics below and including these, whatever the depth; ends on cycles."""
    seen: set[int] = set()
    waiting = set(metric_ids)
    while waiting:
        seen |= waiting
        waiting = set(_targets(waiting, "derives").values_list("target_id", flat=True)) - seen
    return seen


def above(metric_ids: Iterable[int]) -> set[int]:
    """The ids of metrics made of these, whatever the depth, without themselves."""
    start = set(metric_ids)
    seen: set[int] = set()
    waiting = set(start)
    while waiting:
        joints = Link.objects.unrestricted(_RULES).filter(relation="derives", target_id__in=waiting)
        waiting = set(joints.values_list("source_id", flat=True)) - seen - start
        seen |= waiting
    return seen


def sources_of(metric: Any, *, deep: bool = True) -> list[Source]:
    """The datasets and columns that a metric reads.

    Args:
        metric: the metric or its Thing.
        deep: through its inputs too.
    """
    ids = closure_of([_id(metric)]) if deep else {_id(metric)}
    wanted: dict[int, set[str] | None] = {}
    for dataset_id, columns in _targets(ids, "measured_from").values_list("target_id", "columns"):
        known = wanted.get(dataset_id, set())
        wanted[dataset_id] = None if known is None or not columns else known | set(columns)
    if not wanted:
        return []
    datasets = Dataset.objects.unrestricted(_RULES).filter(pk__in=list(wanted)).order_by("qualified_name")
    columns_by: dict[int, dict[str, int | None]] = {}
    for row in Column.objects.unrestricted(_RULES).filter(dataset_id__in=list(wanted)).order_by("position", "id"):
        columns_by.setdefault(row.dataset_id, {})[row.name] = row.level
    return [_source(dataset, wanted[dataset.pk], columns_by.get(dataset.pk, {})) for dataset in datasets]


def rank_of_columns(dataset: Dataset, columns: Iterable[str]) -> int:
    """The highest rank among the named columns; a column that nobody knows or classified counts as unknown."""
    rows = Column.objects.unrestricted(_RULES).filter(dataset_id=dataset.pk)
    ranks = dict(rows.values_list("name", "rank"))
    return high_water(ranks.get(name, UNKNOWN) for name in columns)


def users_of(metric: Any) -> list[Thing]:
    """The things of other kinds that are joined to a metric from above: PRDs, products, decisions."""
    joints = Link.objects.unrestricted(_RULES).filter(target_id=_id(metric)).exclude(source__kind="metric")
    ids = joints.values_list("source_id", flat=True)
    return list(Thing.objects.unrestricted(_RULES).filter(pk__in=list(ids)).order_by("kind", "pk"))


def _source(dataset: Dataset, wanted: set[str] | None, levels: dict[str, int | None]) -> Source:
    names = tuple(levels) if wanted is None else tuple(sorted(wanted))
    unclassified = tuple(name for name in names if levels.get(name) is None)
    return Source(dataset, () if wanted is None else names, unclassified)


def _targets(source_ids: Iterable[int], relation: str) -> Any:
    return Link.objects.unrestricted(_RULES).filter(relation=relation, source_id__in=list(source_ids))


def _id(metric: Any) -> int:
    return int(getattr(metric, "pk", metric))
