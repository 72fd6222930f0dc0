"""MET-7: a new meaning is dated, resets the certification, and is told; the kind of change is computed."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain, Entry
from guard.refusals import Blocked, Invalid
from metrics import actions
from metrics.models import MetricVersion
from people.models import Notice
from tests.metrics import make
from tests.metrics.call import post, rules

Cast = dict[str, Any]
WHOLE = {"effective_from": "2026-11-22", "backfill": "restated", "change_reason": "The caliber was wrong."}


@pytest.fixture
def metric(cast: Cast, growth: Domain) -> Any:
    return make.certified(cast, make.atomic(cast, make.dataset(cast, growth)))


@pytest.mark.parametrize("lacking", ["effective_from", "backfill"])
def test_it_blocks_a_new_meaning_without(lacking: str, cast: Cast, metric: Any) -> None:
    body = {name: value for name, value in WHOLE.items() if name != lacking}
    assert rules(post(cast["priya"], f"{metric.key}/define/", definition={"expr": "order_id"}, **body)) == {"MET-7"}
    with pytest.raises(Blocked):
        actions.define_metric(by=cast["priya"], metric=metric, definition={"expr": "order_id"})
    assert make.fresh(metric).state == "certified" and make.versions(metric) == ["1.0.0"]


def test_a_new_meaning_resets_the_certification_and_is_told(cast: Cast, metric: Any) -> None:
    answer = post(cast["priya"], f"{metric.key}/define/", definition={"expr": "order_id"}, **WHOLE)
    assert answer.status_code == 200 and answer.json()["metric_version"] == "2.0.0"
    assert answer.json()["current"]["change_kind"] == "model"
    changed = make.fresh(metric)
    assert changed.state == "defined" and changed.certified_at is None
    lines = Entry.objects.unrestricted("a test looks at what is there").filter(thing=metric.thing)
    assert lines.filter(verb="metric.reset", payload__contains="MET-7").count() == 1
    told = Notice.objects.unrestricted("a test looks at what is there").filter(code="metric.meaning_changed")
    assert set(told.values_list("person__username", flat=True)) == {"tom", "ravi"}


def test_a_new_meaning_of_an_input_lapses_what_is_made_of_it(cast: Cast, growth: Domain, metric: Any) -> None:
    make.certified(cast, make.atomic(cast, make.dataset(cast, growth, "shop.visit", uid=2), "visit_uv", expr="uid"))
    rate = make.certified(cast, make.composite(cast, growth, "pay_rate", "pay_buyer_cnt / visit_uv"))
    before = rate.current.fingerprint
    make.redefine(cast, metric, expr="order_id")
    after = make.fresh(rate)
    assert after.state == "lapsed" and after.current.fingerprint != before
    assert metric.code not in after.drift_reason


@pytest.mark.parametrize(
    ("change", "version", "state"),
    [
        ({"caliber": "Paid orders, without staff."}, "1.0.1", "certified"),
        ({"dimensions": ["client"]}, "1.0.1", "certified"),
        ({"min_group_size": 20}, "1.0.1", "certified"),
        ({"late_data_policy": "restate_3d"}, "1.1.0", "certified"),
        ({"timezone": "UTC+8"}, "2.0.0", "defined"),
        ({"null_policy": "zero"}, "2.0.0", "defined"),
        ({"limits": ["client = 'app'"]}, "2.0.0", "defined"),
        ({"event_time_column": "pay_time"}, "2.0.0", "defined"),
    ],
)
def test_the_kind_of_change_is_computed(change: Any, version: str, state: str, cast: Cast, metric: Any) -> None:
    made = make.redefine(cast, metric, **change)
    assert (str(made), make.fresh(metric).state) == (version, state)


@pytest.mark.parametrize("same", [{}, {"expr": " BUYER_ID"}, {"unit": "person"}])
def test_a_definition_that_says_the_same_changes_nothing(same: Any, cast: Cast, metric: Any) -> None:
    before = make.fresh(metric).thing.row_version
    make.redefine(cast, metric, **same)
    assert make.versions(metric) == ["1.0.0"] and make.fresh(metric).thing.row_version == before


def test_a_person_may_raise_the_kind_and_never_lower_it(cast: Cast, metric: Any) -> None:
    answer = post(cast["priya"], f"{metric.key}/define/", definition={"caliber": "Said better."},
                  kind_of_change="revision")  # fmt: skip
    assert answer.json()["metric_version"] == "1.1.0"
    with pytest.raises(Invalid) as refused:
        actions.define_metric(
            by=cast["priya"], metric=make.fresh(metric), definition={"expr": "order_id"}, kind_of_change="addition"
        )
    assert "kind_of_change" in refused.value.errors


def test_a_change_under_review_ends_the_first_signature(cast: Cast, growth: Domain) -> None:
    metric = make.atomic(cast, make.dataset(cast, growth))
    actions.submit_metric(by=cast["tom"], metric=metric)
    actions.certify_metric(by=cast["ravi"], metric=metric)
    make.redefine(cast, make.fresh(metric), caliber="Said better.")
    assert make.fresh(metric).state == "in_review"
    assert post(cast["grace"], f"{metric.key}/certify/").json()["state"] == "in_review"


def test_old_versions_stay_as_they_were(cast: Cast, metric: Any) -> None:
    make.redefine(cast, metric, expr="order_id")
    first = MetricVersion.objects.unrestricted("a test looks at what is there").get(metric=metric, model=1)
    assert first.definition["expr"] == "buyer_id" and first.source_columns[0]["columns"] == ["buyer_id"]


def test_two_editors_do_not_overwrite_each_other(cast: Cast, metric: Any) -> None:
    from tests.metrics.call import client_of

    client = client_of(cast["priya"])
    tag = client.get(f"/api/v1/metrics/{metric.key}/")["ETag"]
    make.redefine(cast, metric, caliber="Said by another.")
    answer = client.patch(
        f"/api/v1/metrics/{metric.key}/", {"definition": {"caliber": "Said late."}}, "application/json",
        headers={"If-Match": tag},
    )  # fmt: skip
    assert answer.status_code == 412
