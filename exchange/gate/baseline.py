"""The levels of an earlier run as a JSON file that lives beside the code: lowering one is breaking.

What is gone stays in the file under `removed`, so that nothing can be dropped, forgotten and made again milder.

A baseline of files compares with all that the files said. One that the catalogue wrote (`source`) speaks of what the
house decides about: a file that says nothing of a mask leaves the house's own in force, and only of the tables,
schemas and roles that the baseline names is a grant judged.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from exchange.gate.approved import Approved, approved_in
from exchange.gate.model import TableFact
from exchange.odcs.strict import load
from guard.levels import HIGHEST, LOWEST

FORMAT, VERSION = "throughline-gate-baseline", 1
MAX_BYTES = 64 * 1024 * 1024
Right = tuple[str, dict[str, set[str]], str, int]  # what it is about, grants, file, line
HOUSE = "catalogue"  # the source of a baseline that `govern baseline` wrote
Ranks = dict[str, dict[str, int | None]]  # table to column ("" for the table itself) to rank


@dataclass(slots=True)
class Baseline:
    """Earlier ranks; None was unlabelled. `removed` has what an older baseline knew and is gone since.

    Masks and grants are None where nobody kept them; `is_house` says that the catalogue wrote all of it.
    """

    levels: Ranks = field(default_factory=dict)
    removed: Ranks = field(default_factory=dict)
    transformations: list[Approved] = field(default_factory=list)
    masks: dict[str, dict[str, str]] | None = None
    grants: dict[str, dict[str, list[str]]] | None = None
    is_house: bool = False

    def knows_grants_on(self, name: str) -> bool:
        """Whether a grant on a table, ``schema.*`` or ``role name`` can be wider than what is kept here."""
        if self.grants is None:
            return False
        if self.is_house:
            return name in self.grants
        return name in self.levels or name in self.removed or "*" in name or name.startswith("role ")


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
    for part, is_sound in (("masks", _is_masks), ("grants", _is_grants)):
        if part in value and not is_sound(value[part]):
            raise ValueError(f"{path}:{max(document.line_of((part,)), 1)}: “{part}” cannot be read.")
    if value.get("source") not in (None, HOUSE):
        line = max(document.line_of(("source",)), 1)
        raise ValueError(f"{path}:{line}: “source” is “{HOUSE}” or is not there.")
    try:
        approved = approved_in(value.get("transformations", []))
    except ValueError as fault:
        line = max(document.line_of(("transformations",)), 1)
        raise ValueError(f"{path}:{line}: “transformations” {fault}.") from None
    return Baseline(
        value["levels"], value["removed"], approved, value.get("masks"), value.get("grants"),
        is_house=value.get("source") == HOUSE,
    )  # fmt: skip


def _is_masks(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(columns, dict) and all(isinstance(mask, str) for mask in columns.values())
        for columns in value.values()
    )


def _is_grants(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(grants, dict)
        and all(isinstance(people, list) and all(isinstance(one, str) for one in people) for people in grants.values())
        for grants in value.values()
    )


def _is_ranks(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(columns, dict)
        and all(rank is None or (type(rank) is int and LOWEST <= rank <= HIGHEST) for rank in columns.values())
        for columns in value.values()
    )


def make_baseline(tables: Iterable[TableFact], old: Baseline | None = None, rights: Iterable[Right] = ()) -> Baseline:
    """The baseline of what was read.

    Args:
        tables: after tracing; the stricter of two facts counts.
        old: what an earlier file said. What is gone moves to `removed`; a level that was taken off without a new one
            stays, so that a column cannot be unlabelled first and labelled milder later. Transformations come from the
            catalogue only and stay; so do masks and grants where it wrote them.
        rights: grants that are about no single table.
    """
    made = Baseline(masks={}, grants={}, transformations=list(old.transformations) if old else [])
    tables = [table for table in tables if not table.is_feed]
    for name, grants in [*((table.name, table.grants) for table in tables), *((name, g) for name, g, *_ in rights)]:
        for privilege, people in grants.items():
            kept = made.grants.setdefault(name, {})  # type: ignore[union-attr]
            kept[privilege] = sorted({*kept.get(privilege, ()), *people})
    for table in tables:
        masks = {key: column.mask for key, column in table.columns.items() if column.mask}
        if masks:
            made.masks.setdefault(table.name, {}).update(masks)  # type: ignore[union-attr]
        ranks = made.levels.setdefault(table.name, {})
        for name, rank in [("", table.level), *((key, column.level) for key, column in table.columns.items())]:
            before = ranks.get(name)
            ranks[name] = rank if before is None else max(before, rank or before)
    if old is not None and old.is_house:  # the catalogue alone decides about these; files cannot write them away
        made.masks, made.grants, made.is_house = old.masks, old.grants, True
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


def as_text(baseline: Baseline) -> str:
    """The file: sorted, one value a line, so that a review sees every change."""
    value: dict[str, Any] = {
        "format": FORMAT, "version": VERSION, "levels": baseline.levels, "removed": baseline.removed,
    }  # fmt: skip
    if baseline.transformations:
        value["transformations"] = [one.as_dict() for one in sorted(baseline.transformations, key=astuple)]
    value |= {"masks": baseline.masks} if baseline.masks is not None else {}
    value |= {"grants": baseline.grants} if baseline.grants is not None else {}
    value |= {"source": HOUSE} if baseline.is_house else {}
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write the file whole or not at all, byte-stable."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(as_text(baseline), encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
