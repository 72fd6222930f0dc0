"""The levels of an earlier run as a JSON file that lives beside the code: lowering one is breaking.

What is gone stays in the file under `removed`, so that nothing can be dropped, forgotten and made again milder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exchange.gate.model import TableFact
from exchange.odcs.strict import load
from guard.levels import HIGHEST, LOWEST

FORMAT, VERSION = "throughline-gate-baseline", 1
MAX_BYTES = 64 * 1024 * 1024
Ranks = dict[str, dict[str, int | None]]  # table to column ("" for the table itself) to rank


@dataclass(slots=True)
class Baseline:
    """Earlier ranks; None was unlabelled. `removed` has what an older baseline knew and is gone since."""

    levels: Ranks = field(default_factory=dict)
    removed: Ranks = field(default_factory=dict)


def read_baseline(path: Path) -> Baseline:
    """Read a file that `write_baseline` made.

    Raises:
        ValueError: it is no baseline; the sentence names the file and the line.
        OSError: it cannot be opened.
    """
    document = load(path.read_bytes(), max_bytes=MAX_BYTES)
    if document.problems:
        fault = document.problems[0]
        raise ValueError(f"{path}:{max(fault.line, 1)}: the baseline cannot be read. {fault.sentence}")
    value = document.value
    if value.get("format") != FORMAT or value.get("version") != VERSION:
        raise ValueError(f"{path}:1: this is no baseline of version {VERSION}; make one with --write-baseline.")
    for part in ("levels", "removed"):
        if not _is_ranks(value.get(part)):
            line = max(document.line_of((part,)), 1)
            raise ValueError(f"{path}:{line}: “{part}” must map tables to columns to 1..{HIGHEST} or null.")
    return Baseline(value["levels"], value["removed"])


def _is_ranks(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(columns, dict)
        and all(rank is None or (type(rank) is int and LOWEST <= rank <= HIGHEST) for rank in columns.values())
        for columns in value.values()
    )


def make_baseline(tables: Iterable[TableFact], old: Baseline | None = None) -> Baseline:
    """The baseline of what was read.

    Args:
        tables: after tracing; the stricter of two facts counts.
        old: what an earlier file said. What is gone moves to `removed`; a level that was taken off without a new one
            stays, so that a column cannot be unlabelled first and labelled milder later.
    """
    made = Baseline()
    for table in tables:
        ranks = made.levels.setdefault(table.name, {})
        for name, rank in [("", table.level), *((key, column.level) for key, column in table.columns.items())]:
            before = ranks.get(name)
            ranks[name] = rank if before is None else max(before, rank or before)
    for part in (old.removed, old.levels) if old else ():
        for name, columns in part.items():
            for column, rank in columns.items():
                _carry(made, name, column, rank)
    return made


def _carry(made: Baseline, table: str, column: str, rank: int | None) -> None:
    here = made.levels.get(table, {})
    if rank is None:
        return
    if column in here:
        here[column] = rank if here[column] is None else here[column]
        return
    gone = made.removed.setdefault(table, {})
    gone[column] = max(rank, gone.get(column) or rank)


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write the file whole or not at all, byte-stable: sorted, one value a line, so that a review sees every change."""
    value = {"format": FORMAT, "version": VERSION, "levels": baseline.levels, "removed": baseline.removed}
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
