"""The tables and columns that a statement reads and writes, found by the scopes of SQL.

A name is a table only where no common table expression of the same name is visible: on TPC-DS a search for table nodes
finds 144 "tables", the scopes leave the 24 that exist (interchange.md 3).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlglot
from sqlglot import exp

from catalog.names import NamePart, canonical_name, parts_of

logging.getLogger("sqlglot").setLevel(logging.ERROR)

MAX_SQL = 200_000
"""Longer statements are counted as unparsed: they are generated, and parsing is the costly step."""

_EXPLAIN = re.compile(
    r"^\s*(?:explain|describe|desc)\b(?:\s*\((?:[^()]|\([^()]*\))*\)|\s+(?:analy[sz]e|verbose|plan\s+for|extended|"
    r"formatted|using\s+\w+))*\s+(?=select|with|insert|update|delete|merge|create|values|table|\()",
    re.IGNORECASE,
)
_WRAPPED = re.compile(
    r"^\s*(?:prepare\s+\w+(?:\s*\([^)]*\))?\s+as|declare\s+\S+\s+(?:\w+\s+){0,4}?cursor\s+(?:with(?:out)?\s+hold\s+)?for)\s+",
    re.IGNORECASE,
)
_FILE = re.compile(r"/|\.(?:parquet|csv|tsv|json|jsonl|ndjson|xlsx)(?:\.\w+)?$", re.IGNORECASE)
_SYSTEM = {"pg_catalog", "information_schema", "pg_toast", "pg_temp", "sys"}


@dataclass(frozen=True, slots=True)
class TableUse:
    """What one text of SQL touches, in canonical names.

    ``inputs`` are read, ``outputs`` written; a table may be both. ``temporary`` were made by the text itself and appear
    in neither. ``columns`` are (table, column), column ``*`` for all, only where it is sure whose they are. Tables of
    the server itself are left out. ``is_parsed`` is false when nothing is known; ``kind`` is the verb.
    """

    inputs: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    columns: frozenset[tuple[str, str]] = frozenset()
    temporary: frozenset[str] = frozenset()
    kind: str = ""
    is_parsed: bool = True

    @property
    def tables(self) -> frozenset[str]:
        """All tables, read or written."""
        return self.inputs | self.outputs

    def without(self, names: frozenset[str]) -> TableUse:
        """The same without some tables, such as temporary ones of the session."""
        return replace(
            self, inputs=self.inputs - names, outputs=self.outputs - names,
            columns=frozenset(column for column in self.columns if column[0] not in names),
        )  # fmt: skip


UNPARSED = TableUse(is_parsed=False, kind="unparsed")


def tables_of(
    sql: str,
    dialect: str = "postgres",
    *,
    default: Sequence[str] = (),
    columns_of: Mapping[str, frozenset[str]] | None = None,
) -> TableUse:
    """Find what a text of SQL touches.

    Args:
        sql: one or more statements.
        dialect: a dialect of sqlglot.
        default: (database, schema) in front of shorter names.
        columns_of: canonical table to its canonical columns, to tell whose an unqualified column is.

    Returns:
        The use; ``UNPARSED`` when the text cannot be parsed. Never raises for content.
    """
    if not sql.strip() or len(sql) > MAX_SQL:
        return UNPARSED
    text, explained = _unwrapped(sql)
    try:
        parsed = sqlglot.parse(text, dialect=dialect or None)
        walker = _Walker(dialect, default, columns_of or {})
        statements = [statement for statement in parsed if statement is not None]
        for statement in statements:
            walker.statement(statement)
    except Exception:
        # sqlglot raises its own errors, and now and then a plain one or RecursionError, on text that is not SQL
        return UNPARSED
    if not statements or any(_is_fragment(statement) for statement in statements):
        return UNPARSED
    return walker.use("explain" if explained else _kind(statements[0]))


def _unwrapped(sql: str) -> tuple[str, bool]:
    """The statement inside EXPLAIN, PREPARE or DECLARE CURSOR."""
    text = _WRAPPED.sub("", _without_leading_comments(sql), count=1)
    inner = _EXPLAIN.sub("", text, count=1)
    return inner, inner != text


def _without_leading_comments(sql: str) -> str:
    return re.sub(r"^(?:\s+|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)+", "", sql)


def _is_fragment(statement: exp.Expression) -> bool:
    """Whether the parser took loose words for an expression: no statement at all."""
    return isinstance(statement, (exp.Condition, exp.Alias, exp.Tuple)) and not isinstance(statement, exp.Query)


def _kind(statement: exp.Expression) -> str:
    if isinstance(statement, exp.Command):
        return str(statement.this).lower()
    if isinstance(statement, (exp.Query, exp.Values)):
        return "select"
    return type(statement).__name__.lower().removesuffix("table")


@dataclass(frozen=True, slots=True)
class _Env:
    """What is visible at a place: names of common table expressions, and whose columns can be meant, innermost last."""

    ctes: frozenset[str] = frozenset()
    scopes: tuple[Mapping[str, str], ...] = ()


@dataclass(slots=True)
class _Walker:
    dialect: str
    default: Sequence[str]
    columns_of: Mapping[str, frozenset[str]]
    inputs: set[str] = field(default_factory=set)
    outputs: set[str] = field(default_factory=set)
    columns: set[tuple[str, str]] = field(default_factory=set)
    temporary: set[str] = field(default_factory=set)
    made: set[int] = field(default_factory=set)  # ids of table nodes that are targets, not sources

    def use(self, kind: str) -> TableUse:
        gone = self.temporary
        return TableUse(
            frozenset(name for name in self.inputs - gone if not _is_system(name)),
            frozenset(name for name in self.outputs - gone if not _is_system(name)),
            frozenset(column for column in self.columns if column[0] not in gone and not _is_system(column[0])),
            frozenset(gone), kind,
        )  # fmt: skip

    def statement(self, statement: exp.Expression) -> None:
        """Walk one statement from its top, without recursion."""
        stack: list[tuple[exp.Expression, _Env]] = [(statement, _Env())]
        while stack:
            node, env = stack.pop()
            env = self._with(node, env, stack)
            self._targets(node, env)
            if isinstance(node, exp.Table):
                self._table(node, env)
            elif isinstance(node, exp.Column):
                self._column(node, env)
            elif isinstance(node, exp.Star) and env.scopes and isinstance(node.parent, exp.Select):
                self.columns.update((table, "*") for table in env.scopes[-1].values() if table)
            if isinstance(node, (exp.Select, exp.Update, exp.Delete, exp.Merge)):
                env = _Env(env.ctes, (*env.scopes, self._sources(node, env)))
            stack += [(child, env) for child in _children(node) if not isinstance(child, exp.With)]

    def _with(self, node: exp.Expression, env: _Env, stack: list[tuple[exp.Expression, _Env]]) -> _Env:
        """Names that a WITH adds; each expression sees the ones before it, all of them when recursive."""
        clause = node.args.get("with_") or node.args.get("with")
        if not isinstance(clause, exp.With):
            return env
        names = [self._identifier(cte.args["alias"].this) for cte in clause.expressions]
        seen = env.ctes | frozenset(names) if clause.args.get("recursive") else env.ctes
        for cte, name in zip(clause.expressions, names, strict=True):
            stack.append((cte.this, _Env(seen, env.scopes)))
            seen |= {name}
        return _Env(env.ctes | frozenset(names), env.scopes)

    def _targets(self, node: exp.Expression, env: _Env) -> None:
        for target in _written(node):
            self.made.add(id(target))
            name = self._name(target, env)
            if not name:
                continue
            if _is_temporary(node, target):
                self.temporary.add(name)
            else:
                self.outputs.add(name)

    def _table(self, node: exp.Table, env: _Env) -> None:
        if id(node) in self.made:
            return
        name = self._name(node, env)
        if name and not self._is_implicit_unnest(node, env):
            self.inputs.add(name)

    def _name(self, node: exp.Table, env: _Env) -> str:
        """Canonical name of a base table; empty for a common table expression, a function or a file."""
        identifier = node.this
        if isinstance(identifier, exp.Dot):
            parts = [part for part in identifier.flatten() if isinstance(part, exp.Identifier)]
            parts = [*(p for p in (node.args.get("catalog"), node.args.get("db")) if p), *parts]
        elif isinstance(identifier, exp.Identifier):
            parts = [p for p in (node.args.get("catalog"), node.args.get("db"), identifier) if p]
        else:
            return ""
        if self.dialect == "duckdb" and _FILE.search(parts[-1].name):
            return ""
        if len(parts) == 1 and self._identifier(parts[0]) in env.ctes:
            return ""
        named = [NamePart(part.name, bool(part.args.get("quoted"))) for part in parts if part.name]
        return canonical_name(named, self.dialect, default=self.default)

    def _is_implicit_unnest(self, node: exp.Table, env: _Env) -> bool:
        """BigQuery's ``FROM orders AS o, o.lines``: an array of a row, not a table."""
        owner = node.args.get("db")
        if owner is None or node.args.get("catalog") or self.dialect != "bigquery" or not env.scopes:
            return False
        return self._identifier(owner) in env.scopes[-1]

    def _sources(self, node: exp.Expression, env: _Env) -> Mapping[str, str]:
        """What FROM and JOIN name here: alias to base table, or to nothing for everything else."""
        clause = node.args.get("from_") or node.args.get("from")
        found: list[exp.Expression] = [clause.this] if isinstance(clause, exp.From) else []
        if not isinstance(node, exp.Select):
            using = node.args.get("using")
            found += [node.this, *(using if isinstance(using, list) else [using])]
        found += [join.this for join in node.args.get("joins") or []]
        found += node.args.get("laterals") or []
        sources: dict[str, str] = {}
        while found:
            source = found.pop(0)
            if not isinstance(source, exp.Expression):
                continue
            alias = source.args.get("alias")
            named = alias.this if isinstance(alias, exp.TableAlias) else None
            if isinstance(source, exp.Table):
                found += [join.this for join in source.args.get("joins") or []]
                own = source.this if isinstance(source.this, exp.Identifier) else None
                label = named or own
                if label is not None:
                    sources[self._identifier(label)] = self._name(source, env)
            elif named is not None:
                sources[self._identifier(named)] = ""
            elif isinstance(source, exp.Paren):
                found.append(source.this)
        return sources

    def _column(self, node: exp.Column, env: _Env) -> None:
        name = "*" if isinstance(node.this, exp.Star) else self._identifier(node.this)
        owner = node.args.get("table")
        for scope in reversed(env.scopes):
            if isinstance(owner, exp.Identifier):
                table = scope.get(self._identifier(owner))
                if table is None:
                    continue
                if table:
                    self.columns.add((table, name))
                return
            table = self._owner_of(name, scope)
            if table:
                self.columns.add((table, name))
            if table is not None:
                return

    def _owner_of(self, name: str, scope: Mapping[str, str]) -> str | None:
        """The table of an unqualified column; empty when it cannot be told, ``None`` to ask the outer query."""
        if len(scope) == 1:
            table = next(iter(scope.values()))
            known = self.columns_of.get(table)
            return table if known is None or name in known else None
        owners = [table for table in scope.values() if name in self.columns_of.get(table, ())]
        if len(owners) == 1:
            return owners[0]
        return None if scope and all(table in self.columns_of for table in scope.values()) and not owners else ""

    def _identifier(self, node: exp.Expression) -> str:
        return canonical_name([NamePart(node.name, bool(node.args.get("quoted")))], self.dialect)


def _children(node: exp.Expression) -> Iterator[exp.Expression]:
    for value in node.args.values():
        if isinstance(value, exp.Expression):
            yield value
        elif isinstance(value, list):
            yield from (entry for entry in value if isinstance(entry, exp.Expression))


def _written(node: exp.Expression) -> Iterator[exp.Table]:
    """The tables that a node writes."""
    if isinstance(node, exp.TruncateTable):
        for entry in node.expressions:
            yield from _as_table(entry)
        return
    writes = isinstance(node, (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Into, exp.Drop, exp.Alter))
    if isinstance(node, exp.Create):
        writes = str(node.args.get("kind") or "").upper() in ("TABLE", "VIEW")
    elif isinstance(node, exp.Copy):
        writes = bool(node.args.get("kind"))  # COPY … FROM
    if writes:
        yield from _as_table(node.this)


def _as_table(node: object) -> Iterator[exp.Table]:
    if isinstance(node, exp.Schema):
        node = node.this
    if isinstance(node, exp.Table):
        yield node


def _is_temporary(node: exp.Expression, target: exp.Table) -> bool:
    if isinstance(node, exp.Into):
        made = bool(node.args.get("temporary"))
    else:
        properties = node.args.get("properties")
        made = properties is not None and properties.find(exp.TemporaryProperty) is not None
    marked = isinstance(target.this, exp.Identifier) and bool(target.this.args.get("temporary"))
    return made or marked or target.name.startswith("#")


def _is_system(name: str) -> bool:
    parts = parts_of(name)
    if len(parts) > 1:
        return parts[-2] in _SYSTEM or parts[-2].startswith("pg_temp_")
    return name.startswith("pg_")
