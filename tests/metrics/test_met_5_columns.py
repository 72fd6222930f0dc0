"""MET-5: no unclassified source column, through the inputs too; the level is the highest column read."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from guard.refusals import Blocked, Invalid
from metrics import actions
from tests.catalog import make as catalog
from tests.metrics import make
from tests.metrics.call import asked, post, rules

Cast = dict[str, Any]


def test_a_metric_carries_the_level_of_the_columns_it_reads_and_no_more(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth, order_id=2, buyer_id=3, pay_card_token=4)
    assert source.level == 4
    assert make.atomic(cast, source, by="tom").level == 3
    assert make.atomic(cast, source, "order_cnt", expr="order_id", agg="count", by="tom").level == 2


def test_it_blocks_an_unclassified_column_and_counts_it_as_level_4(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth, order_id=2, payload_json=None)
    metric = _by_owner(cast, source)
    assert metric.level == 4
    assert asked(cast["tom"], metric, "submit") == {"MET-5"}
    assert rules(post(cast["tom"], f"{metric.key}/submit/")) == {"MET-5"}
    with pytest.raises(Blocked):
        actions.submit_metric(by=cast["tom"], metric=metric)


def test_classifying_the_column_opens_the_way(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth, order_id=2, payload_json=None)
    metric = _by_owner(cast, source)
    catalog.approve_levels(by=cast["grace"], dataset=catalog.fresh(source), levels={"payload_json": 3})
    assert asked(cast["tom"], metric, "submit") == set()
    assert make.fresh(metric).level == 3


def test_it_looks_through_the_inputs(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth, order_id=2, payload_json=None)
    _by_owner(cast, source)
    rate = make.answered(cast, make.proposed(cast, growth, "payload_rate", metric_kind="composite", unit="%"))
    given = {"calc_type": "ratio", "expression": "payload_cnt / payload_cnt", "denominator_policy": "null"}
    actions.define_metric(by=cast["tom"], metric=rate, definition=given)
    assert make.fresh(rate).level == 4
    assert "MET-5" in asked(cast["tom"], make.fresh(rate), "submit")


def test_column_names_are_told_only_to_readers_of_columns(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth, order_id=2, payload_json=None)
    metric = _by_owner(cast, source)
    sentences = post(cast["tom"], f"{metric.key}/submit/").content.decode()
    assert "payload_json" in sentences  # cleared for level 4
    low = cast["sam"]  # proposer: reads the metric, not the columns
    answer = _get_blockers(low, metric)
    assert "payload_json" not in answer and "MET-5" in answer


def test_it_refuses_columns_that_are_not_there_and_sources_that_one_may_not_see(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth, order_id=2, pay_card_token=4)
    metric = make.answered(cast, make.proposed(cast, growth))
    with pytest.raises(Invalid) as refused:
        actions.define_metric(
            by=cast["tom"], metric=metric, definition={"source_dataset": source.key, "agg": "sum", "expr": "no_such"}
        )
    assert "expr" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        actions.define_metric(
            by=cast["priya"],
            metric=metric,
            definition={"source_dataset": source.key, "agg": "count", "expr": "order_id"},
        )
    assert "source_dataset" in refused.value.errors


def _by_owner(cast: Cast, source: Any) -> Any:
    metric = make.answered(cast, make.proposed(cast, source.domain, "payload_cnt"))
    given = {"source_dataset": source.key, "agg": "count", "expr": "payload_json"}
    actions.define_metric(by=cast["tom"], metric=metric, definition=given)
    return make.fresh(metric)


def _get_blockers(person: Any, metric: Any) -> str:
    from tests.metrics.call import get

    return get(person, f"{metric.key}/blockers/", move="submit").content.decode()
