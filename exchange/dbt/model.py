"""A dbt project as neutral records: one name a dataset, columns from both artifacts, lineage between datasets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from exchange.problems import Problem


class DbtColumn(msgspec.Struct, frozen=True, gc=False):
    """One column. ``is_documented``: the manifest names it. ``is_physical``: the catalog has it, ``None`` when there is
    no catalog for the table. ``position`` counts from 1; ``level`` is ``None`` when unclassified or unknown."""

    name: str
    position: int
    data_type: str = ""
    description: str = ""
    is_documented: bool = False
    is_physical: bool | None = None
    tags: tuple[str, ...] = ()
    level_word: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class DbtDataset:
    """A model, seed, snapshot or source that exists as a relation.

    ``qualified_name`` is canonical and unique in the project; ``unique_ids`` are dbt's own names of it (a seed and a
    source over the same table are one dataset).
    """

    qualified_name: str
    unique_ids: tuple[str, ...]
    resource_type: str
    name: str
    schema: str = ""
    description: str = ""
    package: str = ""
    path: str = ""
    materialized: str = ""
    layer: str = ""
    owner: str = ""
    owner_email: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    level_word: str = ""
    level: int | None = None
    columns: tuple[DbtColumn, ...] = ()
    loaded_at: str = ""
    freshness: Mapping[str, Any] = field(default_factory=dict)
    last_status: str = ""
    last_run_at: str = ""
    sql: str = ""

    @property
    def unique_id(self) -> str:
        """dbt's name of the node that makes the relation."""
        return self.unique_ids[0]


@dataclass(frozen=True, slots=True)
class DbtTest:
    """A data test with the dataset and column it looks at, and its last result when there is one."""

    unique_id: str
    name: str
    kind: str = ""
    dataset: str = ""
    column: str = ""
    severity: str = ""
    status: str = ""
    failures: int | None = None


@dataclass(frozen=True, slots=True)
class DbtExposure:
    """A dashboard, notebook or application that dbt knows to use datasets (canonical names)."""

    unique_id: str
    name: str
    kind: str = ""
    description: str = ""
    owner: str = ""
    owner_email: str = ""
    maturity: str = ""
    url: str = ""
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DbtMetric:
    """A metric of the semantic layer: texts only, nothing of it is executed."""

    name: str
    kind: str = ""
    label: str = ""
    description: str = ""
    semantic_model: str = ""
    measure: str = ""
    agg: str = ""
    expression: str = ""
    filter: str = ""
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DbtProject:
    """A whole project.

    ``edges`` are (source, target) canonical names, ephemeral models contracted; ``counts`` are the raw numbers of the
    files (nodes by kind, sources, edges of the parent map, documented and physical columns, …).
    """

    name: str
    adapter: str
    dbt_version: str
    schema_version: int
    generated_at: str = ""
    datasets: tuple[DbtDataset, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    tests: tuple[DbtTest, ...] = ()
    exposures: tuple[DbtExposure, ...] = ()
    metrics: tuple[DbtMetric, ...] = ()
    semantic_models: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DbtReading:
    """What reading gave: the project (``None`` when the manifest cannot be used) and every finding."""

    project: DbtProject | None
    findings: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that stop an import."""
        return tuple(finding for finding in self.findings if finding.is_error)
