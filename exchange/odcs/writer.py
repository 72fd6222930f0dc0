"""Writes a contract as ODCS 3.1.0 (or 3.2.0) and says what other readers will not understand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import yaml

from exchange.odcs import mapping
from exchange.odcs.mapping import ABSENT_PROPERTY, CHAIN_PROPERTY, KNOWN_EXTRAS, REST_PROPERTY, VENDOR, Key
from exchange.odcs.model import Contract, ContractColumn, ContractDataset, ContractTeam
from exchange.odcs.strict import resolve_plain
from exchange.odcs.vendor import definition_type
from exchange.problems import N_, Path, dotted

LOSSES = {
    "LOSS-1": N_("The thread (%(count)s links) travels as a custom property that only Throughline reads back."),
    "LOSS-2": N_("ODCS has no key “%(key)s” here; it travels as a custom property that only Throughline reads back."),
    "LOSS-3": N_("ODCS has no key “%(key)s” here and no place for it; it is left out."),
    "LOSS-4": N_("ODCS %(version)s requires a status and the contract has none; “draft” is written."),
    "LOSS-5": N_("Levels travel as the classification word; who approved them and until when does not."),
}
# Objects that may carry custom properties, by version.
_WITH_CUSTOM = {"contract", "dataset", "column", "team", "member", "description"}
_NEW_IN_3_2 = {
    "contract": {"context"},
    "dataset": {"context", "synonyms", "deprecated"},
    "column": {"synonyms", "deprecated", "enum", "semanticType"},
    "sla": {"customProperties", "authoritativeDefinitions"},
}
_CUSTOM_KEYS = {"property", "value", "description", "id"}
_BREAKS = re.compile("[\r\x85\u2028\u2029\ufeff]")  # line ends that some readers fold into a space
_NEVER_WRITTEN = {"isNullable", "isPrimaryKey", "isUnique", "clusterStatus", "clusterKeyPosition", "priorTableName"}


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that another reader of the export will miss."""

    loss_id: str
    path: str
    sentence: str
    template: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Written:
    """An export: the document as plain values and what it loses."""

    document: dict[str, Any]
    losses: tuple[Loss, ...]

    def to_yaml(self) -> str:
        """The document as YAML that every YAML version reads alike."""
        return yaml.dump(
            self.document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False
        )

    def to_json(self) -> str:
        """The document as JSON."""
        return json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"


def write(contract: Contract, version: str = "3.1.0") -> Written:
    """Write one contract.

    Args:
        contract: what to write; reading the result gives an equal one (apart from ``standard_version``).
        version: ``3.1.0`` or ``3.2.0``.

    Returns:
        The document and the loss report, in the order of the document.

    Raises:
        ValueError: for another version.
    """
    if version not in mapping.WRITABLE:
        raise ValueError(f"ODCS {version} cannot be written, only {', '.join(mapping.WRITABLE)}")
    writer = _Writer(version)
    return Written(writer.contract(contract), tuple(writer.losses))


class _Writer:
    def __init__(self, version: str) -> None:
        self.version = version
        self.losses: list[Loss] = []

    def contract(self, contract: Contract) -> dict[str, Any]:
        fields, custom = self._fields(contract, mapping.CONTRACT, "contract", ()), list(contract.custom)
        document: dict[str, Any] = {"apiVersion": f"v{self.version}", "kind": "DataContract", **fields}
        document.setdefault("id", "")
        document.setdefault("version", "")
        if not contract.status and self.version == "3.1.0":
            document["status"] = "draft"
            custom.append({"property": ABSENT_PROPERTY, "value": ["status"]})
            self._lose("LOSS-4", ("status",), version=self.version)
        description = {
            key: getattr(contract, key) for key in ("purpose", "usage", "limitations") if getattr(contract, key)
        }
        self._rest(contract.description_rest, description, "description", ("description",))
        for key, value in (
            ("description", description),
            ("servers", [self._server(server) for server in contract.servers]),
            ("schema", [self._dataset(dataset, place) for place, dataset in enumerate(contract.datasets)]),
            ("team", self._team(contract.team)),
            ("slaProperties", [self._sla(sla, place) for place, sla in enumerate(contract.sla)]),
        ):
            if value:
                document[key] = value
        self._chain(contract, document, custom)
        if custom:
            document["customProperties"] = self._entries(custom, ("customProperties",))
        self._rest(contract.rest, document, "contract", ())
        if any(column.classification for column in contract.columns):
            self._lose("LOSS-5", ("schema",))
        return document

    def _chain(self, contract: Contract, document: dict[str, Any], custom: list[Mapping[str, Any]]) -> None:
        if not contract.chain:
            return
        links = [{key: value for key, value in asdict(link).items() if value} for link in contract.chain]
        custom.append(self._property(CHAIN_PROPERTY, links))
        definitions = document.setdefault("authoritativeDefinitions", [])
        present = {(entry.get("type"), entry.get("url")) for entry in definitions}
        for link in contract.chain:
            entry = {"type": definition_type(link.kind), "url": link.url}
            if link.url and (entry["type"], entry["url"]) not in present:
                definitions.append(entry)
                present.add((entry["type"], entry["url"]))
        if not definitions:
            document.pop("authoritativeDefinitions")
        self._lose("LOSS-1", ("customProperties",), count=len(contract.chain))

    def _dataset(self, dataset: ContractDataset, place: int) -> dict[str, Any]:
        path: Path = ("schema", place)
        document = self._fields(dataset, mapping.DATASET, "dataset", path)
        document.setdefault("name", "")
        below: dict[str, list[ContractColumn]] = {}
        for column in dataset.columns:
            below.setdefault(column.parent, []).append(column)
        self._nest(document, "", below, path)
        self._rest(dataset.rest, document, "dataset", path)
        return document

    def _nest(self, document: dict[str, Any], parent: str, below: dict[str, list[ContractColumn]], path: Path) -> None:
        properties: list[dict[str, Any]] = []
        for column in below.get(parent, []):
            where = (*path, "items") if column.is_item else (*path, "properties", len(properties))
            made = self._fields(column, mapping.COLUMN, "column", where)
            self._nest(made, column.path, below, where)
            self._rest(column.rest, made, "column", where)
            if column.is_item:
                document["items"] = made
            else:
                made.setdefault("name", "")
                properties.append(made)
        if properties:
            document["properties"] = properties

    def _server(self, server: Any) -> dict[str, Any]:
        document = {"server": server.name, "type": server.type}
        for key in ("environment", "description"):
            if getattr(server, key):
                document[key] = getattr(server, key)
        return {**document, **server.details}

    def _team(self, team: ContractTeam) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for key in ("name", "description"):
            if getattr(team, key):
                document[key] = getattr(team, key)
        members = []
        for place, member in enumerate(team.members):
            path: Path = ("team", "members", place)
            made = self._fields(member, mapping.MEMBER, "member", path)
            made.setdefault("username", "")
            self._rest(member.rest, made, "member", path)
            members.append(made)
        if members:
            document["members"] = members
        self._rest(team.rest, document, "team", ("team",))
        return document

    def _sla(self, sla: Any, place: int) -> dict[str, Any]:
        document = self._fields(sla, mapping.SLA, "sla", ("slaProperties", place))
        self._rest(sla.rest, document, "sla", ("slaProperties", place))
        return document

    def _fields(self, record: Any, table: tuple[Key, ...], kind: str, path: Path) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for key in table:
            value = getattr(record, key.attribute)
            if key.shape != "any" and (value is None or value in ("", ()) or (key.shape == "object" and not value)):
                continue
            if key.key == "customProperties":
                value = self._entries(value, (*path, key.key))
            document[key.key] = list(value) if isinstance(value, tuple) else value
        return document

    def _rest(self, rest: Mapping[str, Any], document: dict[str, Any], kind: str, path: Path) -> None:
        """Write what nobody mapped: as its own key where the standard has one, else hidden or lost."""
        hidden: dict[str, Any] = {}
        for key, value in rest.items():
            if self._may_write(kind, key):
                document[key] = value
            elif kind in _WITH_CUSTOM:
                hidden[key] = value
                self._lose("LOSS-2", (*path, key), key=key)
            else:
                self._lose("LOSS-3", (*path, key), key=key)
        if hidden:
            entries = document.get("customProperties") or []
            document["customProperties"] = [*entries, self._property(REST_PROPERTY, hidden)]

    def _may_write(self, kind: str, key: str) -> bool:
        known = key in KNOWN_EXTRAS.get(kind, frozenset()) and key not in _NEVER_WRITTEN
        return known and (self.version == "3.2.0" or key not in _NEW_IN_3_2.get(kind, set()))

    def _entries(self, custom: Any, path: Path) -> list[dict[str, Any]]:
        allowed = _CUSTOM_KEYS | ({"vendor"} if self.version == "3.2.0" else set())
        for place, entry in enumerate(custom):
            for key in set(entry) - allowed:
                self._lose("LOSS-3", (*path, place, key), key=key)
        return [{key: value for key, value in entry.items() if key in allowed} for entry in custom]

    def _property(self, name: str, value: Any) -> dict[str, Any]:
        entry = {"property": name, "value": value}
        return {**entry, "vendor": VENDOR} if self.version == "3.2.0" else entry

    def _lose(self, loss_id: str, path: Path, **facts: object) -> None:
        template = LOSSES[loss_id]
        self.losses.append(Loss(loss_id, dotted(path), template % facts, template, facts))


class _Dumper(yaml.SafeDumper):
    """Quotes every text that some YAML reader would take for something else; writes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    ambiguous = resolve_plain(value) is not value or value in ("<<", "=") or _BREAKS.search(value) is not None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if ambiguous else None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(tuple, lambda dumper, value: dumper.represent_list(list(value)))

__all__ = ["LOSSES", "Loss", "Written", "write"]
