"""Which standard a file belongs to: three are called ODPS, two call themselves data contract (interchange.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exchange.problems import N_

NAMES = {
    "odcs": N_("Open Data Contract Standard (Bitol)"),
    "odps-bitol": N_("Open Data Product Standard (Bitol)"),
    "odps-lf": N_("Open Data Product Specification (Linux Foundation)"),
    "dcs": N_("Data Contract Specification (older, deprecated)"),
    "dps": N_("Data Product Specification (older, deprecated)"),
    "dbt-manifest": N_("dbt manifest"),
    "dbt-catalog": N_("dbt catalog"),
    "dbt-run-results": N_("dbt run results"),
    "dbt-semantic-manifest": N_("dbt semantic manifest"),
    "openlineage": N_("OpenLineage event"),
    "json-schema": N_("JSON Schema"),
    "unknown": N_("an unknown kind of file"),
}
_ODCS_2_KEYS = {"datasetName", "quantumName", "dataset"}
_ODCS_3_KEYS = {"schema", "servers", "slaProperties", "team", "support", "status", "dataProduct"}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The kind (a key of ``NAMES``), the version it declares, and the keys that decided."""

    kind: str
    version: str
    because: str

    @property
    def name(self) -> str:
        """The standard's name in English."""
        return NAMES[self.kind]


def sniff(value: Any) -> Sniffed:
    """Say which standard a loaded file follows.

    Args:
        value: the loaded document (any JSON value).

    Returns:
        The kind and why. A file with the version of a data contract but a wrong ``kind`` is still ``odcs``: the reader
        then reports the kind by name.
    """
    if not isinstance(value, Mapping):
        return Sniffed("unknown", "", "")
    for key, kind in (
        ("dataContractSpecification", "dcs"),
        ("dataProductSpecification", "dps"),
        ("$schema", "json-schema"),
    ):
        if key in value:
            return Sniffed(kind, _version(value[key]), key)
    found = _dbt(value)
    if found:
        return found
    version = _version(value.get("apiVersion"))
    found = _by_kind(value, version)
    if found:
        return found
    keys = set(value)
    if isinstance(value.get("product"), (Mapping, list)):
        return Sniffed("odps-lf", _version(value.get("version")), "product")
    if {"eventTime", "schemaURL"} <= keys:
        return Sniffed("openlineage", "", "eventTime")
    if "apiVersion" in value or (_ODCS_3_KEYS & keys and "id" in value) or len(_ODCS_2_KEYS & keys) > 1:
        return Sniffed("odcs", version, "apiVersion" if "apiVersion" in value else "schema")
    return Sniffed("unknown", "", "")


def _by_kind(value: Mapping[str, Any], version: str) -> Sniffed | None:
    kind = value.get("kind")
    if kind == "DataProduct" or (version and {"outputPorts", "inputPorts"} & set(value)):
        return Sniffed("odps-bitol", version, "kind" if kind == "DataProduct" else "outputPorts")
    if kind == "DataContract":
        return Sniffed("odcs", version or ("2.2.2" if _ODCS_2_KEYS & set(value) else ""), "kind")
    return None


def _dbt(value: Mapping[str, Any]) -> Sniffed | None:
    metadata = value.get("metadata")
    address = str(metadata.get("dbt_schema_version", "")) if isinstance(metadata, Mapping) else ""
    for word in ("manifest", "catalog", "run-results"):
        if f"/{word}/" in address:
            return Sniffed(f"dbt-{word}", address.rsplit("/", 1)[-1].removesuffix(".json"), "dbt_schema_version")
    if {"semantic_models", "metrics", "project_configuration"} <= set(value):
        return Sniffed("dbt-semantic-manifest", "", "semantic_models")
    return None


def _version(value: Any) -> str:
    return str(value).strip().removeprefix("v") if isinstance(value, (str, int, float)) else ""
