"""Whatever is sent to the API of metrics, it answers with a refusal that says where, never with a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from tests.metrics import make
from tests.metrics.call import client_of, get, post

Cast = dict[str, Any]
LONG = "x" * 5000
WORDS: list[dict[str, Any]] = [
    {"display_name": LONG}, {"unit": LONG}, {"timezone": LONG}, {"synonyms": [LONG]}, {"synonyms": "one"},
    {"expr": LONG}, {"expr": "("}, {"expr": "select 1"}, {"expr": "a; drop table b"}, {"expr": "\x00"},
    {"agg": "no"}, {"agg": 7}, {"agg_parameter": "1); drop table x; --"}, {"limits": ["a) or (b"]},
    {"limits": ["select max(amount) from shop.dwd_order"]}, {"limits": [[]]}, {"source_dataset": ""},
    {"source_dataset": "\x00"}, {"source_dataset": "DS-9999"}, {"kind": "odd"}, {"kind": "composite"},
    {"kind": "derived", "base": "pay_buyer_cnt"}, {"period": "99z"}, {"min_group_size": -1}, {"min_group_size": "x"},
    {"extra_expressions": {"postgres": 7}}, {"no_such_word": "x"}, {"joins": ["nowhere"]}, {"tier": "x"},
    {"dialect": "klingon"}, {"event_time_column": "no_such"}, {"caliber": "[" * 3000}, {"grain": [LONG]},
    {"purposes": [LONG]}, {"late_data_policy": LONG}, {"business_process": LONG}, {"data_type": "odd"},
]  # fmt: skip


@pytest.fixture
def metric(cast: Cast, growth: Domain) -> Any:
    return make.atomic(cast, make.dataset(cast, growth))


@pytest.mark.parametrize("words", WORDS, ids=lambda words: str(words)[:40])
def test_it_refuses_words_that_make_no_definition(words: dict[str, Any], cast: Cast, metric: Any) -> None:
    answer = post(cast["tom"], f"{metric.key}/define/", definition=words, effective_from="2026-11-22", backfill="none")
    assert answer.status_code in (200, 400, 409, 422), answer.content
    if answer.status_code == 200:
        assert set(words) <= {"grain", "expr", "dialect"} and make.fresh(metric).current.pk
    assert get(cast["tom"], f"{metric.key}/").status_code == 200
    assert client_of(cast["tom"]).get(f"/metrics/{metric.key}/").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {}, {"definition": []}, {"definition": None}, {"definition": {}, "kind_of_change": "huge"},
        {"definition": {}, "backfill": "odd"}, {"definition": {}, "effective_from": "soon"},
        {"definition": {}, "expressions": {"postgres": "\x00"}}, {"definition": {}, "expressions": "sql"},
    ],
    ids=str,
)  # fmt: skip
def test_it_refuses_bodies_of_another_shape(body: dict[str, Any], cast: Cast, metric: Any) -> None:
    assert post(cast["tom"], f"{metric.key}/define/", **body).status_code in (400, 422)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"domain": "nowhere"}, {"code": "Big Code"}, {"code": "a" * 81}, {"title": ""}, {"level": 9},
        {"synonyms": ["x" * 200]}, {"metric_kind": "odd"}, {"code": "pay_buyer_cnt"}, {"title": "\x00"},
    ],
    ids=str,
)  # fmt: skip
def test_it_refuses_proposals_of_another_shape(body: dict[str, Any], cast: Cast, metric: Any) -> None:
    whole = {"domain": "growth", "code": "new_cnt", "title": "New", **body} if body else {}
    assert post(cast["priya"], "", **whole).status_code in (400, 422)


def test_addresses_that_nobody_has_are_absent(cast: Cast, metric: Any) -> None:
    for path in ("/metrics/%00/", "/metrics/MET-%00/define/", "/api/v1/metrics/%00/", "/metrics/x/merge/?into=%00"):
        assert client_of(cast["tom"]).get(path).status_code == 404, path
    assert client_of(cast["tom"]).get(f"/metrics/{metric.key}/merge/?into=%00").status_code == 200
