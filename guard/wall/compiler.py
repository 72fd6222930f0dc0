"""Where the ORM's statements read: behind the wall as somebody, or beyond it for a reason."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Any

from django.db.backends.postgresql import compiler
from django.db.models.sql.datastructures import BaseTable, Join

from guard.wall import BEYOND, PASSED, guarded_tables, reads_as, walled_models


def passes(query: Any, connection: Any) -> bool:
    """Whether a query goes past the wall: opened for a reason, or a write of a governed row (which asks for an act)."""
    if not connection.is_walled:
        return False
    if hasattr(query, "opened_as"):  # also the plain query that Django makes of one, inside a DELETE with joins
        return getattr(query, "reader_id", None) is None
    return query.model is not None and query.model._meta.db_table in guarded_tables()


class _Placed:
    """Names tables in the schema beyond the wall, for a query that passes."""

    query: Any
    connection: Any

    @cached_property
    def _judged(self) -> set[str]:
        """Where the wall judges a reader's question: the rows asked for and the things that they belong to.

        What it joins further, such as the warehouse of a dataset, is judged where it is shown (rulings.md): behind the
        wall it would take the row along that the reader may see.
        """
        base = self.query.base_table
        found = {base}
        for path in self.query.model.POLICY_PATHS:
            at = {base}
            for name in filter(None, path.split("__")):
                at = {
                    alias
                    for alias, node in self.query.alias_map.items()
                    if isinstance(node, Join)
                    and node.parent_alias in at
                    and getattr(node.join_field, "name", "") == name
                }
                found |= at
        return found

    def _is_beyond(self, node: Any) -> bool:
        if not isinstance(node, (BaseTable, Join)) or node.table_name not in walled_models():
            return False
        if getattr(self.query, "reader_id", None) is not None and self.connection.is_walled:
            return node.table_alias not in self._judged
        return passes(self.query, self.connection)

    def compile(self, node: Any) -> Any:
        if self._is_beyond(node):
            node = copy(node)
            node.table_name = f'"{BEYOND}"."{node.table_name}"'
        return super().compile(node)  # type: ignore[misc]


class SQLCompiler(_Placed, compiler.SQLCompiler):
    """Reading: names who reads to the database before, and marks the statement."""

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(*args, **kwargs)
        reader = getattr(self.query, "reader_id", None)
        if reader is not None and self.connection.is_walled:
            self.connection.read_as(reader)
            return f"{sql} {reads_as(reader)}", params
        return (f"{sql} {PASSED}" if passes(self.query, self.connection) else sql), params


class SQLAggregateCompiler(SQLCompiler, compiler.SQLAggregateCompiler):
    pass


class SQLInsertCompiler(compiler.SQLInsertCompiler):
    def as_sql(self) -> list[tuple[str, Any]]:  # type: ignore[override]
        table = self.query.get_meta().db_table
        return [(_written(self.connection, table, sql), params) for sql, params in super().as_sql()]


class SQLUpdateCompiler(_Placed, compiler.SQLUpdateCompiler):
    def as_sql(self) -> tuple[str, Any]:  # type: ignore[override]
        sql, params = super().as_sql()
        return _written(self.connection, self.query.get_meta().db_table, sql), params


class SQLDeleteCompiler(_Placed, compiler.SQLDeleteCompiler):
    def _as_sql(self, query: Any) -> tuple[str, Any]:
        sql, params = super()._as_sql(query)  # type: ignore[misc]
        return _written(self.connection, query.get_meta().db_table, sql), params


def _written(connection: Any, table: str, sql: str) -> str:
    """A writing statement, aimed at the same table beyond the wall: its first name is that of the table."""
    if not sql or not connection.is_walled or table not in guarded_tables():
        return sql
    aimed = sql.replace(f'"{table}"', f'"{BEYOND}"."{table}"', 1) if table in walled_models() else sql
    return f"{aimed} {PASSED}"
