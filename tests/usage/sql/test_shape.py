"""A shape says what was asked and nothing of whom: no literal survives, and the same question has one fingerprint."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage.sql.cache import ParseCache
from usage.sql.shape import MAX_SHAPE, fingerprint, shape_of

SECRET = "anna.berg@example.com"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT * FROM t WHERE mail = '{SECRET}'",
        f"SELECT * FROM t WHERE mail = 'it''s {SECRET}'",
        f"SELECT * FROM t WHERE mail = E'it\\'s {SECRET}'",
        f"SELECT * FROM t WHERE mail = U&'{SECRET}'",
        f"SELECT $${SECRET}$$, $b${SECRET} $$ $b$",
        f"SELECT 1 -- {SECRET}\nFROM t",
        f"SELECT 1 /* {SECRET} */ FROM t",
        f"SELECT * FROM t WHERE mail = '{SECRET}",
        f"SELECT 1 /* {SECRET}",
        f"SELECT $x${SECRET}",
        f"INSERT INTO t VALUES (1, '{SECRET}'), (2, '{SECRET}')",
        f"SELECT \" FROM t WHERE mail = '{SECRET}'",
        f'SELECT "{SECRET}" FROM t',
        f"SELECT `{SECRET}",
        f"broken ((( '{SECRET}' from",
    ],
)
def test_no_literal_and_no_comment_is_left(sql: str) -> None:
    shape = shape_of(sql)
    assert "anna" not in shape and "@" not in shape and "'" not in shape


@pytest.mark.parametrize("dialect", ["mysql", "bigquery", "spark", "databricks"])
def test_text_between_double_quotes_goes_where_it_is_a_text(dialect: str) -> None:
    assert shape_of(f'SELECT `a` FROM t WHERE mail = "x\\"{SECRET}"', dialect) == "select `a` from t where mail = ?"


def test_names_between_quotes_stay_where_they_are_names() -> None:
    assert shape_of('SELECT "Order Id" FROM "T"') == 'select "Order Id" from "T"'
    assert shape_of("SELECT [Order Id] FROM [T] WHERE a = 'x'", "tsql") == "select [Order Id] from [T] where a = ?"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t WHERE b = 1", "select  a\nfrom T where B = 22 ;"),
        ("SELECT a FROM t WHERE b = -1", "SELECT a FROM t WHERE b = 1"),
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = $1"),
        ("SELECT a FROM t WHERE b = 1.5e-3", "SELECT a FROM t WHERE b = .5"),
        ("SELECT a FROM t WHERE b IN (1)", "SELECT a FROM t WHERE b IN (1, 2, 3)"),
        ("INSERT INTO t VALUES (1, 'a')", "INSERT INTO t VALUES (1, 'a'), (2, 'b')"),
        ("SELECT a FROM t LIMIT 10", "SELECT a FROM t LIMIT 20 -- more"),
        ("SELECT a FROM t WHERE b = :who", "SELECT a FROM t WHERE b = %s"),
    ],
)  # fmt: skip
def test_the_same_question_has_one_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)
    assert len(fingerprint(one)) == 32


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t", "SELECT b FROM t"),
        ('SELECT a FROM "T"', "SELECT a FROM t"),
        ("SELECT a - 5 FROM t", "SELECT a FROM t"),
        ("SELECT t1.a FROM t1", "SELECT t2.a FROM t2"),
        ("SELECT a FROM t WHERE b = 1", "SELECT a FROM t WHERE b > 1"),
        ('SELECT "a" FROM t', 'SELECT "b" FROM t'),
        ("SELECT a::int FROM t", "SELECT a::text FROM t"),
    ],
)
def test_another_question_has_another_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


@given(st.text(max_size=80))
def test_a_literal_never_changes_the_shape_whatever_it_holds(text: str) -> None:
    quoted = text.replace("'", "''")
    assert shape_of(f"SELECT a FROM t WHERE b = '{quoted}'") == "select a from t where b = ?"


@given(st.text(max_size=80))
def test_any_text_has_a_shape(text: str) -> None:
    assert "'" not in shape_of(text)


def test_a_long_hostile_text_is_done_quickly() -> None:
    for text in (
        "(" * 100_000,
        "(1," * 50_000,
        "'" * 99_999,
        "$a$" * 40_000,
        "/*" * 50_000,
        "1." * 50_000,
        "(?),(?)," * 20_000,
    ):
        start = time.perf_counter()
        shape_of(text)
        assert time.perf_counter() - start < 3
    assert len(ParseCache().parse("select " + "a, " * MAX_SHAPE).shape) == MAX_SHAPE


def test_each_shape_is_parsed_once_and_the_unparsed_are_counted() -> None:
    cache = ParseCache(default=("shop", "public"))
    for number in range(100):
        assert cache.parse(f"SELECT a FROM orders WHERE id = {number}").use.inputs == {"shop.public.orders"}
    cache.parse("garbage (((")
    cache.parse("garbage (((")
    assert (cache.seen, cache.parses, cache.unparsed) == (102, 2, 2)
    assert cache.parsed_share == pytest.approx(100 / 102)


def test_the_cache_forgets_the_least_recent_shape() -> None:
    cache = ParseCache(size=2)
    for table in ("a", "b", "a", "c", "a", "b"):
        cache.parse(f"SELECT 1 FROM {table}")
    assert cache.parses == 4  # a, b, c, and b again


def test_what_the_cache_keeps_holds_no_literal() -> None:
    cache = ParseCache()
    kept = cache.parse(f"SELECT * FROM t WHERE mail = '{SECRET}' AND age > 42")
    assert not re.search(r"anna|42", repr(kept))
