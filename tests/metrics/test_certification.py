"""Two people sign, steward and governance, and neither of them defined it."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from guard.refusals import Blocked, Denied
from metrics import actions
from metrics.find import certified_metrics
from people.models import RoleHeld
from tests.metrics import make
from tests.metrics.call import post

Cast = dict[str, Any]


@pytest.fixture
def waiting(cast: Cast, growth: Domain) -> Any:
    metric = make.atomic(cast, make.dataset(cast, growth))
    actions.submit_metric(by=cast["tom"], metric=metric)
    return make.fresh(metric)


def test_it_is_certified_when_both_have_signed(cast: Cast, waiting: Any) -> None:
    assert post(cast["grace"], f"{waiting.key}/certify/").json()["state"] == "in_review"
    answer = post(cast["ravi"], f"{waiting.key}/certify/").json()
    assert answer["state"] == "certified" and answer["certified_until"]
    assert [m.code for m in certified_metrics(cast["priya"])] == [waiting.code]
    assert list(certified_metrics(cast["otto"])) == []


def test_it_refuses_a_second_signature_of_the_same_person_or_capacity(cast: Cast, waiting: Any) -> None:
    actions.certify_metric(by=cast["grace"], metric=waiting)
    for person in ("grace", "gus"):
        with pytest.raises(Denied):
            actions.certify_metric(by=cast[person], metric=waiting)
    assert make.fresh(waiting).state == "in_review"


@pytest.mark.parametrize("person", ["priya", "sam", "tom", "omar"])
def test_it_refuses_whoever_is_neither_steward_nor_governance(person: str, cast: Cast, waiting: Any) -> None:
    assert post(cast[person], f"{waiting.key}/certify/").status_code == 403
    assert make.fresh(waiting).state == "in_review"


def test_it_refuses_who_defined_it_whatever_they_are(cast: Cast, growth: Domain) -> None:
    metric = make.answered(cast, make.proposed(cast, growth), owner="grace", steward="ravi")
    source = make.dataset(cast, growth)
    actions.define_metric(
        by=cast["grace"], metric=metric, definition={"source_dataset": source.key, "agg": "count", "expr": "order_id"}
    )
    make.redefine(cast, make.fresh(metric), by="priya", caliber="Said better.")
    actions.submit_metric(by=cast["priya"], metric=make.fresh(metric))
    assert post(cast["grace"], f"{metric.key}/certify/").status_code == 403
    assert post(cast["ravi"], f"{metric.key}/certify/").status_code == 200
    assert post(cast["gus"], f"{metric.key}/certify/").json()["state"] == "certified"


def test_one_person_in_both_capacities_signs_once(cast: Cast, growth: Domain) -> None:
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT

    token = CURRENT.set(Acting("test.ground", cast["ada"]))
    RoleHeld.objects.create(person=cast["ravi"], role="governance_lead")
    CURRENT.reset(token)
    metric = make.atomic(cast, make.dataset(cast, growth))
    actions.submit_metric(by=cast["tom"], metric=metric)
    actions.certify_metric(by=cast["ravi"], metric=metric)
    with pytest.raises(Denied):
        actions.certify_metric(by=cast["ravi"], metric=metric)
    assert actions.certify_metric(by=cast["grace"], metric=metric).state == "certified"


def test_sending_back_ends_signatures_and_needs_a_reason(cast: Cast, waiting: Any) -> None:
    actions.certify_metric(by=cast["ravi"], metric=waiting)
    assert post(cast["grace"], f"{waiting.key}/send-back/").status_code in (400, 422)
    assert post(cast["grace"], f"{waiting.key}/send-back/", reason="The unit is wrong.").json()["state"] == "defined"
    actions.submit_metric(by=cast["tom"], metric=make.fresh(waiting))
    assert actions.certify_metric(by=cast["grace"], metric=make.fresh(waiting)).state == "in_review"


def test_only_what_is_in_review_is_signed(cast: Cast, growth: Domain) -> None:
    metric = make.atomic(cast, make.dataset(cast, growth))
    with pytest.raises(Blocked) as refused:
        actions.certify_metric(by=cast["grace"], metric=metric)
    assert refused.value.code == "state"
