"""Which key of the standard is which field of ours: one table, read in one direction and written in the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from guard.levels import parse_level

Shape = Literal["text", "bool", "int", "texts", "objects", "object", "any", "values"]

VENDOR = "throughline"
CHAIN_PROPERTY = f"{VENDOR}.chain"
REST_PROPERTY = f"{VENDOR}.rest"
HANDLING_PROPERTY = "handling"
LEVELS_PROPERTY = "otherLevels"
ABSENT_PROPERTY = f"{VENDOR}.absent"

LIBRARY_METRICS = ("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")
VERSIONS = ("2.2.0", "2.2.1", "2.2.2", "3.0.0", "3.0.1", "3.0.2", "3.1.0", "3.2.0")
WRITABLE = ("3.1.0", "3.2.0")


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name in 3.x, our attribute, its shape, and its name in 2.2 where that differs."""

    key: str
    attribute: str
    shape: Shape = "text"
    old: str = ""


CONTRACT = (
    Key("id", "id", old="uuid"),
    Key("name", "name", old="datasetName"),
    Key("version", "version"),
    Key("status", "status"),
    Key("domain", "domain", old="datasetDomain"),
    Key("tenant", "tenant"),
    Key("dataProduct", "data_product", old="quantumName"),
    Key("tags", "tags", "texts"),
    Key("roles", "roles", "objects"),
    Key("support", "support", "objects"),
    Key("price", "price", "object"),
    Key("slaDefaultElement", "sla_default_element", old="slaDefaultColumn"),
    Key("authoritativeDefinitions", "definitions", "objects"),
    Key("contractCreatedTs", "created"),
    Key("customProperties", "custom", "objects"),
)
# Read by functions of their own.
CONTRACT_STRUCTURE = {"apiVersion", "kind", "description", "schema", "servers", "team", "slaProperties"}
CONTRACT_STRUCTURE_OLD = {"apiVersion", "kind", "description", "dataset", "stakeholders", "slaProperties"}

DATASET = (
    Key("name", "name", old="table"),
    Key("id", "id"),
    Key("logicalType", "logical_type"),
    Key("physicalName", "physical_name"),
    Key("physicalType", "physical_type"),
    Key("businessName", "business_name"),
    Key("description", "description"),
    Key("dataGranularityDescription", "grain", old="dataGranularity"),
    Key("tags", "tags", "texts"),
    Key("quality", "quality", "objects"),
    Key("authoritativeDefinitions", "definitions", "objects"),
    Key("relationships", "relationships", "objects"),
    Key("customProperties", "custom", "objects"),
)

COLUMN = (
    Key("name", "name", old="column"),
    Key("id", "id"),
    Key("logicalType", "logical_type"),
    Key("physicalName", "physical_name"),
    Key("physicalType", "physical_type"),
    Key("businessName", "business_name"),
    Key("description", "description"),
    Key("classification", "classification"),
    Key("required", "required", "bool"),
    Key("unique", "unique", "bool", old="isUnique"),
    Key("primaryKey", "primary_key", "bool", old="isPrimaryKey"),
    Key("primaryKeyPosition", "primary_key_position", "int"),
    Key("partitioned", "partitioned", "bool", old="partitionStatus"),
    Key("partitionKeyPosition", "partition_key_position", "int"),
    Key("criticalDataElement", "critical", "bool", old="criticalDataElementStatus"),
    Key("encryptedName", "encrypted_name", old="encryptedColumnName"),
    Key("tags", "tags", "texts"),
    Key("examples", "examples", "values", old="sampleValues"),
    Key("transformSourceObjects", "sources", "texts", old="transformSourceTables"),
    Key("transformLogic", "transform_logic"),
    Key("transformDescription", "transform_description"),
    Key("logicalTypeOptions", "options", "object"),
    Key("quality", "quality", "objects"),
    Key("authoritativeDefinitions", "definitions", "objects"),
    Key("relationships", "relationships", "objects"),
    Key("customProperties", "custom", "objects"),
)

MEMBER = (
    Key("username", "username"),
    Key("role", "role"),
    Key("name", "name"),
    Key("description", "description"),
    Key("dateIn", "date_in"),
    Key("dateOut", "date_out"),
    Key("replacedByUsername", "replaced_by"),
)
SLA = (
    Key("property", "property"),
    Key("value", "value", "any"),
    Key("unit", "unit"),
    Key("element", "element", old="column"),
    Key("driver", "driver"),
)
SERVER = (
    Key("server", "name"),
    Key("type", "type"),
    Key("environment", "environment"),
    Key("description", "description"),
)
TEAM = (Key("name", "name"), Key("description", "description"))

# Keys that a version knows and we keep without a field of our own.
KNOWN_EXTRAS: Mapping[str, frozenset[str]] = {
    "contract": frozenset({"context"}),
    "dataset": frozenset({"properties", "columns", "context", "synonyms", "deprecated", "priorTableName"}),
    "column": frozenset(
        {"properties", "items", "synonyms", "deprecated", "enum", "semanticType", "isNullable", "clusterStatus",
         "clusterKeyPosition", "isPrimaryKey", "isUnique"}
    ),
    "team": frozenset({"members", "id", "tags", "customProperties", "authoritativeDefinitions"}),
    "member": frozenset({"id", "tags", "customProperties", "authoritativeDefinitions"}),
    "sla": frozenset(
        {"id", "valueExt", "description", "schedule", "scheduler", "customProperties", "authoritativeDefinitions"}
    ),
    "description": frozenset({"purpose", "usage", "limitations", "authoritativeDefinitions", "customProperties"}),
}  # fmt: skip


ALL_KEYS = frozenset(
    {key.key for table in (CONTRACT, DATASET, COLUMN, MEMBER, SLA, SERVER, TEAM) for key in table}
    | CONTRACT_STRUCTURE
    | frozenset().union(*KNOWN_EXTRAS.values())
)


def keys_of(table: tuple[Key, ...], version: str) -> dict[str, Key]:
    """Key text to Key for a version; 2.2 files may use the old name."""
    old = version.startswith("2.")
    return {(key.old if old and key.old else key.key): key for key in table}


def level_of(word: str | None, words: Mapping[str, int] | None = None) -> int | None:
    """The rank that a classification word means.

    Args:
        word: the raw text of the file.
        words: the organisation's own words (lower case) to ranks 1..5; looked at first.

    Returns:
        The rank, or ``None`` for anything unknown: unclassified, which counts as strict, never as lowest. A bare number
        counts only when the organisation maps it, since other schemes count the other way round.
    """
    if word is None or not word.strip():
        return None
    text = word.strip().lower()
    if words and text in words:
        return words[text]
    return None if text.isdecimal() else parse_level(text)


def custom_value(custom: tuple[Mapping[str, object], ...], name: str) -> object:
    """The value of the first custom property of that name, or ``None``."""
    return next((entry.get("value") for entry in custom if entry.get("property") == name), None)
