"""Reads data contracts for the gate: the project's own reader gives the contract, the strict loader its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.names import canonical_name, column_name
from exchange.gate import access
from exchange.gate.model import ColumnFact, Material, Options, TableFact
from exchange.gate.words import unreadable
from exchange.odcs.columns import path_of
from exchange.odcs.identity import dataset_name, dialect_of, main_server
from exchange.odcs.model import Contract, ContractColumn, ContractDataset
from exchange.odcs.reader import read_document
from exchange.odcs.strict import Document
from exchange.problems import Path


def read_contract(document: Document, shown: str, options: Options, material: Material) -> None:
    """Read one loaded contract into the material."""
    reading = read_document(document, words=options.words)
    for problem in reading.findings:
        if problem.rule_id.startswith("FILE-"):
            material.findings.append(unreadable(shown, problem.line, problem.sentence.rstrip(".")))
    contract = reading.contract
    if contract is None:
        if not document.problems:
            material.findings.append(unreadable(shown, 1, "it is no data contract"))
        return
    grants, at = _grants(document)
    places = _dataset_paths(document.value)
    for dataset, place in zip(contract.datasets, places, strict=False):
        table = _table(contract, dataset, document, place, shown)
        table.grants, table.grants_place = {name: set(who) for name, who in grants.items()}, (shown, at)
        material.tables.append(table)


def _grants(document: Document) -> tuple[access.Grants, int]:
    """The roles of a contract with the access that each has, and their line."""
    found: access.Grants = {}
    roles = document.value.get("roles") if isinstance(document.value, dict) else None
    for one in roles if isinstance(roles, list) else ():
        if isinstance(one, dict) and one.get("role"):
            access.add(found, [one.get("access") or "read"], [one["role"]])
    return found, max(document.line_of(("roles",)), 1)


def _mask(document: Document, path: Path) -> str:
    """The custom property `mask` of a column."""
    raw = _value_at(document.value, path)
    more = raw.get("customProperties") if isinstance(raw, dict) else None
    for one in more if isinstance(more, list) else ():
        if isinstance(one, dict) and access.word(one.get("property", "")) in ("mask", "masking"):
            return access.word(one.get("value", ""))
    return ""


def _table(
    contract: Contract, dataset: ContractDataset, document: Document, place: tuple[Path, str], shown: str
) -> TableFact:
    path, below = place
    dialect = dialect_of(main_server(contract))
    name = dataset_name(contract, dataset) or canonical_name(dataset.name)
    table = TableFact(name, shown, document.line_of(path), tags=dataset.tags, is_complete=True, dialect=dialect)
    lines = dict(_column_paths(document.value, (*path, below)))
    for column in dataset.columns:
        if column.is_item and column.classification is None:
            continue  # an array's item is labelled by the array
        where = lines.get(column.path, path)
        table.columns[_key(column, dialect)] = _column(column, document, where, shown)
    return table


def _key(column: ContractColumn, dialect: str) -> str:
    written = column.physical_name if column.physical_name and not column.parent else column.path
    return column_name(written, dialect) if not column.parent else written


def _column(column: ContractColumn, document: Document, path: Path, shown: str) -> ColumnFact:
    at = (*path, "classification") if column.classification is not None else path
    fact = ColumnFact(
        column.path, shown, document.line_of(at), column.classification or "", column.level, column.tags, column.sources
    )
    fact.mask = _mask(document, path)
    return fact


def _dataset_paths(value: Any) -> list[tuple[Path, str]]:
    """Where the datasets stand, in the order in which the readers give them."""
    if not isinstance(value, dict):
        return []
    for top, below in (("schema", "properties"), ("dataset", "columns")):
        if isinstance(value.get(top), list):
            return [((top, place), below) for place, one in enumerate(value[top]) if isinstance(one, dict)]
    models = value.get("models")
    return [(("models", name), "fields") for name in models] if isinstance(models, dict) else []


def _column_paths(value: Any, path: Path) -> Iterator[tuple[str, Path]]:
    """Dotted names of columns to where they stand; an own stack, so that depth costs nothing."""
    stack: list[tuple[Path, str]] = [(path, "")]
    while stack:
        at, parent = stack.pop()
        for where, name, raw in _children(_value_at(value, at), at):
            own = path_of(parent, name)
            yield own, where
            stack += [((*where, key), own) for key in ("properties", "fields")]
            item, item_at = raw.get("items"), (*where, "items")
            while isinstance(item, dict):
                own = f"{own}[]"
                yield own, item_at
                stack += [((*item_at, key), own) for key in ("properties", "fields")]
                item, item_at = item.get("items"), (*item_at, "items")


def _children(value: Any, at: Path) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    if isinstance(value, list):
        for place, one in enumerate(value):
            if isinstance(one, dict):
                yield (*at, place), str(one.get("name") or one.get("column") or ""), one
    elif isinstance(value, dict):
        for name, one in value.items():
            yield (*at, name), name, one if isinstance(one, dict) else {}


def _value_at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
