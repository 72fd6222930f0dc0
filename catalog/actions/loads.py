"""The door for imports: many datasets in one act, only what differs is written, no level falls."""

# ruff: noqa: S608 - the statements are put together from our own constants, values are parameters

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from catalog import bulk, loading
from catalog.indexing import index_many
from catalog.levels import settle_dataset
from catalog.loading import DatasetRow, Plan
from catalog.models import Column, Dataset, Warehouse
from guard import clock, outbox, things
from guard.doors import act, acting, consequence, in_act
from guard.models import Domain, Link, Standing, Thing
from guard.policy import Who
from people.models import Role

LOADERS = Who(roles={Role.DATA_ENGINEER, Role.DATA_PM, Role.GOVERNANCE_LEAD})
SIGHT_DAYS = 30  # who brings datasets sees their columns so long, to classify them
AT_ONCE = 3000  # datasets whose search documents are written in the same transaction; more are left to the worker
_WHY = "import matches identities"


@act("datasets.loaded", who=LOADERS, subject="warehouse")
def load_datasets(
    *, by: Any, warehouse: Warehouse, domain: Domain, datasets: Sequence[DatasetRow],
    edges: Iterable[tuple[str, str]] = (), source: str = "import",
) -> Plan:  # fmt: skip
    """Bring datasets, columns and lineage up to date: all or nothing, repeatable, an unchanged file rewrites no row.

    Datasets are matched by (warehouse, qualified_name). New columns are unclassified; a level in the file is a
    proposal; what the file does not say erases nothing; a dataset keeps its level when a strict column goes; datasets
    that the file does not name stay; datasets that the loader may not read stay as they are.

    Args:
        by: who loads.
        warehouse: where they lie.
        domain: of new datasets.
        datasets: with their columns.
        edges: (upstream, downstream) by qualified name; both must be among `datasets`.
        source: dbt, odcs …; kept with new datasets and with the edges.

    Returns:
        The plan that was carried out.
    """
    loading.check(by, warehouse, datasets)
    bulk.run("SELECT pg_advisory_xact_lock(hashtext('catalog.load'), %s)", [warehouse.pk % 2**31])
    loading.put_on_stage(warehouse, datasets, edges)
    plan = loading.make_plan(loading.close_hidden(by))
    acting().note(source=source, counts=plan.as_dict() | {"changes": None})
    if plan.is_empty:
        return plan
    loading.render_descriptions()
    touched = _touched()
    _add_datasets(by, warehouse, domain, source)
    _change_datasets()
    _write_columns(by)
    _write_edges(source)
    _settle(touched)
    _index(touched)
    acting().details(_told(touched))
    return plan


def _touched() -> list[int]:
    """Datasets that are there and will change."""
    rows = bulk.rows_of(
        "SELECT p.id FROM stage_delta x JOIN stage_dataset p ON p.n = x.n"
        " UNION SELECT dataset_id FROM stage_gone"
        " UNION SELECT s.id FROM stage_dataset s JOIN catalog_dataset d ON d.thing_id = s.id"
        f" JOIN guard_thing t ON t.id = s.id WHERE s.is_open AND {loading.DATASET_DIFFERS} ORDER BY 1"
    )
    return [pk for (pk,) in rows]


def _add_datasets(by: Any, warehouse: Warehouse, domain: Domain, source: str) -> None:
    (count,) = bulk.rows_of("SELECT count(*) FROM stage_dataset WHERE is_new")[0]
    if not count:
        return
    for model in (Thing, Dataset, Standing):
        in_act(model)
    first, at = things.reserve_keys(Dataset.KIND, count), clock.now()
    bulk.run(
        "WITH numbered AS (SELECT n, row_number() OVER (ORDER BY n) - 1 AS r FROM stage_dataset WHERE is_new)"
        " UPDATE stage_dataset s SET key = 'DS-' || (%s + r) FROM numbered WHERE numbered.n = s.n",
        [first],
    )
    bulk.run(
        "INSERT INTO guard_thing (uid, kind, key, title, domain_id, declared, level, state, created_at, updated_at,"
        " row_version) SELECT gen_random_uuid(), 'dataset', key, coalesce(nullif(title, ''), name), %s, l, l, 'active',"
        " %s, %s, 1 FROM (SELECT *, CASE WHEN column_count = 0 THEN coalesce(declared, 4)"
        " ELSE greatest(high_water, declared) END AS l FROM stage_dataset WHERE is_new ORDER BY n) s",
        [domain.pk, at, at],
    )
    bulk.run("UPDATE stage_dataset s SET id = t.id FROM guard_thing t WHERE s.is_new AND t.key = s.key")
    bulk.run(
        "INSERT INTO catalog_dataset (thing_id, warehouse_id, qualified_name, schema_name, name, aliases, description,"
        " description_html, layer, grain, allowed_purposes, retention_days, has_personal_data, row_count,"
        " freshness_minutes, source, extra, declared_level, high_water, column_count, unclassified_count, schema_hash,"
        " reviewed_schema_hash) SELECT id, %s, qualified_name, schema_name, name, aliases, description, html, layer,"
        " grain, purposes, retention_days, personal, row_count, freshness, %s, extra, declared, high_water,"
        " column_count, column_count, hash, '' FROM stage_dataset WHERE is_new ORDER BY n",
        [warehouse.pk, source],
    )
    if not by.is_service:
        bulk.run(
            "INSERT INTO guard_standing (thing_id, person_id, reason, grade, until, created_at)"
            " SELECT id, %s, 'contributor', 3, %s, %s FROM stage_dataset WHERE is_new",
            [by.pk, at + timedelta(days=SIGHT_DAYS), at],
        )


def _change_datasets() -> None:
    at = clock.now()
    bulk.run(
        "UPDATE guard_thing t SET title = s.title, updated_at = %s, row_version = row_version + 1"
        " FROM stage_dataset s WHERE s.id = t.id AND s.is_open AND NOT s.is_new"
        " AND s.title <> '' AND s.title <> t.title",
        [at],
    )
    bulk.run(
        "UPDATE catalog_dataset d SET description = coalesce(nullif(s.description, ''), d.description),"
        " description_html = CASE WHEN s.description = '' THEN d.description_html ELSE s.html END,"
        " layer = coalesce(nullif(s.layer, ''), d.layer), grain = coalesce(nullif(s.grain, ''), d.grain),"
        " aliases = (SELECT array_agg(DISTINCT a) FROM unnest(d.aliases::text[] || s.aliases) a),"
        " allowed_purposes = CASE WHEN s.purposes = '{}' THEN d.allowed_purposes ELSE s.purposes END,"
        " retention_days = coalesce(s.retention_days, d.retention_days),"
        " has_personal_data = d.has_personal_data OR s.personal, row_count = coalesce(s.row_count, d.row_count),"
        " freshness_minutes = coalesce(s.freshness, d.freshness_minutes),"
        " declared_level = CASE WHEN s.declared > coalesce(d.declared_level, t.level - 1) THEN s.declared"
        "                       ELSE d.declared_level END,"
        " extra = d.extra || s.extra"
        " FROM stage_dataset s JOIN guard_thing t ON t.id = s.id"
        f" WHERE s.id = d.thing_id AND s.is_open AND NOT s.is_new AND {loading.DATASET_DIFFERS}"
    )


def _write_columns(by: Any) -> None:
    in_act(Column)
    # a column that goes takes no strictness with it: the dataset declares what it had
    bulk.run(
        "UPDATE catalog_dataset d SET declared_level = t.level FROM guard_thing t"
        " WHERE t.id = d.thing_id AND d.thing_id IN (SELECT dataset_id FROM stage_gone)"
        "   AND d.declared_level IS DISTINCT FROM t.level"
    )
    bulk.run("DELETE FROM catalog_column WHERE id IN (SELECT id FROM stage_gone)")
    bulk.run(
        "UPDATE catalog_column c SET position = s.position, data_type = coalesce(nullif(s.data_type, ''), c.data_type),"
        " description = coalesce(nullif(s.description, ''), c.description),"
        " is_nullable = coalesce(s.is_nullable, c.is_nullable), is_key = coalesce(s.is_key, c.is_key),"
        " pii_kind = coalesce(nullif(s.pii_kind, ''), c.pii_kind),"
        f" proposed_by_id = CASE WHEN c.proposed_level IS DISTINCT FROM ({loading.PROPOSAL}) THEN %s"
        " ELSE c.proposed_by_id END,"
        f" level_state = CASE WHEN ({loading.PROPOSAL}) IS NULL THEN c.level_state ELSE 'proposed' END,"
        f" proposed_level = {loading.PROPOSAL}"
        " FROM stage_column s JOIN stage_delta x ON x.n = s.n AND x.name = s.name AND NOT x.is_added"
        " JOIN stage_dataset p ON p.n = s.n WHERE c.dataset_id = p.id AND c.name = s.name",
        [by.pk],
    )
    bulk.run(
        "INSERT INTO catalog_column (dataset_id, name, position, data_type, description, is_nullable, is_key, pii_kind,"
        " proposed_level, proposed_by_id, level_state) SELECT p.id, s.name, s.position, s.data_type, s.description,"
        " coalesce(s.is_nullable, true), coalesce(s.is_key, false), s.pii_kind, s.proposed,"
        " CASE WHEN s.proposed IS NULL THEN NULL ELSE %s END,"
        " CASE WHEN s.proposed IS NULL THEN 'none' ELSE 'proposed' END"
        " FROM stage_column s JOIN stage_dataset p ON p.n = s.n AND p.is_open"
        " LEFT JOIN stage_delta x ON x.n = s.n AND x.name = s.name AND x.is_added"
        " WHERE p.is_new OR x.n IS NOT NULL"
        " ON CONFLICT (dataset_id, name) DO NOTHING",
        [by.pk],
    )


def _write_edges(source: str) -> None:
    in_act(Link)
    bulk.run(
        "INSERT INTO guard_link (source_id, relation, target_id, role, pinned, columns, carries, created_at)"
        " SELECT DISTINCT a.id, 'feeds', b.id, %s, '', '[]'::jsonb, 'none', now()"
        f" FROM {loading.EDGES} WHERE l.id IS NULL ON CONFLICT DO NOTHING",
        [source[:30]],
    )


def _settle(touched: Sequence[int]) -> None:
    """Levels and hashes of datasets that were there; new ones were written with theirs."""
    rows = Dataset.objects.unrestricted(_WHY).filter(pk__in=list(touched))
    hashes = dict(rows.values_list("pk", "schema_hash"))
    bulk.run(
        "UPDATE catalog_dataset d SET schema_hash = n.hash"
        " FROM (SELECT dataset_id, encode(sha256(convert_to(string_agg("
        "  name || E'\\x1f' || lower(data_type), E'\\n' ORDER BY name || E'\\x1f' || lower(data_type) COLLATE \"C\"),"
        "  'UTF8')), 'hex') AS hash FROM catalog_column WHERE dataset_id = ANY(%s) GROUP BY dataset_id) n"
        " WHERE n.dataset_id = d.thing_id AND d.schema_hash <> n.hash",
        [list(touched)],
    )
    for dataset in rows:
        settle_dataset(dataset)
        if hashes[dataset.pk] and hashes[dataset.pk] != dataset.schema_hash:
            consequence("dataset.schema_changed", dataset, because="MET-6")


def _index(touched: Sequence[int]) -> None:
    ids = [pk for (pk,) in bulk.rows_of("SELECT id FROM stage_dataset WHERE is_new ORDER BY id")] + list(touched)
    if len(ids) > AT_ONCE:
        for start in range(0, len(ids), AT_ONCE):
            outbox.start("catalog.index_datasets", ids=ids[start : start + AT_ONCE])
        return
    index_many(ids)


@act("search.indexed", who=Who(anyone=True))
def index_loaded(*, by: Any, ids: Sequence[int]) -> int:
    """Write the search documents of datasets that a large load left to the worker; returns how many."""
    acting().note(counts={"datasets": len(ids)})
    return index_many(ids)


def _told(touched: Sequence[int]) -> list[dict[str, str]]:
    rows = bulk.rows_of(
        "SELECT key, is_new FROM stage_dataset WHERE is_open AND (is_new OR id = ANY(%s)) ORDER BY n", [list(touched)]
    )
    return [{"dataset": key, "what": "added" if is_new else "changed"} for key, is_new in rows]
