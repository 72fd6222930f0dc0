"""B14, by column: levels of 3 M column edges from scratch beside reading them out; changes beside a full count."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np

from bench import _ground
from bench.b14_levels import _copy_out
from bench.results import Result
from catalog.actions import add_dataset, add_warehouse, recount_lineage
from catalog.levels import apply_column_level, settle_stirred
from catalog.models import Column, ColumnEdge, Dataset
from catalog.recounting import counted_again
from guard.doors import act
from guard.policy import Who
from guard.seep import Stream, seep
from people.models import Role

EDGES = 3_000_000  # at every scale: it is what the bar speaks of
COLUMNS = EDGES // 2
KEPT = {"small": 10_000, "large": 40_000}  # edges in the database that changes are followed over
LOOK = _ground.LOOK


def run(scale: str) -> list[Result]:
    """Count generated column edges, some of them held back, beside a binary COPY of them; then follow changes."""
    dice = np.random.default_rng(1403)
    source = dice.integers(0, COLUMNS - 1, EDGES)
    ahead = (dice.random(EDGES) ** 3 * (COLUMNS - 1 - source)).astype(np.int64) + 1
    target = np.minimum(source + ahead, COLUMNS - 1)
    back = dice.random(EDGES) < 0.01  # circles
    source[back], target[back] = target[back], source[back]
    cap = np.full(EDGES, 5, dtype=np.int8)
    cap[dice.random(EDGES) < 0.02] = 2
    cap[dice.random(EDGES) < 0.01] = 0
    own = dice.choice(np.arange(6, dtype=np.int8), COLUMNS, p=[0.4, 0.2, 0.25, 0.1, 0.04, 0.01]).astype(np.int8)
    stream = Stream(source, target, cap)
    ms = _ground.median_ms(lambda: seep(own, stream))
    began = time.perf_counter()
    passes, arrives = seep(own, stream)
    total = (time.perf_counter() - began) * 1000
    copied = _copy_out(source, target)
    floor = {
        "count, ms": ms, "once, ms": total, "COPY out, ms": copied, "edges": EDGES, "columns": COLUMNS,
        "strict before": float((own >= 4).mean()), "strict after": float((passes >= 4).mean()),
        "reached": float((arrives > 0).mean()),
    }  # fmt: skip
    changes, differences, seconds, edges = _followed(KEPT[scale])
    return [
        Result("B14", "levels of all column edges / binary COPY-out of them", ms / copied, limit=0.2, floor=floor),
        Result(
            "B14", f"differences after {changes} changes followed in the database, against a full count",
            differences, "rows", limit=0, floor={"ms a change": seconds * 1000 / changes, "edges": edges},
        ),
    ]  # fmt: skip


@act("bench.stream_made", who=Who(anyone=True))
def make_stream(*, by: Any, where: Any, warehouse: Any, edges: int, dice: random.Random) -> list[int]:
    """Datasets of twenty columns with so many edges between them."""
    for number in range(edges // 40):
        add_dataset(
            by=by, warehouse=warehouse, name=f"stream.t_{number:05d}", domain=where,
            columns=[{"name": f"c{n}"} for n in range(20)],
        )  # fmt: skip
    rows = Column.objects.unrestricted(LOOK).filter(dataset__warehouse=warehouse)
    for column in rows.order_by("pk"):
        rank = dice.choices([None, 1, 2, 3, 4, 5], [40, 20, 25, 10, 4, 1])[0]
        if rank is not None:
            rows.filter(pk=column.pk).update(level=rank, level_state="approved")
    columns = list(rows.order_by("pk").values_list("pk", "dataset_id"))
    ends = {tuple(sorted(dice.sample(range(len(columns)), 2))) for _n in range(edges)}
    ColumnEdge.objects.bulk_create([_edge(by, columns[a], columns[b]) for a, b in sorted(ends)], batch_size=2000)
    settle_stirred()
    return [pk for pk, _dataset in columns]


def _edge(by: Any, near: tuple[int, int], far: tuple[int, int]) -> ColumnEdge:
    return ColumnEdge(
        source_id=near[0], source_dataset_id=near[1], source_name="c", target_id=far[0], target_dataset_id=far[1],
        target_name="c", by=by,
    )  # fmt: skip


@act("bench.stream_changed", who=Who(anyone=True))
def change_stream(*, by: Any, ids: list[int], dice: random.Random) -> None:
    """One change, followed at once: a level up or down, an edge made (circles, too) or removed."""
    how, rows = dice.random(), ColumnEdge.objects.unrestricted(LOOK)
    columns = Column.objects.unrestricted(LOOK).select_related("dataset__thing__domain")
    if how < 0.6:
        apply_column_level(columns.get(pk=dice.choice(ids)), dice.randint(1, 5))
        return
    near, far = (columns.get(pk=pk) for pk in dice.sample(ids, 2))
    there = rows.filter(source=near.pk, target=far.pk)
    if how < 0.8 and not there.exists():
        _edge(by, (near.pk, near.dataset_id), (far.pk, far.dataset_id)).save()
    else:
        rows.filter(pk__in=list(rows.filter(target=far.pk).values_list("pk", flat=True)[:1])).delete()
    settle_stirred()


def _followed(edges: int) -> tuple[int, int, float, int]:
    where = _ground.domain("stream")
    actor = _ground.person("bench-streamer", where, Role.GOVERNANCE_LEAD, Role.DATA_ENGINEER)
    dice = random.Random(1404)  # noqa: S311
    ids = make_stream(
        by=actor, where=where, edges=edges, dice=dice, warehouse=add_warehouse(by=actor, name="stream", domain=where)
    )
    if recount_lineage(by=actor):
        raise SystemExit("the stream was followed wrong")
    began = time.perf_counter()
    for _turn in range(1000):
        change_stream(by=actor, ids=ids, dice=dice)
    seconds = time.perf_counter() - began
    counted = counted_again()
    wrong = len(counted.columns) + len(counted.wholes) + _below(where)
    return 1000, wrong, seconds, ColumnEdge.objects.unrestricted(LOOK).count()


def _below(where: Any) -> int:
    """Datasets that are milder than their columns: the database refuses them, so none."""
    rows = Dataset.objects.unrestricted(LOOK).filter(thing__domain=where)
    return sum(1 for dataset in rows if dataset.level < dataset.high_water)
