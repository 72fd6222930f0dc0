"""MET-8: nothing live relies on a metric that is retired."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from catalog import actions as catalog_actions
from guard import clock
from guard.models import Domain
from guard.refusals import Blocked, Invalid
from metrics import actions
from tests.catalog import make as catalog
from tests.metrics import make
from tests.metrics.call import asked, post, rules

Cast = dict[str, Any]
WHY = "Nobody decides by it any more."


@pytest.fixture
def metric(cast: Cast, growth: Domain) -> Any:
    return make.atomic(cast, make.dataset(cast, growth))


def test_an_unused_metric_is_deprecated_and_retired(cast: Cast, metric: Any) -> None:
    assert post(cast["tom"], f"{metric.key}/deprecate/", reason=WHY).json()["state"] == "deprecated"
    assert asked(cast["tom"], metric, "retire") == set()
    assert post(cast["tom"], f"{metric.key}/retire/", reason=WHY).json()["state"] == "retired"


def test_it_blocks_while_a_live_metric_is_made_of_it(cast: Cast, growth: Domain, metric: Any) -> None:
    make.atomic(cast, make.dataset(cast, growth, "shop.visit", uid=2), "visit_uv", expr="uid")
    make.composite(cast, growth, "pay_rate", "pay_buyer_cnt / visit_uv")
    actions.deprecate_metric(by=cast["tom"], metric=metric, reason=WHY)
    assert asked(cast["tom"], metric, "retire") == {"MET-8"}
    assert rules(post(cast["tom"], f"{metric.key}/retire/", reason=WHY)) == {"MET-8"}
    with pytest.raises(Blocked):
        actions.retire_metric(by=cast["tom"], metric=metric, reason=WHY)


def test_it_blocks_while_a_live_product_offers_it(cast: Cast, growth: Domain, metric: Any) -> None:
    product = catalog.product(cast["mei"], growth)
    actions.offer_metric(by=cast["mei"], product=product, metric=metric)
    actions.deprecate_metric(by=cast["tom"], metric=metric, reason=WHY)
    assert asked(cast["tom"], metric, "retire") == set()  # not live yet
    with clock.loading(timezone.now()):
        catalog_actions.load_stage(by=cast["mei"], product=product, stage="live")
    assert asked(cast["tom"], metric, "retire") == {"MET-8"}


def test_ends_need_a_reason(cast: Cast, metric: Any) -> None:
    with pytest.raises(Invalid):
        actions.deprecate_metric(by=cast["tom"], metric=metric)
    assert post(cast["tom"], f"{metric.key}/deprecate/").status_code in (400, 422)
    assert make.fresh(metric).state == "defined"
