"""The SQL written from definitions gives the number that the definition means, on a real PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection

from metrics.definition import Definition
from metrics.sql import sql_of

KNOWN = {
    "buyers": Definition("atomic", source_dataset="_order", agg="count_distinct", expr="buyer", event_time_column="at"),
    "buyers_app": Definition("derived", base="buyers", limits=("client = 'app' or client = 'ios'", "paid")),
    "buyers_7d": Definition("derived", base="buyers", period="7d"),
    "orders": Definition("atomic", source_dataset="_order", agg="count"),
    "paid": Definition("atomic", source_dataset="_order", agg="sum_boolean", expr="paid"),
    "p80": Definition("atomic", source_dataset="_order", agg="percentile", expr="amount", agg_parameter="0.8"),
    "rate": Definition("composite", calc_type="ratio", numerator="paid", denominator="orders"),
    "spread": Definition("composite", expression="(orders - paid) / nullif(buyers_app - 3, 0)"),
    "double": Definition("composite", expression="rate * 2"),
}
ROWS = "('a','app',true,10,now()),('a','web',true,20,now()),('b','ios',true,30,now()),('c','app',false,40,'2020-01-01')"


@pytest.fixture
def orders(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE _order (buyer text, client text, paid boolean, amount int, at timestamptz)")
        cursor.execute(f"INSERT INTO _order VALUES {ROWS}")


@pytest.mark.parametrize(
    ("code", "value"),
    [("buyers", 3), ("buyers_app", 2), ("buyers_7d", 2), ("orders", 4), ("paid", 3), ("rate", 0.75), ("spread", -1),
     ("double", 1.5), ("p80", 34)],
)  # fmt: skip
def test_it_computes_what_the_definition_says(code: str, value: float, orders: None) -> None:
    text = sql_of(KNOWN[code], KNOWN.get, {"7d": 7})
    with connection.cursor() as cursor:
        cursor.execute(text)
        assert float(cursor.fetchone()[0]) == pytest.approx(value)


@pytest.mark.parametrize(
    "definition",
    [
        Definition("derived", base="nobody"),
        Definition("composite", expression="rate +"),
        Definition("composite", expression="nobody / rate"),
        Definition("atomic", source_dataset="_order", agg="sum", expr="1); DROP TABLE _order; --"),
        Definition("atomic", source_dataset="_order", agg="sum", expr="amount", joins=("_other",)),
    ],
)
def test_what_cannot_be_written_gives_nothing(definition: Definition) -> None:
    assert sql_of(definition, KNOWN.get) == ""
