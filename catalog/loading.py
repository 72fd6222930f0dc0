"""What an import brings, and the plan of what it would change: staged, compared in sets, nothing written yet."""

# ruff: noqa: S608 - the statements are put together from our own constants, values are parameters

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import bulk
from catalog.levels import schema_hash
from catalog.models import Warehouse
from catalog.models.dataset import Layer
from catalog.names import parts_of
from catalog.prose import html_of
from guard.doors import grade_of, grades_of
from guard.levels import UNKNOWN
from guard.models import Thing
from guard.plain import fault_of_name
from guard.policy import EXISTS, READ
from guard.refusals import Absent, Invalid


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column as a file says it. None and "" mean that the file does not say; nothing known is erased by them."""

    name: str
    data_type: str = ""
    description: str = ""
    is_nullable: bool | None = None
    is_key: bool | None = None
    pii_kind: str = ""
    proposed_level: int | None = None


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One dataset as a file says it; `qualified_name` is canonical (catalog.names)."""

    qualified_name: str
    columns: Sequence[ColumnRow] = ()
    title: str = ""
    description: str = ""
    layer: str = ""
    grain: str = ""
    aliases: Sequence[str] = ()
    allowed_purposes: Sequence[str] = ()
    retention_days: int | None = None
    has_personal_data: bool = False
    row_count: int | None = None
    freshness_minutes: int | None = None
    declared_level: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    has_all_columns: bool = True  # False: columns that the file leaves out stay


@dataclass(frozen=True, slots=True)
class Count:
    """How many of one sort."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


@dataclass(slots=True)
class Plan:
    """What a load would do or did, as far as who loads may know.

    Args:
        datasets, columns, edges: counts.
        hidden: datasets that exist, that the loader may not see, and that stay as they are (grade 1 and above).
        ignored_levels: columns for which the file says a milder level than was approved; they keep theirs.
        changes: the first hundred, each with dataset, what, and names of columns.
    """

    datasets: Count = field(default_factory=Count)
    columns: Count = field(default_factory=Count)
    edges: Count = field(default_factory=Count)
    hidden: int = 0
    ignored_levels: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.datasets.is_empty and self.columns.is_empty and self.edges.is_empty

    def as_dict(self) -> dict[str, Any]:
        """For the ledger, the job and the API."""
        return asdict(self)


_WHY = "import matches identities"
_DATASET = """n int, qualified_name text, schema_name text, name text, title text, description text,
 html text DEFAULT '',
 layer text, grain text, aliases text[], purposes text[], retention_days int, personal bool, row_count bigint,
 freshness int, declared int, extra jsonb, hash text, complete bool, high_water int, column_count int,
 id bigint, key text, is_new bool DEFAULT false, is_open bool DEFAULT true"""
_DATASET_COPIED = (
    "n", "qualified_name", "schema_name", "name", "title", "description", "layer", "grain", "aliases",
    "purposes", "retention_days", "personal", "row_count", "freshness", "declared", "extra", "hash", "complete",
    "high_water", "column_count",
)  # fmt: skip
_COLUMN = """n int, name text, position int, data_type text, description text, is_nullable bool, is_key bool,
 pii_kind text, proposed int"""
_COLUMN_COPIED = (
    "n", "name", "position", "data_type", "description", "is_nullable", "is_key", "pii_kind", "proposed",
)  # fmt: skip
DATASET_DIFFERS = """(
 (s.title <> '' AND s.title <> t.title) OR (s.description <> '' AND s.description <> d.description)
 OR (s.layer <> '' AND s.layer <> d.layer) OR (s.grain <> '' AND s.grain <> d.grain)
 OR NOT s.aliases <@ d.aliases::text[] OR (s.purposes <> '{}' AND s.purposes <> d.allowed_purposes::text[])
 OR coalesce(s.retention_days <> d.retention_days, s.retention_days IS NOT NULL)
 OR (s.personal AND NOT d.has_personal_data)
 OR coalesce(s.row_count <> d.row_count, s.row_count IS NOT NULL)
 OR coalesce(s.freshness <> d.freshness_minutes, s.freshness IS NOT NULL)
 OR coalesce(s.declared > d.declared_level, s.declared IS NOT NULL AND s.declared >= t.level)
 OR NOT d.extra @> s.extra)"""
PROPOSAL = """CASE WHEN s.proposed IS NULL THEN c.proposed_level
 WHEN c.level IS NULL OR s.proposed > c.level THEN greatest(c.proposed_level, s.proposed) ELSE c.proposed_level END"""
COLUMN_DIFFERS = f"""(
 c.position <> s.position OR (s.data_type <> '' AND s.data_type <> c.data_type)
 OR (s.description <> '' AND s.description <> c.description) OR s.is_nullable <> c.is_nullable OR s.is_key <> c.is_key
 OR (s.pii_kind <> '' AND s.pii_kind <> c.pii_kind) OR c.proposed_level IS DISTINCT FROM ({PROPOSAL}))"""


def plan_datasets(
    *, by: Any, warehouse: Warehouse, datasets: Sequence[DatasetRow], edges: Iterable[tuple[str, str]] = ()
) -> Plan:
    """What `load_datasets` would change; writes nothing but staging tables that go with the transaction.

    Raises:
        Absent: a warehouse that `by` may not see.
        Invalid: rows that cannot be used.
    """
    check(by, warehouse, datasets)
    with transaction.atomic():
        put_on_stage(warehouse, datasets, edges)
        return make_plan(close_hidden(by))


def check(by: Any, warehouse: Warehouse, datasets: Sequence[DatasetRow]) -> None:
    """Refuse rows that cannot be used, all at once."""
    if grade_of(by, warehouse.thing) < READ:
        raise Absent()
    problems: list[str] = []
    for name, count in Counter(row.qualified_name for row in datasets).items():
        if count > 1 or not name or len(name) > 400:
            problems.append(_("%(name)s: a dataset needs one name, given once.") % {"name": name[:80]})
    for row in datasets:
        if row.layer and row.layer not in Layer.values:
            problems.append(
                _("%(name)s: there is no layer %(layer)s.") % {"name": row.qualified_name, "layer": row.layer}
            )
        names = [column.name for column in row.columns]
        faults = ((name, fault_of_name(name)) for name in (row.qualified_name, *names))
        problems += [f"{name[:80]!a}: {fault}" for name, fault in faults if fault]
        if len(set(names)) < len(names) or not all(name and len(name) <= 200 for name in names):
            problems.append(_("%(name)s: columns need names, each given once.") % {"name": row.qualified_name})
    if problems:
        raise Invalid(errors={"datasets": problems[:100]})


def close_hidden(by: Any) -> int:
    """Take out of the load what `by` may not read the columns of; returns how many of these they may know of."""
    ids = [pk for (pk,) in bulk.rows_of("SELECT id FROM stage_dataset WHERE id IS NOT NULL")]
    seen = set(Thing.objects.visible_to(by, action="columns").filter(pk__in=ids).values_list("pk", flat=True))
    closed = [pk for pk in ids if pk not in seen]
    if not closed:
        return 0
    bulk.run("UPDATE stage_dataset SET is_open = false WHERE id = ANY(%s)", [closed])
    grades = grades_of(by, Thing.objects.unrestricted(_WHY).filter(pk__in=closed))
    return sum(1 for grade in grades.values() if grade >= EXISTS)


def put_on_stage(warehouse: Warehouse, datasets: Sequence[DatasetRow], edges: Iterable[tuple[str, str]]) -> None:
    """COPY what came into staging tables and find what exists already, whoever may see it."""
    bulk.stage("stage_dataset", _DATASET)
    bulk.stage("stage_column", _COLUMN)
    bulk.stage("stage_edge", "source text, target text")
    bulk.copy_into("stage_dataset", _DATASET_COPIED, (_dataset_line(n, row) for n, row in enumerate(datasets)))
    bulk.copy_into("stage_column", _COLUMN_COPIED, _column_lines(datasets))
    bulk.copy_into("stage_edge", ("source", "target"), dict.fromkeys(edges))
    bulk.run(
        "UPDATE stage_dataset s SET id = d.thing_id, key = t.key FROM catalog_dataset d"
        " JOIN guard_thing t ON t.id = d.thing_id"
        " WHERE d.warehouse_id = %s AND d.qualified_name = s.qualified_name",
        [warehouse.pk],
    )
    bulk.run("UPDATE stage_dataset SET is_new = true WHERE id IS NULL")
    bulk.run("CREATE INDEX ON stage_dataset (n)")
    bulk.run("ANALYZE stage_dataset")
    bulk.run("ANALYZE stage_column")


def make_plan(hidden: int) -> Plan:
    """Compare the stage with what is there; `hidden` is what the loader may know of what they may not see."""
    new, changed, same = _one(
        "SELECT count(*) FILTER (WHERE s.is_new),"
        f" count(*) FILTER (WHERE NOT s.is_new AND {DATASET_DIFFERS}),"
        f" count(*) FILTER (WHERE NOT s.is_new AND NOT {DATASET_DIFFERS})"
        " FROM stage_dataset s LEFT JOIN catalog_dataset d ON d.thing_id = s.id LEFT JOIN guard_thing t ON t.id = s.id"
        " WHERE s.is_open"
    )
    _compare_columns()
    (first,) = _one("SELECT coalesce(sum(column_count), 0) FROM stage_dataset WHERE is_new AND is_open")
    (known,) = _one("SELECT coalesce(sum(column_count), 0) FROM stage_dataset WHERE NOT is_new AND is_open")
    added, differ = _one(
        "SELECT count(*) FILTER (WHERE is_added), count(*) FILTER (WHERE NOT is_added) FROM stage_delta"
    )
    (gone,) = _one("SELECT count(*) FROM stage_gone")
    (ignored,) = _one(
        "SELECT count(*) FROM stage_column s JOIN stage_dataset p ON p.n = s.n AND p.is_open AND NOT p.is_new"
        " JOIN catalog_column c ON c.dataset_id = p.id AND c.name = s.name"
        " WHERE s.proposed IS NOT NULL AND s.proposed < c.level"
    )
    (edges, old_edges) = _one(f"SELECT count(*) FILTER (WHERE l.id IS NULL), count(l.id) FROM {EDGES}")
    columns = Count(first + added, differ, gone, known - added - differ)
    return Plan(Count(new, changed, 0, same), columns, Count(edges, 0, 0, old_edges), hidden, ignored, _changes())


def _compare_columns() -> None:
    """Find what differs once: columns that are new or changed, and columns that a complete file does not name."""
    bulk.run(
        "DROP TABLE IF EXISTS pg_temp.stage_delta; DROP TABLE IF EXISTS pg_temp.stage_gone;"
        " CREATE TEMPORARY TABLE stage_delta ON COMMIT DROP AS"
        " SELECT s.n, s.name, s.position, c.id IS NULL AS is_added FROM stage_column s"
        " JOIN stage_dataset p ON p.n = s.n AND p.is_open AND NOT p.is_new"
        " LEFT JOIN catalog_column c ON c.dataset_id = p.id AND c.name = s.name"
        f" WHERE c.id IS NULL OR {COLUMN_DIFFERS}"
    )
    bulk.run(
        "CREATE TEMPORARY TABLE stage_gone ON COMMIT DROP AS"
        " SELECT c.id, c.dataset_id, c.name FROM catalog_column c JOIN ("
        "  SELECT p.id, p.n FROM stage_dataset p JOIN catalog_dataset d ON d.thing_id = p.id"
        "  LEFT JOIN (SELECT n, count(*) AS added FROM stage_delta WHERE is_added GROUP BY n) a ON a.n = p.n"
        "  WHERE p.is_open AND p.complete AND p.column_count > 0"
        "    AND p.column_count - coalesce(a.added, 0) < d.column_count) q ON q.id = c.dataset_id"
        " WHERE NOT EXISTS (SELECT 1 FROM stage_column s WHERE s.n = q.n AND s.name = c.name)"
    )


# both ends on the stage and open to the loader; `is_new` ends have no joints yet
EDGES = """stage_edge e JOIN stage_dataset a ON a.qualified_name = e.source AND a.is_open
 JOIN stage_dataset b ON b.qualified_name = e.target AND b.is_open AND a.n <> b.n
 LEFT JOIN guard_link l ON l.source_id = a.id AND l.target_id = b.id AND l.relation = 'feeds'"""


def _changes() -> list[dict[str, Any]]:
    rows = bulk.rows_of(
        "(SELECT p.qualified_name, 'added', '{}'::text[] FROM stage_dataset p WHERE p.is_new AND p.is_open"
        " ORDER BY 1 LIMIT 100)"
        " UNION ALL (SELECT p.qualified_name, CASE WHEN x.is_added THEN 'columns added' ELSE 'columns changed' END,"
        "  array_agg(x.name ORDER BY x.position) FROM stage_delta x JOIN stage_dataset p ON p.n = x.n"
        "  GROUP BY p.qualified_name, x.is_added)"
        " UNION ALL (SELECT p.qualified_name, 'columns removed', array_agg(g.name) FROM stage_gone g"
        "  JOIN stage_dataset p ON p.id = g.dataset_id GROUP BY 1)"
        " UNION ALL (SELECT s.qualified_name, 'described', '{}'::text[] FROM stage_dataset s"
        "  JOIN catalog_dataset d ON d.thing_id = s.id JOIN guard_thing t ON t.id = s.id"
        f" WHERE s.is_open AND {DATASET_DIFFERS})"
        " ORDER BY 1, 2 LIMIT 100"
    )
    return [{"dataset": name, "what": what, "columns": list(columns or [])[:20]} for name, what, columns in rows]


def render_descriptions() -> None:
    """Render the Markdown of the descriptions that will be written, and of no others."""
    rows = bulk.rows_of(
        "SELECT s.n, s.description FROM stage_dataset s LEFT JOIN catalog_dataset d ON d.thing_id = s.id"
        " WHERE s.is_open AND s.description <> '' AND (s.is_new OR s.description <> d.description)"
    )
    if rows:
        bulk.stage("stage_html", "n int, html text")
        bulk.copy_into("stage_html", ("n", "html"), [(n, html_of(text)) for n, text in rows])
        bulk.run("UPDATE stage_dataset s SET html = h.html FROM stage_html h WHERE h.n = s.n")


def _one(statement: str) -> tuple[Any, ...]:
    return bulk.rows_of(statement)[0]


def _dataset_line(n: int, row: DatasetRow) -> tuple[Any, ...]:
    parts = parts_of(row.qualified_name)
    high = max((max(UNKNOWN, column.proposed_level or 0) for column in row.columns), default=UNKNOWN)
    return (
        n, row.qualified_name, parts[-2] if len(parts) > 1 else "", parts[-1], row.title[:300], row.description,
        row.layer, row.grain[:300], list(row.aliases), list(row.allowed_purposes),
        row.retention_days, row.has_personal_data, row.row_count, row.freshness_minutes, _floor(row),
        json.dumps(dict(row.extra)), schema_hash((c.name, c.data_type) for c in row.columns), row.has_all_columns, high,
        len(row.columns),
    )  # fmt: skip


def _floor(row: DatasetRow) -> int | None:
    """What a file declares is a floor beside columns; without any it cannot make the unknown mild."""
    declared = row.declared_level
    return declared if declared is not None and (row.columns or declared >= UNKNOWN) else None


def _column_lines(datasets: Iterable[DatasetRow]) -> Iterator[tuple[Any, ...]]:
    for n, row in enumerate(datasets):
        for position, column in enumerate(row.columns, start=1):
            yield (
                n, column.name, position, column.data_type[:200], column.description, column.is_nullable,
                column.is_key, column.pii_kind, column.proposed_level,
            )  # fmt: skip
