"""Decisions on pages and over the API: drafting, pinning, looking back, replacing, being reminded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from guard import clock
from guard.models import Domain
from guard.refusals import Blocked, Denied
from people.models import Notice
from tests.catalog import make as catalog
from tests.usage import call, make
from trace.check import differences
from usage import actions
from usage.counting import counted_decisions, why_not_counted

Cast = dict[str, Any]
FORM = {
    "title": "Move the coupon step", "domain": "growth", "question": "Where does it belong?",
    "options": "After payment choice\nDo nothing", "chosen_option": "After payment choice", "decision_makers": "tom",
    "data_role": "data_informed", "reversibility": "two_way", "review_on": "2027-02-01",
}  # fmt: skip


def test_one_drafts_pins_attests_and_looks_back_in_the_browser(cast: Cast, growth: Domain) -> None:
    dataset = catalog.dataset(cast["omar"], growth)
    product = make.product(cast, growth, dataset)
    priya, tom = call.client_of(cast["priya"]), call.client_of(cast["tom"])
    assert priya.post("/decisions/new/", FORM | {"chosen_option": "Another"}).status_code == 422
    answer = priya.post("/decisions/new/", FORM | {"product": product.key})
    assert (answer.status_code, answer["Location"]) == (303, "/decisions/DEC-1001/")
    assert tom.post("/decisions/DEC-1001/attest/").status_code == 409
    assert priya.post("/decisions/DEC-1001/evidence/", {"on": "shop.nothing"}).status_code == 422
    assert priya.post("/decisions/DEC-1001/evidence/", {"on": "shop.dwd_order", "value": "9"}).status_code == 303
    assert priya.post("/decisions/DEC-1001/change/", FORM | {"dissent": "Lena disagreed."}).status_code == 303
    assert tom.post("/decisions/DEC-1001/attest/").status_code == 303
    shown = tom.get("/decisions/DEC-1001/").content.decode()
    assert "Lena disagreed." in shown and "Attested by Tom Okafor" in shown and product.title in shown
    assert priya.post("/decisions/DEC-1001/change/", FORM).status_code == 409, "attested is attested"
    assert tom.post("/decisions/DEC-1001/look-back/", {"verdict": "held"}).status_code == 422
    given = {"verdict": "held", "actual_value": "3.29 %"}
    assert priya.post("/decisions/DEC-1001/look-back/", given).status_code == 403
    assert tom.post("/decisions/DEC-1001/look-back/", given).status_code == 303
    assert "3.29 %" in priya.get("/decisions/DEC-1001/").content.decode()
    listed = priya.get("/decisions/", {"counted": "yes", "verdict": "held", "q": "coupon"}).content.decode()
    assert "DEC-1001" in listed and "DEC-1001" not in priya.get("/decisions/", {"counted": "no"}).content.decode()
    assert "Move the coupon step" in priya.get("/decisions/", {"format": "csv"}).content.decode()


def test_a_number_leads_to_a_draft_and_on_to_its_evidence(cast: Cast, growth: Domain) -> None:
    metric = make.metric(cast, catalog.dataset(cast["omar"], growth), "pay_amt")
    priya = call.client_of(cast["priya"])
    place = f"/decisions/new/?on={metric.key}&amp;domain=growth"
    assert place in priya.get(f"/metrics/{metric.key}/").content.decode()
    answer = priya.post(place.replace("&amp;", "&"), FORM)
    assert (answer.status_code, answer["Location"]) == (303, f"/decisions/DEC-1001/evidence/?on={metric.key}")
    assert f'value="{metric.key}"' in priya.get(answer["Location"]).content.decode()


def test_the_api_drafts_changes_rejects_and_carries_out(cast: Cast, growth: Domain) -> None:
    priya = call.client_of(cast["priya"])
    body = {**FORM, "options": FORM["options"].splitlines(), "decision_makers": ["tom"]}
    made = priya.post("/api/v1/decisions/", body, content_type="application/json")
    assert made.status_code == 201, made.content
    said = made.json()
    assert (said["decision_makers"], said["why_not_counted"][0][:2], said["is_counted"]) == (["tom"], "No", False)
    changed = priya.patch(
        f"/api/v1/decisions/{said['key']}/", {"dissent": "None."}, content_type="application/json",
        headers={"If-Match": made["ETag"]},
    )  # fmt: skip
    assert changed.status_code == 200 and changed.json()["dissent"] == "None.", changed.content
    assert changed.json()["question"] == FORM["question"], "what is left out stays"
    decision = make.ready(cast, growth, title="Another")
    assert call.post(cast["tom"], decision, "reject").status_code == 422, "a reason is needed"
    assert call.post(cast["tom"], decision, "attest").status_code == 200
    assert call.post(cast["priya"], decision, "implement").json()["state"] == "implemented"
    assert call.post(cast["tom"], make.fresh(decision), "look-back", verdict="nonsense").status_code == 422
    assert call.post(cast["tom"], decision, "look-back", verdict="partly", lesson="Slow.").json()["verdict"] == "partly"
    assert call.post(cast["tom"], decision, "reject", reason="Too late now.").status_code == 409


def test_what_is_replaced_within_a_week_does_not_count(cast: Cast, growth: Domain) -> None:
    first = make.ready(cast, growth)
    actions.attest_decision(by=cast["tom"], decision=first)
    second = make.decision(cast, growth, title="Rather not", supersedes=make.fresh(first))
    make.pin(cast, second, catalog.dataset(cast["omar"], growth, "shop.dws_day"))
    actions.attest_decision(by=cast["tom"], decision=second)
    assert make.fresh(first).state == "superseded"
    assert list(counted_decisions(cast["tom"])) == [make.fresh(second)]
    assert len(why_not_counted(make.fresh(first))) == 1
    assert list(differences()) == []


def test_only_who_made_a_decision_replaces_it(cast: Cast, growth: Domain) -> None:
    first = make.ready(cast, growth)
    actions.attest_decision(by=cast["tom"], decision=first)
    second = make.decision(
        cast, growth, title="Rather not", supersedes=make.fresh(first), decision_makers=[cast["sam"]]
    )
    make.pin(cast, second, catalog.dataset(cast["omar"], growth, "shop.dws_day"))
    with pytest.raises(Denied):
        actions.attest_decision(by=cast["sam"], decision=second)
    assert (make.fresh(first).state, make.fresh(second).state) == ("accepted", "proposed")


def test_an_attested_decision_is_not_changed(cast: Cast, growth: Domain) -> None:
    made = make.ready(cast, growth)
    actions.attest_decision(by=cast["tom"], decision=made)
    for change in (
        lambda: actions.revise_decision(by=cast["priya"], decision=made, dissent="Late."),
        lambda: make.pin(cast, made, catalog.dataset(cast["omar"], growth, "shop.dws_day")),
    ):
        with pytest.raises(Blocked):
            change()


def test_makers_are_told_once_that_the_day_has_come(cast: Cast, growth: Domain) -> None:
    due = make.ready(cast, growth, review_on=clock.now().date() - timedelta(days=1))
    actions.attest_decision(by=cast["tom"], decision=due)
    later = make.decision(cast, growth, title="Later", review_on=date(2099, 1, 1))
    make.pin(cast, later, catalog.dataset(cast["omar"], growth, "shop.dws_day"))
    actions.attest_decision(by=cast["tom"], decision=later)
    assert [actions.call_reviews(by=cast["omar"]) for _night in range(3)] == [1, 0, 0]
    told = Notice.objects.unrestricted(make.WHY).filter(code="decision.review_due")
    assert list(told.values_list("person__username", "thing__key")) == [("tom", due.key)]
    listed = call.client_of(cast["tom"]).get("/decisions/", {"due": "yes"}).content.decode()
    assert due.key in listed and later.key not in listed
