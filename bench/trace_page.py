"""The thread of a product in a graph of 50,000 joints, as page and over the API, beside its one statement."""

from __future__ import annotations

import random
from typing import Any

from bench import _ground
from bench.results import Result
from guard import things
from guard.doors import act
from guard.models import Link, Thing
from guard.policy import Who
from people.models import Role
from trace.thread import walk

LIMIT_MS = 300
# how many things of each kind, for each hundred products
SHAPE = {"insight": 400, "request": 200, "prd": 200, "product": 100, "metric": 300, "dataset": 1200, "decision": 200}


def run(scale: str) -> list[Result]:
    """The median over five products, seven runs each."""
    where = _ground.domain("thread")
    reader = _ground.person("bench-walker", where, Role.DATA_PM)
    keys, joints = make_threads(by=reader, where=where, times=10 if scale == "small" else 100)
    with _ground.owner() as link:
        link.execute("VACUUM ANALYZE")
    client = _ground.client_of(reader)
    found: dict[str, list[float]] = {"page": [], "API": [], "walk": []}
    nodes = []
    for key in keys:
        thing = Thing.objects.unrestricted(_ground.LOOK).get(key=key)
        with _ground.statements() as sent:
            sides, _cut = walk(thing, reader)
        nodes.append(len(sides))
        own = [pair for pair in sent if "RECURSIVE" in pair[0]]
        found["walk"].append(_ground.median_ms(lambda own=own: _ground.replay(own)))
        found["page"].append(_ground.median_ms(lambda key=key: _ground.get(client, f"/trace/{key}/")))
        found["API"].append(_ground.median_ms(lambda key=key: _ground.get(client, f"/api/v1/trace/{key}/")))
    ms = {name: sorted(each)[len(each) // 2] for name, each in found.items()}
    beside = {
        "its walk in SQL, ms": ms["walk"],
        "things on the thread": sorted(nodes)[len(nodes) // 2],
        "joints": joints,
    }
    return [
        Result("trace", "/trace/KEY/, median", ms["page"], "ms", limit=LIMIT_MS, floor=beside),
        Result("trace", "/api/v1/trace/KEY/, median", ms["API"], "ms", limit=LIMIT_MS, floor=beside),
    ]


@act("bench.threads_made", who=Who(anyone=True))
def make_threads(*, by: Any, where: Any, times: int) -> tuple[list[str], int]:
    """Things of every station and some 5,000 joints for each hundred products; five keys of products."""
    dice = random.Random(50)  # noqa: S311
    made = {
        kind: things.new_things(
            kind=kind, rows=[{"title": f"{kind} {n}", "domain": where, "level": 2} for n in range(count * times)]
        )
        for kind, count in SHAPE.items()
    }
    pairs: dict[tuple[int, str, int], Link] = {}

    def join(near: str, relation: str, far: str, each: int, carries: str = "none") -> None:
        """Each near thing to some far ones that stand about as far along as itself."""
        for n, source in enumerate(made[near]):
            centre = n * len(made[far]) // len(made[near])
            for _turn in range(each):
                target = made[far][min(len(made[far]) - 1, centre + dice.randrange(12))]
                if source.pk != target.pk and (relation != "feeds" or source.pk < target.pk):
                    pairs[source.pk, relation, target.pk] = Link(
                        source=source, relation=relation, target=target, carries=carries
                    )

    join("request", "answers", "insight", 2)
    join("prd", "cites", "request", 2)
    join("prd", "cites", "insight", 2)
    join("prd", "serves", "product", 1)
    join("prd", "uses", "metric", 3, "whole")
    join("prd", "reads", "dataset", 3, "whole")
    join("product", "contains", "dataset", 6, "whole")
    join("product", "offers", "metric", 3, "whole")
    join("metric", "measured_from", "dataset", 2, "whole")
    join("dataset", "feeds", "dataset", 1)
    join("decision", "rests_on", "metric", 2)
    join("decision", "uses", "product", 1)
    Link.objects.bulk_create(list(pairs.values()), batch_size=2000)
    step = len(made["product"]) // 5
    return [thing.key for thing in made["product"][step // 2 :: step]], len(pairs)
