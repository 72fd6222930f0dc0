"""B3 and B1: an unchanged import again costs little and rewrites nothing; the first one beside raw COPY."""

from __future__ import annotations

import statistics
import time
from typing import Any

from django.db import connection

from bench import _ground
from bench.results import Result
from catalog.actions import load_datasets

TABLES = ("guard_thing", "catalog_dataset", "catalog_column")


def run(scale: str) -> list[Result]:
    """Load the catalogue, load it again five times, COPY the same rows into the same tables without a product."""
    first, counts = loaded(scale)
    before = rewritten()
    again = statistics.median(_load(scale)[0] for _turn in range(5))
    updates = rewritten() - before
    raw = _raw_copy()
    beside = {"first import, s": first, "again, s": again, "raw COPY, s": raw, "columns": counts}
    return [
        Result("B3", "re-import unchanged / first import", again / first, limit=0.5, floor=beside),
        Result("B3", "rows rewritten by five unchanged re-imports", updates, "rows", limit=0),
        Result("B1", "raw COPY / first import (shown; aim >= 0.5)", raw / first, floor={"raw COPY, s": raw}),
    ]


_DONE: dict[str, tuple[float, int]] = {}


def loaded(scale: str) -> tuple[float, int]:
    """Seconds of the first import and its columns; the catalogue is there afterwards."""
    if scale not in _DONE:
        seconds, plan = _load(scale)
        _DONE[scale] = seconds, plan.columns.added
    return _DONE[scale]


def _load(scale: str) -> tuple[float, Any]:
    loader, warehouse, where, rows = _ground.catalogue(scale)
    began = time.perf_counter()
    plan = load_datasets(by=loader, warehouse=warehouse, domain=where, datasets=rows, source="bench")
    return time.perf_counter() - began, plan


def rewritten() -> int:
    """Rows updated so far, by PostgreSQL's own count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT sum(n_tup_upd) FROM pg_stat_user_tables WHERE relname = ANY(%s)", [list(TABLES)])
        return int(cursor.fetchone()[0])


def _raw_copy() -> float:
    """Median of five: the imported rows into empty tables with the same indexes and checks; prepared text."""
    with _ground.owner() as link:
        texts, targets = {}, {}
        for table in TABLES:
            columns = ", ".join(_columns(link, table))
            where = "kind = 'dataset'" if table == "guard_thing" else "true"
            with link.cursor().copy(f"COPY (SELECT {columns} FROM {table} WHERE {where}) TO STDOUT") as copy:
                texts[table] = b"".join(bytes(part) for part in copy)
            link.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")
            targets[table] = f"COPY bench_{table} ({columns}) FROM STDIN"
        found = []
        for _turn in range(5):
            for table in TABLES:
                link.execute(f"TRUNCATE bench_{table}")
            began = time.perf_counter()
            for table in TABLES:
                with link.cursor().copy(targets[table]) as copy:
                    copy.write(texts[table])
            found.append(time.perf_counter() - began)
        for table in TABLES:
            link.execute(f"DROP TABLE bench_{table}")
    return statistics.median(found)


def _columns(link: Any, table: str) -> list[str]:
    """Columns that are written, not computed by the database."""
    rows = link.execute(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return [name for (name,) in rows]
