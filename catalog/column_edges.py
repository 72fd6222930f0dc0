"""Column edges that one origin says, brought up to date: what it no longer says is let go where nothing gets milder.

Every function that writes runs inside an act. No import lowers a level (rulings.md): an edge that its origin no longer
names goes on counting until its removal was agreed to (governance), unless nothing falls without it.
"""

# ruff: noqa: S608 - the statements are put together from our own constants, values are parameters

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from catalog import bulk, seeping
from catalog.levels import settle_stirred
from catalog.models import ColumnEdge
from guard import clock
from guard.doors import in_act
from guard.models import Thing

_WHY = "import matches identities"
_COPIED = ("source", "source_column", "target", "target_column", "kind", "confidence", "sql_hash")
_STAGE = """source text, source_column text, target text, target_column text, kind text, confidence numeric,
 sql_hash text, source_dataset_id bigint, source_id bigint, target_dataset_id bigint, target_id bigint"""


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """One statement of an origin, by canonical names (catalog.names).

    Args:
        source, source_column: where the data comes from; no column when it is not known by which.
        target, target_column: where it goes; no column for what filters, or is read nobody knows how.
        kind: derives, filters or unknown.
        confidence: 0 to 1, when the origin says one.
        sql_hash: of the statement that says so (catalog.sql_text), or empty.
    """

    source: str
    source_column: str
    target: str
    target_column: str
    kind: str = "derives"
    confidence: float | None = None
    sql_hash: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What saying edges changed: new ones, ones by other SQL, ones let go, ones no longer said that still count,
    and ones that name what is not there or what the reader does not see."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0
    unmatched: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed or self.kept)


def bring_up_to_date(by: Any, warehouse_id: int, origin: str, rows: Iterable[EdgeRow], targets: Sequence[str]) -> Told:
    """Write what an origin says of some targets.

    Args:
        by: who says it; ends whose columns they do not see are passed over.
        warehouse_id: in which the names are looked up.
        origin: of ColumnEdge.Origin; only its own edges change.
        rows: all that it says of the targets.
        targets: qualified names of the datasets of which it says everything.

    Returns:
        Counts. Levels have followed when it returns.
    """
    in_act(ColumnEdge)
    staged = _put_on_stage(by, warehouse_id, rows, targets)
    added, changed = _add(by, origin), _change(origin)
    settle_stirred()
    removed, kept = let_go(_no_longer_said(origin))
    return Told(added, changed, removed, kept, staged)


def let_go(edge_ids: Collection[int]) -> tuple[int, int]:
    """Remove edges where nothing gets milder without them; mark the others as gone, they go on counting.

    Returns:
        (how many went, how many are marked and still count).
    """
    in_act(ColumnEdge)
    ids = list(edge_ids)
    if not ids:
        return 0, 0
    held = set(_needed_by_targets(ids))
    bulk.run("DELETE FROM catalog_columnedge WHERE id = ANY(%s)", [[pk for pk in ids if pk not in held]])
    bulk.run(
        "UPDATE catalog_columnedge SET gone_at = %s WHERE id = ANY(%s) AND gone_at IS NULL", [clock.now(), list(held)]
    )
    settle_stirred()
    return len(ids) - len(held), len(held)


def take_out(edge_ids: Collection[int]) -> None:
    """Remove edges of which somebody else agreed that they are no more; what they held up falls."""
    in_act(ColumnEdge)
    bulk.run("DELETE FROM catalog_columnedge WHERE id = ANY(%s) AND gone_at IS NOT NULL", [list(edge_ids)])
    settle_stirred()


class _OnlyLooking(Exception):
    """Rolls a look back."""


def _needed_by_targets(ids: list[int]) -> list[int]:
    """Those of the edges whose target would fall without all of them."""
    rows = bulk.rows_of("SELECT id, target_id, target_dataset_id FROM catalog_columnedge WHERE id = ANY(%s)", [ids])
    columns = {target for _pk, target, _dataset in rows if target is not None}
    wholes = {dataset for _pk, target, dataset in rows if target is None}
    falling = seeping.Counted()
    try:
        with transaction.atomic():
            bulk.run("DELETE FROM catalog_columnedge WHERE id = ANY(%s)", [ids])
            falling, _reached = seeping.count(columns, wholes)
            raise _OnlyLooking
    except _OnlyLooking:
        pass
    fallen = _less(_HAS_COLUMN, falling.columns)
    fallen_wholes = _less(_HAS_WHOLE, falling.wholes)
    return [
        pk for pk, target, dataset in rows if (target in fallen if target is not None else dataset in fallen_wholes)
    ]


_HAS_COLUMN = f"SELECT c.id, {seeping.OWN.format('c')}, c.propagated FROM catalog_column c WHERE c.id = ANY(%s)"
_HAS_WHOLE = (
    "SELECT d.thing_id, greatest(coalesce(d.declared_level, 0), coalesce((SELECT"
    f" max({seeping.PASSES.format('c')}) FROM catalog_column c WHERE c.dataset_id = d.thing_id), 0)), d.arrived"
    " FROM catalog_dataset d WHERE d.thing_id = ANY(%s)"
)


def _less(has: str, arriving: dict[int, int]) -> set[int]:
    """Those that would pass on less than now, given what they have in themselves."""
    rows = bulk.rows_of(has, [list(arriving)]) if arriving else []
    return {pk for pk, own, before in rows if max(own, arriving[pk]) < max(own, before)}


def _put_on_stage(by: Any, warehouse_id: int, rows: Iterable[EdgeRow], targets: Sequence[str]) -> int:
    """Find both ends of every row among what `by` sees the columns of; returns how many have none."""
    bulk.stage("stage_said", _STAGE)
    bulk.stage("stage_told", "name text, id bigint")
    bulk.copy_into(
        "stage_said", _COPIED,
        ((r.source, r.source_column, r.target, r.target_column, r.kind, r.confidence, r.sql_hash) for r in rows),
    )  # fmt: skip
    bulk.copy_into("stage_told", ("name",), ((name,) for name in dict.fromkeys(targets)))
    for table, name, key in (
        ("stage_said", "source", "source_dataset_id"), ("stage_said", "target", "target_dataset_id"),
        ("stage_told", "name", "id"),
    ):  # fmt: skip
        bulk.run(
            f"UPDATE {table} s SET {key} = d.thing_id FROM catalog_dataset d"
            f" WHERE d.warehouse_id = %s AND d.qualified_name = s.{name}",
            [warehouse_id],
        )
    named = "SELECT source_dataset_id FROM stage_said UNION SELECT target_dataset_id FROM stage_said"
    ids = [pk for (pk,) in bulk.rows_of(f"{named} UNION SELECT id FROM stage_told") if pk is not None]
    seen = list(Thing.objects.visible_to(by, action="columns").filter(pk__in=ids).values_list("pk", flat=True))
    bulk.run("DELETE FROM stage_told WHERE id IS NULL OR NOT id = ANY(%s)", [seen])
    for end in ("source", "target"):
        bulk.run(
            f"UPDATE stage_said s SET {end}_id = c.id FROM catalog_column c"
            f" WHERE c.dataset_id = s.{end}_dataset_id AND c.name = s.{end}_column AND s.{end}_column <> ''"
        )
    return bulk.run(
        "DELETE FROM stage_said s WHERE s.source_dataset_id IS NULL OR s.target_dataset_id IS NULL"
        " OR NOT s.source_dataset_id = ANY(%s) OR NOT s.target_dataset_id = ANY(%s)"
        " OR (s.kind <> 'unknown' AND s.source_id IS NULL) OR (s.kind = 'derives' AND s.target_id IS NULL)"
        " OR s.source_id = s.target_id OR (s.kind = 'unknown' AND s.source_dataset_id = s.target_dataset_id)",
        [seen, seen],
    )


# the edge that stands for a staged row, if any
_SAME = (
    "e.source_dataset_id = s.source_dataset_id AND e.source_id IS NOT DISTINCT FROM s.source_id"
    " AND e.target_dataset_id = s.target_dataset_id AND e.target_id IS NOT DISTINCT FROM s.target_id"
    " AND e.kind = s.kind AND e.origin = %s AND e.held IS NULL"
)


def _add(by: Any, origin: str) -> int:
    return bulk.run(
        "INSERT INTO catalog_columnedge (source_dataset_id, source_id, source_name, target_dataset_id, target_id,"
        " target_name, kind, origin, confidence, sql_hash, by_id, said_at)"
        " SELECT DISTINCT ON (s.source_dataset_id, s.source_id, s.target_dataset_id, s.target_id, s.kind)"
        "  s.source_dataset_id, s.source_id, CASE WHEN s.kind = 'unknown' THEN '' ELSE s.source_column END,"
        "  s.target_dataset_id, CASE WHEN s.kind = 'derives' THEN s.target_id END,"
        "  CASE WHEN s.kind = 'derives' THEN s.target_column ELSE '' END, s.kind, %s, s.confidence, s.sql_hash, %s, %s"
        f" FROM stage_said s WHERE NOT EXISTS (SELECT 1 FROM catalog_columnedge e WHERE {_SAME})",
        [origin, by.pk, clock.now(), origin],
    )


def _change(origin: str) -> int:
    """Another statement, or said again: what was let through because of the old statement is not let through."""
    return bulk.run(
        "UPDATE catalog_columnedge e SET sql_hash = s.sql_hash, confidence = s.confidence, gone_at = NULL,"
        " cap = CASE WHEN e.sql_hash = s.sql_hash THEN e.cap ELSE 5 END,"
        " upto = CASE WHEN e.sql_hash = s.sql_hash THEN e.upto ELSE 0 END"
        f" FROM stage_said s WHERE {_SAME} AND (e.sql_hash <> s.sql_hash OR e.gone_at IS NOT NULL"
        "  OR e.confidence IS DISTINCT FROM s.confidence)",
        [origin],
    )


def _no_longer_said(origin: str) -> list[int]:
    rows = bulk.rows_of(
        "SELECT e.id FROM catalog_columnedge e JOIN stage_told t ON t.id = e.target_dataset_id"
        " WHERE e.origin = %s AND e.held IS NULL AND e.gone_at IS NULL"
        f"   AND NOT EXISTS (SELECT 1 FROM stage_said s WHERE {_SAME})",
        [origin, origin],
    )
    return [pk for (pk,) in rows]
