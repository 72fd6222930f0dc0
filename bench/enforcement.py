"""Verifying 2,000 enforced tables beside the one query that reads their access lists; what a plan and an apply cost."""

from __future__ import annotations

import statistics
import time
from typing import Any

from bench import _ground
from bench.results import Result
from catalog.actions import add_warehouse, load_datasets
from catalog.loading import ColumnRow, DatasetRow
from catalog.models import Column
from governance.enforcement import apply as applying
from governance.enforcement import labels, reading
from governance.enforcement import plan as planning
from governance.enforcement.aim import Aim
from governance.enforcement.session import looking, sitting
from governance.enforcement.verify import verify
from governance.enforcement.world import Known
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from people.models import Role

NAME, SCHEMA, WIDTH, TURNS = "demo", "bench_w", 10, 5
TABLES = {"small": 2_000, "large": 5_000}
# The floor: every access list of the tables and their views, table and column, as the server has them.
ACLS = """
SELECT n.nspname, c.relname, c.relacl, a.attname, a.attacl FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
"""


def run(scale: str) -> list[Result]:
    """Enforce generated tables, then verify them by turns with the query."""
    count = TABLES[scale]
    warehouse = _catalogue(count)
    with sitting(NAME) as link:
        _tables(link, count)
        known, seconds, statements = _enforced(link, labels.aim_of(warehouse))
        floor, whole, read = [], [], []
        for _turn in range(TURNS):
            floor.append(_timed(lambda: _lists(link)))
            read.append(_timed(lambda: labels.aim_of(warehouse)))
            whole.append(_timed(lambda: _verified(link, warehouse, known)))
    ratio = statistics.median(whole) / statistics.median(floor)
    beside = {
        "one query, s": statistics.median(floor),
        "verify, s": statistics.median(whole),
        "of that levels from the catalogue, s": statistics.median(read),
        "tables": count,
        "access lists of columns": _COUNTED["lists"],
    }
    shown = {"plan, s": seconds["plan"], "statements": statements}
    return [
        Result("ENF", f"verifying {count} tables / the query of their access lists", ratio, limit=2.0, floor=beside),
        Result("ENF", "applying the plan, with the proof of the way back (shown)", seconds["apply"], "s", floor=shown),
    ]


_COUNTED: dict[str, int] = {}


def _catalogue(count: int) -> Any:
    """Datasets with approved levels from 1 to 4: each of the five grades has its view of each."""
    where = _ground.domain("enforced")
    loader = _ground.person("bench-enforcer", where, Role.DATA_ENGINEER, Role.GOVERNANCE_LEAD)
    warehouse = add_warehouse(by=loader, name=NAME, domain=where)
    rows = [DatasetRow(f"{SCHEMA}.t_{n:05d}", [ColumnRow(f"c{i}", "text") for i in range(WIDTH)]) for n in range(count)]
    load_datasets(by=loader, warehouse=warehouse, domain=where, datasets=rows, source="bench")
    token = CURRENT.set(Acting("bench.ground", loader))
    try:
        columns = Column.objects.unrestricted(_ground.LOOK).filter(dataset__warehouse=warehouse)
        for rank in range(1, 5):
            named = [f"c{i}" for i in range(WIDTH) if 1 + i % 4 == rank]
            columns.filter(name__in=named).update(level=rank, level_state="approved")
    finally:
        CURRENT.reset(token)
    return warehouse


def _tables(link: Any, count: int) -> None:
    columns = ", ".join(f"c{i} text" for i in range(WIDTH))
    with link.transaction():
        link.execute(f"CREATE SCHEMA {SCHEMA}")
        for n in range(count):
            link.execute(f"CREATE TABLE {SCHEMA}.t_{n:05d} ({columns})")


def _enforced(link: Any, aim: Aim) -> tuple[Known, dict[str, float], int]:
    began = time.perf_counter()
    with looking(link):
        world = reading.read(link, aim.names, aim.managed)
        plan = planning.make(world, aim.wanted(world), Known())
    planned = time.perf_counter()
    done = applying.apply(link, plan, aim, run="bench")
    seconds = {"plan": planned - began, "apply": time.perf_counter() - planned}
    with link.transaction():
        pass
    _ground_analyze()
    return done.known, seconds, len(plan.statements)


def _ground_analyze() -> None:
    """The server's own catalogue after so much DDL: without statistics any query over it is a lottery."""
    import os

    import psycopg

    with psycopg.connect(os.environ[f"WAREHOUSE_{NAME.upper()}_ADMIN_URL"], autocommit=True) as link:
        link.execute("VACUUM ANALYZE")


def _verified(link: Any, warehouse: Any, known: Known) -> None:
    verdict = verify(link, labels.aim_of(warehouse), known)
    if not verdict.is_in_step:
        raise SystemExit(f"the benchmark's warehouse is not in step: {verdict.drift[:3]}")


def _lists(link: Any) -> None:
    with looking(link):
        rows = link.execute(ACLS, [[SCHEMA, *(f"v_l{grade}" for grade in range(1, 6))]]).fetchall()
    _COUNTED["lists"] = len(rows)


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
