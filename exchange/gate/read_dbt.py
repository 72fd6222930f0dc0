"""Reads a dbt project for the gate: the project's own reader, plus the SQL of models and where every column stands."""

from __future__ import annotations

import re
from bisect import bisect
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from sqlglot import Dialect, exp
from sqlglot.errors import SqlglotError

from catalog.sql_text import hash_of_sql
from exchange.dbt.model import DbtDataset, DbtProject
from exchange.dbt.reader import read_project
from exchange.gate import access
from exchange.gate.model import ColumnFact, Material, Options, TableFact
from exchange.gate.read_sql import MAX_NESTED, MAX_TOKENS, nesting, sql_dialect
from exchange.gate.words import unreadable
from exchange.odcs.strict import Document, load

MAX_SQL = 200_000
_BLOCKING = {"DBT-1", "DBT-2", "DBT-3", "DBT-4", "DBT-6"}
_NODE = re.compile(rb'"((?:model|seed|snapshot|source)\.[^"\\]{1,300})"\s*:\s*\{')
_STAR = re.compile(r"(?:\bselect(?:\s+distinct)?|,)\s+(?:[\w\"`]+\.)?\*", re.IGNORECASE)


class _Text(msgspec.Struct, gc=False):
    """What the project's reader leaves out and the gate needs."""

    name: str = ""
    source_name: str | None = None
    patch_path: str | None = None
    original_file_path: str | None = None
    compiled_code: str | None = None
    compiled_sql: str | None = None
    raw_code: str | None = None
    raw_sql: str | None = None
    config: dict[str, Any] = msgspec.field(default_factory=dict)
    columns: dict[str, Any] = msgspec.field(default_factory=dict)


class _Nodes(msgspec.Struct):
    nodes: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    sources: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)


def read_dbt(manifest: Path, shown: str, options: Options, material: Material) -> None:
    """Read manifest.json and the catalog.json beside it into the material.

    Args:
        manifest: path of manifest.json.
        shown: its name in findings.
        options: words.
        material: gets tables and findings; nothing is raised for content.

    Raises:
        OSError: the file cannot be opened.
    """
    catalog = manifest.parent / "catalog.json"
    reading = read_project(manifest, catalog if catalog.is_file() else None, words=options.words)
    data = manifest.read_bytes() if reading.project else b""
    places = _Places(manifest, shown, data)
    for problem in reading.findings:
        if problem.rule_id in _BLOCKING:
            reason = problem.sentence.rstrip(".") + (f" ({problem.path})" if problem.path else "")
            file = str(Path(shown).parent / "catalog.json") if "catalog" in problem.path else shown
            material.findings.append(unreadable(file, 1, reason))
    if reading.project is not None:
        _take(reading.project, places, data, material)


def _take(project: DbtProject, places: _Places, data: bytes, material: Material) -> None:
    outer = msgspec.json.decode(data, type=_Nodes)
    parents: dict[str, list[str]] = {}
    for source, target in project.edges:
        parents.setdefault(target, []).append(source)
    dialect = sql_dialect(project.adapter)
    for dataset in project.datasets:
        raw = outer.nodes.get(dataset.unique_id) or outer.sources.get(dataset.unique_id)
        text = msgspec.json.decode(raw, type=_Text, strict=False) if raw is not None else _Text()
        table = _table(dataset, text, places)
        table.parents, table.dialect = tuple(parents.get(dataset.qualified_name, ())), dialect
        if dataset.resource_type in ("model", "snapshot"):
            compiled = text.compiled_code or text.compiled_sql or ""
            table.query, table.sql = _parsed(compiled, dialect), hash_of_sql(compiled, dialect)
            table.star_place = places.star(text)
        material.tables.append(table)


def _table(dataset: DbtDataset, text: _Text, places: _Places) -> TableFact:
    file, line = places.of(dataset, text, "")
    table = TableFact(dataset.qualified_name, file, line, dataset.level_word, dataset.level, dataset.tags)
    table.is_complete = any(column.is_physical for column in dataset.columns)
    table.grants, masks = _grants(text), _masks(text)
    for column in dataset.columns:
        file, line = places.of(dataset, text, column.name)
        fact = ColumnFact(column.name, file, line, column.level_word, column.level, column.tags)
        fact.mask = masks.get(column.name.lower(), "")
        table.columns[column.name] = fact
    return table


def _masks(text: _Text) -> dict[str, str]:
    """What `meta: {mask: …}` says of columns, by their names in small letters."""
    found = {}
    for name, column in text.columns.items():
        meta = column.get("meta") if isinstance(column, dict) else None
        config = column.get("config") if isinstance(column, dict) else None
        both = {**(meta if isinstance(meta, dict) else {})}
        if isinstance(config, dict) and isinstance(config.get("meta"), dict):
            both = {**config["meta"], **both}
        said = both.get("mask") or both.get("masking_policy")
        if isinstance(said, str):
            found[name.lower()] = access.word(said)
    return found


def _grants(text: _Text) -> access.Grants:
    """What `config: {grants: {select: […]}}` says."""
    found: access.Grants = {}
    said = text.config.get("grants")
    for privilege, people in said.items() if isinstance(said, dict) else ():
        access.add(found, [privilege.lstrip("+")], [people] if isinstance(people, str) else people or [])
    return found


def _parsed(sql: str, dialect: str) -> Any:
    """The query of a model, None when it is not compiled or cannot be parsed: then only its parents are known."""
    if not sql.strip() or len(sql) > MAX_SQL:
        return None
    try:
        one = Dialect.get_or_raise(dialect or None)
        tokens = one.tokenize(sql)
        if len(tokens) > MAX_TOKENS or nesting(tokens) > MAX_NESTED:
            return None
        parsed = [query for query in one.parser().parse(tokens, sql) if query is not None]
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return None
    return parsed[0] if len(parsed) == 1 and isinstance(parsed[0], exp.Query) else None


class _Places:
    """Where things stand: in the project's YAML when it is there, else in the manifest."""

    def __init__(self, manifest: Path, shown: str, data: bytes) -> None:
        self.shown = shown
        self.folders = [(manifest.parent, Path(shown).parent), (manifest.parent.parent, Path(shown).parent.parent)]
        if Path(shown).parent == Path():  # named from inside its folder
            self.folders = [(manifest.parent, Path()), (manifest.parent.parent, Path(".."))]
        self.data = data
        self.ends = [match.start() for match in re.finditer(b"\n", data)]
        self.nodes: dict[str, int] = {}
        for match in _NODE.finditer(data):
            self.nodes.setdefault(match.group(1).decode("utf-8", "replace"), match.start())
        self.starts = sorted(self.nodes.values())
        self.documents = lru_cache(maxsize=None)(self._document)

    def of(self, dataset: DbtDataset, text: _Text, column: str) -> tuple[str, int]:
        """File and line of a dataset, or of one of its columns."""
        is_source = dataset.resource_type == "source"
        written = text.original_file_path if is_source else (text.patch_path or "").split("://", 1)[-1]
        found = self.documents(written or "")
        if found is not None:
            path = _yaml_path(found[1].value, text.source_name if is_source else "", text.name, column)
            if path:
                return found[0], found[1].line_of(path)
        return self.shown, self._manifest_line(dataset.unique_id, column)

    def star(self, text: _Text) -> tuple[str, int] | None:
        """The model's own file and the line of its first `*`, when the file is there."""
        found = self._inside(text.original_file_path or "")
        match = _STAR.search(text.raw_code or text.raw_sql or "")
        if found is None or match is None:
            return None
        return found[1], (text.raw_code or text.raw_sql or "").count("\n", 0, match.end()) + 1

    def _document(self, written: str) -> tuple[str, Document] | None:
        found = self._inside(written)
        if found is None or found[0].suffix not in (".yml", ".yaml"):
            return None
        document = load(found[0].read_bytes())
        return (found[1], document) if document.is_readable else None

    def _inside(self, written: str) -> tuple[Path, str] | None:
        """A file of the project; a path that leads out of it is no file of the project."""
        for folder, name in self.folders if written else ():
            path = folder / written
            try:
                if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                    return path, str(name / written)
            except (OSError, ValueError):
                return None
        return None

    def _manifest_line(self, unique_id: str, column: str) -> int:
        start = self.nodes.get(unique_id)
        if start is None:
            return 1
        if column and self.ends:
            after = bisect(self.starts, start)
            end = self.starts[after] if after < len(self.starts) else len(self.data)
            within = re.compile(b'"' + re.escape(column.encode()) + rb'"\s*:\s*\{', re.IGNORECASE)
            match = within.search(self.data, start, end)
            start = match.start() if match else start
        return bisect(self.ends, start) + 1


def _yaml_path(value: Any, source: str | None, name: str, column: str) -> tuple[str | int, ...]:
    """Where the YAML of a project describes a node or one of its columns; empty when it does not."""
    tops = ("sources",) if source else ("models", "seeds", "snapshots")
    for top in tops:
        path = _entry(value, (top,), source or name)
        if path and source:
            path = _entry(value, (*path, "tables"), name)
        if path:
            return (_entry(value, (*path, "columns"), column) or path) if column else path
    return ()


def _entry(value: Any, path: tuple[str | int, ...], name: str) -> tuple[str | int, ...]:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ()
    for place, one in enumerate(value if isinstance(value, list) else ()):
        if isinstance(one, dict) and str(one.get("name", "")).lower() == name.lower():
            return (*path, place)
    return ()
