"""Query logs in tables: whatever the columns are called, each good line is a row and each bad one is counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from usage.logs.rows import LogReport, LogRow, read_time
from usage.logs.tabular import Columns, MissingColumn, read_csv, read_jsonl, read_pg_stat_statements
from usage.sql.cache import ParseCache

DAY = datetime(2026, 11, 22, 20, 51, 3, tzinfo=UTC)


def from_csv(text: str, columns: Columns | None = None, dialect: str = "postgres") -> tuple[list[LogRow], LogReport]:
    report = LogReport()
    rows = list(read_csv(text.splitlines(keepends=True), ParseCache(dialect=dialect), report, columns=columns))
    return rows, report


def test_it_reads_csv_with_the_usual_columns() -> None:
    rows, report = from_csv(
        "ts,user,database,application,duration_ms,query\n"
        "2026-11-22T20:51:03Z,omar,lumio,psql,12.5,\"SELECT a FROM t WHERE b = 'x, y'\"\n"
        '2026-11-22 20:51:03,sam,lumio,,,"SELECT 1\nFROM u"\n'
    )
    assert [(row.at, row.user, row.duration_ms, sorted(row.use.inputs), row.line) for row in rows] == [
        (DAY, "omar", 12.5, ["t"], 2), (DAY, "sam", None, ["u"], 3),
    ]  # fmt: skip
    assert rows[0].sql_shape == "select a from t where b = ?"
    assert (report.rows, report.bad_count, report.lines) == (2, 0, 4)


@pytest.mark.parametrize(
    ("header", "dialect"),
    [
        ("START_TIME,USER_NAME,DATABASE_NAME,QUERY_TEXT,TOTAL_ELAPSED_TIME", "snowflake"),
        ("creation_time,user_email,project_id,query,duration", "bigquery"),
        ("Timestamp,Executed By,Database,Statement,Duration Ms", "postgres"),
    ],
)
def test_it_finds_the_columns_of_other_warehouses(header: str, dialect: str) -> None:
    rows, _ = from_csv(f"{header}\n2026-11-22 20:51:03 UTC,sam@x.example,lumio,SELECT 1 FROM t,7\n", dialect=dialect)
    assert [(row.at, row.user, row.database, row.duration_ms) for row in rows] == [(DAY, "sam@x.example", "lumio", 7.0)]


def test_columns_and_units_can_be_named() -> None:
    columns = Columns(query="q", at="when", user="who", duration="took", duration_unit="s")
    rows, _ = from_csv("when,who,q,took\n2026-11-22T20:51:03+00:00,sam,SELECT 1,1.5\n", columns)
    assert (rows[0].user, rows[0].duration_ms) == ("sam", 1500.0)


def test_a_file_without_a_needed_column_is_refused_by_name() -> None:
    with pytest.raises(MissingColumn, match="No column holds the user; the file has ts, query") as refused:
        from_csv("ts,query\n1,2\n")
    assert refused.value.column == "user"


def test_bad_rows_are_counted_with_line_and_reason_and_the_rest_is_read() -> None:
    rows, report = from_csv(
        "ts,user,query\n2026-11-22T20:51:03Z,sam,SELECT 1\nnever,sam,SELECT 1\n2026-11-22T20:51:03Z,,SELECT 1\n"
        "2026-11-22T20:51:03Z,sam,\n2026-11-22T20:51:03Z,sam\n2026-11-22T20:51:03Z,sam,garbage (((\n"
    )
    assert len(rows) == 2
    assert [(bad.line, bad.reason) for bad in report.bad] == [
        (3, "the time cannot be read"),
        (4, "there is no user"),
        (5, "there is no statement"),
        (6, "the row has another number of columns than the header"),
    ]
    assert (report.unparsed, report.parsed_share) == (1, 0.5)


def test_it_reads_json_lines_with_differing_keys() -> None:
    lines = [
        json.dumps({"timestamp": 1795380663, "user": "sam", "query": "SELECT 1 FROM t WHERE a = 'x'", "calls": 3}),
        json.dumps({"start_time": "2026-11-22T20:51:03Z", "USER_NAME": "omar", "sql": "SELECT 1 FROM u"}),
        "not json",
        "[1]",
        "",
        json.dumps({"timestamp": "2026-11-22", "user": {"id": 1}, "query": "SELECT 1"}),
        json.dumps({"timestamp": "2026-11-22", "user": "sam", "query": "SELECT 1", "calls": "many"}),
    ]
    report = LogReport()
    rows = list(read_jsonl(lines, ParseCache(), report))
    assert [(row.user, row.calls, sorted(row.use.inputs)) for row in rows] == [("sam", 3, ["t"]), ("omar", 1, ["u"])]
    assert [bad.line for bad in report.bad] == [3, 4, 6, 7]


HEADER = "userid,dbid,queryid,query,calls,total_exec_time,mean_exec_time,rows\n"


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "10,5,77,SELECT a FROM t WHERE b = $1,400,1200.5,3,1\n10,5,78,<insufficient privilege>,1,1,1,1\n",
        json.dumps([
            {"userid": 10, "query": "SELECT a FROM t WHERE b = $1", "calls": 400, "total_exec_time": 1200.5},
            {"query": "<insufficient privilege>", "calls": 1},
        ]),
        '{"query": "SELECT a FROM t WHERE b = $1", "calls": 400, "total_exec_time": 1200.5}\n'
        '{"query": "<insufficient privilege>", "calls": 1}\n',
    ],
    ids=["csv", "json", "jsonl"],
)  # fmt: skip
def test_pg_stat_statements_gives_totals_and_no_people(text: str) -> None:
    report = LogReport()
    rows = list(read_pg_stat_statements(text, ParseCache(), report))
    assert [(r.at, r.user, r.calls, r.duration_ms, sorted(r.use.inputs)) for r in rows] == [
        (None, "", 400, 1200.5, ["t"])
    ]
    assert report.reasons == {"the statement's text is hidden from who exported it": 1}


def test_pg_stat_statements_without_calls_is_refused() -> None:
    with pytest.raises(MissingColumn, match="calls"):
        list(read_pg_stat_statements("query,rows\nSELECT 1,1\n", ParseCache(), LogReport()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T20:51:03Z", DAY),
        ("2026-11-22 21:51:03+01:00", DAY),
        ("2026-11-22 21:51:03 +01:00", DAY),
        ("2026-11-22 20:51:03.000000000 UTC", DAY),
        ("2026-11-22 20:51:03", DAY),
        (1795380663, DAY),
        ("1795380663000", DAY),
        (1795380663000000.0, DAY),
        ("1795380663000000000", DAY),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-22 20:51:03 CEST", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        ("9" * 400, None),
    ],
)
def test_times_are_read_as_logs_write_them(text: str | float | None, expected: datetime | None) -> None:
    assert read_time(text) == expected
