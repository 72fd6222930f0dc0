"""Counts of real dbt artifacts, against a plain walk over the JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exchange.dbt.model import DbtProject
from exchange.dbt.reader import read_project
from tests.exchange.corpus import CORPUS, needs_corpus, say

pytestmark = [pytest.mark.corpus, needs_corpus("dbt"), needs_corpus("generated-real")]

ARTIFACTS = CORPUS / "dbt/artifacts"
REAL = CORPUS / "generated-real/dbt-1.11.16-jaffle-duckdb"
CASES: dict[str, tuple[Path, Path | None, Path | None]] = {
    "v12 of dbt 1.11, built here": (REAL / "manifest.json", REAL / "catalog.json", REAL / "run_results.json"),
    "v12 of dbt 1.12": (
        ARTIFACTS / "manifest/v12/jaffle_shop/manifest_1.12.json",
        ARTIFACTS / "catalog/v1/jaffle_shop/catalog_1.12.json",
        ARTIFACTS / "run_results/v6/jaffle_shop/run_results_1.12.json",
    ),
    "v12 of dbt 1.10": (ARTIFACTS / "manifest/v12/jaffle_shop/manifest_1.10.json", None, None),
    "v7 of dbt 1.3": (
        ARTIFACTS / "manifest/v7/jaffle_shop/manifest.json",
        ARTIFACTS / "catalog/v1/jaffle_shop/catalog.json",
        ARTIFACTS / "run_results/v4/jaffle_shop/run_results.json",
    ),
}


def plain(path: Path | None) -> dict[str, Any]:
    return json.loads(path.read_text()) if path else {}


def project(case: str) -> DbtProject:
    reading = read_project(*CASES[case])
    assert reading.errors == ()
    assert reading.project is not None
    return reading.project


def relations(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Nodes and sources that exist in the warehouse, found by walking."""
    return {
        uid: node
        for uid, node in {**manifest["nodes"], **manifest["sources"]}.items()
        if uid.split(".")[0] in ("model", "seed", "snapshot", "source")
        and node["config"].get("materialized") != "ephemeral"
    }


def relation(node: dict[str, Any]) -> str:
    return node["relation_name"].replace('"', "").replace("`", "").lower()


@pytest.mark.parametrize("case", CASES)
def test_it_counts_nodes_edges_tests_and_metrics_as_a_plain_walk_does(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest, found = plain(CASES[case][0]), project(case)
    kinds = [uid.split(".")[0] for uid in manifest["nodes"]]
    assert found.counts["nodes"] == len(manifest["nodes"])
    assert found.counts["sources"] == len(manifest["sources"])
    assert [found.counts.get(kind, 0) for kind in ("model", "seed", "test")] == [
        kinds.count(kind) for kind in ("model", "seed", "test")
    ]
    assert found.counts["edges"] == sum(len(parents) for parents in manifest["parent_map"].values())
    assert len(found.tests) == kinds.count("test")
    assert len(found.metrics) == len(manifest["metrics"])
    assert sorted(metric.name for metric in found.metrics) == sorted(m["name"] for m in manifest["metrics"].values())
    assert len(found.semantic_models) == len(manifest.get("semantic_models", {}))
    assert {dataset.qualified_name for dataset in found.datasets} == {relation(n) for n in relations(manifest).values()}
    say(capsys, f"dbt {case}: {len(found.datasets)} datasets, {found.counts['edges']} edges, {len(found.tests)} tests")


@pytest.mark.parametrize("case", CASES)
def test_every_edge_between_tables_is_there_and_no_other(case: str) -> None:
    manifest = plain(CASES[case][0])
    tables = relations(manifest)
    expected = {
        (relation(tables[parent]), relation(node))
        for uid, node in tables.items()
        for parent in node.get("depends_on", {}).get("nodes", [])
    }
    assert set(project(case).edges) == {edge for edge in expected if edge[0] != edge[1]}


@pytest.mark.parametrize("case", [case for case, paths in CASES.items() if paths[1]])
def test_columns_are_those_of_the_catalog_and_the_documented_ones(case: str) -> None:
    manifest, catalog = plain(CASES[case][0]), plain(CASES[case][1])
    physical: dict[str, set[str]] = {}
    documented: dict[str, set[str]] = {}
    for uid, node in relations(manifest).items():
        entry = {**catalog["nodes"], **catalog["sources"]}.get(uid, {"columns": {}})
        physical.setdefault(relation(node), set()).update(name.lower() for name in entry["columns"])
        documented.setdefault(relation(node), set()).update(name.lower() for name in node["columns"])
    for dataset in project(case).datasets:
        name = dataset.qualified_name
        assert {column.name for column in dataset.columns if column.is_physical} == physical[name]
        assert {column.name for column in dataset.columns if column.is_documented} == documented[name]
        assert [column.position for column in dataset.columns] == list(range(1, len(dataset.columns) + 1))
        assert all(column.data_type for column in dataset.columns if column.is_physical)


def test_a_column_may_be_documented_and_not_exist_or_exist_and_not_be_documented() -> None:
    customers = next(d for d in project("v12 of dbt 1.11, built here").datasets if d.name == "customers")
    facts = {column.name: (column.is_documented, column.is_physical) for column in customers.columns}
    assert facts["customer_id"] == (True, True)
    assert facts["customer_lifetime_value"] == (False, True)
    assert facts["total_order_amount"] == (True, False)


def test_a_seed_and_a_source_over_one_table_are_one_dataset() -> None:
    found = next(d for d in project("v12 of dbt 1.12").datasets if d.name == "raw_customers")
    assert found.unique_ids == ("seed.jaffle_shop.raw_customers", "source.jaffle_shop.ecom.raw_customers")
    assert found.description == "One record per person who has purchased one or more items"


def test_the_semantic_manifest_of_a_project_without_metrics_is_empty() -> None:
    reading = read_project(REAL / "manifest.json", semantic_manifest=REAL / "semantic_manifest.json")
    assert reading.project is not None
    assert (reading.project.metrics, reading.project.semantic_models) == ((), ())
