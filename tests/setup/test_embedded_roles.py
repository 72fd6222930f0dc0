"""What the roles of the embedded PostgreSQL may do, and that readers' statements reach its log with their names."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from script.stack.children import wait_until

needs_embedded = pytest.mark.skipif(
    "WAREHOUSE_DEMO_LOG" not in os.environ, reason="the database was brought by the caller (DATABASE_URL)"
)
pytestmark = needs_embedded


def ask(variable: str, statement: str, **more: str) -> list[tuple[object, ...]]:
    with psycopg.connect(os.environ[variable], **more) as link:
        return link.execute(statement).fetchall()


def test_the_app_owns_nothing_and_may_make_nothing():
    rights = ask(
        "DATABASE_URL",
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user",
    )
    assert rights == [(False, False, False, False)]
    owner = ask("DATABASE_URL", "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
    assert owner == [("throughline_owner",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask("DATABASE_URL", "CREATE TABLE mine (id int)")


@pytest.mark.parametrize(
    ("variable", "database"), [("DATABASE_URL", "demo_warehouse"), ("WAREHOUSE_DEMO_URL", "throughline")]
)
def test_the_product_and_the_warehouse_are_closed_to_each_other(variable, database):
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        ask(variable, "SELECT 1", dbname=database)


def test_a_wrong_password_does_not_open_the_socket():
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask("DATABASE_OWNER_URL", "SELECT 1", password="guessed")


@pytest.fixture
def reader() -> Iterator[tuple[str, str]]:
    """A reader role whose statements are logged, made by the warehouse's admin."""
    name, password = f"reader_{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    with psycopg.connect(os.environ["WAREHOUSE_DEMO_ADMIN_URL"], autocommit=True) as admin:
        who = sql.Identifier(name)
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(who, sql.Literal(password)))
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE demo_warehouse TO {}").format(who))
        admin.execute(sql.SQL("ALTER ROLE {} SET log_statement = 'all'").format(who))
        yield name, password
        admin.execute(sql.SQL("REVOKE CONNECT ON DATABASE demo_warehouse FROM {}").format(who))
        admin.execute(sql.SQL("DROP ROLE {}").format(who))


def test_the_statements_of_a_reader_are_logged_with_their_name(reader):
    name, password = reader
    mark = f"SELECT 1 AS mark_{uuid.uuid4().hex}"
    ask("WAREHOUSE_DEMO_URL", mark, user=name, password=password)
    logs = Path(os.environ["WAREHOUSE_DEMO_LOG"])

    def lines(ending: str) -> list[str]:
        return [line for path in logs.glob(f"*.{ending}") for line in path.read_text().splitlines() if mark in line]

    assert wait_until(lambda: bool(lines("log")) and bool(lines("csv")), seconds=20)
    assert f"user={name},db=demo_warehouse," in lines("log")[0]
    assert f'"{name}","demo_warehouse"' in lines("csv")[0]


def test_the_totals_of_statements_are_there_for_the_warehouse_admin():
    found = ask(
        "WAREHOUSE_DEMO_ADMIN_URL",
        "SELECT count(*) > 0 FROM pg_stat_statements WHERE query <> '<insufficient privilege>'",
    )
    assert found == [(True,)]


def test_sorting_is_by_code_point_on_every_machine():
    found = ask("DATABASE_URL", "SELECT datlocprovider, datcollate FROM pg_database WHERE datname = current_database()")
    assert found[0][1] == "C.UTF-8"
    assert ask("DATABASE_URL", "SELECT x FROM (VALUES ('b'), ('B'), ('a')) v(x) ORDER BY x") == [("B",), ("a",), ("b",)]
