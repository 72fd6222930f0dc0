"""The pages of metrics, as the people who use them see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from guard.models import Domain, Link
from metrics import actions
from tests.metrics import make
from tests.metrics.call import client_of
from tests.whole import whole

Cast = dict[str, Any]


@pytest.fixture
def rate(cast: Cast, growth: Domain) -> Any:
    source = make.dataset(cast, growth)
    make.atomic(cast, source)
    make.atomic(cast, source, "visit_uv", expr="client")
    return make.composite(cast, growth, "visit_to_pay_cr", "pay_buyer_cnt / visit_uv")


def text(client: Client, path: str, status: int = 200, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_one_proposes_defines_and_submits_in_the_browser(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth)
    priya = client_of(cast["priya"])
    form = {"title": "Paying buyers", "code": "pay_buyer_cnt", "domain": "growth", "metric_kind": "atomic",
            "tier": "outcome", "unit": "people", "caliber_md": "Paid *orders*.", "level": "2"}  # fmt: skip
    answer = priya.post("/metrics/new/", form)
    assert (answer.status_code, answer["Location"]) == (303, "/metrics/MET-1001/define/")
    page = text(priya, "/metrics/MET-1001/define/")
    assert 'name="source_dataset"' in page and 'name="base"' not in page
    words = {"source_dataset": source.key, "agg": "count_distinct", "expr": "buyer_id", "display_name": "Paying buyers",
             "unit": "people", "caliber": "Paid *orders*.", "data_type": "integer", "desired_direction": "up",
             "tier": "outcome", "limits": "client = 'app'\namount > 0", "row_version": "1"}  # fmt: skip
    wrong = priya.post("/metrics/MET-1001/define/", words | {"expr": "no_such_column"})
    assert wrong.status_code == 422 and "no_such_column" in wrong.content.decode()
    assert priya.post("/metrics/MET-1001/define/", words).status_code == 303
    shown = text(priya, "/metrics/MET-1001/")
    assert "Count of different values of buyer_id" in shown and "<em>orders</em>" in shown and "1.0.0" in shown
    refused = priya.post("/metrics/MET-1001/submit/")
    assert refused.status_code == 409 and "MET-1" in refused.content.decode()
    for role, person in (("owner", "tom"), ("steward", "ravi")):
        assert priya.post("/metrics/MET-1001/people/", {"role": role, "person": person}).status_code == 303
    assert priya.post("/metrics/MET-1001/submit/").status_code == 303
    for signer in ("ravi", "grace"):
        assert client_of(cast[signer]).post("/metrics/MET-1001/certify/").status_code == 303
    assert "Certified until" in text(priya, "/metrics/MET-1001/")


def test_the_same_form_sent_again_changes_nothing(cast: Cast, rate: Any) -> None:
    from metrics.forms import DefineForm
    from metrics.showing import words_of

    for code in ("pay_buyer_cnt", "visit_to_pay_cr"):
        metric = next(m for m in _all() if m.code == code)
        form = DefineForm(actor=cast["tom"], metric=metric, initial=words_of(metric, cast["tom"]))
        typed = {name: form[name].value() for name in form.fields}
        sent = {name: value for name, value in typed.items() if value is not None}
        answer = client_of(cast["tom"]).post(f"/metrics/{metric.key}/define/", sent)
        assert answer.status_code == 303, answer.content.decode()
        assert make.versions(metric) == ["1.0.0"]


def test_the_list_filters_sorts_and_exports(cast: Cast, rate: Any) -> None:
    tom = client_of(cast["tom"])
    assert text(tom, "/metrics/", kind="composite").count('data-label="Kind"') == 1
    assert "visit_uv" in text(tom, "/metrics/", q="visit_uv", sort="-code")
    rows = text(tom, "/metrics/", format="csv").splitlines()
    assert len(rows) == 4 and rows[0].lstrip("\ufeff").startswith("code,")


def test_a_metric_shows_its_inputs_users_and_versions(cast: Cast, rate: Any) -> None:
    tom = client_of(cast["tom"])
    page = whole(tom, f"/metrics/{rate.key}/")
    for word in ("pay_buyer_cnt", "visit_uv", "dwd_order", "SELECT", "<svg"):
        assert word in page, word
    below = next(m for m in _all() if m.code == "pay_buyer_cnt")
    assert "visit_to_pay_cr" in whole(tom, f"/metrics/{below.key}/")
    assert "visit_to_pay_cr" in text(tom, "/metrics/tree/")


def test_the_page_of_a_dataset_names_its_metrics(cast: Cast, growth: Domain, rate: Any) -> None:
    from guard.kinds import url_of

    source = make.catalog.fresh(next(m for m in _all() if m.code == "visit_uv"))
    joint = (
        Link.objects.unrestricted("a test looks at what is there")
        .select_related("target")
        .get(source_id=source.pk, relation="measured_from")
    )
    page = whole(client_of(cast["tom"]), url_of(joint.target))
    assert "visit_uv" in page and "pay_buyer_cnt" in page


def test_merging_shows_both_definitions_first(cast: Cast, growth: Domain, rate: Any) -> None:
    twin = make.atomic(cast, make.dataset(cast, growth, "shop.dwd_visit", uid=2), "buyers", expr="uid")
    priya = client_of(cast["priya"])
    page = text(priya, f"/metrics/{twin.key}/merge/", into="pay_buyer_cnt")
    assert "Different formulas" in page and "buyer_id" in page and "uid" in page
    kept = next(m for m in _all() if m.code == "pay_buyer_cnt")
    short = priya.post(f"/metrics/{twin.key}/merge/", {"into": kept.key, "reason": "short"})
    assert short.status_code == 422
    done = priya.post(f"/metrics/{twin.key}/merge/", {"into": kept.key, "reason": "One number under two names."})
    assert (done.status_code, done["Location"]) == (303, f"/metrics/{kept.key}/")
    assert priya.get("/metrics/buyers/")["Location"] == f"/metrics/{kept.key}/"


def test_formulas_are_kept_from_readers_who_may_not_see_the_columns(cast: Cast, growth: Domain) -> None:
    source = make.dataset(cast, growth, order_id=2, pay_card_token=4)
    metric = make.atomic(cast, source, expr="order_id", agg="count", by="tom",
                         definition={"limits": ["order_id > 0"], "grain": ["order_id"]})  # fmt: skip
    make.redefine(cast, metric, by="tom", event_time_column="order_id")
    for path in (
        f"/metrics/{metric.key}/",
        f"/api/v1/metrics/{metric.key}/",
        f"/api/v1/metrics/{metric.key}/versions/",
    ):
        assert "order_id" in text(client_of(cast["tom"]), path)
        seen = text(client_of(cast["priya"]), path)
        assert "order_id" not in seen and source.qualified_name not in seen, path
    assert "not open to you" in text(client_of(cast["priya"]), f"/metrics/{metric.key}/define/")


def test_otto_finds_nothing_at_any_door(cast: Cast, rate: Any) -> None:
    from catalog.search import search

    otto = client_of(cast["otto"])
    for path in ("", "define/", "people/", "merge/"):
        text(otto, f"/metrics/{rate.key}/{path}", 404)
        text(otto, f"/metrics/MET-9999/{path}", 404)
    for move in ("submit", "certify", "retire", "no-such-move"):
        assert otto.post(f"/metrics/{rate.key}/{move}/").status_code == 404
    for path in ("/metrics/", "/metrics/tree/", "/metrics/?q=visit", "/metrics/?format=csv"):
        assert "visit_to_pay_cr" not in text(otto, path) and "pay_buyer_cnt" not in text(otto, path)
    assert otto.get("/api/v1/metrics/?count=1&facets=1").json()["results"] == []
    for path in ("", "versions/", "why/", "blockers/?move=submit"):
        assert otto.get(f"/api/v1/metrics/{rate.key}/{path}").status_code == 404
    assert list(search(cast["otto"], "visit_to_pay_cr").things) == []
    taken = otto.post("/api/v1/metrics/", {"domain": "growth", "code": rate.code, "title": "x"}, "application/json")
    free = otto.post("/api/v1/metrics/", {"domain": "growth", "code": "free_code", "title": "x"}, "application/json")
    assert taken.status_code == free.status_code == 403
    assert taken.json()["detail"] == free.json()["detail"]


def test_search_finds_a_metric_by_code_name_and_synonym(cast: Cast, growth: Domain, rate: Any) -> None:
    from catalog.search import search

    actions.define_metric(by=cast["priya"], metric=rate, definition={"synonyms": ["checkout conversion"]})
    for word in ("visit_to_pay_cr", "Visit to pay", "checkout conversion"):
        assert rate.pk in [thing.pk for thing in search(cast["priya"], word).things], word


def _all() -> list[Any]:
    from metrics.models import Metric

    return list(Metric.objects.unrestricted("a test looks at what is there"))
