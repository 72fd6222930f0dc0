"""What a metric is made of and who relies on it, read from the joints of the thread.

Everything here works on all rows, because rules do; whoever shows the result filters it for the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Column, Dataset
from guard import memory
from guard.joints import closure, joints_from, joints_into, rows_of
from guard.levels import UNKNOWN, high_water
from guard.models import Thing
from guard.relations import RELATIONS
from metrics.models import Metric

_RULES = "the rules MET-1 to MET-9 hold for hidden rows too; findings are filtered for the reader"


@dataclass(frozen=True)
class Source:
    """One dataset that a metric reads, and the columns; no columns means the whole table."""

    dataset: Dataset
    columns: tuple[str, ...] = ()
    unclassified: tuple[str, ...] = field(default=())


def inputs_of(metric: Any) -> list[Metric]:
    """The metrics from which one is derived directly."""
    return _by_code(joint.target_id for joint in joints_from([_id(metric)], "derives"))


def outputs_of(metric: Any) -> list[Metric]:
    """The metrics that are derived directly from one."""
    return _by_code(joint.source_id for joint in joints_into([_id(metric)], "derives"))


def closure_of(metric_ids: Iterable[int]) -> set[int]:
    """The ids of metrics below and including these, whatever the depth; ends on cycles."""
    return set(closure(list(metric_ids), "derives"))


def above(metric_ids: Iterable[int]) -> set[int]:
    """The ids of metrics made of these, whatever the depth, without themselves."""
    start = list(metric_ids)
    return set(closure(start, "derives", into=True)) - set(start)


def prepare(metric_ids: Iterable[int]) -> None:
    """Read the joints, metrics, datasets and columns below these metrics at once, for a page that walks them."""
    ids = closure_of(metric_ids)
    joints = joints_from(ids, "derives", "measured_from")
    rows_of(Metric, [joint.target_id for joint in joints if joint.relation == "derives"])
    read = list(dict.fromkeys(joint.target_id for joint in joints if joint.relation == "measured_from"))
    rows_of(Dataset, read)
    _levels_of(read)


def sources_of(metric: Any, *, deep: bool = True) -> list[Source]:
    """The datasets and columns that a metric reads.

    Args:
        metric: the metric or its Thing.
        deep: through its inputs too.
    """
    ids = closure_of([_id(metric)]) if deep else {_id(metric)}
    wanted: dict[int, set[str] | None] = {}
    for joint in joints_from(ids, "measured_from"):
        known = wanted.get(joint.target_id, set())
        wanted[joint.target_id] = None if known is None or not joint.columns else known | set(joint.columns)
    if not wanted:
        return []
    datasets = sorted(rows_of(Dataset, wanted).values(), key=lambda dataset: dataset.qualified_name)
    columns_by = _levels_of(list(wanted))
    return [_source(dataset, wanted[dataset.pk], columns_by.get(dataset.pk, {})) for dataset in datasets]


def _levels_of(dataset_ids: list[int]) -> dict[int, dict[str, int | None]]:
    """Level by name of column, in the order of the columns, for each dataset; each dataset is read once a request."""
    store = memory.standing()
    found: dict[int, dict[str, int | None]] = (
        {} if store is None else store.answers.setdefault("metrics.inputs.levels", {})
    )
    missing = [pk for pk in dataset_ids if pk not in found]
    if missing:
        found |= {pk: {} for pk in missing}
        rows = Column.objects.unrestricted(_RULES).filter(dataset_id__in=missing).order_by("position", "id")
        for dataset_id, name, level in rows.values_list("dataset_id", "name", "level"):
            found[dataset_id][name] = level
    return found


def sources_by_metric(metric_ids: Iterable[int]) -> dict[int, set[int]]:
    """The ids of the datasets that each metric reads, through its inputs too; all joints are read at once."""
    start = list(metric_ids)
    inputs: dict[int, set[int]] = {}
    direct: dict[int, set[int]] = {}
    for joint in joints_from(closure_of(start), "derives", "measured_from"):
        side = inputs if joint.relation == "derives" else direct
        side.setdefault(joint.source_id, set()).add(joint.target_id)
    return {pk: set().union(*(direct.get(one, ()) for one in _reached(pk, inputs))) for pk in start}


def _reached(start: int, inputs: dict[int, set[int]]) -> set[int]:
    seen, waiting = set[int](), {start}
    while waiting:
        seen |= waiting
        waiting = set().union(*(inputs.get(pk, ()) for pk in waiting)) - seen
    return seen


def rank_of_columns(dataset: Dataset, columns: Iterable[str]) -> int:
    """The highest rank among the named columns; a column that nobody knows or classified counts as unknown."""
    rows = Column.objects.unrestricted(_RULES).filter(dataset_id=dataset.pk)
    ranks = dict(rows.values_list("name", "rank"))
    return high_water(ranks.get(name, UNKNOWN) for name in columns)


def users_of(metric: Any) -> list[Thing]:
    """The things of other kinds that are joined to a metric from above: PRDs, products, decisions."""
    relations = {relation.code for relation in RELATIONS.values() if relation.target == "metric"}
    joints = joints_into([_id(metric)], *relations)
    users = {joint.source_id: joint.source for joint in joints if joint.source.kind != "metric"}
    return sorted(users.values(), key=lambda thing: (thing.kind, thing.pk))


def _by_code(metric_ids: Iterable[int]) -> list[Metric]:
    return sorted(rows_of(Metric, metric_ids).values(), key=lambda metric: metric.code)


def _source(dataset: Dataset, wanted: set[str] | None, levels: dict[str, int | None]) -> Source:
    names = tuple(levels) if wanted is None else tuple(sorted(wanted))
    unclassified = tuple(name for name in names if levels.get(name) is None)
    return Source(dataset, () if wanted is None else names, unclassified)


def _id(metric: Any) -> int:
    return int(getattr(metric, "pk", metric))
