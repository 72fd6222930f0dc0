"""The reading transaction: it begins with its first statement, whatever that is, and lets nothing be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import InternalError, connection, transaction

from guard import prepared
from guard.models import Domain
from web.middleware import read_only

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _whole_again() -> Iterator[None]:
    yield
    assert connection.get_autocommit()
    assert connection.connection.autocommit
    assert connection.connection.read_only is None


def ask(statement: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()


def by_server_side_cursor() -> None:
    assert list(Domain.objects.iterator()) == []


def by_kept_plan() -> None:
    assert prepared.row("SELECT 1", []) == (1,)


def by_savepoint() -> None:
    with transaction.atomic():
        assert ask("SELECT %s", "%") == ("%",)


def by_composed_text() -> None:
    with connection.cursor() as cursor:
        cursor.execute(psycopg.sql.SQL("SELECT 1"))
        assert cursor.fetchall() == [(1,)]


def by_orm() -> None:
    assert Domain.objects.count() == 0


@pytest.mark.parametrize("first", [by_server_side_cursor, by_kept_plan, by_savepoint, by_composed_text, by_orm])
def test_all_statements_share_one_transaction_that_refuses_writes(first: Callable[[], None]) -> None:
    with read_only():
        first()
        assert ask("SHOW transaction_read_only") == ("on",)
        assert ask("SELECT now() = statement_timestamp()") == (False,)  # the transaction is older than this statement
    assert ask("SHOW transaction_read_only") == ("off",)


def test_the_first_statement_may_not_write_either() -> None:
    with pytest.raises(InternalError, match="read-only"), read_only():
        Domain.objects.create(slug="x", name="X")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), read_only(), connection.cursor() as cursor:
        with cursor.copy("COPY guard_domain (slug, name) FROM STDIN") as copy:
            copy.write_row(("x", "X"))
    assert Domain.objects.count() == 0
    Domain.objects.create(slug="x", name="X")


def test_the_first_statement_is_answered_as_it_would_be_alone() -> None:
    Domain.objects.create(slug="x", name="X")
    with read_only(), connection.cursor() as cursor:
        cursor.execute("SELECT slug, name FROM guard_domain WHERE slug LIKE %s", ["%x"])
        assert [column.name for column in cursor.description] == ["slug", "name"]
        assert cursor.rowcount == 1
        assert cursor.fetchall() == [("x", "X")]


def test_nothing_asked_opens_nothing() -> None:
    with read_only():
        assert connection.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_first_statement_that_fails_leaves_the_connection_whole() -> None:
    with pytest.raises(Exception, match="no_such"), read_only():
        ask("SELECT 1 FROM there_is_no_such_table")
    with read_only():
        assert ask("SELECT 1") == (1,)


@pytest.mark.parametrize("first", [by_server_side_cursor, by_kept_plan, by_savepoint, by_composed_text, by_orm])
def test_who_reads_is_told_with_whatever_comes_first_and_forgotten_at_the_end(first: Callable[[], None]) -> None:
    with read_only(4711):
        first()
        assert ask("SELECT current_setting('throughline.reader')") == ("4711",)
        assert connection.reader == 4711
    assert not ask("SELECT current_setting('throughline.reader', true)")[0]
    assert connection.reader is None


def test_who_reads_costs_no_statement_of_its_own() -> None:
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note), read_only(4711):
        connection.read_as(4711)
        ask("SELECT 1")
    assert sent == ["SELECT 1"]
