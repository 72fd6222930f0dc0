"""MET-1: an owner, a steward, a caliber and a unit."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from guard.refusals import Blocked, Denied, Invalid
from metrics import actions
from tests.metrics import make
from tests.metrics.call import asked, post, rules

Cast = dict[str, Any]


def test_a_metric_with_owner_steward_caliber_and_unit_is_submitted(cast: Cast, growth: Domain) -> None:
    metric = make.atomic(cast, make.dataset(cast, growth))
    assert asked(cast["tom"], metric, "submit") == set()
    assert post(cast["tom"], f"{metric.key}/submit/").status_code == 200
    assert make.fresh(metric).state == "in_review"


@pytest.mark.parametrize("lacking", ["owner", "steward", "caliber", "unit"])
def test_it_blocks_a_metric_without(lacking: str, cast: Cast, growth: Domain) -> None:
    words = {"caliber": {"caliber_md": " "}, "unit": {"unit": ""}}.get(lacking, {})
    metric = make.proposed(cast, growth, **words)
    if lacking != "owner":
        actions.appoint_owner(by=cast["priya"], metric=metric, person=cast["tom"])
    if lacking != "steward":
        actions.appoint_steward(by=cast["priya"], metric=metric, person=cast["ravi"])
    source = make.dataset(cast, growth)
    actions.define_metric(
        by=cast["priya"], metric=metric, definition={"source_dataset": source.key, "agg": "count", "expr": "order_id"}
    )
    with pytest.raises(Blocked) as refused:
        actions.submit_metric(by=cast["priya"], metric=make.fresh(metric))
    assert [finding.id for finding in refused.value.findings] == ["MET-1"]
    assert rules(post(cast["priya"], f"{metric.key}/submit/")) == {"MET-1"}
    assert make.fresh(metric).state == "defined"


def test_a_new_owner_follows_the_old_one_and_nobody_appoints_themself(cast: Cast, growth: Domain) -> None:
    metric = make.answered(cast, make.proposed(cast, growth))
    answer = post(cast["grace"], f"{metric.key}/appoint-owner/", person="sam", reason="Tom has left the team.")
    assert answer.status_code == 200 and answer.json()["owners"] == ["sam"]
    with pytest.raises(Denied):
        actions.appoint_owner(by=cast["priya"], metric=metric, person=cast["priya"])
    with pytest.raises(Invalid):
        actions.appoint_steward(by=cast["priya"], metric=metric, person=cast["otto"])
    with pytest.raises(Denied):
        actions.appoint_owner(by=cast["omar"], metric=metric, person=cast["sam"])
