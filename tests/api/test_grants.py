"""Access over the API: who asked, who decides, who may end it; for Otto none of it is there."""

from __future__ import annotations

import pytest

from governance import actions
from governance.models import Grant
from guard.doors import grade_of
from guard.models import Domain
from people.models import User
from tests.api.asking import Ask, ask
from tests.governance import make

pytestmark = pytest.mark.django_db
__all__ = ["ask"]
WHY = {"reason": "The audit is over."}


@pytest.fixture
def asked(growth: Domain, cast: dict[str, User]) -> Grant:
    """Sam asks for one column of Tom's L4 dataset."""
    found = make.orders(
        cast["omar"], growth, cast["grace"], {"order_id": 2, "card_token": 4}, owner=cast["tom"],
        allowed_purposes=["service quality"],
    )  # fmt: skip
    dataset = make.reviewed(found, cast["ravi"], cast["grace"], {"order_id": 2, "card_token": 4})
    return actions.ask_access(
        by=cast["sam"], dataset=dataset, purpose="service quality", columns=["order_id"], ends_on=make.in_days(20)
    )


@pytest.fixture
def granted(asked: Grant, cast: dict[str, User]) -> Grant:
    for who in ("tom", "gus"):
        actions.approve_grant(by=cast[who], grant=make.grant(asked))
    assert make.grant(asked).state == "granted"
    return make.grant(asked)


def test_blockers_name_the_rule_for_who_may_not_decide_alone(asked: Grant, ask: Ask) -> None:
    found = ask("sam", "get", f"grants/{asked.key}/blockers/?move=approve")
    assert (found.status, [one["id"] for one in found.body["blockers"]]) == (200, ["ACC-5"])
    assert ask("tom", "get", f"grants/{asked.key}/blockers/?move=approve").body == {"blockers": []}
    assert ask("tom", "get", f"grants/{asked.key}/blockers/?move=dance").status == 422
    assert ask("otto", "get", f"grants/{asked.key}/blockers/?move=approve").status == 404


def test_why_says_how_one_comes_to_see_it(asked: Grant, ask: Ask) -> None:
    mine = ask("sam", "get", f"grants/{asked.key}/why/")
    assert mine.status == 200
    assert "requester" in str(mine.body)
    assert ask("otto", "get", f"grants/{asked.key}/why/").status == 404


def test_an_owner_rejects_with_a_reason(asked: Grant, ask: Ask) -> None:
    path = f"grants/{asked.key}/reject/"
    assert ask("otto", "post", path, WHY).status == 404
    assert ask("sam", "post", path, WHY).status == 403
    assert ask("tom", "post", path, {}).status == 422
    done = ask("tom", "post", path, WHY)
    assert (done.status, done.body["state"]) == (200, "rejected")
    assert ask("tom", "post", path, WHY).status == 200, "twice is once"
    assert ask("gus", "post", path, WHY).status == 409, "it is decided"


def test_who_asked_takes_it_back(asked: Grant, ask: Ask) -> None:
    path = f"grants/{asked.key}/withdraw/"
    assert ask("otto", "post", path).status == 404
    assert ask("tom", "post", path).status == 403
    done = ask("sam", "post", path)
    assert (done.status, done.body["state"]) == (200, "withdrawn")


def test_access_is_taken_away_at_once(granted: Grant, cast: dict[str, User], ask: Ask) -> None:
    path, dataset = f"grants/{granted.key}/revoke/", make.dataset(granted.dataset)
    assert grade_of(cast["sam"], dataset.thing) == 4
    assert ask("otto", "post", path, WHY).status == 404
    assert ask("ravi", "post", path, WHY).status == 403
    assert ask("tom", "post", path, {}).status == 422, "why is not said"
    done = ask("tom", "post", path, WHY)
    assert (done.status, done.body["state"]) == (200, "revoked")
    assert grade_of(cast["sam"], dataset.thing) == 1


def test_who_holds_it_asks_for_longer(granted: Grant, ask: Ask) -> None:
    path, longer = f"grants/{granted.key}/renew/", {"ends_on": make.in_days(28)}
    assert ask("otto", "post", path, longer).status == 404
    assert ask("tom", "post", path, longer).status == 403
    assert ask("sam", "post", path, {}).status == 422
    refused = ask("sam", "post", path, {"ends_on": make.in_days(400)})
    assert (refused.status, [one["id"] for one in refused.body["blockers"]]) == (409, ["ACC-2"])
    made = ask("sam", "post", path, longer)
    assert made.status in (200, 201), made.body
    assert (made.body["state"], made.body["renews"]) == ("asked", granted.key)
    assert ask("sam", "get", f"grants/{granted.key}/").body["state"] == "granted", "the old one holds meanwhile"
