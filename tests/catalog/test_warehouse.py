"""Reading a warehouse reads, once, for a limited time, and says nothing of values when it fails."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from catalog import warehouse

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(monkeypatch, db):
    from urllib.parse import quote

    at = connection.settings_dict
    host = quote(at["HOST"] or "", safe="")
    port = f":{at['PORT']}" if at["PORT"] else ""
    secret = f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else ""
    monkeypatch.setenv("WAREHOUSE_SHOP_URL", f"postgres://{at['USER']}{secret}@{host}{port}/{at['NAME']}")
    return "shop"


def test_it_gives_names_and_rows(shop):
    answer = warehouse.read_as(shop, "SELECT n, n * 2 AS twice FROM generate_series(1, %s) n", [3])
    assert (list(answer.columns), list(answer.rows)) == (["n", "twice"], [(1, 2), (2, 4), (3, 6)])


def test_it_cuts_long_answers_and_says_so(shop):
    answer = warehouse.read_as(shop, "SELECT generate_series(1, 5000)")
    assert (len(answer.rows), answer.is_cut) == (warehouse.MOST_ROWS, True)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM people_team",
        "CREATE TABLE x (a int)",
        "SELECT 1; DELETE FROM people_team",
        "SET TRANSACTION READ WRITE",
        "WITH gone AS (DELETE FROM people_team RETURNING 1) SELECT * FROM gone",
        "SELECT nothing_such FROM nowhere",
        "COPY people_team TO '/tmp/x'",
    ],
)
def test_it_refuses_what_does_not_read_or_is_more_than_one(shop, statement):
    with pytest.raises(warehouse.Failed):
        warehouse.read_as(shop, statement)


def test_it_stops_what_takes_too_long(shop, monkeypatch):
    monkeypatch.setattr(warehouse, "TIMEOUT_SECONDS", 0.05)
    with pytest.raises(warehouse.Failed, match="too long"):
        warehouse.read_as(shop, "SELECT count(*) FROM generate_series(1, 100000000)")


def test_a_fault_repeats_no_value(shop):
    with pytest.raises(warehouse.Failed) as refused:
        warehouse.read_as(shop, "SELECT ('secret' || n)::int FROM generate_series(1, 2) n")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["nowhere", "SHOP", "shop; drop", "../x", ""])
def test_without_an_address_it_says_which_one_is_missing(shop, name):
    with pytest.raises(warehouse.NoAddress):
        warehouse.read_as(name, "SELECT 1")


def test_a_server_that_is_away_is_a_refusal(monkeypatch):
    monkeypatch.setenv("WAREHOUSE_FAR_URL", "postgres://nobody@127.0.0.1:1/none")
    with pytest.raises(warehouse.Unreachable):
        warehouse.read_as("far", "SELECT 1")


def test_no_name_of_a_warehouse_reads_with_the_login_of_enforcement(shop, monkeypatch):
    """A warehouse named shop_admin would find WAREHOUSE_SHOP_ADMIN_URL: the login for enforcement of shop."""
    monkeypatch.setenv("WAREHOUSE_SHOP_ADMIN_URL", os.environ["WAREHOUSE_SHOP_URL"])
    with pytest.raises(warehouse.NoAddress):
        warehouse.read_as("shop_admin", "SELECT 1")
    with warehouse.administer("shop") as link:
        assert link.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    "statement",
    ["COPY (SELECT 1) TO PROGRAM 'true'", "SELECT pg_read_file('/etc/passwd')", "SELECT 1; SELECT 2",
     "SELECT * FROM dblink('', 'SELECT 1') AS t (n int)", "CREATE TABLE t (n int)"],
)  # fmt: skip
def test_50_a_preview_reads_one_statement_and_no_file(statement, monkeypatch):
    """As the reading login of a warehouse: it owns nothing and is nobody special."""
    if "WAREHOUSE_DEMO_URL" not in os.environ:
        pytest.skip("the database was brought by the caller (DATABASE_URL)")
    with pytest.raises(warehouse.Failed):
        warehouse.read_as("demo", statement)
