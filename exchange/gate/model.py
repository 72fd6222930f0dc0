"""What the gate reads and what it finds: plain records, the same for every kind of input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault. `line` counts from 1; a file that has no lines says 1. `sentence` and `way_out` are plain English."""

    file: str
    line: int
    rule: str
    severity: Severity
    sentence: str
    way_out: str

    @property
    def is_error(self) -> bool:
        """Whether the gate closes for it."""
        return self.severity == "error"


@dataclass(slots=True)
class ColumnFact:
    """One column as a file declares it.

    `word` is the classification as written, `level` the rank it means, None when there is no word or nobody knows it.
    `was` is the rank that the same input gave the column earlier (dropped and made again, commented twice).
    `sources` are tables or columns that a contract says it comes from, as written. `mask` as exchange.gate.access.
    """

    name: str
    file: str
    line: int
    word: str = ""
    level: int | None = None
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    was: int | None = None
    mask: str = ""


@dataclass(slots=True)
class TableFact:
    """One table or view.

    `columns` by canonical name. `is_complete`: no column can be missing. `query` is the parsed SELECT that makes it,
    None when unknown; `parents` are canonical names of tables it depends on, for when the query tells nothing.
    """

    name: str
    file: str
    line: int
    word: str = ""
    level: int | None = None
    tags: tuple[str, ...] = ()
    columns: dict[str, ColumnFact] = field(default_factory=dict)
    is_complete: bool = False
    is_named: bool = False  # the columns were listed apart from the query: CREATE VIEW v (a, b) AS …
    query: Any = None
    dialect: str = ""
    parents: tuple[str, ...] = ()
    star_place: tuple[str, int] | None = None
    flow: Any = None  # exchange.gate.flow.Flow, once traced
    sql: str = ""  # hash of the statement that makes or feeds it (catalog.sql_text)
    is_feed: bool = False  # INSERT … SELECT: says what goes into a table that is made elsewhere
    is_sql: bool = False  # lines of the query are lines of the file
    grants: dict[str, set[str]] = field(default_factory=dict)
    grants_place: tuple[str, int] | None = None

    def level_of(self, column: str) -> int | None:
        """The rank of a column: its own, else the table's; None when neither is known."""
        fact = self.columns.get(column)
        return fact.level if fact and fact.level is not None else self.level

    @property
    def highest(self) -> int | None:
        """The highest rank that is written anywhere on it."""
        ranks = [rank for rank in (self.level, *(c.level for c in self.columns.values())) if rank is not None]
        return max(ranks, default=None)


@dataclass(slots=True)
class Material:
    """Everything that was read: tables, faults of reading, the files looked at, and those of another kind."""

    tables: list[TableFact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    rights: list[tuple[str, dict[str, set[str]], str, int]] = field(default_factory=list)  # of no single table
    passed_over: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Options:
    """How to read: SQL dialect, and the organisation's own classification words (small letters) to ranks 1..5."""

    dialect: str = "postgres"
    words: Mapping[str, int] = field(default_factory=dict)


def clean(text: object, limit: int = 160) -> str:
    """A text of a foreign file, safe to print: one line, nothing that moves a terminal's cursor, shortened."""
    line = " ".join(str(text).split())
    line = "".join(char if char.isprintable() else "?" for char in line)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def ordered(findings: Iterable[Finding]) -> Sequence[Finding]:
    """Each finding once, by file, line and rule."""
    return sorted(set(findings))
