"""Second stage: one node at a time, forgiving about types, which changed from version to version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from exchange.dbt.model import DbtColumn
from exchange.names import column_name, from_dbt
from exchange.odcs.mapping import level_of

LEVEL_KEYS = ("level", "security_level", "classification", "data_classification", "sensitivity")
_LEVEL_TAGS = ("level:", "classification:", "sensitivity:")
# Names as the layers of domain.md 1.1; the second group is what dbt projects usually call the same things.
_LAYERS = {
    "ods": "ODS", "dwd": "DWD", "dws": "DWS", "ads": "ADS", "dim": "DIM",
    "raw": "ODS", "src": "ODS", "base": "ODS", "stg": "ODS", "int": "DWD", "fct": "DWD", "fact": "DWD", "agg": "DWS",
    "rpt": "ADS", "mart": "ADS",
}  # fmt: skip
RELATIONS = {"model", "seed", "snapshot", "source"}
COMPILED = {"model", "snapshot"}  # made by SQL of the project


class NodeColumn(msgspec.Struct, gc=False):
    """A documented column of a node."""

    name: str = ""
    description: str | None = None
    data_type: str | None = None
    quote: bool | None = None
    tags: Any = None
    meta: Any = None
    config: Any = None


class Node(msgspec.Struct, gc=False):
    """What we read of a node or source; everything else is skipped."""

    unique_id: str = ""
    resource_type: str = ""
    name: str = ""
    alias: str | None = None
    identifier: str | None = None
    database: str | None = None
    schema: str | None = None
    relation_name: str | None = None
    package_name: str = ""
    original_file_path: str = ""
    description: str | None = None
    source_description: str | None = None
    config: Any = None
    tags: Any = None
    meta: Any = None
    source_meta: Any = None
    group: str | None = None
    columns: dict[str, NodeColumn] | None = None
    depends_on: Any = None
    column_name: str | None = None
    attached_node: str | None = None
    test_metadata: Any = None
    loaded_at_field: str | None = None
    freshness: Any = None
    compiled_code: str | None = None
    compiled_sql: str | None = None

    @property
    def settings(self) -> Mapping[str, Any]:
        """The node's config."""
        return self.config if isinstance(self.config, dict) else {}

    @property
    def materialized(self) -> str:
        """table, view, incremental, ephemeral … empty for sources."""
        return str(self.settings.get("materialized") or "")

    @property
    def is_relation(self) -> bool:
        """Whether the node exists in the warehouse; ephemeral models are only text."""
        return self.resource_type in RELATIONS and self.materialized != "ephemeral"

    @property
    def merged_meta(self) -> dict[str, Any]:
        """Meta of the source, the node and its config, the nearest winning."""
        merged: dict[str, Any] = {}
        for part in (self.source_meta, self.settings.get("meta"), self.meta):
            if isinstance(part, dict):
                merged.update(part)
        return merged

    @property
    def all_tags(self) -> tuple[str, ...]:
        """Tags of the node and of its config, in order, each once."""
        return tuple(dict.fromkeys([*_texts(self.tags), *_texts(self.settings.get("tags"))]))

    @property
    def group_name(self) -> str:
        """The dbt group that owns the node."""
        return str(self.group or self.settings.get("group") or "")

    def canonical(self, adapter: str) -> str:
        """The canonical name of the relation."""
        identifier = self.identifier or self.alias or self.name
        return from_dbt(adapter, self.relation_name, self.database, self.schema, identifier)

    def parents(self) -> list[str]:
        """What the node says it depends on, for manifests without a parent map."""
        nodes = self.depends_on.get("nodes") if isinstance(self.depends_on, dict) else None
        return _texts(nodes)


class CatalogColumn(msgspec.Struct, gc=False):
    """A physical column."""

    name: str = ""
    type: str | None = None
    index: int | None = None
    comment: str | None = None


class CatalogEntry(msgspec.Struct, gc=False):
    """A physical table of the catalog."""

    columns: dict[str, CatalogColumn] = msgspec.field(default_factory=dict)
    metadata: Any = None


class Level(msgspec.Struct, frozen=True):
    """A classification word and the rank that it means here."""

    word: str = ""
    rank: int | None = None


def level_from(meta: Mapping[str, Any], tags: tuple[str, ...], words: Mapping[str, int] | None) -> Level:
    """Find the level that meta or tags give.

    Args:
        meta: ``level: L3``, ``classification: confidential`` …
        tags: ``level:L3`` …
        words: the organisation's own words.

    Returns:
        The first word found and its rank; an unknown word has no rank.
    """
    for key in LEVEL_KEYS:
        if isinstance(meta.get(key), (str, int)) and not isinstance(meta.get(key), bool):
            word = str(meta[key])
            return Level(word, level_of(word, words))
    for tag in tags:
        for start in _LEVEL_TAGS:
            if tag.lower().startswith(start):
                word = tag[len(start) :].strip()
                return Level(word, level_of(word, words))
    return Level()


def owner_from(meta: Mapping[str, Any], group_owner: Any) -> tuple[str, str]:
    """The owner's name and e-mail: meta first, then the group's owner; both empty when nobody is named."""
    for found in (meta.get("owner"), meta.get("data_owner"), group_owner):
        if isinstance(found, str) and found.strip():
            return (found, found) if "@" in found and " " not in found else (found, "")
        if isinstance(found, dict) and (found.get("name") or found.get("email")):
            return str(found.get("name") or found.get("email")), _first(found.get("email"))
    return "", ""


def layer_of(name: str, resource_type: str = "model") -> str:
    """The layer that a name's prefix suggests: ODS, DWD, DWS, ADS, DIM; sources are ODS; empty when nothing tells."""
    prefix = name.lower().split("_", 1)[0] if "_" in name else ""
    if resource_type == "source":
        return prefix.upper() if prefix in ("dwd", "dws", "ads", "dim") else "ODS"
    return _LAYERS.get(prefix, "")


def join_columns(
    node: Node, entry: CatalogEntry | None, adapter: str, words: Mapping[str, int] | None
) -> Iterator[DbtColumn]:
    """Join what is documented with what exists, by folded name.

    Args:
        node: the node with its documented columns.
        entry: the catalog's entry, ``None`` when there is none.
        adapter: decides how names fold (Snowflake's catalog is in upper case).
        words: the organisation's classification words.

    Yields:
        Columns in the order of the table; documented ones that do not exist come last.
    """
    documented = {
        column_name(column.name or key, adapter, quoted=bool(column.quote)): column
        for key, column in (node.columns or {}).items()
    }
    physical = sorted(entry.columns.items(), key=lambda item: item[1].index or 0) if entry else []
    position = 0
    for key, column in physical:
        position += 1
        folded = column_name(column.name or key, adapter, quoted=True)
        note = documented.pop(folded, None) or documented.pop(column_name(column.name or key, adapter), None)
        yield _column(folded, position, note, column, words, is_physical=True)
    for folded, note in documented.items():
        position += 1
        yield _column(folded, position, note, None, words, is_physical=False if entry else None)


def _column(
    name: str, position: int, note: NodeColumn | None, column: CatalogColumn | None, words: Mapping[str, int] | None,
    *, is_physical: bool | None,
) -> DbtColumn:  # fmt: skip
    config = note.config if note and isinstance(note.config, dict) else {}
    meta: dict[str, Any] = {}
    for part in (config.get("meta"), note.meta if note else None):
        meta.update(part if isinstance(part, dict) else {})
    tags = tuple(dict.fromkeys([*_texts(note.tags if note else None), *_texts(config.get("tags"))]))
    level = level_from(meta, tags, words)
    return DbtColumn(
        name=name.strip('"'), position=position, is_documented=note is not None, is_physical=is_physical,
        data_type=(column.type if column else None) or (note.data_type if note else None) or "",
        description=(note.description if note else None) or (column.comment if column else None) or "",
        tags=tags, level_word=level.word, level=level.rank,
    )  # fmt: skip


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(entry) for entry in value] if isinstance(value, list) else []


def _first(value: Any) -> str:
    found = _texts(value)
    return found[0] if found else ""
