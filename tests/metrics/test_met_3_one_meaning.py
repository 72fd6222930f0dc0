"""MET-3: one formula one metric, one name one formula; merging."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain, Link
from guard.refusals import Absent, Blocked, Invalid
from metrics import actions
from metrics.find import find_metric
from tests.cast import make_person
from tests.metrics import make
from tests.metrics.call import asked, post, rules

Cast = dict[str, Any]


@pytest.fixture
def source(cast: Cast, growth: Domain) -> Any:
    return make.dataset(cast, growth)


def test_two_formulas_with_two_names_live_side_by_side(cast: Cast, source: Any) -> None:
    make.atomic(cast, source)
    other = make.atomic(cast, source, "order_cnt", expr="order_id", agg="count")
    assert asked(cast["tom"], other, "submit") == set()


def test_it_blocks_the_same_formula_however_it_is_written(cast: Cast, source: Any) -> None:
    make.atomic(cast, source)
    twin = make.atomic(cast, source, "buyers", expr="  BUYER_ID ")
    assert asked(cast["tom"], twin, "submit") == {"MET-3"}
    assert rules(post(cast["tom"], f"{twin.key}/submit/")) == {"MET-3"}
    with pytest.raises(Blocked):
        actions.submit_metric(by=cast["tom"], metric=twin)


@pytest.mark.parametrize("clash", [{"title": "Pay buyer cnt"}, {"synonyms": ["PAY_BUYER  cnt"]}])
def test_it_blocks_the_same_name_for_another_formula(clash: Any, cast: Cast, source: Any) -> None:
    make.atomic(cast, source)
    other = make.atomic(cast, source, "order_cnt", expr="order_id", agg="count", **clash)
    assert rules(post(cast["tom"], f"{other.key}/submit/")) == {"MET-3"}
    actions.define_metric(
        by=cast["priya"], metric=other, definition={"display_name": "Orders", "synonyms": ["order number"]}
    )
    assert asked(cast["tom"], other, "submit") == set()
    assert make.versions(other) == ["1.0.0", "1.0.1"]


def test_merging_moves_names_and_redirects_the_code(cast: Cast, growth: Domain, source: Any) -> None:
    stays = make.atomic(cast, source)
    ends = make.atomic(cast, source, "buyers", title="Buyers", synonyms=["paying people"])
    visits = make.atomic(cast, source, "visit_uv", expr="client")
    rate = make.composite(cast, growth, "buyer_rate", "buyers / visit_uv")
    answer = post(cast["priya"], "buyers/merge/", into=stays.key, reason="Both count paying buyers once.")
    assert answer.status_code == 200 and answer.json()["state"] == "merged"
    assert answer.json()["replaced_by"] == stays.key
    kept = make.fresh(stays)
    assert {"buyers", "Buyers", "paying people"} <= set(kept.synonyms)
    for name in ("buyers", ends.key, "paying people", "pay_buyer_cnt"):
        assert find_metric(cast["priya"], name).pk == stays.pk
    assert asked(cast["tom"], kept, "submit") == set()
    joints = Link.objects.unrestricted("a test looks at what is there").filter(source=rate.thing, relation="derives")
    assert set(joints.values_list("target_id", flat=True)) == {stays.pk, visits.pk}
    # the old code in the composite still means the same number: a definition that says the same changes nothing
    actions.define_metric(by=cast["priya"], metric=rate, definition={"expression": "buyers / visit_uv"})
    assert make.versions(rate) == ["1.0.0"]


def test_a_merged_code_is_never_given_again(cast: Cast, growth: Domain, source: Any) -> None:
    stays, ends = make.atomic(cast, source), make.atomic(cast, source, "buyers")
    actions.merge_metric(by=cast["priya"], metric=ends, into=stays, reason="Both count paying buyers once.")
    with pytest.raises(Invalid) as refused:
        make.proposed(cast, growth, "buyers")
    assert "code" in refused.value.errors


def test_it_refuses_to_merge_into_what_is_made_of_it(cast: Cast, growth: Domain, source: Any) -> None:
    metric, _visits = make.atomic(cast, source), make.atomic(cast, source, "visit_uv", expr="client")
    rate = make.composite(cast, growth, "pay_rate", "pay_buyer_cnt / visit_uv")
    with pytest.raises(Invalid):
        actions.merge_metric(by=cast["priya"], metric=metric, into=rate, reason="They look alike to me.")
    with pytest.raises(Invalid):
        actions.merge_metric(by=cast["priya"], metric=metric, into=metric, reason="They look alike to me.")


def test_a_hidden_twin_blocks_without_its_name(cast: Cast, growth: Domain, source: Any) -> None:
    _secret(cast, source)
    low = make_person("lena", growth, ("data_pm",), 3)
    twin = make.atomic(cast, source, "buyers")
    answer = post(low, f"{twin.key}/submit/")
    assert rules(answer) == {"MET-3"}
    assert "secret" not in answer.content.decode() and answer.json()["blockers"][0]["subject"] is None
    with pytest.raises(Absent):
        actions.merge_metric(by=low, metric=twin, into=_hidden(), reason="I guess that it exists.")
    assert post(low, f"{twin.key}/merge/", into="secret_buyers", reason="I guess it exists.").status_code in (400, 422)


def _hidden() -> Any:
    from metrics.models import Metric

    return Metric.objects.unrestricted("a test looks at what is there").get(code="secret_buyers")


def _secret(cast: Cast, source: Any) -> None:
    metric = make.proposed(cast, source.domain, "secret_buyers", level=5)
    actions.appoint_owner(by=cast["grace"], metric=metric, person=cast["gus"])
    given = {"source_dataset": source.key, "agg": "count_distinct", "expr": "buyer_id"}
    actions.define_metric(by=cast["gus"], metric=metric, definition=given)
