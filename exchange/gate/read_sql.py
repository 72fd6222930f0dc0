"""Reads DDL: CREATE TABLE and VIEW, ALTER TABLE, DROP TABLE, COMMENT ON; levels are written in comments.

A label is `level: L3` (or classification, sensitivity, 密级, 分级) at the beginning of a comment or after a separator:
`-- level: L3` at the end of the column's line, `COMMENT 'level: L3'`, or `COMMENT ON COLUMN t.c IS 'level: L3'`.
Categories are `tags: pci-dss:pan`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from sqlglot import Dialect, Dialects, exp
from sqlglot.errors import ParseError, SqlglotError

from catalog.names import column_name
from catalog.sql_text import hash_of_sql
from exchange.gate import access
from exchange.gate.flow import line_of, table_name
from exchange.gate.model import ColumnFact, Material, Options, TableFact
from exchange.gate.words import unreadable
from exchange.odcs.mapping import level_of
from exchange.odcs.strict import MAX_BYTES

logging.getLogger("sqlglot").setLevel(logging.ERROR)

MAX_NESTED, MAX_TOKENS = 200, 100_000
_LABEL = re.compile(
    r"(?:^|[;,|(\[\n])\s*(?:level|security_level|classification|data_classification|sensitivity|密级|分级|级别)"
    r"\s*[:=：]\s*([^\s,;|)\]]+)",
    re.IGNORECASE,
)
_TAGS = re.compile(r"(?:^|[\s;,|(\[])tags?\s*[:=：]\s*([\w:.-]+(?:\s*,\s*[\w-]+:[\w.-]+)*)", re.IGNORECASE)
_STARTS = {"CREATE", "ALTER", "COMMENT", "DROP", "INSERT", "WITH", "GRANT", "REVOKE"}
_LINE = re.compile(r"\d+")


def sql_dialect(name: str) -> str:
    """The dialect of sqlglot for a dbt adapter's or a person's word; empty for the plain one."""
    word = {"postgresql": "postgres", "sqlserver": "tsql", "synapse": "tsql"}.get(name.lower(), name.lower())
    return word if word in {one.value for one in Dialects} else ""


def labels_in(text: str) -> tuple[str, tuple[str, ...]]:
    """The classification word and the categories that a comment says; empty when it says none."""
    label = _LABEL.search(text)
    tags = _TAGS.search(text)
    found = tuple(tag.strip() for tag in tags.group(1).split(",")) if tags else ()
    return (label.group(1).strip("'\"") if label else ""), found


def read_sql(data: bytes, shown: str, options: Options, material: Material) -> None:
    """Read one file of DDL into the material.

    Args:
        data: the file.
        shown: its name in findings.
        options: dialect and words.
        material: gets tables and findings; nothing is raised for content.
    """
    if len(data) > MAX_BYTES:
        material.findings.append(unreadable(shown, 1, f"it has {len(data)} bytes; the limit is {MAX_BYTES}"))
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        material.findings.append(unreadable(shown, line, "it is not valid UTF-8 text"))
        return
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        material.findings.append(unreadable(shown, line, "it holds a character that is no text"))
        return
    reader = _Reader(shown, options, material)
    try:
        reader.file(text)
    except RecursionError:
        material.findings.append(unreadable(shown, 1, "it is nested too deeply"))
    material.tables += reader.tables
    material.rights += [(name, grants, shown, line) for name, (grants, line) in reader.rights.items()]


class _Reader:
    def __init__(self, shown: str, options: Options, material: Material) -> None:
        self.shown, self.options, self.findings = shown, options, material.findings
        self.dialect = sql_dialect(options.dialect)
        self.tables: list[TableFact] = []
        self.live: dict[str, TableFact] = {}
        self.rights: dict[str, tuple[access.Grants, int]] = {}

    def file(self, text: str) -> None:
        try:
            tokens = Dialect.get_or_raise(self.dialect or None).tokenize(text)
        except SqlglotError as fault:
            numbers = _LINE.findall(str(fault))
            line = min(int(numbers[0]), text.count("\n") + 1) if numbers and "'" not in numbers[0] else 1
            self.findings.append(unreadable(self.shown, max(line, 1), "a quote or comment is not closed"))
            return
        for chunk in _statements(tokens):
            self._statement(chunk, text)

    def _statement(self, tokens: list[Any], text: str) -> None:
        line = tokens[0].line
        if len(tokens) > MAX_TOKENS or nesting(tokens) > MAX_NESTED:
            self.findings.append(unreadable(self.shown, line, "a statement is too long or nested too deeply"))
            return
        try:
            parser = Dialect.get_or_raise(self.dialect or None).parser()
            for parsed in parser.parse(tokens, text):
                self._take(parsed, line)
        except ParseError as fault:
            at = fault.errors[0].get("line") if fault.errors else None
            self.findings.append(unreadable(self.shown, at or line, "a statement cannot be parsed as SQL"))
        except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError):
            # sqlglot raises plain errors now and then on text that is not SQL
            self.findings.append(unreadable(self.shown, line, "a statement cannot be parsed as SQL"))

    def _take(self, parsed: Any, line: int) -> None:
        if isinstance(parsed, exp.Create) and str(parsed.args.get("kind")).upper() in ("TABLE", "VIEW"):
            self._create(parsed, line)
        elif isinstance(parsed, exp.Comment):
            self._comment(parsed, line)
        elif isinstance(parsed, exp.Drop) and str(parsed.args.get("kind")).upper() in ("TABLE", "VIEW"):
            for target in parsed.args.get("tables") or [parsed.this]:
                if isinstance(target, exp.Table):
                    self.live.pop(table_name(target, self.dialect), None)
        elif isinstance(parsed, exp.Alter):
            self._alter(parsed, line)
        elif isinstance(parsed, exp.Insert):
            self._insert(parsed, line)
        else:
            self._take_right(parsed, line)

    def _take_right(self, parsed: Any, line: int) -> None:
        if isinstance(parsed, (exp.Grant, exp.Revoke)):
            self._grant(parsed, line)
        elif isinstance(parsed, exp.Command) and str(parsed.this).upper() in ("GRANT", "REVOKE"):
            self._right(parsed, line)
        elif isinstance(parsed, exp.Command):
            self.findings.append(unreadable(self.shown, line, "a statement of this form is not understood"))

    def _create(self, node: Any, line: int) -> None:
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        name = table_name(target, self.dialect)
        if not name:
            return
        line = line_of(target, line)
        query = node.args.get("expression")
        query = query if isinstance(query, exp.Query) else None
        notes = [*(node.comments or ()), *(target.comments or ())]
        notes += [str(note.this.name) for note in node.find_all(exp.SchemaCommentProperty)]
        table = TableFact(name, self.shown, line, query=query, dialect=self.dialect)
        table.word, table.tags = labels_in("\n".join(notes))
        table.level = level_of(table.word, self.options.words)
        columns = node.this.expressions if isinstance(node.this, exp.Schema) else ()
        for column in columns:
            if isinstance(column, (exp.ColumnDef, exp.Identifier)):
                self._add(table, column)
        table.is_sql = True
        if query is not None:
            self._made_by(table, node, query)
        table.is_named = query is not None and bool(table.columns)
        if query is not None and not table.is_named:
            self._labels_of_query(table, query)
        table.is_complete = bool(table.columns) and query is None and not node.find(exp.LikeProperty)
        self.tables.append(table)
        self.live[name] = table

    def _made_by(self, table: TableFact, node: Any, query: Any) -> None:
        """The hash of the statement as the catalogue keeps it, and the tables that its query reads."""
        table.sql = hash_of_sql(node.sql(dialect=self.dialect or None), self.dialect)
        own = {cte.alias_or_name for cte in node.find_all(exp.CTE)}
        read = [one for one in query.find_all(exp.Table) if one.args.get("db") or one.name not in own]
        table.parents = tuple(dict.fromkeys(name for one in read if (name := table_name(one, self.dialect))))

    def _insert(self, node: Any, line: int) -> None:
        """INSERT … SELECT feeds a table that is made elsewhere; values alone come from no table."""
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        name = table_name(target, self.dialect) if isinstance(target, exp.Table) else ""
        query = node.args.get("expression")
        if not name or not isinstance(query, exp.Query):
            return
        for cte in node.ctes:  # WITH before INSERT belongs to the query
            query = query.with_(cte.alias_or_name, as_=cte.this, copy=True)
        feed = TableFact(
            name, self.shown, line_of(target, line), query=query, dialect=self.dialect, is_feed=True, is_sql=True
        )
        self._made_by(feed, node, query)
        for word in node.this.expressions if isinstance(node.this, exp.Schema) else ():
            identifier = word.this if isinstance(word, exp.Column) else word
            key = column_name(identifier.name, self.dialect, quoted=bool(identifier.args.get("quoted")))
            feed.columns[key] = ColumnFact(key, self.shown, feed.line)
        feed.is_named = bool(feed.columns)
        self.tables.append(feed)

    def _grant(self, node: Any, line: int) -> None:
        target = node.args.get("securable")
        name = table_name(target, self.dialect) if isinstance(target, exp.Table) else ""
        if not name or str(node.args.get("kind") or "TABLE").upper() != "TABLE":
            return
        privileges = [one.sql(dialect=self.dialect or None) for one in node.args.get("privileges") or ()]
        people = [one.name for one in node.args.get("principals") or ()]
        table = self.live.get(name)
        grants = table.grants if table is not None else self.rights.setdefault(name, ({}, line))[0]
        (access.add if isinstance(node, exp.Grant) else access.take)(grants, privileges, people)
        if table is not None and isinstance(node, exp.Grant):
            table.grants_place = (self.shown, line)

    def _right(self, node: Any, line: int) -> None:
        """GRANT on all tables of a schema, or of a role; a REVOKE of that form can only narrow."""
        is_grant = str(node.this).upper() == "GRANT"
        text = node.expression.name if isinstance(node.expression, exp.Expression) else str(node.expression or "")
        found = access.from_words(text) if is_grant else None
        if found is not None:
            name, privileges, people = found
            access.add(self.rights.setdefault(name, ({}, line))[0], privileges, people)

    def _labels_of_query(self, table: TableFact, query: Any) -> None:
        """Comments beside the projections of a view label its columns; the flow adds the others later."""
        for projection in query.selects:
            if projection.is_star or not projection.alias_or_name:
                continue
            identifier = projection.args.get("alias") or projection.this
            named = (
                identifier if isinstance(identifier, exp.Identifier) else exp.to_identifier(projection.alias_or_name)
            )
            notes = [note for node in projection.walk() for note in node.comments or ()]
            self._put(table, named, notes, line_of(projection, table.line))

    def _add(self, table: TableFact, column: Any) -> None:
        identifier = column.this if isinstance(column, exp.ColumnDef) else column
        notes = [note for node in column.walk() for note in node.comments or ()]
        notes += [str(c.this.name) for c in column.find_all(exp.CommentColumnConstraint)]
        self._put(table, identifier, notes, line_of(column, table.line))

    def _put(self, table: TableFact, identifier: Any, notes: list[str], line: int) -> None:
        name = column_name(identifier.name, self.dialect, quoted=bool(identifier.args.get("quoted")))
        word, tags = labels_in("\n".join(notes))
        fact = ColumnFact(name, self.shown, line, word, level_of(word, self.options.words), tags)
        fact.was, fact.mask = self._earlier(table.name, name), access.mask_in("\n".join(notes))
        table.columns[name] = fact

    def _earlier(self, table: str, column: str) -> int | None:
        """The highest rank that this file gave the column before, also in a table that it dropped."""
        facts = [fact.columns[column] for fact in self.tables if fact.name == table and column in fact.columns]
        ranks = [rank for fact in facts for rank in (fact.level, fact.was) if rank is not None]
        return max(ranks, default=None)

    def _table(self, target: Any) -> TableFact | None:
        return self.live.get(table_name(target, self.dialect)) if isinstance(target, exp.Table) else None

    def _comment(self, node: Any, line: int) -> None:
        text = node.expression.name if node.expression is not None else ""
        word, tags = labels_in(text)
        kind = str(node.args.get("kind")).upper()
        if not (word or tags or access.mask_in(text)) or kind not in ("COLUMN", "TABLE", "VIEW"):
            return
        line = line_of(node.this, line)
        level = level_of(word, self.options.words)
        if kind != "COLUMN":
            table = self._table(node.this)
            if table is not None:
                table.word, table.level, table.tags = word or table.word, level if word else table.level, tags
            return
        place = exp.Table(
            this=node.this.args.get("table"), db=node.this.args.get("db"), catalog=node.this.args.get("catalog")
        )
        table = self.live.get(table_name(place, self.dialect)) if place.this else None
        if table is None:
            self.findings.append(
                unreadable(self.shown, line, "a comment labels a column of a table that is not made here")
            )
            return
        name = column_name(node.this.name, self.dialect, quoted=bool(node.this.this.args.get("quoted")))
        old = table.columns.get(name)
        was = max((r for r in (old.level, old.was) if r is not None), default=None) if old else None
        made = ColumnFact(name, self.shown, line, word, level, tags or (old.tags if old else ()), was=was)
        made.mask = access.mask_in(text) or (old.mask if old else "")
        if old is not None and not word:
            made.word, made.level, made.was = old.word, old.level, old.was
        table.columns[name] = made

    def _alter(self, node: Any, line: int) -> None:
        table = self._table(node.this)
        if table is None:
            return
        for action in node.args.get("actions") or ():
            if isinstance(action, exp.ColumnDef):
                self._add(table, action)
            elif isinstance(action, exp.Drop) and str(action.args.get("kind")).upper() == "COLUMN":
                self._drop(table, action.this)
            elif isinstance(action, exp.RenameColumn):
                old = self._drop(table, action.this)
                self._put(table, action.args["to"].this, [], line)
                if old is not None:
                    made = next(reversed(table.columns.values()))
                    made.word, made.level, made.tags, made.mask = old.word, old.level, old.tags, old.mask

    def _drop(self, table: TableFact, column: Any) -> ColumnFact | None:
        identifier = column.this if isinstance(column, exp.Column) else column
        if not isinstance(identifier, exp.Identifier):
            return None
        name = column_name(identifier.name, self.dialect, quoted=bool(identifier.args.get("quoted")))
        gone = table.columns.pop(name, None)
        if gone is not None:  # remembered, so that it cannot come back milder
            ghost = TableFact(table.name, self.shown, table.line, columns={name: gone})
            self.tables.insert(0, ghost)
        return gone


def _statements(tokens: list[Any]) -> Iterator[list[Any]]:
    """The statements that make, change or label tables; what stands before them in the same chunk is left out."""
    chunk: list[Any] = []
    for token in [*tokens, None]:
        if token is not None and token.text != ";":
            chunk.append(token)
            continue
        for place, one in enumerate(chunk):
            is_first = place == 0 or chunk[place - 1].line < one.line
            if is_first and one.text.upper() in _STARTS and _is_ours(chunk[place:]):
                yield chunk[place:]
                break
        chunk = []


def _is_ours(head: list[Any]) -> bool:
    words = [token.text.upper() for token in head[:8]]
    if words[0] == "WITH":
        return any(token.text.upper() == "INSERT" for token in head)
    is_right = words[0] in ("INSERT", "GRANT", "REVOKE")
    return is_right or "TABLE" in words or "VIEW" in words or words[:3] == ["COMMENT", "ON", "COLUMN"]


def nesting(tokens: list[Any]) -> int:
    """How deep brackets stand inside each other, seen before the parser is let in."""
    depth = deepest = 0
    for token in tokens:
        depth += (token.text in ("(", "[", "{", "<")) - (token.text in (")", "]", "}", ">"))
        deepest = max(deepest, depth)
    return deepest
