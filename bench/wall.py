"""The second wall: the same pages with row level security and without, in turn, on one catalogue and one machine.

Without means: the owner takes it off the tables, nobody tells the database who reads, and no statement is looked at.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from bench import _ground
from bench.b03_import import loaded
from bench.results import Result
from catalog.models import Dataset
from guard.models import Thing
from guard.wall import walled_models
from guard.wall.base import DatabaseWrapper
from people.models import Role

LIMIT = 1.5
TURNS, TIMES = 6, 5


def run(scale: str) -> list[Result]:
    """Medians of pages and answers of the API, as somebody cleared and as somebody who sees almost nothing."""
    loaded(scale)
    where = _ground.domain("bulk")
    cleared = _ground.person("bench-reader", where, Role.DATA_PM)
    elsewhere = _ground.person("bench-stranger", _ground.domain("elsewhere"), Role.STAKEHOLDER, rank=1)
    with _ground.owner() as link:
        link.execute("VACUUM ANALYZE")
    key = Thing.objects.unrestricted(_ground.LOOK).filter(kind="dataset").order_by("pk").first().key
    name = str(Dataset.objects.unrestricted(_ground.LOOK).get(thing__key=key).qualified_name).split(".")[-1]
    paths = {
        "list": "/catalog/datasets/",
        "list of the API": "/api/v1/datasets/",
        "dataset": f"/catalog/datasets/{key}/",
        "dataset of the API": f"/api/v1/datasets/{key}/",
        "trace": f"/trace/{key}/",
        "search": f"/search/?q={name}",
    }
    found = []
    for reader, said in ((cleared, "cleared"), (elsewhere, "stranger")):
        client = _ground.client_of(reader)
        for what, path in paths.items():
            if reader is elsewhere and key in path:
                continue
            with_it, without = in_turn(client, path)
            found.append(
                Result(
                    "wall",
                    f"{what}, {said}: with / without row level security",
                    with_it / without,
                    limit=LIMIT,
                    floor={"ms with": with_it, "ms without": without},
                )
            )
    return found


def in_turn(client: Any, path: str) -> tuple[float, float]:
    """Medians in ms of an address with the wall and without, taken in turns so that a slow minute hits both."""
    with_it: list[float] = []
    without: list[float] = []
    _ground.get(client, path)
    for _turn in range(TURNS):
        with_it += _taken(client, path)
        with no_wall():
            without += _taken(client, path)
    return statistics.median(with_it), statistics.median(without)


def _taken(client: Any, path: str) -> list[float]:
    _ground.get(client, path)
    found = []
    for _time in range(TIMES):
        began = time.perf_counter()
        _ground.get(client, path)
        found.append((time.perf_counter() - began) * 1000)
    return found


@contextmanager
def no_wall() -> Iterator[None]:
    """The database without row level security and the connection without its questions."""
    telling, wrappers = DatabaseWrapper.read_as, connection.execute_wrappers[:]
    DatabaseWrapper.read_as = lambda self, reader_id: None  # type: ignore[method-assign]
    connection.execute_wrappers.clear()
    with _ground.owner() as link:
        try:
            for table in walled_models():
                link.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            yield
        finally:
            for table in walled_models():
                link.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            DatabaseWrapper.read_as = telling  # type: ignore[method-assign]
            connection.execute_wrappers.extend(wrappers)
