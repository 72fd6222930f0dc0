"""PostgreSQL's own log, as plain text with a line prefix and as CSV.

Statements appear as ``duration: 1.5 ms  statement: …``, as ``statement: …`` with the duration on a later line of the
same process, or as ``execute <name>: …`` for prepared ones; parse, bind and later fetches of the latter are no
executions. Parameters stand in DETAIL lines and are dropped unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from usage.logs.csv_rows import csv_rows
from usage.logs.rows import LogReport, LogRow, Rows, make_row, read_time
from usage.sql.cache import ParseCache

DEFAULT_PREFIX = "%m [%p] user=%u,db=%d,app=%a "
MAX_STATEMENT_LINES = 20_000

_ESCAPES = {
    "a": r"(?P<application>.*?)", "u": r"(?P<user>.*?)", "d": r"(?P<database>.*?)", "p": r"(?P<pid>\d+)",
    "m": r"(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \S+)", "t": r"(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+)",
    "n": r"(?P<at>\d{9,}(?:\.\d+)?)", "r": r"\S*", "h": r"\S*", "l": r"\d+", "c": r"[0-9a-f.]+",
    "b": r"(?:(?:client|standalone) backend|(?:parallel|background|autovacuum) worker|.*?)",
    "x": r"\d+", "v": r"\S*", "i": r".*?", "e": r"\w{5}", "s": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+", "Q": r"-?\d+",
    "P": r"\d*", "L": r"\S*",
}  # fmt: skip
_SEVERITY = r"(?P<severity>[A-Z][A-Z0-9]+):\s{1,2}(?P<message>.*)$"
_MESSAGE = re.compile(
    r"(?:duration: (?P<ms>\d+(?:\.\d+)?) ms\s*)?"
    r"(?:(?P<step>statement|execute|parse|bind|fastpath)(?P<fetch> fetch from)?(?: [^:]*?)?: (?P<sql>.*))?$",
    re.DOTALL,
)
_ENDS = {"ERROR", "FATAL", "PANIC"}
_DETAILS = {"DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION", "BACKTRACE"}

# Columns of csvlog up to the last that every version since 9.0 has.
_CSV = {"at": 0, "user": 1, "database": 2, "pid": 3, "severity": 11, "message": 13, "application": 22}
_CSV_WIDTHS = (23, 24, 26)


@dataclass(slots=True)
class _Entry:
    """One entry of the log, its message still with literals; never leaves this module."""

    line: int
    severity: str
    message: list[str]
    at: str = ""
    user: str = ""
    database: str = ""
    application: str = ""
    pid: str = ""


@dataclass(slots=True)
class _Waiting:
    """A statement whose duration may come on the next line of its process."""

    entry: _Entry
    sql: str


def prefix_pattern(log_line_prefix: str = DEFAULT_PREFIX) -> re.Pattern[str]:
    """The pattern of a line's start.

    Args:
        log_line_prefix: the server's setting, with its ``%`` escapes; what follows ``%q`` may be missing.

    Raises:
        ValueError: for an escape that PostgreSQL does not have, or a prefix without a time.
    """
    out = ["^"]
    optional = False
    for match in re.finditer(r"%(?:-?\d+)?(.)|([^%]+)", log_line_prefix):
        escape, text = match.groups()
        if text is not None:
            out.append(re.escape(text))
        elif escape == "q":
            out.append("(?:")
            optional = True
        elif escape == "%":
            out.append("%")
        elif escape in _ESCAPES:
            out.append(_once(_ESCAPES[escape], "".join(out)))
        else:
            raise ValueError(f"log_line_prefix has no escape %{escape}")
    pattern = "".join(out) + (")?" if optional else "")
    if "(?P<at>" not in pattern:
        raise ValueError("log_line_prefix must hold a time: %m, %t or %n")
    return re.compile(pattern + _SEVERITY, re.DOTALL)


def read_stderr(
    lines: Iterable[str], cache: ParseCache, report: LogReport, *, log_line_prefix: str = DEFAULT_PREFIX
) -> Rows:
    """Read a plain log.

    Args:
        lines: the lines of the file, in order.
        cache: parses each shape once.
        report: counts what gives no row.
        log_line_prefix: the server's setting.

    Yields:
        A row for each statement that was carried out.

    Raises:
        ValueError: when the prefix cannot be used.
    """
    return _Statements(cache, report).rows(_stderr_entries(lines, prefix_pattern(log_line_prefix), report))


def read_csvlog(lines: Iterable[str], cache: ParseCache, report: LogReport) -> Rows:
    """Read a log in CSV form (23 to 26 columns, PostgreSQL 9.0 to 18); arguments as ``read_stderr``."""
    return _Statements(cache, report).rows(_csv_entries(lines, report))


def _stderr_entries(lines: Iterable[str], pattern: re.Pattern[str], report: LogReport) -> Iterator[_Entry]:
    entry: _Entry | None = None
    for number, raw in enumerate(lines, 1):
        report.lines = number
        line = raw.rstrip("\r\n")
        match = pattern.match(line)
        if match:
            if entry is not None:
                yield entry
            found = {key: value or "" for key, value in match.groupdict().items()}
            entry = _Entry(number, found.pop("severity"), [found.pop("message")], **found)
        elif line.startswith("\t") and entry is not None:
            if len(entry.message) < MAX_STATEMENT_LINES:
                entry.message.append(line[1:])
        elif line.strip():
            report.add_bad(number, "the line does not begin with the prefix")
    if entry is not None:
        yield entry


def _csv_entries(lines: Iterable[str], report: LogReport) -> Iterator[_Entry]:
    for number, row in csv_rows(lines, report):
        if len(row) not in _CSV_WIDTHS:
            report.add_bad(number, "the row has not the columns of csvlog")
            continue
        found = {key: row[place] for key, place in _CSV.items()}
        yield _Entry(number, found.pop("severity"), [found.pop("message")], **found)


@dataclass(slots=True)
class _Statements:
    """Turns entries into rows: joins statements with durations that come later."""

    cache: ParseCache
    report: LogReport
    waiting: dict[str, _Waiting] = field(default_factory=dict)

    def rows(self, entries: Iterable[_Entry]) -> Rows:
        for entry in entries:
            yield from self._entry(entry)
        left = list(self.waiting.values())
        self.waiting.clear()
        yield from chain.from_iterable(self._made(waiting.entry, waiting.sql, None) for waiting in left)

    def _entry(self, entry: _Entry) -> Rows:
        if entry.severity in _ENDS:
            # the statement that was announced by this process did not end well
            if self.waiting.pop(entry.pid, None) is not None or entry.severity == "ERROR":
                self.report.failed += 1
            return
        match = _MESSAGE.match("\n".join(entry.message)) if entry.severity == "LOG" else None
        if match is None or (match["ms"] is None and match["step"] is None):
            self.report.other += entry.severity not in _DETAILS
            return
        ms = float(match["ms"]) if match["ms"] else None
        waited = self.waiting.pop(entry.pid, None)
        if match["step"] is None:  # a duration alone belongs to what was announced
            if waited is not None:
                yield from self._made(waited.entry, waited.sql, ms)
            return
        if waited is not None:
            yield from self._made(waited.entry, waited.sql, None)
        if match["step"] in ("parse", "bind", "fastpath") or match["fetch"]:
            return
        if ms is None:
            self.waiting[entry.pid] = _Waiting(entry, match["sql"])
        else:
            yield from self._made(entry, match["sql"], ms)

    def _made(self, entry: _Entry, sql: str, ms: float | None) -> Iterator[LogRow]:
        at = read_time(entry.at)
        if at is None:
            self.report.add_bad(entry.line, "the time cannot be read")
            return
        row = make_row(
            self.cache, sql, at=at, user=_known(entry.user), application=_known(entry.application),
            database=_known(entry.database), duration_ms=ms, line=entry.line,
        )  # fmt: skip
        yield self.report.took(row)


def _known(text: str) -> str:
    return "" if text == "[unknown]" else text


def _once(group: str, before: str) -> str:
    """A named group may stand once; an escape that is repeated only has to fit."""
    name = re.match(r"\(\?P<(\w+)>", group)
    return f"(?:{group[name.end() :]}" if name and name.group() in before else group
