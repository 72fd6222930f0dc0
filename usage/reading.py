"""A query log in a file, read by its kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from usage.logs.postgres import DEFAULT_PREFIX, read_csvlog, read_stderr
from usage.logs.rows import LogReport, Rows
from usage.logs.tabular import read_csv, read_jsonl, read_pg_stat_statements
from usage.sql.cache import ParseCache


@contextmanager
def rows_of(
    kind: str, path: Path, report: LogReport, *, dialect: str = "postgres", log_line_prefix: str = DEFAULT_PREFIX
) -> Iterator[Rows]:
    """Open a log and read it while it is being taken.

    Args:
        kind: postgres-log (a ``.csv`` is PostgreSQL's csvlog), pg_stat_statements, csv or jsonl.
        path: the file.
        report: filled while rows are taken.
        dialect: of the statements.
        log_line_prefix: of a plain PostgreSQL log.

    Raises:
        OSError: the file cannot be read.
        ValueError: the prefix cannot be used, or a column is missing (raised while rows are taken).
        KeyError: no such kind.
    """
    cache = ParseCache(dialect=dialect)
    with path.open(encoding="utf-8", errors="replace", newline="" if kind != "postgres-log" else None) as lines:
        if kind == "postgres-log" and path.suffix.lower() == ".csv":
            yield read_csvlog(lines, cache, report)
        elif kind == "postgres-log":
            yield read_stderr(lines, cache, report, log_line_prefix=log_line_prefix)
        elif kind == "pg_stat_statements":
            yield read_pg_stat_statements(lines.read(), cache, report)
        else:
            yield {"csv": read_csv, "jsonl": read_jsonl}[kind](lines, cache, report)
