"""What a contract must satisfy beyond its shapes: required keys, ids, references, dates. Our own rules, read from the
published text of the standard; no schema of theirs is copied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exchange.odcs import checks_schema
from exchange.odcs.fields import Findings
from exchange.odcs.mapping import VERSIONS
from exchange.odcs.model import Contract
from exchange.odcs.walk import members, require, twice
from exchange.problems import Path

_VERSION = re.compile(r"^v?(\d+)\.(\d+)\.(\d+)$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ].*)?$")
# A contract's own id is any text that a URL path can carry; ids inside are plain words (3.1, "stable id").
_CONTRACT_ID = re.compile(r"^[\w.:/@+~#-]+(?: [\w.:/@+~#-]+)*$")
_STABLE_ID = re.compile(r"^[A-Za-z0-9_-]+$")

_REQUIRED = ("apiVersion", "kind", "id", "version", "status")
_REQUIRED_OLD = ("kind", "uuid", "version", "status", "quantumName")

# What a connection of a type cannot do without.
_SERVER_NEEDS: Mapping[str, tuple[str, ...]] = {
    "athena": ("schema",), "azure": ("location", "format"), "bigquery": ("project", "dataset"),
    "clickhouse": ("host", "port", "database"), "databricks": ("catalog", "schema"), "duckdb": ("database",),
    "glue": ("account", "database"), "kafka": ("host",), "local": ("path", "format"),
    "mysql": ("host", "port", "database"), "oracle": ("host", "port", "serviceName"),
    "postgres": ("host", "port", "database", "schema"), "postgresql": ("host", "port", "database", "schema"),
    "redshift": ("database", "schema"), "s3": ("location",), "sftp": ("location",),
    "snowflake": ("account", "database", "schema"), "sqlserver": ("host", "database", "schema"),
    "trino": ("host", "port", "catalog", "schema"),
}  # fmt: skip
_SERVER_TYPES = set(_SERVER_NEEDS) | {
    "api", "btrieve", "cloudsql", "custom", "db2", "denodo", "dremio", "exasol", "fastobjects", "hana", "hive",
    "iceberg", "impala", "informix", "ingres", "kinesis", "poet", "presto", "pubsub", "synapse", "teradata",
    "vectorwise", "versant", "vertica", "zen",
}  # fmt: skip


def check(raw: Mapping[str, Any], version: str, contract: Contract, findings: Findings) -> None:
    """Run every check on one contract.

    Args:
        raw: the file as loaded.
        version: the version it declares, or that we assume.
        contract: what was read from it.
        findings: where findings go.
    """
    minor = minor_of(version)
    _head(raw, version, findings)
    _ids(raw, minor, findings)
    _servers(raw.get("servers"), findings)
    _team(raw, minor, findings)
    _roles(raw.get("roles"), findings)
    _support(raw.get("support"), minor, findings)
    _price(raw.get("price"), findings)
    _custom(raw, (), findings)
    checks_schema.check_datasets(raw, minor, findings)
    checks_schema.check_sla(raw, contract, findings)


def minor_of(version: str) -> tuple[int, int]:
    """``"3.0.2"`` as ``(3, 0)``; an unreadable version counts as 3.1."""
    match = _VERSION.match(version)
    return (int(match.group(1)), int(match.group(2))) if match else (3, 1)


def _head(raw: Mapping[str, Any], version: str, findings: Findings) -> None:
    old = version.startswith("2.")
    required: tuple[str, ...] = _REQUIRED_OLD if old else _REQUIRED
    if minor_of(version) >= (3, 2):
        required = tuple(key for key in required if key != "status")
    require(raw, (), required, findings)
    kind = raw.get("kind")
    if kind is not None and kind != "DataContract":
        findings.add("ODCS-2", ("kind",), kind=kind)
    if "apiVersion" in raw and raw["apiVersion"] is not None and version not in VERSIONS:
        findings.add("ODCS-3", ("apiVersion",), version=version)
    own = raw.get("uuid" if old else "id")
    if isinstance(own, str) and own.strip():
        name = "uuid" if old else "id"
        if len(own) > 255:
            findings.add("ODCS-40", (name,))
        elif not _CONTRACT_ID.match(own):
            findings.add("ODCS-13", (name,), id=own)


def _ids(raw: Any, minor: tuple[int, int], findings: Findings) -> None:
    """Ids inside a contract: plain, and unique in their list (3.1 on)."""
    if minor < (3, 1):
        return
    stack: list[tuple[Path, Any]] = [((key,), value) for key, value in raw.items() if key in _WITH_IDS]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            own = value.get("id")
            if isinstance(own, str) and not _STABLE_ID.match(own):
                findings.add("ODCS-13", (*path, "id"), id=own)
            stack += [((*path, key), below) for key, below in value.items() if key in _WITH_IDS]
        elif isinstance(value, list):
            entries = members(value, path)
            twice([((*where, "id"), str(entry["id"])) for where, entry in entries if entry.get("id")], findings)
            stack += entries


_WITH_IDS = {
    "schema", "properties", "items", "servers", "quality", "slaProperties", "support", "team", "members", "roles",
    "price", "relationships",
}  # fmt: skip


def _servers(value: Any, findings: Findings) -> None:
    entries = members(value, ("servers",))
    for path, raw in entries:
        require(raw, path, ("server", "type"), findings)
        kind = raw.get("type")
        if isinstance(kind, str) and kind:
            if kind not in _SERVER_TYPES:
                findings.add("ODCS-12", (*path, "type"), type=kind)
            missing = [key for key in _SERVER_NEEDS.get(kind, ()) if raw.get(key) in (None, "")]
            if missing:
                findings.add("ODCS-11", path, type=kind, missing=", ".join(missing))
        _roles(raw.get("roles"), findings, path)
        _custom(raw, path, findings)
    twice([((*path, "server"), str(raw.get("server") or "")) for path, raw in entries], findings)


def _team(raw: Mapping[str, Any], minor: tuple[int, int], findings: Findings) -> None:
    top = "stakeholders" if minor < (3, 0) else "team"
    value = raw.get(top)
    if value is None:
        return
    path: Path = (top,)
    if isinstance(value, dict):
        if minor < (3, 1):
            findings.add("ODCS-22", path)
        if "members" not in value and ("username" in value or "role" in value):
            findings.add("ODCS-21", path)
        value, path = value.get("members"), (top, "members")
    elif minor >= (3, 1):
        findings.add("ODCS-22", path)
    entries = members(value, path)
    names = {entry.get("username") for _, entry in entries}
    for where, entry in entries:
        require(entry, where, ("username",), findings)
        _dates(entry, where, findings)
        successor = entry.get("replacedByUsername")
        if successor and successor not in names:
            findings.add("ODCS-33", (*where, "replacedByUsername"), username=successor)


def _dates(entry: Mapping[str, Any], path: Path, findings: Findings) -> None:
    found: dict[str, str] = {}
    for key in ("dateIn", "dateOut"):
        value = entry.get(key)
        if value in (None, ""):
            continue
        if isinstance(value, str) and _DATE.match(value):
            found[key] = value
        else:
            findings.add("ODCS-32", (*path, key), date=value)
    if len(found) == 2 and found["dateOut"][:10] < found["dateIn"][:10]:
        findings.add("ODCS-31", (*path, "dateOut"), start=found["dateIn"], end=found["dateOut"])


def _roles(value: Any, findings: Findings, path: Path = ()) -> None:
    for where, raw in members(value, (*path, "roles")):
        require(raw, where, ("role",), findings)


def _support(value: Any, minor: tuple[int, int], findings: Findings) -> None:
    for path, raw in members(value, ("support",)):
        require(raw, path, ("channel",), findings)
        if not raw.get("url"):
            findings.add("ODCS-28", path, severity="warning" if minor < (3, 1) else "info")


def _price(value: Any, findings: Findings) -> None:
    if not isinstance(value, dict):
        return
    amount = value.get("priceAmount")
    if isinstance(amount, (int, float)) and not isinstance(amount, bool):
        if amount < 0:
            findings.add("ODCS-30", ("price", "priceAmount"))
        if not value.get("priceCurrency"):
            findings.add("ODCS-29", ("price", "priceAmount"))


def _custom(raw: Mapping[str, Any], path: Path, findings: Findings) -> None:
    for where, entry in members(raw.get("customProperties"), (*path, "customProperties")):
        require(entry, where, ("property",), findings)
        if "value" not in entry:
            findings.add("ODCS-25", where, key="value")
