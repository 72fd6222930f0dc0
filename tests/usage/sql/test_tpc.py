"""The tables of the TPC queries, against an oracle that knows nothing of syntax trees."""

from __future__ import annotations

import re

import pytest

from tests.exchange.corpus import CORPUS, needs_corpus, say
from usage.sql.cache import ParseCache
from usage.sql.tables import tables_of

pytestmark = [pytest.mark.corpus, needs_corpus("sql", "tpc")]

TPC_DS = {
    "call_center", "catalog_page", "catalog_returns", "catalog_sales", "customer", "customer_address",
    "customer_demographics", "date_dim", "household_demographics", "income_band", "inventory", "item", "promotion",
    "reason", "ship_mode", "store", "store_returns", "store_sales", "time_dim", "warehouse", "web_page", "web_returns",
    "web_sales", "web_site",
}  # fmt: skip
TPC_H = {"customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"}


def queries(name: str) -> dict[str, str]:
    """Number to original text; the rewrite that follows each in the file is left out."""
    path = CORPUS / f"sql/tpc/optimizer/{name}/{name}.sql"
    text = path.read_text() if path.exists() else ""
    title = re.compile(r"^-{10,}\n-- TPC-(?:DS|H) (\d+)\n-{10,}\n", re.MULTILINE)
    parts = title.split(text)
    return {
        number: re.sub(r"^#.*\n", "", body, flags=re.MULTILINE).split(";\n")[0]
        for number, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def oracle(sql: str, known: set[str]) -> set[str]:
    """Words after FROM, JOIN or a comma of a FROM list, among the known tables, without names of WITH."""
    sql = re.sub(r"--[^\n]*|/\*.*?\*/", " ", re.sub(r"'[^']*'", "''", sql), flags=re.DOTALL).lower()
    ctes = set(re.findall(r"(?:\bwith\s+|\)\s*,\s*)(\w+)\s*(?:\([\w\s,]*\))?\s*as\s*\(", sql))
    found: set[str] = set()
    in_from, depth, stack, expecting = False, 0, [], False
    for word in re.findall(r"\w+|[(),.]", sql):
        if word == "(":
            stack.append((in_from, depth))
            # a parenthesis that opens a list of joins keeps expecting a table
            in_from, depth = in_from and expecting, depth + 1
            continue
        if word == ")":
            in_from, depth = stack.pop()
            expecting = False
            continue
        if word in ("from", "join"):
            in_from = expecting = True
        elif word in ("where", "group", "order", "having", "union", "intersect", "except", "limit", "select", "on"):
            in_from, expecting = word == "on" and in_from, False
        elif word == "," and in_from:
            expecting = True
        elif expecting and word.isidentifier():
            found.add(word)
            expecting = False
    return found & known - ctes


def test_tpc_ds_reads_exactly_its_24_tables(capsys: pytest.CaptureFixture[str]) -> None:
    cache = ParseCache(dialect="duckdb")
    found = [cache.parse(sql).use for sql in queries("tpc-ds").values()]
    tables = frozenset().union(*(use.tables for use in found))
    say(capsys, f"TPC-DS: {len(found)} queries, {len(tables)} base tables, {cache.unparsed} unparsed")
    assert (len(found), cache.unparsed) == (99, 0)
    assert tables == TPC_DS
    assert len(TPC_DS) == 24


@pytest.mark.parametrize("number", queries("tpc-ds"))
def test_each_tpc_ds_query_reads_the_tables_that_its_text_names(number: str) -> None:
    sql = queries("tpc-ds")[number]
    use = tables_of(sql, "duckdb")
    assert use.is_parsed
    assert use.inputs == oracle(sql, TPC_DS)
    assert use.outputs == frozenset()


@pytest.mark.parametrize("number", queries("tpc-h"))
def test_each_tpc_h_query_reads_the_tables_that_its_text_names(number: str) -> None:
    sql = queries("tpc-h")[number]
    assert tables_of(sql, "duckdb").inputs == oracle(sql, TPC_H)


def test_tpc_h_reads_exactly_its_8_tables() -> None:
    assert frozenset().union(*(tables_of(sql, "duckdb").tables for sql in queries("tpc-h").values())) == TPC_H


def test_the_oracle_itself_sees_lists_joins_and_names_of_with() -> None:
    sql = (
        "with item as (select 1 from store) select date_dim.x from item, web_site w join reason on a = 'from customer'"
    )
    assert oracle(sql, TPC_DS) == {"store", "web_site", "reason"}
