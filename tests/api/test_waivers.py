"""Setting a rule aside over the API: asked by one, decided by another who may, absent for Otto."""

from __future__ import annotations

from typing import Any

import pytest

from guard.models import Domain
from people.models import User
from prds.lint import RULES
from tests.api.asking import Ask, ask
from tests.governance.make import in_days
from tests.prds import make

pytestmark = pytest.mark.django_db
__all__ = ["ask"]


@pytest.fixture
def words(cast: dict[str, User], growth: Domain) -> dict[str, Any]:
    prd = make.written(make.world(cast, growth))
    return {
        "thing": prd.key, "rule_id": "PRD-G2", "reason": "The owner starts on Monday.",
        "compensation": "Priya answers until then.", "expires_on": in_days(20),
    }  # fmt: skip


def test_it_is_asked_for_and_granted_by_somebody_else(words: dict[str, Any], ask: Ask) -> None:
    assert ask("otto", "post", "waivers/", words).status == 422, "a thing that one may not see is not there"
    assert ask("priya", "post", "waivers/", words | {"rule_id": "PRD-G99"}).status == 422
    made = ask("priya", "post", "waivers/", words)
    assert (made.status, made.body["thing"], made.body["is_granted"]) == (201, words["thing"], False)
    path = f"waivers/{made.body['id']}/grant/"
    assert ask("otto", "post", path).status == 404
    assert ask("omar", "post", path).status == 403
    done = ask("grace", "post", path, {"answer": "Until Monday."})
    assert (done.status, done.body["is_granted"], done.body["decided_by"]) == (200, True, "grace")
    assert ask("gus", "post", path).body["decided_by"] == "grace", "twice is once"
    assert ask("priya", "get", f"waivers/{made.body['id']}/").body["answer"] == "Until Monday."


def test_it_is_refused_with_an_answer(words: dict[str, Any], ask: Ask) -> None:
    made = ask("priya", "post", "waivers/", words)
    path = f"waivers/{made.body['id']}/refuse/"
    assert ask("otto", "post", path, {"answer": "No."}).status == 404
    assert ask("omar", "post", path, {"answer": "No."}).status == 403
    done = ask("grace", "post", path, {"answer": "Appoint an owner."})
    assert (done.status, done.body["is_granted"], done.body["answer"]) == (200, False, "Appoint an owner.")
    assert ask("grace", "post", f"waivers/{made.body['id']}/grant/").status == 409


def test_a_rule_that_is_law_is_not_set_aside(words: dict[str, Any], ask: Ask) -> None:
    law = next(one.id for one in RULES.values() if one.is_law)
    for rule in ("PRD-G7", law):
        refused = ask("priya", "post", "waivers/", words | {"rule_id": rule})
        assert (refused.status, refused.body["id"]) == (409, "law"), (rule, refused.body)
