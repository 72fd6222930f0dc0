"""How many queries an answer takes does not grow with its rows (performance.md, B10)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.search import search
from tests.catalog import make

# What every answer sends: who reads, the transaction, and the one line that strict things were opened.
FRAME = (
    "INSERT INTO guard_entry",
    "people_session",
    "people_user",
    "SET TRANSACTION",
    "SAVEPOINT",
    "BEGIN",
    "set_config",
)


def own(captured):
    return [q["sql"] for q in captured.captured_queries if not any(word in q["sql"][:900] for word in FRAME)]


@pytest.fixture
def ask(client):
    def get(person, address):
        client.force_login(person)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return own(captured)

    return get


@pytest.mark.parametrize("count", [3, 60])
def test_lists_take_three_queries_whatever_their_length(ask, omar, growth, count):
    make.load(omar, growth, make.rows(count))
    for address in ("/api/v1/datasets/?limit=50", "/api/v1/columns/", "/catalog/datasets/"):
        queries = ask(omar, address)
        assert len(queries) <= 3, (address, queries)


@pytest.mark.parametrize("count", [2, 40])
def test_one_dataset_takes_six_queries_over_the_api(ask, omar, growth, count):
    make.load(omar, growth, make.rows(1, columns=count))
    queries = ask(omar, "/api/v1/datasets/shop.t_00000/")
    assert len(queries) <= 6, queries


def test_a_search_takes_one_query(omar, growth):
    make.load(omar, growth, make.rows(30))
    omar.principal  # noqa: B018 - once a request
    with CaptureQueriesContext(connection) as captured:
        assert search(omar, "orders").count == 30
    assert len(captured.captured_queries) == 1
