"""MET-6: a certification ends after a year, or when a source's columns change; by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from catalog import actions as catalog_actions
from guard.models import Domain, Entry
from metrics import actions
from metrics.tasks import lapse_what_is_due
from people.first import first_admin
from tests.catalog import make as catalog
from tests.metrics import make
from tests.metrics.call import post

Cast = dict[str, Any]


@pytest.fixture
def source(cast: Cast, growth: Domain) -> Any:
    return make.dataset(cast, growth)


@pytest.fixture(autouse=True)
def service(db: None) -> None:
    first_admin()


def test_a_certification_holds_for_a_year_and_no_longer(cast: Cast, source: Any) -> None:
    metric = make.certified(cast, make.atomic(cast, source))
    assert metric.certified_until == (metric.certified_at + timedelta(days=365)).date()
    with time_machine.travel(timezone.now() + timedelta(days=364)):
        lapse_what_is_due()
    assert make.fresh(metric).state == "certified"
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        lapse_what_is_due()
        lapse_what_is_due()
    lapsed = make.fresh(metric)
    assert lapsed.state == "lapsed" and "year" in lapsed.drift_reason
    lines = Entry.objects.unrestricted("a test looks at what is there").filter(verb="metric.lapsed")
    assert lines.count() == 1


def test_a_changed_source_ends_it_at_once_and_above_too(
    cast: Cast, growth: Domain, source: Any, run_outbox: Callable[[], int]
) -> None:
    metric = make.certified(cast, make.atomic(cast, source))
    make.certified(cast, make.atomic(cast, source, "visit_uv", expr="client"))
    rate = make.certified(cast, make.composite(cast, growth, "pay_rate", "pay_buyer_cnt / visit_uv"))
    catalog_actions.add_columns(by=cast["omar"], dataset=catalog.fresh(source), columns=[{"name": "coupon"}])
    run_outbox()
    assert make.fresh(metric).state == make.fresh(rate).state == "lapsed"
    assert "columns" in make.fresh(metric).drift_reason and source.title not in make.fresh(metric).drift_reason


def test_another_source_does_not_touch_it(cast: Cast, growth: Domain, source: Any, run_outbox: Any) -> None:
    metric = make.certified(cast, make.atomic(cast, source))
    other = make.dataset(cast, growth, "shop.dwd_visit", page=2)
    catalog_actions.add_columns(by=cast["omar"], dataset=other, columns=[{"name": "coupon"}])
    run_outbox()
    assert make.fresh(metric).state == "certified"


def test_a_lapsed_metric_is_reviewed_and_certified_again(cast: Cast, source: Any) -> None:
    metric = make.certified(cast, make.atomic(cast, source))
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        lapse_what_is_due()
        assert post(cast["tom"], f"{metric.key}/submit/").status_code == 200
        assert post(cast["ravi"], f"{metric.key}/certify/").json()["state"] == "in_review"
        assert post(cast["grace"], f"{metric.key}/certify/").json()["state"] == "certified"
    assert make.fresh(metric).drift_reason == ""


def test_nobody_lapses_by_hand(cast: Cast, source: Any) -> None:
    metric = make.certified(cast, make.atomic(cast, source))
    assert post(cast["grace"], f"{metric.key}/lapse/").status_code == 404
    assert actions.lapse_metrics(by=cast["grace"], ids=[metric.pk]) == 0
    assert make.fresh(metric).state == "certified"
