"""Reads a data contract of any version into neutral records, with findings instead of exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from exchange.odcs import checks, dcs, mapping
from exchange.odcs.columns import read_columns
from exchange.odcs.fields import Findings, objects, read_fields, report_unknown
from exchange.odcs.model import (
    ChainLink,
    Contract,
    ContractDataset,
    ContractMember,
    ContractServer,
    ContractSla,
    ContractTeam,
    Reading,
)
from exchange.odcs.sniff import NAMES, sniff
from exchange.odcs.strict import MAX_BYTES, Document, load
from exchange.odcs.vendor import restore, take_chain
from exchange.problems import Path


def read(
    source: str | FilePath | bytes, *, words: Mapping[str, int] | None = None, max_bytes: int = MAX_BYTES
) -> Reading:
    """Read one contract.

    Args:
        source: a path, or the bytes of the file.
        words: the organisation's classification words (lower case) to ranks 1..5.
        max_bytes: larger files are refused.

    Returns:
        The reading; its contract is ``None`` when the file is not a data contract or cannot be read. Findings are in
        the order of the file. Never raises for content.

    Raises:
        OSError: when a path cannot be opened.
    """
    data = source if isinstance(source, bytes) else FilePath(source).read_bytes()
    return read_document(load(data, max_bytes=max_bytes), words=words)


def read_document(document: Document, *, words: Mapping[str, int] | None = None) -> Reading:
    """Read a loaded document (see ``read``)."""
    findings = Findings(document)
    sniffed = sniff(document.value)
    contract: Contract | None = None
    if document.is_readable:
        if sniffed.kind == "odcs":
            contract = _Reader(document, findings, words).contract(sniffed.version)
        elif sniffed.kind == "dcs":
            contract = dcs.read_contract(document.value, sniffed.version, findings, words)
        else:
            findings.add("ODCS-8", (), found=NAMES[sniffed.kind])
    ordered = sorted(findings.found, key=lambda found: (found.line, found.path, found.rule_id))
    return Reading(sniffed.kind, contract, tuple(ordered))


class _Reader:
    def __init__(self, document: Document, findings: Findings, words: Mapping[str, int] | None) -> None:
        self.raw: Mapping[str, Any] = document.value
        self.findings = findings
        self.words = words

    def contract(self, version: str) -> Contract:
        """Read the whole file, then let the checks look at it."""
        version = version or "3.1.0"
        old = version.startswith("2.")
        structure = mapping.CONTRACT_STRUCTURE_OLD if old else mapping.CONTRACT_STRUCTURE
        fields, rest = read_fields(self.raw, (), mapping.CONTRACT, version, self.findings)
        rest = {key: value for key, value in rest.items() if key not in structure}
        report_unknown(
            "contract", rest, {*mapping.keys_of(mapping.CONTRACT, version), *structure} | _old(old), (), self.findings
        )
        restored = restore(fields, rest)
        chain = take_chain(restored)
        contract = Contract(
            **{"id": "", **restored},
            standard="odcs",
            standard_version=version,
            datasets=self._datasets(version),
            servers=self._servers(),
            team=self._team(old),
            sla=self._sla(version),
            chain=tuple(ChainLink(**link) for link in chain),
            **self._description(),
        )
        checks.check(self.raw, version, contract, self.findings)
        return contract

    def _description(self) -> dict[str, Any]:
        value = self.raw.get("description")
        if isinstance(value, str):
            return {"purpose": value}
        if not isinstance(value, dict):
            if value is not None:
                self.findings.add("ODCS-5", ("description",), key="description", wanted="an object")
            return {}
        table = tuple(mapping.Key(key, key) for key in ("purpose", "usage", "limitations"))
        fields, rest = read_fields(value, ("description",), table, "", self.findings)
        report_unknown("description", rest, set(), ("description",), self.findings)
        kept = restore({}, rest, custom_in_rest=True)
        return {**fields, "description_rest": kept["rest"]}

    def _datasets(self, version: str) -> tuple[ContractDataset, ...]:
        old = version.startswith("2.")
        top = "dataset" if old else "schema"
        found: list[ContractDataset] = []
        for path, raw in objects(self.raw.get(top), (top,), self.findings):
            fields, rest = read_fields(raw, path, mapping.DATASET, version, self.findings)
            below = "columns" if old else "properties"
            rest.pop(below, None)
            report_unknown("dataset", rest, set(mapping.keys_of(mapping.DATASET, version)), path, self.findings)
            columns = read_columns(raw.get(below), (*path, below), version, self.findings, self.words)
            found.append(ContractDataset(**{"name": "", **restore(fields, rest)}, columns=columns))
        return tuple(found)

    def _servers(self) -> tuple[ContractServer, ...]:
        found: list[ContractServer] = []
        value = self.raw.get("servers")
        for path, raw in objects(value, ("servers",), self.findings):
            fields, details = read_fields(raw, path, mapping.SERVER, "", self.findings)
            found.append(ContractServer(**{"name": "", "type": "", **fields}, details=details))
        return tuple(found)

    def _team(self, old: bool) -> ContractTeam:
        top = "stakeholders" if old else "team"
        value = self.raw.get(top)
        if not isinstance(value, dict):
            return ContractTeam(members=self._members(value, (top,)))
        fields, rest = read_fields(value, (top,), mapping.TEAM, "", self.findings)
        members = self._members(rest.pop("members", None), (top, "members"))
        if "username" not in value:
            report_unknown("team", rest, {"name", "description"}, (top,), self.findings)
        return ContractTeam(**fields, members=members, rest=restore({}, rest, custom_in_rest=True)["rest"])

    def _members(self, value: Any, path: Path) -> tuple[ContractMember, ...]:
        found: list[ContractMember] = []
        for where, raw in objects(value, path, self.findings):
            fields, rest = read_fields(raw, where, mapping.MEMBER, "", self.findings)
            report_unknown("member", rest, {key.key for key in mapping.MEMBER}, where, self.findings)
            kept = restore({}, rest, custom_in_rest=True)["rest"]
            found.append(ContractMember(**{"username": "", **fields}, rest=kept))
        return tuple(found)

    def _sla(self, version: str) -> tuple[ContractSla, ...]:
        found: list[ContractSla] = []
        for path, raw in objects(self.raw.get("slaProperties"), ("slaProperties",), self.findings):
            fields, rest = read_fields(raw, path, mapping.SLA, version, self.findings)
            report_unknown("sla", rest, set(mapping.keys_of(mapping.SLA, version)), path, self.findings)
            found.append(ContractSla(**{"property": "", **fields}, rest=rest))
        return tuple(found)


def _old(old: bool) -> set[str]:
    """Keys that 2.2 has at the top and that we only keep."""
    if not old:
        return set()
    return {
        "datasetKind", "userConsumptionMode", "type", "sourceSystem", "sourcePlatform", "server", "driver",
        "driverVersion", "database", "project", "username", "password", "productDl", "productSlackChannel",
        "productFeedbackUrl", "schedulerAppName",
    }  # fmt: skip
