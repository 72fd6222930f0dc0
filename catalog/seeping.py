"""Levels seep along column lineage: what was stirred is followed as far as it reaches, in two stages.

First columns: what a column passes on is the highest of its approved level, a stricter proposal, its labels, and what
arrives; a column that nobody classified passes on only what arrives. Then whole datasets: what filters them (by the
weight that the house scheme gives a predicate) and what they read nobody knows how. Columns never depend on wholes, so
the two stages are exact. The rule is `guard.seep`; `catalog.recounting` holds it against the whole stream.
"""

# ruff: noqa: S608 - the statements are put together from our own constants, values are parameters

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from catalog import bulk
from catalog.models import Column, ColumnEdge, Dataset, Stirred
from guard import outbox
from guard.doors import in_act
from guard.levels import HIGHEST
from guard.memory import once
from guard.models import Level
from guard.seep import Stream, seep_within

AT_ONCE = 10_000  # columns; a fall that reaches more is left to the worker, a rise never waits
WORK = "catalog.seep"
OWN = "greatest(coalesce({0}.level, 0), coalesce({0}.proposed_level, 0), {0}.floor)"
PASSES = f"greatest({OWN}, {{0}}.propagated)"
NOBODY = -1  # the place of a source whose column went; what it passed on stands with the edge

_DOWN = """
WITH RECURSIVE down (id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT e.target_id FROM down d JOIN catalog_columnedge e ON e.source_id = d.id AND e.kind = 'derives')
SELECT c.id, c.dataset_id, {own}, c.propagated FROM down JOIN catalog_column c ON c.id = down.id ORDER BY c.id
""".format(own=OWN.format("c"))
_INTO = f"""
SELECT coalesce(e.source_id, {NOBODY}), e.target_id, e.cap, coalesce(e.held, {PASSES.format("s")}), e.upto, e.id
  FROM catalog_columnedge e LEFT JOIN catalog_column s ON s.id = e.source_id
 WHERE e.target_id = ANY(%s) AND e.kind = 'derives'
"""
_LEADS_ON = """
SELECT EXISTS (SELECT 1 FROM catalog_columnedge WHERE source_id = ANY(%s))
    OR EXISTS (SELECT 1 FROM catalog_columnedge e WHERE e.kind = 'unknown' AND (e.source_dataset_id IN
               (SELECT dataset_id FROM catalog_column WHERE id = ANY(%s)) OR e.source_dataset_id = ANY(%s)))
"""
_BELOW = """
WITH RECURSIVE down (id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT e.target_dataset_id FROM down d
      JOIN catalog_columnedge e ON e.source_dataset_id = d.id AND e.kind = 'unknown')
SELECT d.thing_id, d.declared_level, d.arrived FROM down JOIN catalog_dataset d ON d.thing_id = down.id ORDER BY 1
"""
_TOUCHED = """
SELECT target_dataset_id FROM catalog_columnedge WHERE kind = 'filters' AND source_id = ANY(%s)
UNION SELECT source_dataset_id FROM catalog_columnedge WHERE kind = 'unknown' AND source_dataset_id = ANY(%s)
"""
_FILTERS = f"""
SELECT e.target_dataset_id, coalesce(e.source_id, {NOBODY}), e.cap, coalesce(e.held, {PASSES.format("s")}), e.upto, e.id
  FROM catalog_columnedge e LEFT JOIN catalog_column s ON s.id = e.source_id
 WHERE e.kind = 'filters' AND e.target_dataset_id = ANY(%s)
"""
_READS = """
SELECT e.source_dataset_id, e.target_dataset_id, e.cap, d.declared_level, d.arrived, e.id
  FROM catalog_columnedge e JOIN catalog_dataset d ON d.thing_id = e.source_dataset_id
 WHERE e.kind = 'unknown' AND e.target_dataset_id = ANY(%s)
"""


@dataclass
class Counted:
    """What lineage brings, where it is not what stands in the database.

    Args:
        columns: rank that arrives, by id of the column.
        wholes: rank that arrives at a dataset as a whole, by its id.
        datasets: ids of the datasets of which either changes.
        opened: ids of edges that let everything through again: their source is stricter than what was agreed to.
        rises: whether anything becomes stricter.
    """

    columns: dict[int, int] = field(default_factory=dict)
    wholes: dict[int, int] = field(default_factory=dict)
    datasets: set[int] = field(default_factory=set)
    opened: set[int] = field(default_factory=set)
    rises: bool = False


@dataclass(frozen=True)
class Supposed:
    """What is taken as given instead of what stands in the database.

    Args:
        own: what columns have in themselves, by id; 0 for unclassified.
        declared: what datasets are declared, by id.
        let: the highest rank that edges let through, by the edge's id; 0 for nothing.
    """

    own: Mapping[int, int] = field(default_factory=dict)
    declared: Mapping[int, int] = field(default_factory=dict)
    let: Mapping[int, int] = field(default_factory=dict)


def follow(*, at_most: int | None = AT_ONCE) -> set[int]:
    """Follow what was stirred, inside an act; writes what arrives, and leaves the datasets' levels to the caller.

    Args:
        at_most: columns that a fall may reach here; a larger one is left to the worker, which asks without a limit.

    Returns:
        Ids of the datasets to be settled.
    """
    if not Stirred.objects.exists():
        return set()
    # one at a time: two that meet in one column would each count without the other
    bulk.run("SELECT pg_advisory_xact_lock(hashtext('catalog.seeping'))")
    stirred = list(Stirred.objects.values_list("pk", "column_number", "dataset_number"))
    columns = {number for _pk, number, _dataset in stirred if number is not None}
    counted, reached = count(columns, {number for _pk, _column, number in stirred if number is not None})
    if at_most is not None and reached > at_most and not counted.rises:
        outbox.start(WORK)
        return set()
    Stirred.objects.filter(pk__in=[row[0] for row in stirred]).delete()
    write(counted)
    return counted.datasets | follow(at_most=None) if counted.opened else counted.datasets


def foresee(own: Mapping[int, int], declared: Mapping[int, int] | None = None) -> Counted:
    """What lineage would bring if columns had other ranks in themselves; nothing is written.

    Args:
        own: what columns would have in themselves, by id; 0 for unclassified.
        declared: what datasets would be declared, by id.
    """
    if not bulk.rows_of(_LEADS_ON, [list(own), list(own), list(declared or ())])[0][0]:
        return Counted()
    return count(own.keys(), declared or (), Supposed(own, declared or {}))[0]


def foresee_let(edge: ColumnEdge, rank: int) -> Counted:
    """What lineage would bring if an edge let no more than a rank through (0: nothing); nothing is written."""
    supposed = Supposed(let={edge.pk: rank})
    if edge.kind == ColumnEdge.Kind.DERIVES and edge.target_id is not None:
        return count([edge.target_id], (), supposed)[0]
    return count((), [edge.target_dataset_id], supposed)[0]


def count(
    columns: Collection[int], wholes: Iterable[int], supposed: Supposed = Supposed()
) -> tuple[Counted, int]:  # fmt: skip
    """Count a region again: everything that these columns and these whole datasets reach.

    Args:
        columns: ids at which something changed.
        wholes: ids of datasets at which, as a whole, something changed.
        supposed: what is taken as given.

    Returns:
        (what differs from what stands, how many columns were counted).
    """
    counted = Counted()
    rows = bulk.rows_of(_DOWN, [list(columns)]) if columns else []
    passes = _count_columns(rows, supposed, counted)
    touched = {dataset_id for _pk, dataset_id, _own, _before in rows}
    seeds = {*wholes, *(pk for (pk,) in bulk.rows_of(_TOUCHED, [list(passes), list(touched)]))} if rows else {*wholes}
    if seeds:
        _count_wholes(seeds, passes, supposed, counted)
    return counted, len(rows)


def write(counted: Counted) -> None:
    """Write what arrives; the datasets' own rows follow by trigger."""
    in_act(Column)
    in_act(Dataset)
    for table, key, name, news in (
        ("catalog_column", "id", "propagated", counted.columns),
        ("catalog_dataset", "thing_id", "arrived", counted.wholes),
    ):
        if news:
            bulk.run(
                f"UPDATE {table} t SET {name} = n.rank FROM unnest(%s::bigint[], %s::smallint[]) AS n(id, rank)"
                f" WHERE t.{key} = n.id AND t.{name} <> n.rank",
                [list(news), list(news.values())],
            )
    if counted.opened:
        in_act(ColumnEdge)
        bulk.run("UPDATE catalog_columnedge SET cap = 5, upto = 0 WHERE id = ANY(%s)", [list(counted.opened)])


@once
def weights() -> list[int]:
    """What a predicate on a column of each rank counts as for the dataset: `filters` of the house scheme's levels.

    Without an entry it counts as the column does: a count of rows chosen by an L4 column tells of that column.
    """
    rules = Level.objects.filter(scheme__is_house=True).values_list("rank", "rules")
    return [0, *(int(rule.get("filters", rank)) for rank, rule in sorted(rules))]


def _count_columns(rows: list[tuple[Any, ...]], supposed: Supposed, counted: Counted) -> dict[int, int]:
    """What arrives at each column of the region; returns what each passes on."""
    if not rows:
        return {}
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    has = np.array([supposed.own.get(row[0], row[2]) for row in rows], dtype=np.int8)
    edges = [_let(edge, supposed) for edge in bulk.rows_of(_INTO, [ids.tolist()])]
    passes, arrives = seep_within(ids, has, *_edges(edges))
    while outgrown := _outgrown(edges, dict(zip(ids.tolist(), passes.tolist(), strict=True))):
        counted.opened |= outgrown
        edges = [(*edge[:2], HIGHEST, *edge[3:]) if edge[5] in outgrown else edge for edge in edges]
        passes, arrives = seep_within(ids, has, *_edges(edges))
    for (pk, dataset_id, _own, before), rank in zip(rows, arrives.tolist(), strict=True):
        if rank != before:
            counted.columns[pk] = rank
            counted.datasets.add(dataset_id)
            counted.rises |= rank > before
    return dict(zip(ids.tolist(), passes.tolist(), strict=True))


def _let(edge: tuple[Any, ...], supposed: Supposed) -> tuple[Any, ...]:
    """A row of `_INTO` with what it is supposed to let through, whatever its source."""
    rank = supposed.let.get(edge[5])
    return edge if rank is None else (*edge[:2], rank, edge[3], HIGHEST, edge[5])


def _outgrown(edges: list[tuple[Any, ...]], passes: Mapping[int, int]) -> set[int]:
    """Edges of which the source is stricter than what it was when people agreed that they let less through."""
    return {
        edge_id
        for source, _target, cap, passed, upto, edge_id in edges
        if cap < HIGHEST and passes.get(source, passed) > upto
    }


def _count_wholes(seeds: Iterable[int], passes: Mapping[int, int], supposed: Supposed, counted: Counted) -> None:
    """What arrives at each dataset as a whole."""
    rows = bulk.rows_of(_BELOW, [list(seeds)])
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    if not ids.size:
        return
    reads = bulk.rows_of(_READS, [ids.tolist()])
    strictest = _strictest_of({*ids.tolist(), *(row[0] for row in reads)} if reads else set(), passes)
    given = supposed.declared
    has = np.array([max(given.get(row[0], row[1]) or 0, strictest.get(row[0], 0)) for row in rows], dtype=np.int8)
    edges = [
        (near, far, supposed.let.get(edge_id, cap), max(given.get(near, own) or 0, arrived, strictest.get(near, 0)))
        for near, far, cap, own, arrived, edge_id in reads
    ]
    weight = weights()
    for filtering in bulk.rows_of(_FILTERS, [ids.tolist()]):
        far, source, cap, passed, upto, edge_id = _let(filtering, supposed)
        now = passes.get(source, passed)
        if cap < HIGHEST and now > upto:
            counted.opened.add(edge_id)
        edges.append((NOBODY, far, HIGHEST, weight[now if now > upto else min(cap, now)]))
    _passes, arrives = seep_within(ids, has, *_edges(edges))
    for (pk, _declared, before), rank in zip(rows, arrives.tolist(), strict=True):
        if rank != before:
            counted.wholes[pk] = rank
            counted.datasets.add(pk)
            counted.rises |= rank > before


def _strictest_of(dataset_ids: Collection[int], passes: Mapping[int, int]) -> dict[int, int]:
    """The highest rank that any column of each dataset passes on."""
    found: dict[int, int] = {}
    if dataset_ids:
        rows = bulk.rows_of(
            f"SELECT c.dataset_id, c.id, {PASSES.format('c')} FROM catalog_column c WHERE c.dataset_id = ANY(%s)",
            [list(dataset_ids)],
        )
        for dataset_id, pk, passed in rows:
            found[dataset_id] = max(found.get(dataset_id, 0), passes.get(pk, passed))
    return found


def _edges(rows: list[tuple[Any, ...]]) -> tuple[Stream, Any]:
    """(source, target, cap, what the source passed on, …) as arrays."""
    table = np.array([row[:4] for row in rows], dtype=np.int64).reshape(-1, 4)
    return Stream(table[:, 0], table[:, 1], table[:, 2].astype(np.int8)), table[:, 3].astype(np.int8)
