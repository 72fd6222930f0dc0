"""MET-2: inputs below `defined`, a circle, a ratio without a denominator policy."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from guard.refusals import Blocked, Invalid
from metrics import actions
from tests.metrics import make
from tests.metrics.call import asked, post, rules

Cast = dict[str, Any]


@pytest.fixture
def pair(cast: Cast, growth: Domain) -> tuple[Any, Any]:
    source = make.dataset(cast, growth)
    return make.atomic(cast, source), make.atomic(cast, source, "visit_uv", expr="client")


def test_a_ratio_of_defined_metrics_is_submitted(cast: Cast, growth: Domain, pair: Any) -> None:
    rate = make.composite(cast, growth, "pay_rate", "pay_buyer_cnt / visit_uv")
    assert asked(cast["tom"], rate, "submit") == set()
    assert actions.submit_metric(by=cast["tom"], metric=rate).state == "in_review"


def test_it_blocks_an_input_that_is_only_proposed(cast: Cast, growth: Domain, pair: Any) -> None:
    make.proposed(cast, growth, "idle_cnt")
    rate = make.composite(cast, growth, "idle_rate", "idle_cnt / visit_uv")
    assert asked(cast["tom"], rate, "submit") == {"MET-2"}
    assert rules(post(cast["tom"], f"{rate.key}/submit/")) == {"MET-2"}
    with pytest.raises(Blocked):
        actions.submit_metric(by=cast["tom"], metric=rate)


def test_it_blocks_a_ratio_that_does_not_say_what_zero_gives(cast: Cast, growth: Domain, pair: Any) -> None:
    rate = make.composite(cast, growth, "pay_rate", "pay_buyer_cnt / visit_uv", denominator_policy="")
    assert asked(cast["tom"], rate, "submit") == {"MET-2"}
    make.redefine(cast, rate, expression="pay_buyer_cnt / nullif(visit_uv, 0)")
    assert asked(cast["tom"], rate, "submit") == set()


def test_it_refuses_a_circle_at_once(cast: Cast, growth: Domain, pair: Any) -> None:
    make.composite(cast, growth, "first_rate", "pay_buyer_cnt / visit_uv")
    second = make.composite(cast, growth, "second_rate", "first_rate / visit_uv")
    first = make.fresh(next(m for m in [*_all()] if m.code == "first_rate"))
    with pytest.raises(Blocked) as refused:
        make.redefine(cast, first, expression="second_rate / visit_uv")
    assert [finding.id for finding in refused.value.findings] == ["MET-2"]
    body = {"definition": {"expression": "second_rate / visit_uv"}, "effective_from": "2026-11-22", "backfill": "none"}
    assert rules(post(cast["priya"], "first_rate/define/", **body)) == {"MET-2"}
    assert make.versions(first) == ["1.0.0"] and make.versions(second) == ["1.0.0"]


def test_it_refuses_an_input_that_the_definer_may_not_see(cast: Cast, growth: Domain, pair: Any) -> None:
    with pytest.raises(Invalid) as refused:
        make.composite(cast, growth, "odd_rate", "hidden_cnt / visit_uv")
    assert "expression" in refused.value.errors


def _all() -> Any:
    from metrics.models import Metric

    return Metric.objects.unrestricted("a test looks at what is there")
