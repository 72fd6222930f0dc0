"""Where columns come from, over everything that was read in one run, whichever file says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.names import NameIndex, canonical_name, column_name
from exchange.gate.flow import Flow, trace_query
from exchange.gate.model import ColumnFact, TableFact


@dataclass(frozen=True, slots=True)
class Step:
    """One known way from a table (or its column, when known) into a table (or its column, when known)."""

    source: TableFact
    source_column: str
    target: TableFact
    target_column: str
    sql: str = ""  # hash of the statement that does it
    place: tuple[str, int] | None = None  # of an INSERT, whose columns stand elsewhere


class World:
    """All tables of a run by name; the same table in two files is two facts, and the stricter one counts."""

    def __init__(self, tables: Iterable[TableFact]) -> None:
        everything = list(tables)
        self.tables = [table for table in everything if not table.is_feed]
        self.feeds = [table for table in everything if table.is_feed]
        self.by_name: dict[str, list[TableFact]] = {}
        for table in self.tables:
            self.by_name.setdefault(table.name, []).append(table)
        self.index = NameIndex(self.by_name)
        self.tracing: set[str] = set()
        for table in everything:
            self._trace(table)

    def find(self, name: str) -> str:
        """The full name behind a written one; itself when none or several fit."""
        return name if name in self.by_name else self.index.resolve(name) or name

    def level_of(self, table: str, column: str) -> int | None:
        """The strictest rank that any file gives a column."""
        ranks = [fact.level_of(column) for fact in self.by_name.get(table, ())]
        return max((rank for rank in ranks if rank is not None), default=None)

    def steps(self) -> Iterator[Step]:
        """Every step that is known: by column where the SQL is, else from table to table."""
        for table in self.tables:
            flow = table.flow
            if flow is not None:
                yield from self._by_column(table, flow)
            if flow is None or not flow.is_exact:
                for parent in dict.fromkeys(self.find(name) for name in table.parents):
                    yield from (
                        Step(fact, "", table, "") for fact in self.by_name.get(parent, ()) if parent != table.name
                    )
            yield from self._by_contract(table)
        for feed in self.feeds:
            yield from self._by_feed(feed)

    def _by_feed(self, feed: TableFact) -> Iterator[Step]:
        """What INSERT … SELECT puts into a table: by position, or by the columns that it names."""
        flow = feed.flow
        place = (feed.file, feed.line)
        name = self.find(feed.name)
        for target in self.by_name.get(name, ()):
            names = list(feed.columns) if feed.is_named else list(target.columns)
            is_exact = flow.is_exact and len(flow.columns) <= len(names) and (feed.is_named or target.is_complete)
            placed = dict(zip(names, flow.columns.values(), strict=False)) if is_exact else {}
            for column, origins in placed.items():
                for source, origin in sorted(origins):
                    yield from (
                        Step(fact, origin, target, column, feed.sql, place)
                        for fact in self.by_name.get(source, ())
                        if source != name and (origin in fact.columns or not fact.is_complete)
                    )
            for parent in dict.fromkeys(self.find(one) for one in feed.parents) if not is_exact else ():
                yield from (
                    Step(fact, "", target, "", feed.sql, place)
                    for fact in self.by_name.get(parent, ())
                    if parent != name
                )

    def _by_column(self, table: TableFact, flow: Flow) -> Iterator[Step]:
        for column, origins in flow.columns.items():
            for name, origin in sorted(origins):
                for fact in self.by_name.get(name, ()):
                    if name != table.name and (origin in fact.columns or not fact.is_complete):
                        yield Step(fact, origin, table, column, table.sql)

    def _by_contract(self, table: TableFact) -> Iterator[Step]:
        for key, column in table.columns.items():
            for written in column.sources:
                name = self.find(canonical_name(written, table.dialect))
                head, _dot, tail = written.rpartition(".")
                origin = ""
                if name not in self.by_name and head:
                    name, origin = self.find(canonical_name(head, table.dialect)), column_name(tail, table.dialect)
                for fact in self.by_name.get(name, ()):
                    if fact.name != table.name and (not origin or origin in fact.columns):
                        yield Step(fact, origin, table, key)

    def _columns_of(self, name: str) -> tuple[list[str], bool]:
        facts = self.by_name.get(name, [])
        for fact in facts:
            self._trace(fact)
        columns = dict.fromkeys(column for fact in facts for column in fact.columns)
        return list(columns), any(fact.is_complete for fact in facts)

    def _trace(self, table: TableFact) -> None:
        """Follow the query of a table once; columns that only the query tells are added without a level."""
        if table.query is None or table.flow is not None or table.name in self.tracing:
            return
        self.tracing.add(table.name)
        try:
            flow = trace_query(table.query, table.dialect, self.find, self._columns_of)
        except RecursionError:
            flow = Flow(is_exact=False)
        self.tracing.discard(table.name)
        declared = list(table.columns)
        if table.is_named and len(declared) == len(flow.columns):  # CREATE VIEW v (a, b) AS …
            flow = Flow(dict(zip(declared, flow.columns.values(), strict=True)), flow.is_exact, flow.stars)
        table.flow = flow
        if table.is_feed:
            return
        for name in flow.columns:
            table.columns.setdefault(name, ColumnFact(name, table.file, table.line))
        table.is_complete = table.is_complete or flow.is_exact
