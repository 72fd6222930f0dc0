"""What must hold, as functions over what was read. Each gives findings; none knows a file format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from exchange.gate.access import is_milder, wider
from exchange.gate.baseline import Baseline
from exchange.gate.lineage import Step, World
from exchange.gate.model import ColumnFact, Finding, Material, TableFact, clean, ordered
from exchange.gate.personal import looks_personal
from exchange.gate.words import found
from guard.levels import UNKNOWN, effective
from guard.schemes import SCHEMES

RESTRICTED = 4  # from this level on, columns are named one by one
CATEGORIES = {
    f"{scheme['code']}:{row['code']}": (row["name"], row["floor"], bool(row.get("is_prohibited")))
    for scheme in SCHEMES
    for row in scheme.get("categories", ())
}


def check(
    material: Material, *, strict: bool = False, baseline: Baseline | None = None, today: date | None = None
) -> list[Finding]:
    """Hold every rule against what was read.

    Args:
        material: tables and the faults of reading them.
        strict: mild rules (unlabelled, source unlabelled, columns unknown) are errors.
        baseline: earlier levels, masks and grants, and transformations that were approved; None compares nothing.
        today: on which approved transformations must still hold; None for the clock's.

    Returns:
        All findings, each once, by file and line.
    """
    world = World(material.tables)
    findings = list(material.findings)
    for table in world.tables:
        findings += _of_table(table, strict)
        for key, column in table.columns.items():
            findings += _of_column(table, column, strict)
            findings += _again(table, column, baseline, key)
        if baseline is not None:
            findings += _lowered((table.name, ""), table.level, baseline, table.file, table.line)
        findings += _stars(table, world)
        findings += _wider(table.name, table.grants, baseline, *(table.grants_place or (table.file, table.line)))
    for feed in world.feeds:
        findings += _stars(feed, world)
    for name, grants, file, line in material.rights:
        findings += _wider(name, grants, baseline, file, line)
    for step in world.steps():
        findings += _flows(step, strict, baseline, today or datetime.now(UTC).date())
    return list(ordered(findings))


def _wider(
    name: str, grants: Mapping[str, set[str]], baseline: Baseline | None, file: str, line: int
) -> Iterator[Finding]:
    """More rights than the baseline has, on what it knows; a table that is new has none to be wider than."""
    if baseline is None or baseline.grants is None or not baseline.knows_grants_on(name):
        return
    for privilege, who in wider(baseline.grants.get(name, {}), grants):
        sentence = f"{clean(name)}: {clean(privilege, 60)} is granted to {clean(who, 60)}, and was not in the baseline"
        yield found("GATE-13", file, line, f"{sentence}: breaking.")


def _unmasked(table: TableFact, column: ColumnFact, key: str, baseline: Baseline) -> Iterator[Finding]:
    before = (baseline.masks or {}).get(table.name, {}).get(key, "")
    is_silent = baseline.is_house and not column.mask  # the house masks it whatever the file does not say
    if is_milder(before, column.mask) and not is_silent:
        now = f"is masked as {clean(column.mask, 60)}" if column.mask else "is not masked"
        sentence = f"{_name(table, column.name)} was masked as {clean(before, 60)} in the baseline and {now}: breaking."
        yield found("GATE-14", column.file, column.line, sentence)


def _name(table: TableFact, column: str = "") -> str:
    return clean(f"{table.name}.{column}" if column else table.name)


def _of_table(table: TableFact, strict: bool) -> Iterator[Finding]:
    if table.word and table.level is None:
        yield found("GATE-2", table.file, table.line, _unknown(_name(table), table.word))
    if not table.columns:
        yield found("GATE-12", table.file, table.line, f"No column of {_name(table)} is known.", strict=strict)
    yield from _tags(_name(table), table.tags, table.highest, table.file, table.line)


def _of_column(table: TableFact, column: ColumnFact, strict: bool) -> Iterator[Finding]:
    name = _name(table, column.name)
    if column.word and column.level is None:
        yield found("GATE-2", column.file, column.line, _unknown(name, column.word))
    elif column.level is None:
        kind = looks_personal(column.name)
        if kind:
            yield found("GATE-7", column.file, column.line, f"{name} looks like {kind} and has no level.")
        else:
            sentence = f"{name} has no level and counts as L{UNKNOWN}."
            yield found("GATE-1", column.file, column.line, sentence, strict=strict)
    yield from _tags(name, column.tags, column.level, column.file, column.line)


def _unknown(name: str, word: str) -> str:
    return f"The classification “{clean(word, 60)}” of {name} is not known; it is not taken for the lowest level."


def _tags(name: str, tags: tuple[str, ...], level: int | None, file: str, line: int) -> Iterator[Finding]:
    for tag in tags:
        title, floor, is_prohibited = CATEGORIES.get(tag.strip().lower(), ("", None, False))
        if is_prohibited:
            yield found("GATE-9", file, line, f"{name} is {title} ({clean(tag, 60)}), which must not be kept.")
        elif floor is not None and level is not None and level < floor:
            sentence = f"{name} is L{level}, but {title} ({clean(tag, 60)}) is at least L{floor}."
            yield found("GATE-10", file, line, sentence)


def _again(table: TableFact, column: ColumnFact, baseline: Baseline | None, key: str) -> Iterator[Finding]:
    if column.was is not None and column.level is not None and column.level < column.was:
        sentence = (
            f"{_name(table, column.name)} was L{column.was} earlier in this file and is made again as L{column.level}."
        )
        yield found("GATE-6", column.file, column.line, sentence)
    if baseline is not None:
        yield from _lowered((table.name, key), column.level, baseline, column.file, column.line)
        yield from _unmasked(table, column, key, baseline)


def _lowered(place: tuple[str, str], level: int | None, baseline: Baseline, file: str, line: int) -> Iterator[Finding]:
    """A missing level counts as the strict one, so only L5 can fall to it; a table may lose its own word."""
    table, column = place
    name = clean(f"{table}.{column}" if column else table)
    for rule, ranks, how in (
        ("GATE-5", baseline.levels, "goes down to"),
        ("GATE-6", baseline.removed, "comes back as"),
    ):
        before = ranks.get(table, {}).get(column)
        if before is not None and effective(level) < before:
            now = f"L{level}" if level is not None else "no level"
            removed = "was removed as" if rule == "GATE-6" else "was"
            yield found(rule, file, line, f"{name} {removed} L{before} in the baseline and {how} {now}: breaking.")


def _stars(table: TableFact, world: World) -> Iterator[Finding]:
    for source, line in table.flow.stars.items() if table.flow is not None else ():
        for fact in world.by_name.get(source, ()):
            rank = fact.highest
            file, at = table.star_place or (table.file, line if table.is_sql or not table.parents else table.line)
            if rank is not None and rank >= RESTRICTED:
                sentence = f"{_name(table)} takes every column of {_name(fact)}, which is L{rank}, by select *."
                yield found("GATE-8", file, at, sentence)


def _flows(step: Step, strict: bool, baseline: Baseline | None, today: date) -> Iterator[Finding]:
    source, target = step.source, step.target
    column = target.columns.get(step.target_column)
    if step.target_column and column is None:
        return
    # by table, a target is as strict as its strictest column; nothing written is told by GATE-1 and counts as strict
    level = target.level_of(step.target_column) if step.target_column else target.highest
    rank = source.level_of(step.source_column) if step.source_column else source.highest
    if level is None:
        return
    file, line = step.place or ((column.file, column.line) if column else (target.file, target.line))
    to, origin = _name(target, step.target_column), _name(source, step.source_column)
    if rank is None and level < UNKNOWN:
        sentence = f"{to} is L{level}, but {origin}, from which it comes, has no level and counts as L{UNKNOWN}."
        yield found("GATE-4", file, line, sentence, strict=strict)
    elif rank is not None and level < rank:
        faults = _not_approved(step, level, baseline, today)
        if "" not in faults:
            why = f" {'; '.join(faults)}." if faults else ""
            yield found("GATE-3", file, line, f"{to} is L{level}, but {origin}, from which it comes, is L{rank}.{why}")


def _not_approved(step: Step, level: int, baseline: Baseline | None, today: date) -> list[str]:
    """Why each transformation that was approved for these two columns does not help; an empty word is one that does."""
    source, target = f"{step.source.name}.{step.source_column}", f"{step.target.name}.{step.target_column}"
    rows = baseline.transformations if baseline is not None and step.target_column else ()
    return [one.fault(step.sql, level, today) for one in rows if (one.source, one.target) == (source, target)]
