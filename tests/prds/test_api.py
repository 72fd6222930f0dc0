"""PRDs over the API, from the first word to the build: the same verbs and refusals as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from guard.models import Domain
from people.models import User
from tests.catalog import make as catalog
from tests.prds import make

pytestmark = pytest.mark.django_db
Call = Callable[..., Any]


@pytest.fixture
def here(cast: dict[str, User], growth: Domain) -> make.World:
    return make.world(cast, growth)


@pytest.fixture
def call(cast: dict[str, User]) -> Call:
    """``call("priya", "post", "prds/", {...})`` -> the response."""

    def send(username: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        client = Client()
        client.force_login(cast[username])
        return client.generic(
            method.upper(), f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", **headers
        )

    return send


def begun(here: make.World, call: Call, **more: Any) -> str:
    body = {
        "title": "Checkout funnel", "domain": "growth", "text": make.TEXT % {"insight": here.insight.key},
        "decision_maker": "tom", "declared_level": 3, "purpose": "operations", "retention_days": 400, **more,
    }  # fmt: skip
    answer = call("priya", "post", "prds/", body)
    assert answer.status_code == 201, answer.content
    key: str = answer.json()["key"]
    for role, who in make.REVIEWERS.items():
        assert call("priya", "post", f"prds/{key}/name-reviewer/", {"role": role, "person": who}).status_code == 200
    return key


def test_a_prd_goes_from_writing_to_building(here: make.World, call: Call) -> None:
    product = catalog.product(here.cast["priya"], here.domain)
    key = begun(here, call, product=product.key)
    assert (
        call(
            "priya",
            "post",
            f"prds/{key}/revise/",
            {"bodies": {"rollout": "Trial group: 7 people for 2 weeks. Rollback: mail."}},
        ).status_code
        == 200
    )
    assert call("priya", "post", f"prds/{key}/submit/").status_code == 200
    for role, who in make.REVIEWERS.items():
        said = call(who, "post", f"prds/{key}/review/", {"role": role, "verdict": "approve"})
        assert said.status_code == 200, said.content
    assert call("tom", "get", f"prds/{key}/blockers/?move=approve").json() == {"blockers": []}
    assert call("tom", "post", f"prds/{key}/approve/").json()["state"] == "approved"
    assert call("priya", "post", f"prds/{key}/build/").json()["state"] == "building"
    for move in ("define", "design", "build"):
        assert call("priya", "post", f"products/{product.key}/{move}/").status_code == 200


def test_a_refused_approval_is_a_problem_with_every_rule_at_once(here: make.World, call: Call) -> None:
    key = begun(here, call, declared_level=2)
    call("priya", "post", f"prds/{key}/submit/")
    refused = call("tom", "post", f"prds/{key}/approve/")
    assert refused.status_code == 409
    assert refused["Content-Type"].startswith("application/problem+json")
    asked = call("tom", "get", f"prds/{key}/blockers/?move=approve").json()["blockers"]
    ids = {finding["id"] for finding in asked}
    assert {"PRD-G5", "PRD-G6"} <= ids
    assert all(rule in refused.content.decode() for rule in ids)


def test_a_prd_is_sent_back_held_taken_up_turned_down_and_cancelled(here: make.World, call: Call) -> None:
    key = begun(here, call)
    why = {"reason": "The guardrail is missing from the goals."}
    for who, move, body, state in (
        ("priya", "submit", None, "in_review"), ("ravi", "request-changes", why, "changes_requested"),
        ("priya", "hold", why, "on_hold"), ("priya", "resume", None, "draft"), ("priya", "submit", None, "in_review"),
        ("tom", "reject", why, "rejected"),
    ):  # fmt: skip
        answer = call(who, "post", f"prds/{key}/{move}/", body)
        assert (answer.status_code, answer.json().get("state")) == (200, state), (move, answer.content)
    other = begun(here, call)
    assert call("priya", "post", f"prds/{other}/cancel/", why).json()["state"] == "cancelled"


def test_a_hidden_prd_and_an_absent_one_look_alike(here: make.World, call: Call) -> None:
    key = begun(here, call)
    for method, path in (("get", ""), ("post", "approve/"), ("get", "lint/"), ("get", "why/"), ("post", "submit/")):
        hidden = call("otto", method, f"prds/{key}/{path}")
        absent = call("otto", method, f"prds/PRD-9999/{path}")
        assert hidden.status_code == absent.status_code == 404
        assert {**hidden.json(), "instance": ""}.keys() == {**absent.json(), "instance": ""}.keys()
    assert call("otto", "get", "prds/?count=1&facets=1").json()["count"] == 0
