"""The older Data Contract Specification (models and fields as mappings), read into the same records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.odcs.columns import path_of
from exchange.odcs.fields import Findings
from exchange.odcs.mapping import level_of
from exchange.odcs.model import (
    Contract,
    ContractColumn,
    ContractDataset,
    ContractMember,
    ContractServer,
    ContractSla,
    ContractTeam,
)
from exchange.odcs.walk import require
from exchange.problems import Path

_REF = "#/definitions/"
_FIELD_KEYS = {"type", "description", "title", "classification", "required", "unique", "primaryKey", "primary", "tags",
               "examples", "example", "fields", "items", "$ref"}  # fmt: skip


def read_contract(
    raw: Mapping[str, Any], version: str, findings: Findings, words: Mapping[str, int] | None
) -> Contract:
    """Read a legacy contract.

    Args:
        raw: the file as loaded.
        version: its ``dataContractSpecification``.
        findings: collects what is wrong.
        words: the organisation's classification words.
    """
    findings.add("ODCS-39", ("dataContractSpecification",))
    require(raw, (), ("id",), findings)
    info = _mapping(raw.get("info"), ("info",), findings)
    if not info:
        findings.add("ODCS-1", (), key="info")
    else:
        require(info, ("info",), ("title", "version"), findings)
    owner = str(info.get("owner") or "")
    return Contract(
        id=str(raw.get("id") or ""), standard="dcs", standard_version=version, name=str(info.get("title") or ""),
        version=str(findings.document.text_of(("info", "version")) or ""), status=str(info.get("status") or ""),
        purpose=str(info.get("description") or ""), domain=str(raw.get("domain") or ""),
        tags=tuple(str(tag) for tag in raw.get("tags") or () if isinstance(raw.get("tags"), list)),
        datasets=_Models(raw, findings, words).datasets(),
        servers=_servers(raw.get("servers"), findings),
        team=ContractTeam(members=(ContractMember(owner, role="owner"),)) if owner else ContractTeam(),
        sla=_levels(raw.get("servicelevels"), findings),
        rest={key: raw[key] for key in ("terms", "definitions", "links", "examples", "quality") if key in raw},
    )  # fmt: skip


class _Models:
    def __init__(self, raw: Mapping[str, Any], findings: Findings, words: Mapping[str, int] | None) -> None:
        self.models = _mapping(raw.get("models"), ("models",), findings)
        self.definitions = _mapping(raw.get("definitions"), ("definitions",), findings)
        self.findings, self.words = findings, words
        self.found: list[ContractColumn] = []

    def datasets(self) -> tuple[ContractDataset, ...]:
        made: list[ContractDataset] = []
        for name, value in self.models.items():
            model = _mapping(value, ("models", name), self.findings)
            self.found = []
            self.fields(model.get("fields"), ("models", name, "fields"), "")
            made.append(
                ContractDataset(
                    name=name, physical_type=str(model.get("type") or ""), columns=tuple(self.found),
                    description=str(model.get("description") or ""), business_name=str(model.get("title") or ""),
                    rest={k: v for k, v in model.items() if k not in {"fields", "type", "description", "title"}},
                )
            )  # fmt: skip
        return tuple(made)

    def fields(self, value: Any, path: Path, parent: str) -> None:
        for name, raw in _mapping(value, path, self.findings).items():
            self.field(name, _mapping(raw, (*path, name), self.findings), (*path, name), parent)

    def field(self, name: str, raw: Mapping[str, Any], path: Path, parent: str, is_item: bool = False) -> None:
        raw = self._resolved(raw, path)
        word = str(raw["classification"]) if raw.get("classification") is not None else None
        level = level_of(word, self.words)
        if word and level is None:
            self.findings.add("ODCS-23", (*path, "classification"), word=word)
        own = f"{parent}[]" if is_item else path_of(parent, name)
        self.found.append(
            ContractColumn(
                path=own, name=name, position=len(self.found) + 1, parent=parent, is_item=is_item,
                logical_type=str(raw.get("type") or ""), description=str(raw.get("description") or ""),
                business_name=str(raw.get("title") or ""), classification=word, level=level,
                required=_flag(raw.get("required")), unique=_flag(raw.get("unique")),
                primary_key=_flag(raw.get("primaryKey", raw.get("primary"))),
                tags=tuple(str(tag) for tag in raw["tags"]) if isinstance(raw.get("tags"), list) else (),
                rest={key: item for key, item in raw.items() if key not in _FIELD_KEYS},
            )
        )  # fmt: skip
        self.fields(raw.get("fields"), (*path, "fields"), own)
        if isinstance(raw.get("items"), dict):
            self.field("", raw["items"], (*path, "items"), own, is_item=True)

    def _resolved(self, raw: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
        """A field with its definition filled in; only definitions of this file, and only one step."""
        reference = raw.get("$ref")
        if not isinstance(reference, str):
            return raw
        base = self.definitions.get(reference.removeprefix(_REF)) if reference.startswith(_REF) else None
        if not isinstance(base, dict):
            self.findings.add("ODCS-38", (*path, "$ref"), name=reference)
            return raw
        return {**{key: value for key, value in base.items() if key not in ("name", "domain", "$ref")}, **raw}


def _servers(value: Any, findings: Findings) -> tuple[ContractServer, ...]:
    found = []
    for name, raw in _mapping(value, ("servers",), findings).items():
        details = dict(_mapping(raw, ("servers", name), findings))
        kind = str(details.pop("type", "") or "")
        found.append(
            ContractServer(
                name=name, type=kind, environment=str(details.pop("environment", "") or ""),
                description=str(details.pop("description", "") or ""), details=details,
            )
        )  # fmt: skip
    return tuple(found)


def _levels(value: Any, findings: Findings) -> tuple[ContractSla, ...]:
    found = []
    for name, raw in _mapping(value, ("servicelevels",), findings).items():
        level = dict(_mapping(raw, ("servicelevels", name), findings))
        amount = level.pop("threshold", level.pop("percentage", level.pop("period", None)))
        element = str(level.pop("timestampField", "") or "")
        found.append(ContractSla(property=name, value=amount, element=element, rest=level))
    return tuple(found)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _mapping(value: Any, path: Path, findings: Findings) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    if value is not None:
        findings.add("ODCS-5", path, key=str(path[-1]), wanted="an object")
    return {}
