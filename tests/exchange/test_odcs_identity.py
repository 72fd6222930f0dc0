"""A dataset of a contract is found again under the name that dbt and SQL give the same table."""

from __future__ import annotations

from exchange.names import from_dbt
from exchange.odcs.identity import dataset_name, main_server
from exchange.odcs.model import Contract, ContractDataset, ContractServer

ORDERS = ContractDataset("orders", physical_name="Orders_V1")
PROD = ContractServer("main", "postgres", "prod", details={"database": "Shop", "schema": "dwd", "host": "h"})
DEV = ContractServer("dev", "postgres", "dev", details={"database": "play", "schema": "dwd"})


def test_the_server_of_production_gives_database_and_schema() -> None:
    contract = Contract("c", servers=(DEV, PROD))
    assert dataset_name(contract, ORDERS) == "shop.dwd.orders_v1"
    assert dataset_name(contract, ORDERS) == from_dbt("postgres", '"shop"."dwd"."orders_v1"', None, None, "orders_v1")
    assert dataset_name(contract, ORDERS, "dev") == "play.dwd.orders_v1"
    assert main_server(contract, "nobody") is None


def test_a_name_that_is_already_long_keeps_its_own_parts() -> None:
    contract = Contract("c", servers=(PROD,))
    assert dataset_name(contract, ContractDataset("o", physical_name="ods.orders")) == "shop.ods.orders"
    assert dataset_name(contract, ContractDataset("orders")) == "shop.dwd.orders"


def test_each_warehouse_calls_its_parts_differently() -> None:
    big = ContractServer("x", "bigquery", details={"project": "my-proj", "dataset": "sales"})
    lake = ContractServer("x", "databricks", details={"catalog": "main", "schema": "sales"})
    snow = ContractServer("x", "snowflake", details={"account": "a", "database": "ANALYTICS", "schema": "PUBLIC"})
    daily = ContractDataset("events_20240131")
    assert dataset_name(Contract("c", servers=(big,)), daily) == "my-proj.sales.events_*"
    assert dataset_name(Contract("c", servers=(lake,)), ContractDataset("T")) == "main.sales.t"
    assert dataset_name(Contract("c", servers=(snow,)), ContractDataset("T")) == "analytics.public.t"


def test_without_a_server_only_the_table_is_named() -> None:
    assert dataset_name(Contract("c"), ORDERS) == "orders_v1"
    stream = ContractServer("k", "kafka", details={"host": "b:9092"})
    assert dataset_name(Contract("c", servers=(stream,)), ContractDataset("Orders")) == "orders"
