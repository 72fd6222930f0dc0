"""PostgreSQL's log gives one row for each statement carried out, keeps no parameter and loses no line in silence."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage.logs.postgres import prefix_pattern, read_csvlog, read_stderr
from usage.logs.rows import LogReport, LogRow
from usage.sql.cache import ParseCache

AT = "2026-11-22 20:51:03.123 UTC"
HEAD = f"{AT} [42] user=omar,db=lumio,app=psql "


def read(text: str, **how: str) -> tuple[list[LogRow], LogReport]:
    report = LogReport()
    rows = list(read_stderr(text.splitlines(keepends=True), ParseCache(), report, **how))
    assert report.rows == len(rows)
    return rows, report


def test_it_reads_a_statement_with_its_duration() -> None:
    rows, report = read(f"{HEAD}LOG:  duration: 12.345 ms  statement: SELECT a FROM dwd.orders WHERE id = 7\n")
    (row,) = rows
    assert (row.at, row.user, row.database, row.application) == (
        datetime(2026, 11, 22, 20, 51, 3, 123000, UTC), "omar", "lumio", "psql",
    )  # fmt: skip
    assert (row.duration_ms, row.calls, row.line) == (12.345, 1, 1)
    assert row.sql_shape == "select a from dwd . orders where id = ?"
    assert row.use.inputs == {"dwd.orders"}
    assert (report.lines, report.bad_count, report.other) == (1, 0, 0)


def test_it_joins_statements_of_several_lines() -> None:
    rows, _ = read(
        f"{HEAD}LOG:  duration: 1 ms  statement: SELECT a\n\tFROM orders\n\t\tWHERE b = 'x\n\ty'\n{HEAD}LOG:  bye\n"
    )
    assert [row.sql_shape for row in rows] == ["select a from orders where b = ?"]


def test_it_gives_a_later_duration_of_the_same_process_to_the_statement() -> None:
    other = HEAD.replace("[42]", "[43]")
    rows, _ = read(
        f"{HEAD}LOG:  statement: SELECT 1 FROM a\n{other}LOG:  statement: SELECT 1 FROM b\n"
        f"{HEAD}LOG:  duration: 5.5 ms\n{other}LOG:  duration: 7 ms\n{HEAD}LOG:  statement: SELECT 1 FROM c\n"
    )
    assert [(sorted(row.use.inputs), row.duration_ms) for row in rows] == [(["a"], 5.5), (["b"], 7.0), (["c"], None)]


def test_a_prepared_statement_counts_once_and_its_parameters_are_dropped() -> None:
    rows, report = read(
        f"{HEAD}LOG:  duration: 0.1 ms  parse <unnamed>: SELECT * FROM people WHERE mail = $1\n"
        f"{HEAD}LOG:  duration: 0.2 ms  bind <unnamed>: SELECT * FROM people WHERE mail = $1\n"
        f"{HEAD}DETAIL:  parameters: $1 = 'anna@example.com'\n"
        f"{HEAD}LOG:  duration: 3 ms  execute <unnamed>: SELECT * FROM people WHERE mail = $1\n"
        f"{HEAD}DETAIL:  parameters: $1 = 'anna@example.com\n\tsecond line'\n"
        f"{HEAD}LOG:  duration: 1 ms  execute S_1: SELECT * FROM people WHERE mail = $1\n"
        f"{HEAD}LOG:  duration: 1 ms  execute fetch from S_1/C_2: SELECT * FROM people WHERE mail = $1\n"
    )
    assert [row.duration_ms for row in rows] == [3.0, 1.0]
    assert len({row.fingerprint for row in rows}) == 1
    assert "anna" not in repr(rows) + repr(report)


def test_a_statement_that_failed_is_no_use_of_a_table() -> None:
    rows, report = read(
        f"{HEAD}LOG:  statement: SELECT * FROM secrets\n{HEAD}ERROR:  permission denied for table secrets\n"
        f"{HEAD}STATEMENT:  SELECT * FROM secrets\n{HEAD}LOG:  duration: 1 ms  statement: SELECT 1 FROM a\n"
    )
    assert [sorted(row.use.inputs) for row in rows] == [["a"]]
    assert report.failed == 1


def test_lines_that_are_no_statements_are_counted_apart_and_bad_ones_with_their_number() -> None:
    rows, report = read(
        f"{HEAD}LOG:  checkpoint starting: time\nthis is no line of a log: 'secret'\n"
        f"{HEAD}LOG:  duration: 2 ms  statement: garbage (((\n\n\tstray\n"
    )
    assert (report.other, report.bad_count, report.unparsed, len(rows)) == (1, 1, 1, 1)
    assert [(bad.line, bad.reason) for bad in report.bad] == [(2, "the line does not begin with the prefix")]
    assert "secret" not in repr(report)
    assert report.parsed_share == 0


@pytest.mark.parametrize(
    ("prefix", "line"),
    [
        ("%m %u %d %p %a ", f"{AT} omar lumio 42 my app LOG:  "),
        ("%m [%p] user=%u,db=%d,app=%a ", f"{AT} [42] user=omar,db=lumio,app=my app LOG:  "),
        ("%t:%r:%u@%d:[%p]: app=%a,", "2026-11-22 20:51:03 UTC:10.0.0.1(5432):omar@lumio:[42]: app=my app,LOG:  "),
        ("%n %p %q%u@%d/%a ", "1795380663.123 42 omar@lumio/my app LOG:  "),
        ("%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
         f"{AT} [42]: [3-1] user=omar,db=lumio,app=my app,client=::1 LOG:  "),
        ("%m %p %c %e %Q %b %u %d %a ", f"{AT} 42 6561f0.2a 00000 -123 client backend omar lumio my app LOG:  "),
        ("%%%m|%-5p|%u|%d|%a|", f"%{AT}|42|omar|lumio|my app|LOG:  "),
    ],
)  # fmt: skip
def test_it_follows_the_prefix_of_the_server(prefix: str, line: str) -> None:
    rows, report = read(line + "duration: 1 ms  statement: SELECT 1 FROM a\n", log_line_prefix=prefix)
    assert report.bad == []
    (row,) = rows
    assert (row.user, row.database, row.application) == ("omar", "lumio", "my app")
    assert row.at is not None and row.at.year == 2026


def test_processes_without_a_session_leave_out_what_follows_q() -> None:
    rows, report = read(f"{AT} [42] LOG:  checkpoint complete\n", log_line_prefix="%m [%p] %q%u@%d ")
    assert (rows, report.other, report.bad) == ([], 1, [])


@pytest.mark.parametrize("prefix", ["%u %d ", "%m %y "])
def test_a_prefix_that_cannot_be_read_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="log_line_prefix"):
        prefix_pattern(prefix)


def test_an_unknown_user_is_empty() -> None:
    rows, _ = read(HEAD.replace("psql", "[unknown]") + "LOG:  duration: 1 ms  statement: SELECT 1\n")
    assert rows[0].application == ""


def csv_row(message: str, severity: str = "LOG", width: int = 26, **facts: str) -> str:
    row = [""] * width
    row[0], row[1], row[2], row[3], row[11], row[13] = AT, "omar", "lumio", "42", severity, message
    row[14] = facts.get("detail", "")
    row[22] = "DBeaver 24, main"
    out = io.StringIO()
    csv.writer(out).writerow(row)
    return out.getvalue()


@pytest.mark.parametrize("width", [23, 24, 26])
def test_it_reads_csvlog_of_every_version(width: int) -> None:
    text = (
        csv_row("duration: 12.5 ms  statement: SELECT a\nFROM orders\nWHERE b = 'x, \"y\"'", width=width)
        + csv_row("execute <unnamed>: SELECT * FROM t WHERE a = $1", width=width, detail="parameters: $1 = 'anna'")
        + csv_row("duration: 3.5 ms", width=width)
        + csv_row("permission denied", severity="ERROR", width=width)
        + csv_row("checkpoint starting", width=width)
    )
    report = LogReport()
    rows = list(read_csvlog(text.splitlines(keepends=True), ParseCache(), report))
    assert [(sorted(row.use.tables), row.duration_ms, row.line) for row in rows] == [
        (["orders"], 12.5, 1), (["t"], 3.5, 4),
    ]  # fmt: skip
    assert rows[0].application == "DBeaver 24, main"
    assert (report.failed, report.other, report.bad_count) == (1, 1, 0)
    assert "anna" not in repr(rows)


def test_csvlog_rows_of_another_shape_are_counted_with_their_line() -> None:
    text = (
        csv_row("duration: 1 ms  statement: SELECT 1 FROM a")
        + "a,b,c\n"
        + 'x"y","z" w\n'
        + csv_row("duration: 1 ms  statement: SELECT 1 FROM b").replace(AT, "yesterday")
    )
    report = LogReport()
    rows = list(read_csvlog(text.splitlines(keepends=True), ParseCache(), report))
    assert len(rows) == 1
    assert [bad.line for bad in report.bad] == [2, 3, 4]
    assert report.bad_count == sum(report.reasons.values()) == 3


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_lines_at_all_are_read_without_raising(lines: list[str]) -> None:
    for reader in (read_stderr, read_csvlog):
        report = LogReport()
        list(reader([line + "\n" for line in lines], ParseCache(), report))


def test_a_million_bad_lines_keep_only_the_first_thousand() -> None:
    report = LogReport()
    list(read_stderr((f"noise {n}" for n in range(5000)), ParseCache(), report))
    assert (report.bad_count, len(report.bad), report.lines) == (5000, 1000, 5000)
