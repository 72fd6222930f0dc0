"""The pages and the API of governance: the same refusals with the same ids, and nothing for outsiders."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from governance import actions
from guard.models import Domain
from people.models import User
from tests.governance import make
from tests.whole import whole

JSON = "application/json"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(person: User, path: str, body: dict[str, Any] | None = None) -> Any:
    return signed_in(person).post(f"/api/v1/{path}", body or {}, content_type=JSON)


def ids(answer: Any) -> list[str]:
    return [finding["id"] for finding in answer.json()["blockers"]]


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    return make.orders(
        omar, growth, grace, {"order_id": 2, "card_token": 4}, owner=tom, allowed_purposes=["service quality"]
    )


def test_levels_are_proposed_and_reviewed_over_the_api(orders: Dataset, ravi: User, tom: User) -> None:
    made = post(ravi, "reviews/", {"dataset": orders.key, "levels": {"order_id": "L3"}, "reason": "it names a person"})
    assert made.status_code == 201
    key = made.json()["key"]
    own = post(ravi, f"reviews/{key}/approve/")
    assert own.status_code in (403, 409)
    done = post(tom, f"reviews/{key}/approve/")
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    assert make.column(orders, "order_id").level == 3


def test_lvl_1_and_3_and_4_are_refused_over_the_api_with_their_ids(
    orders: Dataset, grace: User, gus: User, tom: User, omar: User
) -> None:
    key = post(grace, "reviews/", {"dataset": orders.key, "levels": {"card_token": 2}, "reason": make.REASON}).json()[
        "key"
    ]
    assert ids(post(grace, f"reviews/{key}/approve/")) == ["LVL-1", "LVL-3"]
    assert ids(post(gus, f"reviews/{key}/approve/")) == ["LVL-3"]
    digest = signed_in(gus).get(f"/api/v1/reviews/{key}/effect/").json()["effect"]["digest"]
    assert post(gus, f"reviews/{key}/approve/", {"preview": digest}).json()["state"] == "open"
    blockers = signed_in(tom).get(f"/api/v1/reviews/{key}/blockers/?move=apply").json()["blockers"]
    assert [finding["id"] for finding in blockers] == ["LVL-2"]
    assert make.level(orders) == 4


def test_no_door_of_the_api_lowers_a_level(orders: Dataset, grace: User, omar: User) -> None:
    client = signed_in(grace)
    tag = client.get(f"/api/v1/datasets/{orders.key}/")["ETag"]
    for body in (
        {"level": "L1"},
        {"declared_level": 1},
        {"high_water": 1},
        {"columns": [{"name": "card_token", "level": 1}]},
    ):
        client.patch(f"/api/v1/datasets/{orders.key}/", body, content_type=JSON, headers={"If-Match": tag})
        client.put(f"/api/v1/datasets/{orders.key}/", body, content_type=JSON, headers={"If-Match": tag})
    client.post(f"/api/v1/datasets/{orders.key}/declare-level/", {"rank": 1}, content_type=JSON)
    assert (make.level(orders), make.column(orders, "card_token").level) == (4, 4)


def test_access_is_asked_decided_and_bounced_over_the_api(
    orders: Dataset, sam: User, tom: User, gus: User, ravi: User, grace: User
) -> None:
    make.reviewed(orders, ravi, grace, {"order_id": 2, "card_token": 4})
    terms = {"dataset": orders.key, "purpose": "service quality", "columns": ["order_id"]}
    bounced = post(sam, "grants/", {**terms, "columns": [], "ends_on": str(make.in_days(365))})
    assert (bounced.status_code, ids(bounced)) == (409, ["ACC-2", "ACC-3"])
    assert orders.title not in bounced.content.decode()
    key = post(sam, "grants/", {**terms, "ends_on": str(make.in_days(20))}).json()["key"]
    assert post(tom, f"grants/{key}/approve/").json()["state"] == "owner_ok"
    assert post(gus, f"grants/{key}/approve/").json()["state"] == "granted"
    assert [row["key"] for row in signed_in(sam).get("/api/v1/grants/").json()["results"]] == [key]


def test_outsiders_get_the_same_answer_as_for_nothing(orders: Dataset, otto: User, ravi: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 3})
    client = signed_in(otto)
    for path in (f"reviews/{review.key}/", f"findings/?key={review.key}"):
        hidden, never = (client.get(f"/api/v1/{p}") for p in (path, path.replace(review.key, "REV-9999")))
        assert hidden.status_code == never.status_code == 404
    assert client.get("/api/v1/reviews/?count=1&facets=1").json()["count"] == 0
    wrong = [
        post(otto, "reviews/", {"dataset": key, "levels": {"order_id": 1}}).json()["errors"]
        for key in (orders.key, "DS-9999")
    ]
    assert wrong[0] == wrong[1]
    assert client.get("/api/v1/ledger/").json()["results"] == [] or all(
        line["actor"] == "otto" for line in client.get("/api/v1/ledger/").json()["results"]
    )


def test_findings_of_a_thing_carry_rule_and_move(orders: Dataset, ravi: User, tom: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 3})
    found = signed_in(ravi).get(f"/api/v1/findings/?key={review.key}").json()["results"]
    assert {(row["id"], row["move"]) for row in found} >= {("LVL-1", "approve"), ("LVL-1", "reject")}


def test_the_review_page_shows_from_and_to_and_the_effect(orders: Dataset, ravi: User, grace: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 2}, reason=make.REASON)
    page = whole(signed_in(grace), f"/governance/reviews/{review.key}/")
    for shown in ("card_token", make.REASON, "Priya Nair", make.seen(review, grace), "LVL-2"):
        assert shown in page, shown


def test_the_page_refuses_a_lowering_whose_effect_was_not_confirmed(orders: Dataset, ravi: User, grace: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 2}, reason=make.REASON)
    refused = signed_in(grace).post(f"/governance/reviews/{review.key}/approve/")
    assert (refused.status_code, "LVL-3" in refused.content.decode()) == (409, True)
    agreed = signed_in(grace).post(f"/governance/reviews/{review.key}/approve/", {"preview": make.seen(review, grace)})
    assert agreed.status_code == 303


def test_levels_are_proposed_with_the_form(orders: Dataset, ravi: User, otto: User) -> None:
    column = make.column(orders, "order_id")
    path = f"/governance/datasets/{orders.key}/propose/"
    assert signed_in(otto).get(path).status_code == 404
    empty = signed_in(ravi).post(path, {"reason": ""})
    assert empty.status_code == 422
    sent = signed_in(ravi).post(path, {f"level-{column.pk}": "3", "reason": ""})
    assert sent.status_code == 303
    assert make.column(orders, "order_id").proposed_level == 3


def test_the_home_counts_what_is_unclassified_as_the_reader_may_see(
    growth: Domain, omar: User, grace: User, otto: User
) -> None:
    make.orders(omar, growth, grace, {f"c{n}": None for n in range(7)}, name="shop.raw")
    assert "7 columns unclassified" in signed_in(grace).get("/governance/").content.decode()
    assert "0 columns unclassified" in signed_in(otto).get("/governance/").content.decode()


def test_the_audit_desk_filters_exports_and_verifies(orders: Dataset, grace: User, sam: User, priya: User) -> None:
    client = signed_in(grace)
    page = client.get("/governance/audit/?verb=owner.appointed").content.decode()
    assert "owner.appointed" in page and "dataset.added" not in page
    exported = client.get("/governance/audit/?format=csv&person=omar")
    assert "dataset.added" in exported.content.decode() and exported["Content-Type"].startswith("text/csv")
    assert "The chain holds" in client.post("/governance/audit/verify/").content.decode()
    assert signed_in(sam).post("/governance/audit/verify/").status_code == 403
    assert "owner.appointed" not in signed_in(sam).get("/governance/audit/").content.decode()


def test_waivers_are_asked_and_decided_on_the_page(orders: Dataset, omar: User, grace: User, otto: User) -> None:
    facts = {"thing": orders.key, "rule_id": "TOOL-001", "reason": make.REASON, "expires_on": str(make.in_days(9))}
    assert signed_in(otto).post("/governance/waivers/ask/", facts).status_code == 422
    assert signed_in(omar).post("/governance/waivers/ask/", facts).status_code == 303
    row = signed_in(grace).get("/api/v1/waivers/").json()["results"][0]
    assert signed_in(omar).post(f"/governance/waivers/{row['id']}/grant/").status_code == 403
    assert signed_in(grace).post(f"/governance/waivers/{row['id']}/grant/").status_code == 303
    assert signed_in(grace).get(f"/api/v1/waivers/{row['id']}/").json()["is_granted"] is True
