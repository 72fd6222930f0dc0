"""Lineage by column from the SQL that makes datasets: resolved with the columns that the catalogue itself knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog.column_edges import EdgeRow
from catalog.models import Column, ColumnEdge
from catalog.names import NameIndex
from catalog.sql_text import MOST, hash_of_sql
from exchange.bundle import Statement
from exchange.gate.flow import Flow, table_name, trace_query
from exchange.gate.read_sql import sql_dialect

RESOLVED = 0.9  # how sure a statement is of a column that its scopes name; the rest is what sqlglot may misread
WEAK = (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError)


class Known:
    """The columns of a warehouse by qualified name, as one reader sees them."""

    def __init__(self, columns: Mapping[str, list[str]], fed: Collection[str] = ()) -> None:
        self.columns = columns
        self.fed = fed  # datasets of which lineage by column is known already
        self.index = NameIndex(columns)

    @classmethod
    def of(cls, reader: Any, warehouse_id: int) -> Known:
        """What a reader sees of a warehouse."""
        found: dict[str, list[str]] = {}
        rows = Column.objects.visible_to(reader).filter(dataset__warehouse=warehouse_id)
        for name, column in rows.order_by("dataset_id", "position", "id").values_list(
            "dataset__qualified_name", "name"
        ):
            found.setdefault(name, []).append(column)
        edges = ColumnEdge.objects.visible_to(reader).filter(target_dataset__warehouse=warehouse_id, gone_at=None)
        return cls(found, set(edges.order_by().values_list("target_dataset__qualified_name", flat=True).distinct()))

    def find(self, written: str) -> str:
        """The full name behind a written one; itself when none or several fit."""
        return written if written in self.columns else self.index.resolve(written) or written

    def columns_of(self, name: str) -> tuple[list[str], bool]:
        """Column names, and whether the table is known at all."""
        return self.columns.get(name, []), name in self.columns


def edges_of(statements: Iterable[Statement], known: Known, dialect: str) -> tuple[list[EdgeRow], list[str]]:
    """Every edge that statements say, and the datasets of which they say all there is.

    Args:
        statements: the queries.
        known: columns of the warehouse.
        dialect: of its SQL, in anybody's words.

    Returns:
        (edges, targets). Where a query cannot be followed to its columns, the tables that it reads stand as
        ``unknown`` beside what could be followed. A statement without a text takes nothing back that is known.
    """
    rows: dict[EdgeRow, None] = {}
    targets: dict[str, None] = {}
    spoken = sql_dialect(dialect)
    for statement in statements:
        target = known.find(statement.target)
        if not statement.sql and target in known.fed:
            continue
        targets[target] = None
        rows.update(dict.fromkeys(_of_one(statement, target, known, spoken)))
    return list(rows), list(targets)


def _of_one(statement: Statement, target: str, known: Known, dialect: str) -> Iterator[EdgeRow]:
    digest = hash_of_sql(statement.sql, dialect)
    query = statement.query if statement.query is not None else _parsed(statement.sql, dialect)
    if query is None:
        named = {known.find(name) for name in statement.reads} - {target}
        yield from _unknown(named & known.columns.keys(), target, digest)
        return
    try:
        flow = trace_query(query, dialect, known.find, known.columns_of)
    except WEAK:
        flow = Flow(is_exact=False)
    columns = dict(zip(statement.columns, flow.columns.values(), strict=False)) if statement.columns else flow.columns
    read = _tables(query, dialect, known) - {target} if not flow.is_exact else set()
    said = [(origin, name, "derives") for name, origins in columns.items() for origin in sorted(origins)]
    said += [(origin, "", "filters") for origin in sorted(flow.filters)]
    for (table, column), name, kind in said:
        if column in known.columns_of(table)[0]:
            yield EdgeRow(table, column, target, name, kind, RESOLVED, digest)
        elif table != target:  # a whole row, or a name that stands nowhere: all of the table may be in it
            read.add(table)
    yield from _unknown(read, target, digest)


def _unknown(tables: Iterable[str], target: str, digest: str) -> Iterator[EdgeRow]:
    for table in sorted(tables):
        yield EdgeRow(table, "", target, "", "unknown", None, digest)


def _parsed(sql: str, dialect: str) -> Any:
    """The query behind a statement; None when there is none that can be read."""
    if len(sql) > MOST:
        return None
    try:
        parsed = sqlglot.parse_one(sql, read=dialect or None)
    except WEAK:
        return None
    return parsed if isinstance(parsed, exp.Query) else None


def _tables(query: Any, dialect: str, known: Known) -> set[str]:
    """Known tables that stand anywhere in a query."""
    named = {known.find(table_name(table, dialect)) for table in query.find_all(exp.Table)}
    return named & known.columns.keys()


def statements_in(sql: str, dialect: str) -> tuple[list[Statement], list[str]]:
    """The queries of a SQL text that make tables or views: CREATE … AS, INSERT … SELECT.

    Returns:
        (statements, sentences on what could not be read).
    """
    spoken = sql_dialect(dialect)
    try:
        parsed: Sequence[Any] = sqlglot.parse(sql, read=spoken or None)
    except WEAK as fault:
        return [], [str(fault).split("\n", 1)[0][:200]]
    made = []
    for statement in parsed:
        into = statement.this if isinstance(statement, (exp.Create, exp.Insert)) else None
        query = statement.expression if into is not None else None
        columns: tuple[str, ...] = ()
        if isinstance(into, exp.Schema):
            columns = tuple(word.name for word in into.expressions)
            into = into.this
        if isinstance(into, exp.Table) and isinstance(query, exp.Query):
            text = statement.sql(dialect=spoken or None)
            made.append(Statement(table_name(into, spoken), text, query, columns))
    return made, []
