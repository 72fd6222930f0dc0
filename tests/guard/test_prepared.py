"""Statements whose plan a connection keeps: only kept connections keep one; one that no longer fits is made anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import NotSupportedError, OperationalError, connection, transaction

from guard import prepared

pytestmark = pytest.mark.django_db(transaction=True)
ASK = "SELECT %s::int + 1"
KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int + 1'"


@pytest.fixture(autouse=True)
def _own_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    connection.close()
    yield
    connection.close()


def answer(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def test_a_kept_connection_plans_once_and_others_never(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [prepared.row(ASK, [n]) for n in range(3)] == [(1,), (2,), (3,)]
    assert answer(KEPT) == 1
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    connection.close()
    assert prepared.row(ASK, [1]) == (2,)
    assert answer(KEPT) == 0


def test_other_statements_are_planned_each_time() -> None:
    prepared.row(ASK, [1])
    answer("SELECT 1")
    assert connection.connection.prepare_threshold is None
    assert answer("SELECT count(*) FROM pg_prepared_statements") == 1


def test_a_column_of_another_type_is_read_by_a_new_plan() -> None:
    answer("CREATE TEMP TABLE told (word int)")
    answer("INSERT INTO told VALUES (7)")
    assert prepared.row("SELECT word FROM told WHERE word = %s", [7]) == (7,)
    answer("ALTER TABLE told ALTER word TYPE bigint")
    assert prepared.row("SELECT word FROM told WHERE word = %s", [7]) == (7,)
    answer("ALTER TABLE told ALTER word TYPE numeric")
    with transaction.atomic(), pytest.raises(NotSupportedError):  # what came before it would be lost
        prepared.row("SELECT word FROM told WHERE word = %s", [7])


def broken() -> None:
    """End the connection's other side, as a restart of the server does."""
    pid = answer("SELECT pg_backend_pid()")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
    finally:
        other.close()


def test_a_connection_that_broke_between_requests_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    connection.close()
    prepared.row(ASK, [1])
    broken()
    connection.close_if_unusable_or_obsolete()  # what the beginning of a request does
    assert prepared.row(ASK, [1]) == (2,)


def test_a_connection_that_breaks_within_a_request_is_not_replaced_in_silence() -> None:
    prepared.row(ASK, [1])
    broken()
    with pytest.raises(OperationalError):
        prepared.row(ASK, [1])
