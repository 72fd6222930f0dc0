"""MET-4: a metric that cannot be added up is not summed in a composite."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from guard.refusals import Blocked
from metrics import actions
from tests.metrics import make
from tests.metrics.call import asked, post, rules

Cast = dict[str, Any]


@pytest.fixture
def inputs(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth)
    make.atomic(cast, source)  # a distinct count: not additive
    make.atomic(cast, source, "visit_uv", expr="client")
    make.atomic(cast, source, "order_amt", expr="amount", agg="sum")
    make.atomic(cast, source, "order_cnt", expr="order_id", agg="count")


@pytest.mark.parametrize("expression", ["pay_buyer_cnt + visit_uv", "(order_cnt + visit_uv) / order_amt"])
def test_it_blocks_a_sum_of_distinct_counts(expression: str, cast: Cast, growth: Domain, inputs: None) -> None:
    total = make.composite(cast, growth, "all_people", expression, calc_type="index")
    assert asked(cast["tom"], total, "submit") == {"MET-4"}
    assert rules(post(cast["tom"], f"{total.key}/submit/")) == {"MET-4"}
    with pytest.raises(Blocked):
        actions.submit_metric(by=cast["tom"], metric=total)


@pytest.mark.parametrize(
    "expression", ["order_amt + order_cnt", "pay_buyer_cnt / visit_uv", "pay_buyer_cnt - visit_uv"]
)
def test_sums_of_what_adds_ratios_and_differences_pass(
    expression: str, cast: Cast, growth: Domain, inputs: None
) -> None:
    metric = make.composite(cast, growth, "some_number", expression, calc_type="index")
    assert asked(cast["tom"], metric, "submit") == set()
