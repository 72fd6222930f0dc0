"""Which columns of which tables a query's columns come from, by the scopes of SQL, and where `*` lets all through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from catalog.names import NamePart, canonical_name, column_name

Origin = tuple[str, str]  # canonical table, canonical column
MAX_DEPTH = 60


@dataclass(slots=True)
class Flow:
    """The output of a query.

    `columns` are canonical output names with their origins, in order. `is_exact`: nothing was guessed or left out.
    `stars` are the tables of which `*` reaches the output, with the line where the table is named.
    `filters` are the columns by which rows are chosen, joined or grouped, here or in a query that this one reads.
    """

    columns: dict[str, set[Origin]] = field(default_factory=dict)
    is_exact: bool = True
    stars: dict[str, int] = field(default_factory=dict)
    filters: set[Origin] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Source:
    """What stands in FROM: a table of that name, or a query's flow; neither when it is a function or VALUES."""

    table: str = ""
    line: int = 1
    flow: Flow | None = None


@dataclass(frozen=True, slots=True)
class _Around:
    """What is visible around a query: common table expressions, sources of the queries outside, and how deep it is."""

    ctes: Mapping[str, Flow]
    outer: Mapping[str, _Source]
    depth: int


KnownColumns = Callable[[str], tuple[list[str], bool]]


def trace_query(query: Any, dialect: str, find: Callable[[str], str], columns_of: KnownColumns) -> Flow:
    """Follow the columns of a parsed query.

    Args:
        query: a sqlglot Query.
        dialect: decides how names fold.
        find: canonical name as written to the known full name (itself when unknown).
        columns_of: known table to its column names and whether those are all.

    Returns:
        The flow; not exact where a name is ambiguous or a source is no table.
    """
    return _Tracer(dialect, find, columns_of).query(query, {}, {}, 0)


def table_name(table: Any, dialect: str) -> str:
    """The canonical name of a sqlglot Table, without any default put in front."""
    parts = [part for part in (table.args.get("catalog"), table.args.get("db"), table.this) if part]
    if not all(isinstance(part, exp.Identifier) for part in parts):
        return ""
    return canonical_name([NamePart(part.name, bool(part.quoted)) for part in parts], dialect)


def line_of(node: Any, default: int = 1) -> int:
    """The line of the first identifier inside a node."""
    for inner in node.find_all(exp.Identifier):
        if "line" in inner.meta:
            return int(inner.meta["line"])
    return default


@dataclass(slots=True)
class _Tracer:
    dialect: str
    find: Callable[[str], str]
    columns_of: KnownColumns

    def query(self, node: Any, ctes: Mapping[str, Flow], outer: Mapping[str, _Source], depth: int) -> Flow:
        if depth > MAX_DEPTH:
            return Flow(is_exact=False)
        ctes = dict(ctes)
        for cte in node.ctes if hasattr(node, "ctes") else ():
            name = self._name(cte.args["alias"].this)
            ctes[name] = Flow(is_exact=False)  # what a recursive one sees of itself
            made = self.query(cte.this, ctes, outer, depth + 1)
            ctes[name] = self._renamed(made, cte.args["alias"])
        if isinstance(node, exp.Subquery):
            return self.query(node.this, ctes, outer, depth + 1)
        if isinstance(node, exp.SetOperation):
            return _both(self.query(node.left, ctes, outer, depth + 1), self.query(node.right, ctes, outer, depth + 1))
        if isinstance(node, exp.Select):
            return self._select(node, ctes, outer, depth)
        return Flow(is_exact=False)

    def _select(self, node: Any, ctes: Mapping[str, Flow], outer: Mapping[str, _Source], depth: int) -> Flow:
        sources = self._sources(node, ctes, depth)
        flow, around = Flow(), _Around(ctes, outer, depth)
        for place, projection in enumerate(node.expressions):
            if isinstance(projection, exp.Star) or (
                isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
            ):
                self._star(projection, sources, flow)
                continue
            name = projection.alias_or_name
            identifier = projection.args.get("alias") or projection.this
            quoted = isinstance(identifier, exp.Identifier) and bool(identifier.quoted)
            key = column_name(name, self.dialect, quoted=quoted) if name else f"column {place + 1}"
            flow.columns.setdefault(key, set()).update(self._origins(projection, sources, flow, around))
        for source in sources.values():
            flow.filters |= source.flow.filters if source.flow is not None else set()
        self._filter(node, sources, flow, around)
        return flow

    def _filter(self, node: Any, sources: Mapping[str, _Source], flow: Flow, around: _Around) -> None:
        """Columns that decide which rows there are; what cannot be resolved here makes the columns no less exact."""
        aside = Flow()
        for part in ("where", "having", "group", "qualify", "distinct"):
            if (clause := node.args.get(part)) is not None:
                flow.filters |= self._origins(clause, sources, aside, around)
        for join in node.args.get("joins") or ():
            if join.args.get("on") is not None:
                flow.filters |= self._origins(join.args["on"], sources, aside, around)
            for word in join.args.get("using") or ():
                name = self._name(word.this if isinstance(word, exp.Column) else word)
                for source in sources.values():
                    flow.filters |= (_of(source, name) or set()) if name in self._names(source) else set()
        flow.filters |= aside.filters

    def _sources(self, node: Any, ctes: Mapping[str, Flow], depth: int) -> dict[str, _Source]:
        found: dict[str, _Source] = {}
        start = node.args.get("from_") or node.args.get("from")
        items = [start.this] if start else []
        items += [join.this for join in node.args.get("joins") or ()]
        items += node.args.get("laterals") or ()
        for place, item in enumerate(items):
            items += [join.this for join in item.args.get("joins") or ()]
            alias = item.args.get("alias")
            name = self._name(alias.this) if alias and alias.this else ""
            if isinstance(item, exp.Table):
                written = table_name(item, self.dialect)
                name = name or (self._name(item.this) if isinstance(item.this, exp.Identifier) else f"#{place}")
                bare = not item.args.get("db") and written in ctes
                found[name] = (
                    _Source(flow=ctes[written]) if bare else _Source(self.find(written), line_of(item)) if written
                    else _Source()
                )  # fmt: skip
            elif isinstance(item, exp.Subquery) and isinstance(item.this, exp.Query):
                found[name or f"#{place}"] = _Source(
                    flow=self._renamed(self.query(item.this, ctes, {}, depth + 1), alias)
                )
            else:
                found[name or f"#{place}"] = _Source()
        return found

    def _star(self, projection: Any, sources: Mapping[str, _Source], flow: Flow) -> None:
        qualifier = projection.args.get("table") if isinstance(projection, exp.Column) else None
        name = self._name(qualifier) if qualifier else ""
        star = projection.this if isinstance(projection, exp.Column) else projection
        excepted = star.args.get("except_") or star.args.get("except") or ()
        left_out = {self._name(word.this if isinstance(word, exp.Column) else word) for word in excepted}
        if star.args.get("rename") or star.args.get("replace"):
            flow.is_exact = False
        for alias, source in sources.items():
            if name and alias != name:
                continue
            if source.flow is not None:
                flow.is_exact &= source.flow.is_exact
                flow.stars |= source.flow.stars
                for column, origins in source.flow.columns.items():
                    if column not in left_out:
                        flow.columns.setdefault(column, set()).update(origins)
            elif source.table:
                flow.stars[source.table] = source.line
                columns, is_all = self.columns_of(source.table)
                flow.is_exact &= is_all
                for column in columns:
                    if column not in left_out:
                        flow.columns.setdefault(column, set()).add((source.table, column))
            else:
                flow.is_exact = False

    def _origins(self, node: Any, sources: Mapping[str, _Source], flow: Flow, around: _Around) -> set[Origin]:
        found: set[Origin] = set()
        for inner in node.walk(prune=lambda one: isinstance(one, exp.Query)):
            if isinstance(inner, exp.Query):
                below = self.query(inner, around.ctes, {**around.outer, **sources}, around.depth + 1)
                flow.is_exact &= below.is_exact
                flow.filters |= below.filters
                found.update(*below.columns.values())
            elif isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star):  # a whole row in an expression
                row = Flow()
                self._star(inner, sources, row)
                flow.is_exact &= row.is_exact and bool(row.columns)
                found.update(*row.columns.values())
            elif isinstance(inner, exp.Column):
                origins = self._column(inner, sources)
                if origins is None and around.outer:
                    origins = self._column(inner, around.outer)
                flow.is_exact &= origins is not None
                found |= origins or set()
        return found

    def _column(self, column: Any, sources: Mapping[str, _Source]) -> set[Origin] | None:
        name = self._name(column.this)
        qualifier = column.args.get("table")
        if qualifier:
            source = sources.get(self._name(qualifier))
            return _of(source, name) if source else None
        if len(sources) == 1:
            return _of(next(iter(sources.values())), name)
        having = [source for source in sources.values() if name in self._names(source)]
        return _of(having[0], name) if len(having) == 1 else None

    def _names(self, source: _Source) -> list[str]:
        if source.flow is not None:
            return list(source.flow.columns)
        return self.columns_of(source.table)[0] if source.table else []

    def _renamed(self, flow: Flow, alias: Any) -> Flow:
        names = [self._name(word) for word in (alias.args.get("columns") or ())] if alias else []
        if not names:
            return flow
        if len(names) != len(flow.columns):
            return Flow(dict.fromkeys(names, set().union(*flow.columns.values())), False, flow.stars, flow.filters)
        return Flow(dict(zip(names, flow.columns.values(), strict=True)), flow.is_exact, flow.stars, flow.filters)

    def _name(self, identifier: Any) -> str:
        return column_name(identifier.name, self.dialect, quoted=bool(identifier.args.get("quoted")))


def _of(source: _Source, name: str) -> set[Origin] | None:
    if source.flow is not None:
        return source.flow.columns.get(name)
    return {(source.table, name)} if source.table else None


def _both(left: Flow, right: Flow) -> Flow:
    """Two queries of one set operation: by position, named after the first."""
    exact = left.is_exact and right.is_exact and len(left.columns) == len(right.columns)
    other = list(right.columns.values())
    columns = {
        name: origins | (other[place] if place < len(other) else set())
        for place, (name, origins) in enumerate(left.columns.items())
    }
    return Flow(columns, exact, {**left.stars, **right.stars}, left.filters | right.filters)
