"""Small inputs for the gate: files in a folder, and the rules that their findings name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from exchange.gate.baseline import Baseline
from exchange.gate.model import Finding, Options
from exchange.gate.reading import read_paths
from exchange.gate.rules import check

LABELLED = "-- level: L2"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """A file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def judge(
    *paths: Path, strict: bool = False, baseline: Baseline | None = None, words: dict[str, int] | None = None,
    dialect: str = "postgres",
) -> list[Finding]:  # fmt: skip
    """What the gate finds in some paths."""
    material = read_paths([str(path) for path in paths], Options(dialect, words or {}))
    return check(material, strict=strict, baseline=baseline)


def told(findings: list[Finding]) -> list[tuple[str, int]]:
    """(rule, line) of every finding, in order."""
    return [(finding.rule, finding.line) for finding in findings]


def contract(columns: str, name: str = "orders") -> str:
    """A contract of one table; its columns begin on line 9."""
    return (
        "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\nschema:\n"
        f"- name: {name}\n  properties:\n{columns}"
    )


def node(
    name: str, columns: dict[str, Any], parents: tuple[str, ...] = (), kind: str = "model", **more: Any
) -> dict[str, Any]:
    """One node of a manifest; columns map to a level's word, or to None."""
    return {
        "unique_id": f"{kind}.shop.{name}", "resource_type": kind, "name": name, "package_name": "shop",
        "database": "db", "schema": "main", "relation_name": f'"db"."main"."{name}"',
        "config": {"materialized": "table"},
        "columns": {key: {"name": key, "meta": {"level": word} if word else {}} for key, word in columns.items()},
        "depends_on": {"nodes": list(parents)}, **more,
    }  # fmt: skip


def manifest(*nodes: dict[str, Any]) -> str:
    """manifest.json of some nodes, written over several lines."""
    value = {
        "metadata": {
            "dbt_schema_version": "https://schemas.example/dbt/manifest/v12.json",
            "adapter_type": "duckdb",
            "project_name": "shop",
        },
        "nodes": {one["unique_id"]: one for one in nodes if one["resource_type"] != "source"},
        "sources": {one["unique_id"]: one for one in nodes if one["resource_type"] == "source"},
    }
    return json.dumps(value, indent=1)
