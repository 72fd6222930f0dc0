"""Checks of datasets, properties, quality, relationships and service levels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from exchange.odcs.fields import Findings
from exchange.odcs.mapping import LIBRARY_METRICS
from exchange.odcs.model import Contract
from exchange.odcs.walk import members, require, twice
from exchange.problems import Path

_LOGICAL = {
    "string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean", "map", "vector", "blob",
}  # fmt: skip
_DIMENSIONS = (
    "accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness",
)  # fmt: skip
_QUALITY_TYPES = ("text", "library", "sql", "custom")
_OPERATORS = (
    "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo",
    "mustBeBetween", "mustNotBeBetween",
)  # fmt: skip
_WORD = r"[^\W\d][\w-]*"
_SHORT = re.compile(rf"^{_WORD}(?:\.{_WORD}|\[\])+$")
_FULL = re.compile(r"^(?:[\w.:/@+~%-]+#)?/?[\w.:-]+(?:/[\w.:-]+)+$")
_BOUNDS = (("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"))


class Tables:
    """The names and ids of a contract, for resolving references."""

    def __init__(self, raw: Mapping[str, Any], top: str, below: str, name: str) -> None:
        self.columns: dict[str, set[str]] = {}
        self.ids: set[str] = set()
        for _, dataset in members(raw.get(top), (top,)):
            names: set[str] = set()
            self._walk(dataset.get(below), "", names, name)
            for own in (dataset.get("name"), dataset.get("table"), dataset.get("physicalName")):
                if isinstance(own, str) and own:
                    self.columns.setdefault(own, set()).update(names)
            if isinstance(dataset.get("id"), str):
                self.ids.add(dataset["id"])

    def _walk(self, value: Any, parent: str, names: set[str], name: str) -> None:
        for _, raw in members(value, ()):
            own = raw.get(name)
            if isinstance(raw.get("id"), str):
                self.ids.add(raw["id"])
            if not isinstance(own, str):
                continue
            path = f"{parent}.{own}" if parent else own
            names.add(path)
            if isinstance(raw.get("physicalName"), str):
                names.add(raw["physicalName"])
            self._walk(raw.get("properties"), path, names, name)
            items = raw.get("items")
            if isinstance(items, dict):
                self._walk(items.get("properties"), path, names, name)


def check_datasets(raw: Mapping[str, Any], minor: tuple[int, int], findings: Findings) -> None:
    """Check every dataset with its properties, quality and relationships."""
    old = minor < (3, 0)
    top, below, name = ("dataset", "columns", "column") if old else ("schema", "properties", "name")
    own = "table" if old else "name"
    tables = Tables(raw, top, below, name)
    walker = _Walker(minor, name, tables, findings)
    entries = members(raw.get(top), (top,))
    for path, dataset in entries:
        require(dataset, path, (own,), findings)
        walker.common(dataset, path)
        walker.relationships(dataset, path, from_property=False)
        walker.properties(dataset.get(below), (*path, below))
    twice([((*path, own), str(dataset.get(own) or "")) for path, dataset in entries], findings)


class _Walker:
    def __init__(self, minor: tuple[int, int], name: str, tables: Tables, findings: Findings) -> None:
        self.minor, self.name, self.tables, self.findings = minor, name, tables, findings

    def common(self, raw: Mapping[str, Any], path: Path) -> None:
        """What a dataset and a property share."""
        logical = raw.get("logicalType")
        if isinstance(logical, str) and logical and logical not in _LOGICAL and self.minor >= (3, 0):
            self.findings.add("ODCS-24", (*path, "logicalType"), value=logical)
        for where, entry in members(raw.get("quality"), (*path, "quality")):
            if self.minor >= (3, 0):
                self.quality(entry, where)
        for where, entry in members(raw.get("customProperties"), (*path, "customProperties")):
            require(entry, where, ("property",), self.findings)

    def properties(self, value: Any, path: Path) -> None:
        """Properties of one parent, and what is nested in them."""
        entries = members(value, path)
        for where, raw in entries:
            require(raw, where, (self.name,), self.findings)
            self._property(raw, where)
        twice([((*where, self.name), str(raw.get(self.name) or "")) for where, raw in entries], self.findings)

    def _property(self, raw: Mapping[str, Any], path: Path) -> None:
        self.common(raw, path)
        self.relationships(raw, path, from_property=True)
        self._options(raw.get("logicalTypeOptions"), (*path, "logicalTypeOptions"))
        items = raw.get("items")
        if raw.get("logicalType") == "array" and not items:
            self.findings.add("ODCS-15", path, severity="error" if self.minor >= (3, 1) else "warning")
        self.properties(raw.get("properties"), (*path, "properties"))
        if isinstance(items, dict):
            self._property(items, (*path, "items"))

    def _options(self, value: Any, path: Path) -> None:
        if not isinstance(value, dict):
            return
        for key in ("exclusiveMinimum", "exclusiveMaximum"):
            if key in value and isinstance(value[key], bool) == (self.minor >= (3, 1)):
                self.findings.add("ODCS-35", (*path, key), key=key)
        for low, high in (*_BOUNDS, ("minimum", "maximum")):
            left, right = value.get(low), value.get(high)
            if _is_number(left) and _is_number(right) and left > right:
                self.findings.add("ODCS-36", (*path, low), low=low, high=high)

    def quality(self, raw: Mapping[str, Any], path: Path) -> None:
        """One quality rule."""
        kind = raw.get("type") or "library"
        if kind not in _QUALITY_TYPES:
            self.findings.add("ODCS-14", (*path, "type"), key="type", value=kind, known=", ".join(_QUALITY_TYPES))
        dimension = raw.get("dimension")
        if dimension is not None and dimension not in _DIMENSIONS:
            self.findings.add(
                "ODCS-14", (*path, "dimension"), key="dimension", value=dimension, known=", ".join(_DIMENSIONS)
            )
        for key in ("mustBeBetween", "mustNotBeBetween"):
            pair = raw.get(key)
            if key in raw and not (isinstance(pair, list) and len(pair) == 2 and all(map(_is_number, pair))):
                self.findings.add("ODCS-26", (*path, key), key=key)
        if kind == "library":
            self._library(raw, path)
        needs = {"sql": ("query",), "custom": ("engine", "implementation")}.get(str(kind), ())
        for key in needs:
            if raw.get(key) is None and self.minor < (3, 1):
                self.findings.add("ODCS-1", path, key=key, severity="warning")
            else:
                require(raw, path, (key,), self.findings)

    def _library(self, raw: Mapping[str, Any], path: Path) -> None:
        metric = raw.get("metric")
        if metric is not None:
            if metric not in LIBRARY_METRICS and self.minor >= (3, 1):
                known = ", ".join(LIBRARY_METRICS)
                self.findings.add("ODCS-14", (*path, "metric"), key="metric", value=metric, known=known)
        elif not raw.get("rule") and any(operator in raw for operator in _OPERATORS):
            self.findings.add("ODCS-27", path)

    def relationships(self, raw: Mapping[str, Any], path: Path, *, from_property: bool) -> None:
        """Foreign keys: well formed, equally long on both sides, and pointing to something."""
        for where, entry in members(raw.get("relationships"), (*path, "relationships")):
            needed = ("to",) if from_property else ("from", "to")
            require(entry, where, needed, self.findings)
            if from_property and "from" in entry:
                self.findings.add("ODCS-34", (*where, "from"))
            sides = {key: entry[key] for key in needed if entry.get(key) not in (None, "")}
            for key, side in sides.items():
                self._side(side, (*where, key), must_exist=key == "from")
            left, right = sides.get("from"), sides.get("to")
            if left is None or right is None:
                continue
            if isinstance(left, list) != isinstance(right, list):
                self.findings.add("ODCS-37", where)
            elif isinstance(left, list) and len(left) != len(right):
                self.findings.add("ODCS-17", where, left=len(left), right=len(right))

    def _side(self, side: Any, path: Path, *, must_exist: bool) -> None:
        references = side if isinstance(side, list) else [side]
        if not references:
            self.findings.add("ODCS-4", path, key=str(path[-1]))
        for place, reference in enumerate(references):
            where = (*path, place) if isinstance(side, list) else path
            self._reference(reference, where, must_exist=must_exist)

    def _reference(self, reference: Any, path: Path, *, must_exist: bool) -> None:
        if not isinstance(reference, str) or not (_SHORT.match(reference) or _FULL.match(reference)):
            self.findings.add("ODCS-16", path, reference=reference)
            return
        if "/" in reference:
            self._by_id(reference, path)
            return
        table, _, column = reference.replace("[]", "").partition(".")
        columns = self.tables.columns.get(table)
        if columns is None:
            self.findings.add("ODCS-18", path, reference=reference)
        elif column not in columns:
            self.findings.add("ODCS-19", path, reference=reference, table=table)

    def _by_id(self, reference: str, path: Path) -> None:
        steps = reference.strip("/").split("/")
        if "#" in reference or steps[0] != "schema":
            return  # another file: we never fetch, so we cannot say
        if any(step not in self.tables.ids for step in steps[1::2]):
            self.findings.add("ODCS-18", path, reference=reference)


def check_sla(raw: Mapping[str, Any], contract: Contract, findings: Findings) -> None:
    """Service levels: property and value, and elements that exist."""
    old = contract.standard_version.startswith("2.")
    tables = Tables(raw, *(("dataset", "columns", "column") if old else ("schema", "properties", "name")))
    element, default = ("column", "slaDefaultColumn") if old else ("element", "slaDefaultElement")
    for path, entry in members(raw.get("slaProperties"), ("slaProperties",)):
        require(entry, path, ("property", "value"), findings)
        _elements(entry.get(element), (*path, element), tables, findings)
    _elements(raw.get(default), (default,), tables, findings)


def _elements(value: Any, path: Path, tables: Tables, findings: Findings) -> None:
    if not isinstance(value, str) or not value.strip() or not tables.columns:
        return
    names = [part.strip() for part in value.split(",") if part.strip()]
    missing = [name for name in names if not _exists(name, tables)]
    if not missing:
        return
    if len(missing) < len(names):
        findings.add("ODCS-20", path, key=str(path[-1]), missing=", ".join(missing))
    else:
        findings.add("ODCS-18", path, reference=value)


def _exists(name: str, tables: Tables) -> bool:
    table, _, column = name.partition(".")
    if table in tables.columns:
        return not column or column in tables.columns[table]
    return any(name in columns for columns in tables.columns.values())


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
