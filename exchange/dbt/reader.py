"""Reads a manifest, and what else is there, into one project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from exchange.dbt import lineage, semantic
from exchange.dbt.model import DbtDataset, DbtExposure, DbtProject, DbtReading, DbtTest
from exchange.dbt.nodes import COMPILED, CatalogEntry, Node, join_columns, layer_of, level_from, owner_from
from exchange.dbt.raw import (
    MAX_BYTES,
    RULES,
    ArtifactFault,
    Catalog,
    Manifest,
    RunResults,
    SemanticManifest,
    decode,
    is_empty,
    opened,
    version_of,
)
from exchange.problems import Problem, problem

Source = Path | bytes
READ_VERSIONS = range(4, 13)


class RunResult(msgspec.Struct, gc=False):
    """The last run of one node."""

    unique_id: str = ""
    status: str = ""
    failures: int | None = None
    timing: Any = None

    @property
    def finished_at(self) -> str:
        """When the last step ended, ISO text; empty when unknown."""
        steps = self.timing if isinstance(self.timing, list) else []
        return max((str(step.get("completed_at") or "") for step in steps if isinstance(step, dict)), default="")


class ExposureNode(msgspec.Struct, gc=False):
    """An exposure of the manifest."""

    name: str = ""
    type: str | None = None
    description: str | None = None
    owner: Any = None
    maturity: str | None = None
    url: str | None = None
    depends_on: Any = None


def read_project(
    manifest: Source,
    catalog: Source | None = None,
    run_results: Source | None = None,
    semantic_manifest: Source | None = None,
    *,
    words: Mapping[str, int] | None = None,
    max_bytes: int = MAX_BYTES,
) -> DbtReading:
    """Read the artifacts of one dbt project.

    Args:
        manifest: path or bytes of manifest.json, v4 to v12.
        catalog: catalog.json; without it nothing is known about physical columns.
        run_results: run_results.json, for the last status of models and tests.
        semantic_manifest: semantic_manifest.json; its metrics win over those of the manifest.
        words: the organisation's classification words to ranks 1..5.
        max_bytes: larger artifacts are refused.

    Returns:
        The reading. Never raises for content.

    Raises:
        OSError: when a path cannot be opened.
    """
    reader = _Reader(words, max_bytes)
    try:
        return DbtReading(reader.project(manifest, catalog, run_results, semantic_manifest), tuple(reader.findings))
    except ArtifactFault as fault:
        return DbtReading(None, (*reader.findings, fault.problem))


@dataclass(slots=True)
class _Reader:
    words: Mapping[str, int] | None
    max_bytes: int
    findings: list[Problem] = field(default_factory=list)
    adapter: str = ""
    names: dict[str, str] = field(default_factory=dict)  # unique id -> canonical name
    results: dict[str, RunResult] = field(default_factory=dict)
    catalog: dict[str, msgspec.Raw] = field(default_factory=dict)
    has_catalog: bool = False
    groups: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def project(
        self, manifest: Source, catalog: Source | None, run_results: Source | None, semantic_manifest: Source | None
    ) -> DbtProject:
        with opened(manifest, "manifest", self.max_bytes) as data:
            outer: Manifest = decode(data, Manifest, "manifest")
            version = version_of(outer.metadata, "manifest")
            if version not in READ_VERSIONS:
                raise ArtifactFault(problem(RULES, "DBT-4", ("metadata",), 0, version=version))
            self.adapter = outer.metadata.adapter_type or ""
            self.groups = {key: self._decode(raw, dict, ("groups", key)) for key, raw in (outer.groups or {}).items()}
            self._read_results(run_results)
            with opened(catalog if catalog is not None else b"", "catalog", self.max_bytes) as physical:
                self._read_catalog(physical, given=catalog is not None)
                datasets, tests, parents = self._nodes(outer)
                self._count_catalog(outer)
            metrics, models = self._semantics(outer, semantic_manifest)
            edges = lineage.edges(outer.parent_map or parents, self.names)
            exposures = tuple(self._exposures(outer))
            self._count(outer, parents)
        unowned = sum(1 for dataset in datasets if not dataset.owner)
        if unowned:
            self.add("DBT-7", (), count=unowned)
        blind = sum(1 for dataset in datasets if dataset.resource_type in COMPILED and not dataset.sql)
        if blind:
            self.add("DBT-12", (), count=blind)
        return DbtProject(
            name=outer.metadata.project_name or _package(datasets), adapter=self.adapter,
            dbt_version=outer.metadata.dbt_version or "", schema_version=version,
            generated_at=outer.metadata.generated_at or "", datasets=datasets, edges=edges, tests=tests,
            exposures=exposures, metrics=metrics, semantic_models=models, counts=self.counts,
        )  # fmt: skip

    def add(self, rule_id: str, path: tuple[str | int, ...], **facts: Any) -> None:
        self.findings.append(problem(RULES, rule_id, path, 0, **facts))

    def _decode(self, raw: msgspec.Raw, shape: Any, path: tuple[str | int, ...]) -> Any:
        try:
            return msgspec.json.decode(raw, type=shape, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            self.add("DBT-6", path, reason=str(fault))
            return None

    def _nodes(self, outer: Manifest) -> tuple[tuple[DbtDataset, ...], tuple[DbtTest, ...], dict[str, list[str]]]:
        made: dict[str, DbtDataset] = {}
        tests: list[tuple[str, Node]] = []
        parents: dict[str, list[str]] = {}
        for unique_id, node in self._each(outer):
            parents[unique_id] = node.parents()
            self._bump(node.resource_type)
            if node.resource_type == "test":
                node.columns = None
                tests.append((unique_id, node))
            elif node.is_relation:
                dataset = self._dataset(unique_id, node)
                self.names[unique_id] = dataset.qualified_name
                known = made.get(dataset.qualified_name)
                made[dataset.qualified_name] = dataset if known is None else self._merge(known, dataset)
        return tuple(made.values()), tuple(self._test(*test) for test in tests), parents

    def _each(self, outer: Manifest) -> Iterator[tuple[str, Node]]:
        for top, raws in (("nodes", outer.nodes), ("sources", outer.sources)):
            for unique_id, raw in raws.items():
                node = self._decode(raw, Node, (top, unique_id))
                if node is not None:
                    node.resource_type = node.resource_type or unique_id.split(".", 1)[0]
                    yield unique_id, node

    def _dataset(self, unique_id: str, node: Node) -> DbtDataset:
        meta = node.merged_meta
        group = self.groups.get(f"group.{node.package_name}.{node.group_name}") or {}
        owner, email = owner_from(meta, group.get("owner"))
        level = level_from(meta, node.all_tags, self.words)
        entry = self._entry(unique_id)
        columns = tuple(join_columns(node, entry, self.adapter, self.words))
        for word in {level.word: level.rank, **{c.level_word: c.level for c in columns}}.items():
            if word[0] and word[1] is None:
                self.add("DBT-8", ("nodes", unique_id), word=word[0])
        self._bump("documented_columns", sum(column.is_documented for column in columns))
        self._bump("columns", len(columns))
        result = self.results.get(unique_id, RunResult())
        name = node.identifier or node.alias or node.name
        return DbtDataset(
            qualified_name=node.canonical(self.adapter), unique_ids=(unique_id,), resource_type=node.resource_type,
            name=name, schema=node.schema or "", description=node.description or node.source_description or "",
            package=node.package_name, path=node.original_file_path, materialized=node.materialized,
            layer=layer_of(name, node.resource_type), owner=owner, owner_email=email, group=node.group_name,
            tags=node.all_tags, meta=meta, level_word=level.word, level=level.rank, columns=columns,
            loaded_at=node.loaded_at_field or "", last_status=result.status, last_run_at=result.finished_at,
            freshness=node.freshness if isinstance(node.freshness, dict) else {},
            sql=(node.compiled_code or node.compiled_sql or "") if node.resource_type in COMPILED else "",
        )  # fmt: skip

    def _merge(self, first: DbtDataset, second: DbtDataset) -> DbtDataset:
        """Two nodes over one table: what makes it wins, what documents it fills in."""
        self.add("DBT-10", ("nodes",), first=first.unique_id, second=second.unique_id)
        main, other = (second, first) if first.resource_type == "source" else (first, second)
        known = {column.name: column for column in main.columns}
        filled = [
            column if column.is_documented else _documented(column, twin)
            for column in main.columns
            for twin in [next((c for c in other.columns if c.name == column.name), None)]
        ]
        added = [column for column in other.columns if column.name not in known]
        columns = (*filled, *(msgspec.structs.replace(c, position=len(filled) + n) for n, c in enumerate(added, 1)))
        kept = {
            name: getattr(main, name) or getattr(other, name)
            for name in ("description", "owner", "owner_email", "group", "loaded_at", "freshness", "layer", "sql")
        }
        higher = max(main, other, key=lambda dataset: dataset.level or 0)
        return DbtDataset(
            **{name: getattr(main, name) for name in DbtDataset.__dataclass_fields__}
            | kept
            | {
                "unique_ids": (*main.unique_ids, *other.unique_ids), "columns": tuple(columns),
                "tags": tuple(dict.fromkeys([*main.tags, *other.tags])), "meta": {**other.meta, **main.meta},
                "level_word": higher.level_word, "level": higher.level,
            }
        )  # fmt: skip

    def _entry(self, unique_id: str) -> CatalogEntry | None:
        raw = self.catalog.pop(unique_id, None)
        if raw is None:
            return None
        self._bump("catalog_entries")
        entry = self._decode(raw, CatalogEntry, ("catalog", unique_id))
        self._bump("physical_columns", len(entry.columns) if entry else 0)
        return entry if isinstance(entry, CatalogEntry) else None

    def _read_catalog(self, data: Any, *, given: bool) -> None:
        if not given or is_empty(data):
            if given:
                self.add("DBT-5", (), artifact="catalog")
            return
        catalog: Catalog = decode(data, Catalog, "catalog")
        if version_of(catalog.metadata, "catalog") != 1:
            self.add("DBT-11", ("metadata",), version=catalog.metadata.dbt_schema_version)
        self.catalog = {**(catalog.nodes or {}), **(catalog.sources or {})}

    def _count_catalog(self, outer: Manifest) -> None:
        if self.catalog:
            self.add("DBT-9", (), count=len(self.catalog))
            self.catalog = {}

    def _read_results(self, source: Source | None) -> None:
        if source is None:
            return
        with opened(source, "run results", self.max_bytes) as data:
            if is_empty(data):
                self.add("DBT-5", (), artifact="run results")
                return
            results: RunResults = decode(data, RunResults, "run results")
            version_of(results.metadata, "run-results")
            for place, raw in enumerate(results.results or []):
                result = self._decode(raw, RunResult, ("results", place))
                if result is not None:
                    self.results[result.unique_id] = result
        self.counts["run_results"] = len(self.results)

    def _test(self, unique_id: str, node: Node) -> DbtTest:
        metadata = node.test_metadata if isinstance(node.test_metadata, dict) else {}
        parents = node.parents()
        attached = node.attached_node or (parents[-1] if parents else "")
        result = self.results.get(unique_id, RunResult())
        return DbtTest(
            unique_id=unique_id, name=node.name, kind=str(metadata.get("name") or ""), status=result.status,
            dataset=self.names.get(attached, ""), column=node.column_name or "", failures=result.failures,
            severity=str(node.settings.get("severity") or "").lower(),
        )  # fmt: skip

    def _exposures(self, outer: Manifest) -> Iterator[DbtExposure]:
        for unique_id, raw in (outer.exposures or {}).items():
            found = self._decode(raw, ExposureNode, ("exposures", unique_id))
            if found is None:
                continue
            owner, email = owner_from({"owner": found.owner}, None)
            parents = found.depends_on.get("nodes") if isinstance(found.depends_on, dict) else []
            yield DbtExposure(
                unique_id=unique_id, name=found.name, kind=found.type or "", description=found.description or "",
                owner=owner, owner_email=email, maturity=found.maturity or "", url=found.url or "",
                datasets=tuple(self.names[parent] for parent in parents or [] if parent in self.names),
            )  # fmt: skip

    def _semantics(self, outer: Manifest, source: Source | None) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        if source is None:
            raws, models = (outer.metrics or {}).values(), (outer.semantic_models or {}).values()
            return semantic.read(raws, models, self._decode)
        with opened(source, "semantic manifest", self.max_bytes) as data:
            if is_empty(data):
                self.add("DBT-5", (), artifact="semantic manifest")
                return (), ()
            found: SemanticManifest = decode(data, SemanticManifest, "semantic manifest")
            return semantic.read(found.metrics or [], found.semantic_models or [], self._decode)

    def _count(self, outer: Manifest, parents: dict[str, list[str]]) -> None:
        edges = outer.parent_map or parents
        self.counts |= {
            "nodes": len(outer.nodes), "sources": len(outer.sources), "exposures": len(outer.exposures or {}),
            "metrics": len(outer.metrics or {}), "semantic_models": len(outer.semantic_models or {}),
            "saved_queries": len(outer.saved_queries or {}), "unit_tests": len(outer.unit_tests or {}),
            "groups": len(outer.groups or {}), "edges": sum(len(value) for value in edges.values()),
        }  # fmt: skip

    def _bump(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by


def _documented(column: Any, twin: Any) -> Any:
    """A physical column with the documentation that its twin has."""
    if twin is None or not twin.is_documented:
        return column
    return msgspec.structs.replace(
        column, is_documented=True, description=column.description or twin.description, tags=column.tags or twin.tags,
        data_type=column.data_type or twin.data_type, level_word=twin.level_word, level=twin.level,
    )  # fmt: skip


def _package(datasets: tuple[DbtDataset, ...]) -> str:
    """The project's name where the manifest does not say it (before 1.6): the package of most of its nodes."""
    packages = [dataset.package for dataset in datasets]
    return max(packages, key=packages.count, default="")
