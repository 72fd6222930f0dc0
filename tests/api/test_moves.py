"""Moves over the API, room by room: each answers with a 2xx to whoever may, on something that is really there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from guard.models import Domain
from people.models import User
from tests.catalog import make as catalog
from tests.demand import make as demand
from tests.metrics import make as metrics

pytestmark = pytest.mark.django_db
Call = Callable[..., Any]
WHY = {"reason": "It is not needed any more."}


@pytest.fixture
def call(cast: dict[str, User]) -> Call:
    """``call("priya", "post", "prds/", {...})`` -> the answer's body; anything but a 2xx fails."""

    def send(username: str, method: str, path: str, body: Any = None) -> Any:
        client = Client()
        client.force_login(cast[username])
        text = json.dumps(body or {}, default=str)
        answer = client.generic(
            method.upper(), f"/api/v1/{path}", text, content_type="application/json", HTTP_IF_MATCH="*"
        )
        assert 200 <= answer.status_code < 300, (path, answer.status_code, answer.content)
        return answer.json() if answer.content else {}

    return send


def asked(call: Call, title: str) -> str:
    body = {
        "domain": "growth", "title": title, "business_question": f"{title}: which step loses shoppers?",
        "decision_to_make": f"{title}: move the coupon step.", "decision_maker": "tom",
        "decision_deadline": demand.soon(), "action_rule": "If above 12 %, switch.",
        "none_fits": "Nothing shows steps.",
    }  # fmt: skip
    key: str = call("sam", "post", "requests/", body)["key"]
    if call("sam", "get", f"requests/{key}/")["state"] == "draft":
        call("sam", "post", f"requests/{key}/submit/", {"none_fits": "Nothing shows steps."})
    return key


def test_a_request_is_answered_for_and_confirmed_or_opened_again(growth: Domain, call: Call) -> None:
    key = asked(call, "Loss by step")
    call("priya", "post", f"requests/{key}/triage/")
    call("priya", "post", f"requests/{key}/need-info/", {"response": "For which client?"})
    call("sam", "post", f"requests/{key}/reply/", {"reply": "For the app."})
    call("priya", "post", f"requests/{key}/accept/", {"response": "We take it."})
    call("priya", "post", f"requests/{key}/plan/", {"effort_days": "1"})
    call("priya", "post", f"requests/{key}/start/")
    call("priya", "post", f"requests/{key}/deliver/", {"response": "It is on the monitor."})
    call("sam", "post", f"requests/{key}/confirm/")


@pytest.mark.parametrize(
    ("move", "body"),
    [
        ("decline", {"response": "The purpose is not allowed."}),
        ("snooze", {"response": "After the sale.", "until": str(demand.soon(20))}),
    ],
)
def test_a_request_is_put_aside_in_public(growth: Domain, call: Call, move: str, body: dict[str, str]) -> None:
    key = asked(call, "Wallboard")
    call("priya", "post", f"requests/{key}/triage/")
    call("priya", "post", f"requests/{key}/{move}/", body)


def test_a_request_repeats_another_and_one_is_withdrawn(growth: Domain, call: Call) -> None:
    first, second = asked(call, "Loss by step"), asked(call, "Refunds by seller")
    call("priya", "post", f"requests/{second}/triage/")
    call("priya", "post", f"requests/{second}/duplicate/", {"target": first, "response": "The same question."})
    call("sam", "post", f"requests/{first}/withdraw/", WHY)


def test_keepers_and_contents_of_the_catalogue(growth: Domain, cast: dict[str, User], call: Call) -> None:
    call("omar", "post", "warehouses/", {"name": "lake", "domain": "growth"})
    dataset, product = (
        catalog.dataset(cast["omar"], growth, "shop.ads_board", {"cr": 2}),
        catalog.product(cast["priya"], growth),
    )
    call("grace", "post", f"datasets/{dataset.key}/appoint-steward/", {"person": "ravi"})
    call("grace", "post", f"products/{product.key}/appoint-owner/", {"person": "mei"})
    call("grace", "post", f"products/{product.key}/appoint-steward/", {"person": "ravi"})
    call("priya", "post", f"products/{product.key}/contain/", {"dataset": dataset.key})
    call("priya", "post", f"products/{product.key}/release/", {"dataset": dataset.key})


def test_a_metric_is_proposed_given_a_steward_and_turned_down(growth: Domain, call: Call) -> None:
    key = call("sam", "post", "metrics/", {"code": "bounce_rate", "title": "Bounce rate", "domain": "growth"})["key"]
    call("priya", "post", f"metrics/{key}/appoint-steward/", {"person": "ravi"})
    call("priya", "post", f"metrics/{key}/reject/", {"reason": "The loss by step says it already."})


def test_reviews_are_rejected_and_withdrawn(growth: Domain, cast: dict[str, User], call: Call) -> None:
    for name, who, move in (("shop.one", "grace", "reject"), ("shop.two", "omar", "withdraw")):
        dataset = catalog.dataset(cast["omar"], growth, name, {"c": None})
        body = {"dataset": dataset.key, "levels": {"c": 3}, "reason": "It holds names of people."}
        key = call("omar", "post", "reviews/", body)["key"]
        call(who, "post", f"reviews/{key}/{move}/", {"reason": "It holds more than names."})


def test_evidence_grows_and_is_disputed(growth: Domain, cast: dict[str, User], call: Call) -> None:
    insight = demand.insight(cast["priya"], growth)
    more = demand.quote(cast["priya"], growth, demand.ARGUE, alias="P-09")
    call("priya", "post", f"insights/{insight.key}/evidence/", {"quotes": [more.key]})
    call("priya", "post", f"insights/{insight.key}/support/")
    other = demand.quote(cast["priya"], growth, demand.SCARED, alias="P-10")
    call("mei", "post", f"insights/{insight.key}/dispute/", {"quote": other.key, "reason": "They say otherwise."})
    planned = demand.planned(
        cast["priya"], growth, title="Second talk", participant=demand.participant(cast["priya"], growth, "P-11")
    )
    call("priya", "post", f"interviews/{planned.key}/cancel/", WHY)


def test_a_decision_gets_evidence_or_is_turned_down(growth: Domain, cast: dict[str, User], call: Call) -> None:
    metric = metrics.atomic(cast, metrics.dataset(cast, growth))
    body = {
        "title": "Move the step", "domain": "growth", "question": "Where does it stand?", "decision_makers": ["tom"],
        "options": ["move", "leave"], "chosen_option": "move",
    }  # fmt: skip
    key = call("priya", "post", "decisions/", body)["key"]
    call("priya", "post", f"decisions/{key}/pin-evidence/", {"on": metric.key, "value": "312"})
    call("tom", "post", f"decisions/{key}/reject/", WHY)


def test_a_token_is_made_and_ended(growth: Domain, call: Call) -> None:
    made = call("priya", "post", "tokens/", {"name": "notebook", "scopes": ["read"], "days": 7})
    number = made.get("id") or call("priya", "get", "tokens/")["results"][0]["id"]
    call("priya", "post", f"tokens/{number}/revoke/")
