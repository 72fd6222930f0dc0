"""The demo's real warehouse: tables with rows, people who really query them as their own logins, and the server's log.

Nothing of usage is made up but the days: queries run now, and their times are moved into the past four weeks, which
the load says of itself (`UsageLoad.is_shifted`).
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from demo.people import AUDIENCE_A
from demo.teller import Teller
from demo.warehouse_rows import BOARD, CATEGORIES, LANE_QUESTIONS, LANES, QUESTIONS, ROWS
from demo.warehouse_tables import TABLES, statements
from usage.actions import load_usage
from usage.logs.postgres import read_csvlog
from usage.logs.rows import LogReport, LogRow
from usage.sql.cache import ParseCache

ADMIN, READER, LOG = "WAREHOUSE_DEMO_ADMIN_URL", "WAREHOUSE_DEMO_URL", "WAREHOUSE_DEMO_LOG"
SERVICE = "svc_checkout_board"
GROUP = "lumio_board_reader"
REFRESHES = 96  # of the service account: a board that refreshes every quarter of an hour
DAYS_AGO = (1, 2, 4, 7, 11, 15, 20, 25)  # all within the 28 days of a usage rate
PATIENCE = 10  # seconds until the server's log collector has written what was run
_ONE_AT_A_TIME = 7_340_299


@dataclass(frozen=True)
class Crowd:
    """Who has a login for one case's tables: the first `active` of them come and ask, each as themself."""

    logins: Sequence[str]
    active: int
    questions: Sequence[str]
    words: Sequence[str]


CROWDS = (
    Crowd(AUDIENCE_A, 47, QUESTIONS, CATEGORIES),  # of the 64 for whom the monitor was built
    Crowd([f"dispatch{number:02}" for number in range(1, 55)], 54, LANE_QUESTIONS, LANES),  # of 120
)
LOGINS = (*(login for crowd in CROWDS for login in crowd.logins), SERVICE)


def query_and_load(told: Mapping[str, Teller]) -> str:
    """Make the warehouse, let people query it, read the log back.

    Args:
        told: the tellers of the cases by letter; their datasets and people are told.

    Returns:
        A sentence for the console.
    """
    url, folder = os.environ.get(ADMIN), os.environ.get(LOG)
    if not url or not folder or not Path(folder).is_dir():
        return f"The demo's warehouse was left out: {ADMIN} and {LOG} name none. Usage stays empty."
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        password = secrets.token_hex(16)
        make_warehouse(admin, password)
        try:
            before = _sizes(Path(folder))
            mark = _let_them_query(url, password)
            lines = _written_since(Path(folder), before, mark)
        finally:
            _end_logins(admin)
    return _load(told, lines)


def make_warehouse(admin: psycopg.Connection[Any], password: str) -> None:
    """Tables, rows and one login for each person, whose statements the server logs from now on."""
    with admin.transaction():
        admin.execute(statements())
        admin.execute(ROWS)
        there = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles").fetchall()}
        database = admin.info.dbname
        parts = [] if GROUP in there else [sql.SQL("CREATE ROLE {}").format(sql.Identifier(GROUP))]
        parts.append(
            sql.SQL(
                "GRANT CONNECT ON DATABASE {db} TO {group}; GRANT USAGE ON SCHEMA lumio, northline TO {group};"
                "GRANT SELECT ON lumio.dws_trade_funnel_1h, lumio.ads_checkout_funnel, northline.dws_lane_perf_1d,"
                " northline.ads_public_transit_time TO {group}"
            ).format(db=sql.Identifier(database), group=sql.Identifier(GROUP))
        )
        parts += _rights_of_the_reader(there)
        for login in LOGINS:
            words = {"login": sql.Identifier(login), "group": sql.Identifier(GROUP), "secret": sql.Literal(password)}
            if login not in there:
                parts.append(sql.SQL("CREATE ROLE {login} IN ROLE {group}").format(**words))
            parts.append(sql.SQL("ALTER ROLE {login} LOGIN PASSWORD {secret}").format(**words))
            parts.append(sql.SQL("ALTER ROLE {login} SET log_min_duration_statement = 0").format(**words))
        admin.execute(sql.SQL(";").join(parts))


def _rights_of_the_reader(there: set[str]) -> Iterator[sql.Composed]:
    """The login with which the product computes values and scans; without rights every value would be refused."""
    reader = urlsplit(os.environ.get(READER, "")).username
    if reader in there:
        for schema in dict.fromkeys(table.split(".")[0] for table in TABLES):
            words = {"schema": sql.Identifier(schema), "reader": sql.Identifier(str(reader))}
            yield sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {reader}").format(**words)
            yield sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}").format(**words)


def _end_logins(admin: psycopg.Connection[Any]) -> None:
    """The passwords were for this load alone; the roles stay, so that rights on them can be looked at."""
    ends = [sql.SQL("ALTER ROLE {} PASSWORD NULL").format(sql.Identifier(one)) for one in LOGINS]
    admin.execute(sql.SQL(";").join(ends))


def _let_them_query(url: str, password: str) -> str:
    """Everybody runs their questions as themself; returns words that end the log of it."""
    for crowd in CROWDS:
        for number, login in enumerate(crowd.logins[: crowd.active]):
            with _as(url, login, password, "psql") as link:
                for turn in range(2 + number % 3):
                    question = crowd.questions[(number + turn) % len(crowd.questions)]
                    link.execute(question % crowd.words[(number * 5 + turn) % len(crowd.words)])
    mark = f"told {secrets.token_hex(8)}"
    with _as(url, SERVICE, password, "checkout-board") as link:
        for turn in range(REFRESHES):
            link.execute(BOARD % CATEGORIES[turn % len(CATEGORIES)])
        link.execute(f"SELECT '{mark}'")
    return mark


@contextmanager
def _as(url: str, login: str, password: str, application: str) -> Iterator[psycopg.Connection[Any]]:
    words = {**conninfo_to_dict(url), "user": login, "password": password, "application_name": application}
    with psycopg.connect(**words, autocommit=True, cursor_factory=psycopg.ClientCursor) as link:  # type: ignore[arg-type]
        yield link


def _sizes(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_size for path in folder.glob("*.csv")}


def _written_since(folder: Path, before: Mapping[Path, int], mark: str) -> list[str]:
    """The lines of the csv log that came after `before`, once `mark` is among them.

    Raises:
        TimeoutError: the server's collector did not write it in time.
    """
    until = time.monotonic() + PATIENCE
    while True:
        parts = []
        for path in sorted(folder.glob("*.csv")):
            with path.open(encoding="utf-8", errors="replace", newline="") as log:
                log.seek(before.get(path, 0))
                parts.append(log.read())
        if any(mark in part for part in parts):
            return list(chain.from_iterable(part.splitlines(keepends=True) for part in parts))
        if time.monotonic() > until:
            raise TimeoutError(f"The server's log in {folder} does not show what was run.")
        time.sleep(0.02)


def _load(told: Mapping[str, Teller], lines: list[str]) -> str:
    """Load what the log says of our logins, in one load for each day that it is moved to."""
    report, ours = LogReport(), set(LOGINS)
    found = [row for row in read_csvlog(lines, ParseCache(), report) if row.user in ours and row.use.inputs]
    by_day: dict[int, list[LogRow]] = {days: [] for days in DAYS_AGO}
    for number, row in enumerate(found):
        by_day[DAYS_AGO[number % len(DAYS_AGO)]].append(row)
    loaded = 0
    for days, rows in by_day.items():
        loaded += load_usage(
            by=told["a"].omar, kind="postgres-log", rows=rows, source="demo_warehouse.csv", report=report,
            shift=-timedelta(days=days),
        ).new_rows  # fmt: skip
    people = len({row.user for row in found} - {SERVICE})
    return f"{loaded} queries of {people} people and one service account were run and read back from the log."
