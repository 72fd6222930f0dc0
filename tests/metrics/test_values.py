"""The value of a metric: computed in a real warehouse, for those who may see statistics, never of a small group."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from guard.models import Domain
from metrics.values import value_of
from tests.metrics import make
from tests.metrics.call import client_of

Cast = dict[str, Any]


@pytest.fixture
def shop(db: None, as_owner: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A schema with four orders, readable under the name of the warehouse `shop`."""
    owner, name = settings.DATABASE_OWNER, connection.settings_dict["NAME"]
    user = f"{owner['USER']}:{quote(owner['PASSWORD'] or '', safe='')}"
    monkeypatch.setenv(
        "WAREHOUSE_SHOP_URL", f"postgresql://{user}@{quote(str(owner['HOST']), safe='')}:{owner['PORT'] or 5432}/{name}"
    )
    as_owner("CREATE SCHEMA shop")
    as_owner("CREATE TABLE shop.dwd_order AS SELECT * FROM (VALUES (1, 7, 10), (2, 7, 20), (3, 8, 5), (4, 9, 1))"
             " AS t (order_id, buyer_id, amount)")  # fmt: skip
    yield None
    as_owner("DROP SCHEMA shop CASCADE")


@pytest.fixture
def source(cast: Cast, growth: Domain) -> Any:
    return make.dataset(cast, growth, order_id=2, buyer_id=3, amount=2)


def test_it_computes_an_atomic_metric_and_a_ratio(cast: Cast, growth: Domain, source: Any, shop: None) -> None:
    buyers = make.atomic(cast, source)
    make.atomic(cast, source, "order_cnt", expr="order_id", agg="count")
    rate = make.composite(cast, growth, "buyer_share", "pay_buyer_cnt / order_cnt")
    assert value_of(buyers, cast["tom"]).number == 3
    even = make.atomic(cast, source, "even_cnt", expr="order_id", agg="count",
                       definition={"limits": ["order_id % 2 = 0"]})  # fmt: skip
    assert value_of(even, cast["tom"]).number == 2
    assert float(value_of(rate, cast["tom"]).number) == 0.75
    assert ">0.75" in client_of(cast["tom"]).get(f"/metrics/{rate.key}/value/").content.decode()


def test_a_group_that_is_too_small_is_not_shown(cast: Cast, source: Any, shop: None) -> None:
    metric = make.atomic(cast, source)
    make.redefine(cast, metric, min_group_size=5)
    shown = value_of(make.fresh(metric), cast["tom"])
    assert shown.number is None and "smaller" in shown.said
    make.redefine(cast, make.fresh(metric), min_group_size=4)
    assert value_of(make.fresh(metric), cast["tom"]).number == 3


def test_whoever_may_not_see_the_source_gets_no_number(cast: Cast, growth: Domain, shop: None) -> None:
    strict = make.dataset(cast, growth, order_id=2, buyer_id=3, amount=4)
    metric = make.atomic(cast, strict, expr="order_id", agg="count", by="tom")
    assert value_of(metric, cast["tom"]).number == 4
    assert value_of(metric, cast["priya"]).number is None  # reads the metric, not the dataset
    assert client_of(cast["otto"]).get(f"/metrics/{metric.key}/value/").status_code == 404


def test_without_a_warehouse_it_says_so(cast: Cast, source: Any) -> None:
    shown = value_of(make.atomic(cast, source), cast["tom"])
    assert shown.number is None and shown.said and not isinstance(shown.said, psycopg.Error)
