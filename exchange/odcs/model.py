"""A data contract as neutral records: no version of the standard, no Django, equal when they mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exchange.problems import Problem

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ContractColumn:
    """One property of a dataset, nested ones flattened.

    ``path`` is dotted (``address.street``, ``lines[].sku`` below an array); a name that itself holds a dot, bracket or
    quote stands between double quotes. ``position`` counts from 1 in the order of the file. ``classification`` is the
    raw word; ``level`` the rank it means here, or ``None``: unclassified (also for a word that nobody mapped).
    """

    path: str
    name: str
    position: int
    parent: str = ""
    is_item: bool = False
    id: str = ""
    logical_type: str = ""
    physical_name: str = ""
    physical_type: str = ""
    business_name: str = ""
    description: str = ""
    classification: str | None = None
    level: int | None = None
    required: bool | None = None
    unique: bool | None = None
    primary_key: bool | None = None
    primary_key_position: int | None = None
    partitioned: bool | None = None
    partition_key_position: int | None = None
    critical: bool | None = None
    encrypted_name: str = ""
    tags: tuple[str, ...] = ()
    examples: tuple[Any, ...] = ()
    sources: tuple[str, ...] = ()
    transform_logic: str = ""
    transform_description: str = ""
    options: Json = field(default_factory=dict)
    quality: tuple[Json, ...] = ()
    definitions: tuple[Json, ...] = ()
    relationships: tuple[Json, ...] = ()
    custom: tuple[Json, ...] = ()
    rest: Json = field(default_factory=dict)

    @property
    def is_classified(self) -> bool:
        """Whether the file says a level that we understand."""
        return self.level is not None


@dataclass(frozen=True, slots=True)
class ContractDataset:
    """One table, view, topic or file of a contract."""

    name: str
    columns: tuple[ContractColumn, ...] = ()
    id: str = ""
    logical_type: str = ""
    physical_name: str = ""
    physical_type: str = ""
    business_name: str = ""
    description: str = ""
    grain: str = ""
    tags: tuple[str, ...] = ()
    quality: tuple[Json, ...] = ()
    definitions: tuple[Json, ...] = ()
    relationships: tuple[Json, ...] = ()
    custom: tuple[Json, ...] = ()
    rest: Json = field(default_factory=dict)

    @property
    def unclassified(self) -> tuple[ContractColumn, ...]:
        """The columns without a level."""
        return tuple(column for column in self.columns if column.level is None)


@dataclass(frozen=True, slots=True)
class ContractServer:
    """Where the data lives; ``details`` holds what differs by type (host, project, catalog …)."""

    name: str
    type: str
    environment: str = ""
    description: str = ""
    details: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContractMember:
    """A person of the team with the time during which the role was held; dates are ISO text, empty when open."""

    username: str
    role: str = ""
    name: str = ""
    description: str = ""
    date_in: str = ""
    date_out: str = ""
    replaced_by: str = ""
    rest: Json = field(default_factory=dict)

    def is_current(self, today: str) -> bool:
        """Whether the role is held on an ISO day."""
        return (not self.date_in or self.date_in <= today) and (not self.date_out or today < self.date_out)


@dataclass(frozen=True, slots=True)
class ContractTeam:
    """The team: a plain list before 3.1, an object with members since."""

    members: tuple[ContractMember, ...] = ()
    name: str = ""
    description: str = ""
    rest: Json = field(default_factory=dict)

    def holders(self, role: str, today: str) -> tuple[ContractMember, ...]:
        """Who holds a role (any letter case) on an ISO day."""
        wanted = role.strip().lower()
        return tuple(m for m in self.members if m.role.strip().lower() == wanted and m.is_current(today))


@dataclass(frozen=True, slots=True)
class ContractSla:
    """One promise: freshness, retention, latency … ``element`` names what it is about."""

    property: str
    value: Any = None
    unit: str = ""
    element: str = ""
    driver: str = ""
    rest: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One station of our thread that no standard carries: travels in custom properties, returns on re-import."""

    kind: str
    key: str
    title: str = ""
    relation: str = ""
    url: str = ""
    pinned: str = ""
    facts: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contract:
    """A whole contract. ``rest`` is what nobody mapped, kept so that it can be written back."""

    id: str
    standard: str = ""  # "odcs" or "dcs"
    standard_version: str = ""  # "3.1.0"
    name: str = ""
    version: str = ""
    status: str = ""
    domain: str = ""
    tenant: str = ""
    data_product: str = ""
    purpose: str = ""
    usage: str = ""
    limitations: str = ""
    tags: tuple[str, ...] = ()
    datasets: tuple[ContractDataset, ...] = ()
    servers: tuple[ContractServer, ...] = ()
    team: ContractTeam = field(default_factory=ContractTeam)
    roles: tuple[Json, ...] = ()
    support: tuple[Json, ...] = ()
    price: Json = field(default_factory=dict)
    sla: tuple[ContractSla, ...] = ()
    sla_default_element: str = ""
    definitions: tuple[Json, ...] = ()
    created: str = ""
    custom: tuple[Json, ...] = ()
    chain: tuple[ChainLink, ...] = ()
    description_rest: Json = field(default_factory=dict)
    rest: Json = field(default_factory=dict)

    @property
    def columns(self) -> tuple[ContractColumn, ...]:
        """All columns of all datasets."""
        return tuple(column for dataset in self.datasets for column in dataset.columns)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading gave: the contract (``None`` when the file is no contract at all) and every finding."""

    kind: str
    contract: Contract | None
    findings: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that must be mended before an import."""
        return tuple(finding for finding in self.findings if finding.is_error)
