"""A dbt project brings the lineage of its columns: repeatable, its own statements only, and no level falls by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Column, ColumnEdge, Dataset
from exchange import actions, files
from guard.models import Domain
from people.models import User
from tests.catalog import make

pytestmark = pytest.mark.django_db
LOOK = "a test looks at what is there"
SAID = "select c.id_card as who, c.city from d.s.cust c where c.age > 17"


def project(folder: Path, sql: str) -> Path:
    def node(name: str, columns: list[str], **facts: Any) -> dict[str, Any]:
        return {
            "unique_id": f"model.p.{name}", "resource_type": "model", "name": name, "database": "d", "schema": "s",
            "package_name": "p", "config": {"materialized": "table"},
            "columns": {column: {"name": column} for column in columns}, **facts,
        }  # fmt: skip

    nodes = [
        node("cust", ["id_card", "city", "age"], resource_type="seed"),
        node("mart", ["who", "city"], compiled_code=sql, depends_on={"nodes": ["model.p.cust"]}),
    ]
    manifest = {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "adapter_type": "postgres",
            "project_name": "shop",
        },
        "nodes": {node["unique_id"]: node for node in nodes},
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def bring(by: User, domain: Domain, path: Path, *, dry: bool = False) -> actions.Report:
    verb = actions.preview if dry else actions.import_bundles
    return verb(by=by, bundles=files.read_paths("dbt", [path]), domain=domain)


def dataset(name: str) -> Dataset:
    return Dataset.objects.unrestricted(LOOK).get(qualified_name=f"d.s.{name}")


def said() -> set[tuple[str, str, str]]:
    rows = ColumnEdge.objects.unrestricted(LOOK).filter(gone_at=None)
    return set(rows.values_list("kind", "source_name", "target_name"))


def test_compiled_sql_becomes_lineage_and_levels_arrive(growth: Domain, omar: User, tmp_path: Path) -> None:
    path = project(tmp_path / "target", SAID)
    seen = bring(omar, growth, path, dry=True).as_dict()["sources"][0]["column_edges"]
    assert (seen["added"], ColumnEdge.objects.unrestricted(LOOK).count()) == (3, 0)
    report = bring(omar, growth, path)
    assert said() == {("derives", "id_card", "who"), ("derives", "city", "city"), ("filters", "age", "")}
    assert report.as_dict()["sources"][0]["column_edges"] == seen
    assert bring(omar, growth, path).is_unchanged
    make.approve_levels(by=omar, dataset=dataset("cust"), levels={"id_card": 5, "city": 1, "age": 3})
    make.approve_levels(by=omar, dataset=dataset("mart"), levels={"who": 1, "city": 1})
    columns = Column.objects.unrestricted(LOOK).filter(dataset=dataset("mart"))
    assert dict(columns.values_list("name", "rank")) == {"who": 5, "city": 1}
    assert dataset("mart").level == 5


def test_a_column_that_the_sql_no_longer_reads_lowers_nothing(growth: Domain, omar: User, tmp_path: Path) -> None:
    bring(omar, growth, project(tmp_path / "target", SAID))
    make.approve_levels(by=omar, dataset=dataset("cust"), levels={"id_card": 4, "city": 1, "age": 1})
    make.approve_levels(by=omar, dataset=dataset("mart"), levels={"who": 1, "city": 1})
    report = bring(omar, growth, project(tmp_path / "target", "select 'x' as who, city from d.s.cust"))
    (told,) = report.flows.values()
    assert (told.removed, told.kept) == (1, 1)  # the filter on an L1 column goes, the L4 column stays
    assert ColumnEdge.objects.unrestricted(LOOK).get(gone_at__isnull=False).source_name == "id_card"
    assert dataset("mart").level == 4


def test_what_sql_cannot_be_followed_in_counts_as_all_that_it_reads(growth: Domain, omar: User, tmp_path: Path) -> None:
    bring(omar, growth, project(tmp_path / "target", "select to_json(c) as who from d.s.cust c"))
    assert said() == {("unknown", "", "")}
    make.approve_levels(by=omar, dataset=dataset("cust"), levels={"id_card": 4, "city": 1, "age": 1})
    make.approve_levels(by=omar, dataset=dataset("mart"), levels={"who": 1, "city": 1})
    assert dataset("mart").level == 4


def test_a_model_without_compiled_sql_counts_as_all_that_it_is_made_from(
    growth: Domain, omar: User, tmp_path: Path
) -> None:
    (bundle,) = files.read_paths("dbt", [project(tmp_path / "target", "")])
    assert "DBT-12" in {found.rule_id for found in bundle.problems}
    bring(omar, growth, tmp_path / "target")
    assert said() == {("unknown", "", "")}
    make.approve_levels(by=omar, dataset=dataset("cust"), levels={"id_card": 4, "city": 1, "age": 1})
    make.approve_levels(by=omar, dataset=dataset("mart"), levels={"who": 1, "city": 1})
    assert dataset("mart").level == 4


def test_sql_that_nobody_can_read_counts_as_all_that_dbt_says_it_reads(
    growth: Domain, omar: User, tmp_path: Path
) -> None:
    bring(omar, growth, project(tmp_path / "target", "select ((( from nowhere in particular"))
    assert said() == {("unknown", "", "")}


def test_a_manifest_without_compiled_sql_takes_nothing_back_that_is_known(
    growth: Domain, omar: User, tmp_path: Path
) -> None:
    bring(omar, growth, project(tmp_path / "target", SAID))
    known = said()
    assert bring(omar, growth, project(tmp_path / "target", "")).is_unchanged
    assert said() == known
