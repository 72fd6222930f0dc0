"""Query logs as tables: CSV or JSON lines from any warehouse, and the totals of pg_stat_statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from usage.logs.csv_rows import csv_rows
from usage.logs.rows import LogReport, Rows, make_row, read_time
from usage.sql.cache import ParseCache

# What other tools call our columns, the first that is there wins (compared without case, blanks and underscores).
NAMES: Mapping[str, tuple[str, ...]] = {
    "query": ("query", "query_text", "sql", "statement", "sql_text", "querytext"),
    "at": ("ts", "at", "timestamp", "time", "start_time", "query_start_time", "creation_time", "event_time",
           "log_time"),
    "user": ("user", "user_name", "username", "usename", "user_email", "email", "principal", "login", "executed_by"),
    "application": ("application", "application_name", "app", "client_application", "client_application_id", "client"),
    "database": ("database", "database_name", "datname", "dbname", "db", "catalog", "project_id"),
    "duration": ("duration_ms", "duration", "total_elapsed_time", "execution_time_ms", "elapsed_ms", "total_exec_time"),
    "calls": ("calls", "count", "executions"),
}  # fmt: skip
REQUIRED = ("query", "at", "user")
_HIDDEN_TEXT = "<insufficient privilege>"


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a file's columns where they differ from what is usual; ``duration_unit`` is ms, s, us or ns."""

    query: str = ""
    at: str = ""
    user: str = ""
    application: str = ""
    database: str = ""
    duration: str = ""
    calls: str = ""
    duration_unit: str = "ms"


_PER_MS = {"ms": 1.0, "s": 1000.0, "us": 1e-3, "ns": 1e-6}


class MissingColumn(ValueError):
    """The file has no column for something that is needed; ``names`` are those it has."""

    def __init__(self, column: str, names: Iterable[str]) -> None:
        self.column, self.names = column, tuple(names)
        super().__init__(f"No column holds the {column}; the file has {', '.join(self.names) or 'none'}.")


def read_csv(
    lines: Iterable[str], cache: ParseCache, report: LogReport, *, columns: Columns | None = None, delimiter: str = ","
) -> Rows:
    """Read a query log in CSV with a header.

    Args:
        lines: the lines of the file.
        cache: parses each shape once.
        report: counts what gives no row.
        columns: names of columns that the usual ones do not find.
        delimiter: between values.

    Yields:
        A row for each line with a statement, a time and a user.

    Raises:
        MissingColumn: when the header has no statement, time or user.
    """
    return _Reader(cache, report, columns or Columns(), REQUIRED).rows(_csv(lines, report, delimiter))


def read_jsonl(lines: Iterable[str], cache: ParseCache, report: LogReport, *, columns: Columns | None = None) -> Rows:
    """Read a query log with one JSON object a line; arguments as ``read_csv``. Columns are looked up in each object."""
    return _Reader(cache, report, columns or Columns(), REQUIRED).rows(_jsonl(lines, report))


def read_pg_stat_statements(text: str, cache: ParseCache, report: LogReport) -> Rows:
    """Read an export of pg_stat_statements: CSV with a header, a JSON list, or JSON lines.

    Totals only: the view knows how often and how long, but no times and no people, so rows have no ``at`` and no
    ``user``, and no rate of people may be made from them (rulings.md, "Usage").

    Args:
        text: the whole export.
        cache, report: as in ``read_csv``.

    Yields:
        A row for each statement; ``calls`` and ``duration_ms`` are totals.

    Raises:
        MissingColumn: when no column holds the statement or the number of calls.
    """
    start = text.lstrip()[:1]
    lines = text.splitlines(keepends=True)
    if start == "[":
        source = _json_list(text, report)
    else:
        source = _jsonl(lines, report) if start == "{" else _csv(lines, report, ",")
    names = Columns(duration="total_exec_time")
    reader = _Reader(cache, report, names, ("query", "calls"), totals=True)
    return reader.rows(source)


Numbered = Iterator[tuple[int, Mapping[str, Any]]]


def _csv(lines: Iterable[str], report: LogReport, delimiter: str) -> Numbered:
    header: list[str] | None = None
    for number, row in csv_rows(lines, report, delimiter):
        if header is None:
            header = [name.strip().lstrip("\ufeff") for name in row]
            yield 0, dict.fromkeys(header)
        elif len(row) != len(header):
            report.add_bad(number, "the row has another number of columns than the header")
        else:
            yield number, dict(zip(header, row, strict=True))


def _jsonl(lines: Iterable[str], report: LogReport) -> Numbered:
    for number, line in enumerate(lines, 1):
        report.lines = number
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            report.add_bad(number, "the line is not JSON")
            continue
        if isinstance(value, dict):
            yield number, value
        else:
            report.add_bad(number, "the line is not a JSON object")


def _json_list(text: str, report: LogReport) -> Numbered:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        report.add_bad(1, "the file is not JSON")
        return
    for number, entry in enumerate(entries, 1):
        report.lines = number
        if isinstance(entry, dict):
            yield number, entry
        else:
            report.add_bad(number, "the entry is not a JSON object")


@dataclass(slots=True)
class _Reader:
    cache: ParseCache
    report: LogReport
    columns: Columns
    required: tuple[str, ...]
    totals: bool = False

    def rows(self, source: Numbered) -> Rows:
        for number, values in source:
            if number == 0:  # a header: what is missing is missing everywhere
                self._require(values)
                continue
            yield from self._row(number, values)

    def _require(self, values: Mapping[str, Any]) -> None:
        for column in self.required:
            if self._key(column, values) is None:
                raise MissingColumn(column, values)

    def _row(self, number: int, values: Mapping[str, Any]) -> Rows:
        sql = self._text("query", values)
        at = None if self.totals else read_time(self._value("at", values))
        user = "" if self.totals else self._text("user", values)
        calls = self._number("calls", values)
        reason = self._reason(values, sql, user, at is not None, calls)
        if reason:
            self.report.add_bad(number, reason)
            return
        duration = self._number("duration", values)
        row = make_row(
            self.cache, sql, at=at, user=user, application=self._text("application", values),
            database=self._text("database", values), line=number, calls=int(calls) if calls is not None else 1,
            duration_ms=None if duration is None else duration * _PER_MS[self.columns.duration_unit],
        )  # fmt: skip
        yield self.report.took(row)

    def _reason(self, values: Mapping[str, Any], sql: str, user: str, has_time: bool, calls: float | None) -> str:
        if not sql.strip():
            return "there is no statement"
        if sql == _HIDDEN_TEXT:
            return "the statement's text is hidden from who exported it"
        if self.totals:
            return "" if calls is not None and calls >= 0 else "the number of calls cannot be read"
        if not has_time:
            return "the time cannot be read"
        if not user.strip():
            return "there is no user"
        return "the number of calls cannot be read" if calls is not None and calls < 1 else ""

    def _key(self, column: str, values: Mapping[str, Any]) -> str | None:
        own = getattr(self.columns, column)
        if own and own in values:
            return str(own)
        folded = {_fold(name): name for name in values}
        return next((folded[_fold(name)] for name in NAMES[column] if _fold(name) in folded), None)

    def _value(self, column: str, values: Mapping[str, Any]) -> Any:
        key = self._key(column, values)
        return None if key is None else values[key]

    def _text(self, column: str, values: Mapping[str, Any]) -> str:
        value = self._value(column, values)
        return "" if value is None or isinstance(value, (dict, list)) else str(value)

    def _number(self, column: str, values: Mapping[str, Any]) -> float | None:
        value = self._value(column, values)
        try:
            number = float(value) if value not in (None, "") and not isinstance(value, bool) else None
        except (TypeError, ValueError):
            return -1.0 if column == "calls" else None
        return number if number is None or abs(number) < 1e15 else None


def _fold(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "").replace("-", "")
