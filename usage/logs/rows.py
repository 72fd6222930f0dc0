"""One executed statement, and what was wrong with the lines that gave none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from usage.sql.cache import ParseCache
from usage.sql.tables import TableUse

MAX_BAD_KEPT = 1000


@dataclass(frozen=True, slots=True)
class LogRow:
    """One statement, or the total of many.

    ``at`` is aware (UTC) and ``None`` for totals without a time; ``user`` is empty where the source knows no people;
    ``duration_ms`` is the sum over ``calls``; ``sql_shape`` holds no literal. ``line`` is where it stands in the file.
    """

    at: datetime | None
    user: str
    application: str
    database: str
    duration_ms: float | None
    fingerprint: str
    sql_shape: str
    use: TableUse
    calls: int = 1
    line: int = 0


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that could not be used, and why; its text is not kept, it may hold anything."""

    line: int
    reason: str


@dataclass(slots=True)
class LogReport:
    """What reading a log came to; filled while its rows are taken.

    ``rows`` were given; ``bad`` were not understood (all counted, the first 1,000 with their line); ``failed`` are
    statements that ended in an error; ``other`` are lines of a log that are no statements; ``unparsed`` rows have no
    known tables.
    """

    lines: int = 0
    rows: int = 0
    failed: int = 0
    other: int = 0
    unparsed: int = 0
    bad_count: int = 0
    bad: list[BadRow] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def add_bad(self, line: int, reason: str) -> None:
        """Count a line that could not be used."""
        self.bad_count += 1
        self.reasons[reason] += 1
        if len(self.bad) < MAX_BAD_KEPT:
            self.bad.append(BadRow(line, reason))

    def took(self, row: LogRow) -> LogRow:
        """Count a row on its way out."""
        self.rows += 1
        self.unparsed += not row.use.is_parsed
        return row

    @property
    def parsed_share(self) -> float | None:
        """The share of rows whose tables are known, 0 to 1: shown beside every rate; ``None`` without rows."""
        return 1 - self.unparsed / self.rows if self.rows else None


def make_row(
    cache: ParseCache, sql: str, *, at: datetime | None, user: str = "", application: str = "", database: str = "",
    duration_ms: float | None = None, calls: int = 1, line: int = 0,
) -> LogRow:  # fmt: skip
    """Make a row from a statement with its literals, which go no further than this.

    Args:
        cache: parses each shape once.
        sql: the statement.
        at, user, application, database, duration_ms, calls, line: as in ``LogRow``.
    """
    parsed = cache.parse(sql)
    return LogRow(
        at, user, application, database, duration_ms, parsed.fingerprint, parsed.shape, parsed.use, calls, line
    )


Rows = Iterator[LogRow]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZONES = {"UTC": "+00:00", "GMT": "+00:00", "Z": "+00:00"}


def read_time(text: str | float | None) -> datetime | None:
    """Read a time as logs write it.

    Args:
        text: ISO, ``2026-01-31 09:00:00.123 UTC``, or a number since 1970 in s, ms, µs or ns by its size.

    Returns:
        The time in UTC (without a zone it counts as UTC), or ``None`` when it cannot be told. A zone given by a name
        other than UTC or GMT is not guessed.
    """
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return _from_number(float(text))
    value = str(text or "").strip()
    if not value:
        return None
    digits = value.replace(".", "", 1)
    if digits.isdecimal() and len(digits) >= 9:
        return _from_number(float(value))
    head, _, zone = value.rpartition(" ")
    if head and zone.upper() in _ZONES:
        value = head + _ZONES[zone.upper()]
    elif head and len(zone) > 1 and zone[0] in "+-" and zone[1:].replace(":", "").isdecimal():
        value = head + zone
    try:
        found = datetime.fromisoformat(_microseconds(value))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _from_number(number: float) -> datetime | None:
    for unit in (1.0, 1e3, 1e6, 1e9):
        if abs(number) / unit < 1e11:
            try:
                return _EPOCH + timedelta(seconds=number / unit)
            except OverflowError:
                return None
    return None


def _microseconds(value: str) -> str:
    """Cut nanoseconds, which ``datetime`` does not know."""
    head, dot, tail = value.partition(".")
    if not dot:
        return value
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[: min(digits, 6)]:0<6}{tail[digits:]}" if digits else value
