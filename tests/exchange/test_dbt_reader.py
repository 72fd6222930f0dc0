"""What a dbt project says arrives in the records, whatever its version leaves out or changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exchange.dbt.lineage import edges
from exchange.dbt.model import DbtDataset, DbtReading
from exchange.dbt.nodes import layer_of
from exchange.dbt.reader import read_project

LUMIO = Path(__file__).parent / "fixtures/dbt-lumio"


def lumio() -> DbtReading:
    return read_project(LUMIO / "manifest.json", LUMIO / "catalog.json", LUMIO / "run_results.json")


def artifact(kind: str = "manifest", version: int = 12, **parts: Any) -> bytes:
    address = f"https://schemas.getdbt.com/dbt/{kind}/v{version}.json"
    metadata = {"dbt_schema_version": address, "adapter_type": parts.pop("adapter", "postgres")}
    return json.dumps({"metadata": metadata, **parts}).encode()


def model(name: str, **facts: Any) -> dict[str, Any]:
    return {
        "unique_id": f"model.p.{name}", "resource_type": "model", "name": name, "database": "d", "schema": "s",
        "package_name": "p", "config": {"materialized": "table"}, **facts,
    }  # fmt: skip


def one(node: dict[str, Any], **parts: Any) -> DbtDataset:
    reading = read_project(artifact(nodes={node["unique_id"]: node}, **parts))
    assert reading.project is not None, reading.findings
    return reading.project.datasets[0]


def test_the_shop_of_the_fixtures_arrives_whole() -> None:
    reading = lumio()
    assert [found.rule_id for found in reading.findings] == ["DBT-7", "DBT-12"]  # nobody has compiled it
    project = reading.project
    assert project is not None
    assert {d.qualified_name: (d.layer, d.owner, len(d.columns)) for d in project.datasets} == {
        "lumio.raw.app_event_log": ("ODS", "", 5),
        "lumio.raw.order_export": ("ODS", "", 8),
        "lumio.raw.product_category": ("", "", 4),
        "lumio.ods.ods_app_event": ("ODS", "Ravi Shah", 5),
        "lumio.ods.ods_trade_order": ("ODS", "Omar Haddad", 5),
        "lumio.dim.dim_product": ("DIM", "Catalogue team", 4),
        "lumio.dwd.dwd_trade_order_detail": ("DWD", "Omar Haddad", 7),
        "lumio.dws.dws_trade_funnel_1h": ("DWS", "Ravi Shah", 5),
        "lumio.ads.ads_checkout_funnel": ("ADS", "Ravi Shah", 4),
    }
    assert ("lumio.ods.ods_app_event", "lumio.dws.dws_trade_funnel_1h") in project.edges  # through an ephemeral model
    assert len(project.edges) == 9
    assert project.exposures[0].datasets == ("lumio.ads.ads_checkout_funnel",)
    assert {test.status for test in project.tests} == {"pass"}
    product = next(d for d in project.datasets if d.name == "dim_product")
    assert [(c.name, c.level) for c in product.columns] == [
        ("product_id", 2), ("title", 1), ("category", 1), ("listed_on", None),
    ]  # fmt: skip
    assert next(d for d in project.datasets if d.name == "dws_trade_funnel_1h").level == 2


@pytest.mark.parametrize("version", range(4, 13))
def test_it_reads_every_version_from_4_to_12(version: int) -> None:
    reading = read_project(artifact(version=version, nodes={"model.p.a": model("a")}, sources={}))
    assert reading.project is not None
    assert (reading.project.schema_version, len(reading.project.datasets)) == (version, 1)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "DBT-2"),
        (b"{", "DBT-2"),
        (b"[]", "DBT-2"),
        (b"{}", "DBT-3"),
        (b'{"metadata": {"dbt_schema_version": 7}}', "DBT-2"),
        (artifact("catalog", 1), "DBT-3"),
        (artifact(version=3), "DBT-4"),
        (artifact(version=99), "DBT-4"),
        (b"[" * 100_000, "DBT-2"),
    ],
)
def test_it_refuses_what_is_no_manifest_and_says_why(data: bytes, rule: str) -> None:
    reading = read_project(data)
    assert reading.project is None
    assert [found.rule_id for found in reading.errors] == [rule]
    assert reading.errors[0].sentence.endswith(".")


def test_it_refuses_an_artifact_beyond_the_limit_before_parsing(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(artifact(nodes={}) + b" " * 1000)
    assert [found.rule_id for found in read_project(path, max_bytes=1000).errors] == ["DBT-1"]


@pytest.mark.parametrize("empty", [b"", b"  \n", b"{}", b"null"])
def test_an_empty_catalog_is_a_warning_and_leaves_columns_in_doubt(empty: bytes, tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_bytes(empty)
    node = model("a", columns={"x": {"name": "x", "description": "X."}})
    for catalog in (empty, path):
        reading = read_project(artifact(nodes={"model.p.a": node}), catalog)
        assert "DBT-5" in [found.rule_id for found in reading.findings]
        assert reading.project is not None
        assert [(c.name, c.is_physical) for c in reading.project.datasets[0].columns] == [("x", None)]


def test_an_unreadable_node_is_named_and_the_rest_is_read() -> None:
    reading = read_project(artifact(nodes={"model.p.a": {"columns": 7}, "model.p.b": model("b")}))
    assert next((found.rule_id, found.path) for found in reading.findings) == ("DBT-6", "nodes.model.p.a")
    assert reading.project is not None and [d.name for d in reading.project.datasets] == ["b"]


@pytest.mark.parametrize(
    ("facts", "owner"),
    [
        ({"meta": {"owner": "Ada"}}, ("Ada", "")),
        ({"config": {"meta": {"owner": "ada@x.example"}}}, ("ada@x.example", "ada@x.example")),
        ({"meta": {"owner": {"name": "Ada", "email": "ada@x.example"}}}, ("Ada", "ada@x.example")),
        ({"group": "g"}, ("Team G", "g@x.example")),
        ({"config": {"group": "g"}}, ("Team G", "g@x.example")),
        ({"meta": {"owner": "Ada"}, "group": "g"}, ("Ada", "")),
        ({"meta": {"owner": ["Ada"]}}, ("", "")),
        ({}, ("", "")),
    ],
)
def test_it_finds_the_owner_in_meta_config_or_group(facts: dict[str, Any], owner: tuple[str, str]) -> None:
    groups = {"group.p.g": {"name": "g", "owner": {"name": "Team G", "email": ["g@x.example"]}}}
    found = one(model("a", **facts), groups=groups)
    assert (found.owner, found.owner_email) == owner


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"meta": {"level": "L4"}}, 4),
        ({"config": {"meta": {"classification": "confidential"}}}, 3),
        ({"tags": ["daily", "level:internal"]}, 2),
        ({"meta": {"level": "pinkish"}}, None),
        ({"meta": {"level": 1}}, None),
        ({"meta": {"level": True}}, None),
        ({}, None),
    ],
)
def test_it_reads_levels_from_meta_and_tags_and_never_guesses_low(facts: dict[str, Any], level: int | None) -> None:
    assert one(model("a", **facts)).level == level


def test_the_words_of_the_organisation_count_and_unknown_ones_are_reported() -> None:
    node = model(
        "a", columns={"x": {"name": "x", "meta": {"level": "pinkish"}}, "y": {"name": "y", "tags": ["level:?"]}}
    )
    reading = read_project(artifact(nodes={"model.p.a": node}), words={"pinkish": 4})
    assert reading.project is not None
    assert [c.level for c in reading.project.datasets[0].columns] == [4, None]
    assert [(f.rule_id, f.facts["word"]) for f in reading.findings if f.rule_id == "DBT-8"] == [("DBT-8", "?")]


def test_columns_join_across_letter_case_as_the_warehouse_folds_names() -> None:
    node = model("a", relation_name="D.S.A", columns={"order_id": {"name": "order_id", "description": "Number."}})
    entry = {"columns": {"ORDER_ID": {"name": "ORDER_ID", "type": "NUMBER", "index": 1}}}
    reading = read_project(
        artifact(nodes={"model.p.a": node}, adapter="snowflake"),
        artifact("catalog", 1, nodes={"model.p.a": entry}, sources={}),
    )
    assert reading.project is not None
    dataset = reading.project.datasets[0]
    assert dataset.qualified_name == "d.s.a"
    assert [(c.name, c.data_type, c.description, c.is_physical) for c in dataset.columns] == [
        ("order_id", "NUMBER", "Number.", True)
    ]


def test_metrics_are_read_with_measures_and_without() -> None:
    metrics = {
        "metric.p.a": {"name": "a", "type": "simple", "type_params": {"measure": {"name": "spend"}}},
        "metric.p.b": {
            "name": "b", "type": "simple",
            "type_params": {"expr": "x", "metric_aggregation_params": {"semantic_model": "orders", "agg": "sum"}},
        },
        "metric.p.c": {
            "name": "c", "type": "ratio",
            "type_params": {"numerator": {"name": "a"}, "denominator": "b"},
            "filter": {"where_filters": [{"where_sql_template": "{{ Dimension('o__x') }} = 1"}]},
        },
        "metric.p.d": {"name": "d", "calculation_method": "count", "expression": "*", "model": "ref('orders')"},
    }  # fmt: skip
    models = {
        "semantic_model.p.orders": {"name": "orders", "measures": [{"name": "spend", "agg": "sum", "expr": None}]}
    }
    project = read_project(artifact(nodes={}, metrics=metrics, semantic_models=models)).project
    assert project is not None and project.semantic_models == ("orders",)
    found = {m.name: (m.kind, m.semantic_model, m.agg, m.expression, m.inputs) for m in project.metrics}
    assert found == {
        "a": ("simple", "orders", "sum", "spend", ()),
        "b": ("simple", "orders", "sum", "x", ()),
        "c": ("ratio", "", "", "", ("a", "b")),
        "d": ("simple", "ref('orders')", "count", "*", ()),
    }
    assert project.metrics[2].filter == "{{ Dimension('o__x') }} = 1"


def test_lineage_skips_what_is_no_table_and_survives_a_cycle() -> None:
    names = {"a": "t.a", "d": "t.d", "e": "t.e"}
    parents = {"d": ["b", "c"], "b": ["a"], "c": ["b", "c"], "e": ["d", "x"], "x": ["y"], "y": ["x"], "test": ["e"]}
    assert edges(parents, names) == (("t.a", "t.d"), ("t.d", "t.e"))


@pytest.mark.parametrize(
    ("name", "kind", "layer"),
    [
        ("ods_order", "model", "ODS"), ("dwd_x", "model", "DWD"), ("DWS_X", "model", "DWS"), ("ads_x", "model", "ADS"),
        ("dim_x", "model", "DIM"), ("stg_x", "model", "ODS"), ("fct_x", "model", "DWD"), ("orders", "model", ""),
        ("dimension", "model", ""), ("orders", "source", "ODS"), ("app_log", "source", "ODS"),
        ("dim_x", "source", "DIM"),
    ],
)  # fmt: skip
def test_it_guesses_the_layer_from_the_name(name: str, kind: str, layer: str) -> None:
    assert layer_of(name, kind) == layer
