"""One dataset has one name, whoever writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.names import NameIndex, canonical_name, column_name, parts_of
from exchange.names import from_dbt, from_openlineage


@pytest.mark.parametrize(
    ("written", "dialect", "canonical"),
    [
        ("shop.public.orders", "postgres", "shop.public.orders"),
        ('"shop"."public"."orders"', "postgres", "shop.public.orders"),
        ("Shop.Public.Orders", "postgres", "shop.public.orders"),
        ('public."Orders"', "postgres", 'public."Orders"'),
        ('"odd.name"."t"', "postgres", '"odd.name".t'),
        ('"say ""hi"""', "postgres", '"say ""hi"""'),
        ("ANALYTICS.PUBLIC.ORDERS", "snowflake", "analytics.public.orders"),
        ('"ANALYTICS"."PUBLIC"."ORDERS"', "snowflake", "analytics.public.orders"),
        ("analytics.public.orders", "snowflake", "analytics.public.orders"),
        ('analytics.public."orders"', "snowflake", 'analytics.public."orders"'),
        ("`my-project.sales.events_20240131`", "bigquery", "my-project.sales.events_*"),
        ("`my-project`.sales.`events_*`", "bigquery", "my-project.sales.events_*"),
        ("my-project.sales.events_202401*", "bigquery", "my-project.sales.events_*"),
        ("my-project.sales.events_intraday_20240131", "bigquery", "my-project.sales.events_intraday_*"),
        ("my-project.sales.orders$20240131", "bigquery", "my-project.sales.orders"),
        ("my-project.sales.orders$__UNPARTITIONED__", "bigquery", "my-project.sales.orders"),
        ("my-project.sales.batch_20241399", "bigquery", "my-project.sales.batch_20241399"),
        ("my-project.sales.Orders", "bigquery", 'my-project.sales."Orders"'),
        ("[Sales].[dbo].[Order Lines]", "tsql", "sales.dbo.order lines"),
        ("jaffle.main.Orders", "duckdb", "jaffle.main.orders"),
        ("events_20240131", "postgres", "events_20240131"),
        ("", "postgres", ""),
    ],
)
def test_it_writes_one_canonical_name(written: str, dialect: str, canonical: str) -> None:
    assert canonical_name(written, dialect) == canonical


def test_it_puts_the_defaults_only_where_parts_are_missing() -> None:
    assert canonical_name("orders", "postgres", default=("shop", "public")) == "shop.public.orders"
    assert canonical_name("dwd.orders", "postgres", default=("shop", "public")) == "shop.dwd.orders"
    assert canonical_name("a.b.c", "postgres", default=("shop", "public")) == "a.b.c"
    assert canonical_name("orders", "postgres", default=("", "public")) == "public.orders"
    assert canonical_name("orders", "postgres", default=("shop", "")) == "orders"


def test_it_agrees_between_dbt_openlineage_and_sql() -> None:
    dbt = from_dbt("duckdb", '"jaffle_shop"."main"."orders"', "jaffle_shop", "main", "orders")
    lineage = from_openlineage("duckdb:///project/jaffle_shop.duckdb", "jaffle_shop.main.orders")
    assert dbt == lineage == canonical_name("jaffle_shop.MAIN.Orders", "duckdb") == "jaffle_shop.main.orders"
    snow = from_dbt("snowflake", "ANALYTICS.marts.orders", "ANALYTICS", "marts", "orders")
    assert snow == from_openlineage("snowflake://acme", "ANALYTICS.MARTS.ORDERS") == "analytics.marts.orders"


def test_it_reads_the_parts_of_dbt_when_no_relation_name_is_given() -> None:
    assert from_dbt("postgres", None, "shop", "raw", "users") == "shop.raw.users"
    assert from_dbt("postgres", None, None, "raw", "users") == "raw.users"


def test_it_keeps_the_paths_of_object_stores_as_they_are() -> None:
    assert from_openlineage("s3://lake/", "/raw/Orders/2024") == "s3://lake/raw/Orders/2024"
    assert from_openlineage("kafka://broker:9092", "Orders.v1") == "kafka://broker:9092/Orders.v1"


def test_it_folds_column_names_as_the_dialect_does() -> None:
    assert column_name("ORDER_ID", "snowflake") == column_name("order_id", "postgres") == "order_id"
    assert column_name("Order_Id", "postgres", quoted=True) == '"Order_Id"'


def test_it_finds_the_one_full_name_and_never_guesses() -> None:
    index = NameIndex(["shop.dwd.orders", "shop.ods.orders", "shop.dwd.users"])
    assert index.resolve("users") == "shop.dwd.users"
    assert index.resolve("dwd.orders") == "shop.dwd.orders"
    assert index.resolve("orders") is None
    assert index.resolve("orders", search_path=["ods"]) == "shop.ods.orders"
    assert index.resolve("other.dwd.orders") == "shop.dwd.orders"
    assert index.resolve("other.dim.users") is None
    assert index.resolve("nothing") is None


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda t: t.strip()), min_size=1, max_size=3))
def test_a_canonical_name_is_a_fixed_point(words: list[str]) -> None:
    for dialect in ("postgres", "duckdb"):
        once = canonical_name(words, dialect)
        assert canonical_name(once, dialect) == once
        assert len(parts_of(once)) == len(words)
