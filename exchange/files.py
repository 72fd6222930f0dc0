"""From paths to bundles: which reader a file needs, and what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.loading import ColumnRow, DatasetRow
from exchange.bundle import Bundle, Statement
from exchange.dbt.model import DbtDataset, DbtProject
from exchange.dbt.nodes import COMPILED
from exchange.dbt.reader import read_project
from exchange.odcs import reader as odcs_reader
from exchange.odcs import strict
from exchange.odcs.identity import dataset_name, dialect_of, main_server
from exchange.odcs.model import Contract, ContractDataset
from exchange.odcs.sniff import sniff
from exchange.problems import Problem

BESIDE = {"catalog": "catalog.json", "run_results": "run_results.json", "semantic_manifest": "semantic_manifest.json"}
Reader = Callable[[Path], Bundle]


def read_dbt(path: Path) -> Bundle:
    """A dbt project: a folder with manifest.json, or the manifest itself, with its other artifacts beside it."""
    folder = path if path.is_dir() else path.parent
    manifest = path / "manifest.json" if path.is_dir() else path
    beside: dict[str, Any] = {name: folder / file for name, file in BESIDE.items() if (folder / file).is_file()}
    reading = read_project(manifest, **beside)
    if reading.project is None:
        return Bundle("dbt", "dbt", "", problems=reading.findings, source=manifest.name)
    project = reading.project
    has_catalog = "catalog" in beside
    return Bundle(
        "dbt", plain_name(project.name), project.adapter,
        [_dbt_row(dataset, has_catalog=has_catalog) for dataset in project.datasets],
        list(project.edges), reading.findings, f"{project.name} (dbt {project.dbt_version})",
        list(_statements(project)),
    )  # fmt: skip


def _statements(project: DbtProject) -> Iterator[Statement]:
    """How every model is made: by its SQL, or at least from what."""
    reads: dict[str, list[str]] = {}
    for source, target in project.edges:
        reads.setdefault(target, []).append(source)
    for dataset in project.datasets:
        if dataset.resource_type in COMPILED:
            name = dataset.qualified_name
            yield Statement(name, dataset.sql, reads=tuple(reads.get(name, ())))


def _dbt_row(dataset: DbtDataset, *, has_catalog: bool) -> DatasetRow:
    extra = {
        "dbt": {
            "unique_ids": list(dataset.unique_ids),
            "materialized": dataset.materialized,
            "path": dataset.path,
            "tags": list(dataset.tags),
            "owner": dataset.owner,
            "last_status": dataset.last_status,
        }
    }
    return DatasetRow(
        dataset.qualified_name,
        [
            ColumnRow(c.name, c.data_type, c.description, proposed_level=c.level)
            for c in dataset.columns
        ],
        title=dataset.name, description=dataset.description, layer=dataset.layer,
        aliases=list(dataset.unique_ids), declared_level=dataset.level, extra=extra, has_all_columns=has_catalog,
    )  # fmt: skip


def read_odcs(path: Path) -> Bundle:
    """One ODCS contract, YAML or JSON."""
    reading = odcs_reader.read(path)
    contract = reading.contract
    if contract is None:
        return Bundle("odcs", "contracts", "", problems=reading.findings, source=path.name)
    server = main_server(contract)
    name = plain_name((server.name if server else "") or contract.data_product or contract.name or "contracts")
    return Bundle(
        "odcs", name, dialect_of(server), [_odcs_row(contract, dataset) for dataset in contract.datasets], (),
        reading.findings, contract.name or contract.id,
    )  # fmt: skip


def _odcs_row(contract: Contract, dataset: ContractDataset) -> DatasetRow:
    promise = {sla.property.lower(): sla for sla in contract.sla}
    retention = promise.get("retention")
    extra = {
        "odcs": {
            "id": contract.id,
            "version": contract.version,
            "status": contract.status,
            "quality": [dict(check) for check in dataset.quality],
            "sla": [{"property": sla.property, "value": sla.value, "unit": sla.unit} for sla in contract.sla],
        }
    }
    return DatasetRow(
        dataset_name(contract, dataset),
        [
            ColumnRow(
                column.path, column.physical_type or column.logical_type, column.description,
                is_nullable=None if column.required is None else not column.required, is_key=column.primary_key,
                proposed_level=column.level,
            )
            for column in dataset.columns
            if not column.is_item
        ],
        title=dataset.business_name or dataset.name, description=dataset.description, grain=dataset.grain,
        aliases=[dataset.name] if dataset.physical_name and dataset.physical_name != dataset.name else [],
        retention_days=_days(retention.value, retention.unit) if retention else None, extra=extra,
    )  # fmt: skip


def _days(value: Any, unit: str) -> int | None:
    factor = {
        "d": 1,
        "day": 1,
        "days": 1,
        "": 1,
        "m": 30,
        "month": 30,
        "months": 30,
        "y": 365,
        "year": 365,
        "years": 365,
    }
    per = factor.get(unit.strip().lower())
    text = str(value).strip()
    return int(text) * per if per and text.isdecimal() and 0 < int(text) * per < 40_000 else None


def plain_name(text: str) -> str:
    """A warehouse's name: small letters, digits, underscores, beginning with a letter."""
    word = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:60]
    return word if word[:1].isalpha() else f"w_{word}"[:60].rstrip("_")


READERS: Mapping[str, Reader] = {"dbt": read_dbt, "odcs": read_odcs}


def kind_of(path: Path) -> str:
    """The standard of a file or folder, by its content.

    Raises:
        ValueError: nothing that can be imported; the sentence says what was found.
    """
    if path.is_dir():
        if (path / "manifest.json").is_file():
            return "dbt"
        raise ValueError(f"{path.name} has no manifest.json: name a dbt target folder or a file.")
    if path.name in ("manifest.json", "catalog.json"):
        return "dbt"
    found = sniff(strict.load(path.read_bytes()).value)
    kind = "odcs" if found.kind in ("odcs", "dcs") else "dbt" if found.kind.startswith("dbt") else ""
    if not kind:
        raise ValueError(f"{path.name} looks like {found.kind}, which cannot be imported yet.")
    return kind


def read_paths(kind: str, paths: Sequence[Path]) -> list[Bundle]:
    """Read every path.

    Args:
        kind: dbt, odcs or auto.
        paths: files or folders; a folder of contracts is read file by file.

    Raises:
        ValueError: an unknown kind, a path that is not there, a file of no known standard.
    """
    if kind not in (*READERS, "auto"):
        raise ValueError(f"There is no import of {kind!r}: choose one of {', '.join(READERS)} or auto.")
    bundles = []
    for path in paths:
        if not path.exists():
            raise ValueError(f"{path} is not there.")
        if kind == "dbt" and path.is_dir() and not (path / "manifest.json").is_file():
            raise ValueError(f"{path} holds no manifest.json: name the folder that dbt writes, usually target.")
        for one in _files(path, kind):
            bundles.append(READERS[kind_of(one) if kind == "auto" else kind](one))
    return bundles


def _files(path: Path, kind: str) -> list[Path]:
    if path.is_dir() and not (path / "manifest.json").is_file() and kind != "dbt":
        return sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml", ".json") and file.is_file())
    return [path]


def problems_by_file(bundles: Sequence[Bundle]) -> list[tuple[str, Problem]]:
    """Every finding with the file it is about."""
    return [(bundle.source, problem) for bundle in bundles for problem in bundle.problems]
