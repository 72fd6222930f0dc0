"""B14: all levels from scratch cost less than reading the joints; settling step by step comes to the same."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np

from bench import _ground
from bench.results import Result
from guard import things
from guard.doors import act
from guard.flood import flood
from guard.models import Link, Thing
from guard.policy import Who
from guard.recount import drifted
from people.models import Role

EDGES = {"small": 300_000, "large": 3_000_000}
LOOK = _ground.LOOK


def run(scale: str) -> list[Result]:
    """Flood generated joints beside a binary COPY of them out of a table; then change a kept graph at random."""
    count = EDGES[scale]
    nodes = count // 3
    dice = np.random.default_rng(14)
    source = dice.integers(1, nodes, count)
    target = (source * dice.random(count)).astype(np.int64)  # towards smaller numbers: no cycles
    declared = dice.choice(np.arange(1, 6, dtype=np.int8), nodes, p=[0.5, 0.3, 0.14, 0.04, 0.02])
    ms = _ground.median_ms(lambda: flood(declared, source, target))
    level = flood(declared, source, target)
    copied = _copy_out(source, target)
    beside = {
        "flood, ms": ms,
        "COPY out, ms": copied,
        "joints": count,
        "strict before": float((declared >= 4).mean()),
        "strict after": float((level >= 4).mean()),
    }
    changes, differences, seconds = _settled()
    return [
        Result("B14", "full propagation / binary COPY-out of the same joints", ms / copied, limit=0.2, floor=beside),
        Result(
            "B14",
            f"differences after {changes} random changes, settled against full",
            differences,
            "things",
            limit=0,
            floor={"ms a change": seconds * 1000 / changes},
        ),
    ]


def _copy_out(source: Any, target: Any) -> float:
    with _ground.owner() as link:
        link.execute("CREATE TABLE bench_edge (source bigint, target bigint)")
        with link.cursor().copy("COPY bench_edge FROM STDIN") as copy:
            copy.write("\n".join(f"{s}\t{t}" for s, t in zip(source.tolist(), target.tolist(), strict=True)) + "\n")
        link.execute("VACUUM ANALYZE bench_edge")

        def read() -> None:
            with link.cursor().copy("COPY bench_edge TO STDOUT (FORMAT BINARY)") as copy:
                for _part in copy:
                    pass

        ms = _ground.median_ms(read)
        link.execute("DROP TABLE bench_edge")
    return ms


@act("bench.graph_made", who=Who(anyone=True))
def make_graph(*, by: Any, where: Any, nodes: int, joints: int) -> list[int]:
    """Metrics that derive from earlier ones, at the levels that a full count gives."""
    dice = random.Random(14)  # noqa: S311
    declared = [dice.choices((1, 2, 3, 4, 5), (50, 30, 14, 4, 2))[0] for _n in range(nodes)]
    pairs = sorted({tuple(sorted(dice.sample(range(nodes), 2), reverse=True)) for _n in range(joints)})
    ends = np.array(pairs, dtype=np.int64)
    levels = flood(np.array(declared, dtype=np.int8), ends[:, 0], ends[:, 1]).tolist()
    first = things.reserve_keys("metric", nodes)
    made = Thing.objects.bulk_create(
        [
            Thing(kind="metric", key=f"MET-{first + n}", title=f"Metric {n}", domain=where, declared=d, level=rank)
            for n, (d, rank) in enumerate(zip(declared, levels, strict=True))
        ],
        batch_size=2000,
    )
    Link.objects.bulk_create(
        [Link(source=made[s], relation="derives", target=made[t], carries="whole") for s, t in pairs], batch_size=2000
    )
    return [thing.pk for thing in made]


@act("bench.graph_changed", who=Who(anyone=True))
def change_graph(*, by: Any, ids: list[int], dice: random.Random, count: int) -> None:
    """Levels up and down, joints made and removed; each settles at once."""
    rows = Thing.objects.unrestricted(LOOK)
    for _turn in range(count):
        how = dice.random()
        low, high = sorted(dice.sample(ids, 2))
        if how < 0.6:
            things.set_level(rows.get(pk=high), dice.randint(1, 5))
        elif how < 0.8:
            things.link(rows.get(pk=high), "derives", rows.get(pk=low))
        else:
            joint = Link.objects.unrestricted(LOOK).filter(source_id=high).select_related("source", "target").first()
            if joint is not None:
                things.unlink(joint.source, "derives", joint.target)


def _settled() -> tuple[int, int, float]:
    where = _ground.domain("levels")
    actor = _ground.person("bench-steward", where, Role.GOVERNANCE_LEAD)
    ids = make_graph(by=actor, where=where, nodes=3000, joints=5000)
    if any(drifted()):
        raise SystemExit("the graph was made wrong")
    dice, began = random.Random(15), time.perf_counter()  # noqa: S311
    for _turn in range(50):
        change_graph(by=actor, ids=ids, dice=dice, count=20)
    return 1000, len(list(drifted())), time.perf_counter() - began
