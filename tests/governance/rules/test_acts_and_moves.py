"""Rules in force at an act and at a move: refused, shown and let pass, or only written down."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client

from catalog.models import Dataset
from governance import actions
from governance.models import LevelReview
from guard.gates import WARNING, blockers, judge
from guard.models import Domain, Entry, Standing
from guard.refusals import Blocked, Denied
from guard.states import move_of
from people.models import User
from tests.catalog import make as catalog_make
from tests.governance import make
from tests.guard.rules.test_live import again, put_in_force, row

SECURITY = {"has": [{"attr": "principal.roles"}, ["security"]]}
GATE = {"effect": "gate", "action": "approve", "kinds": ["review"], "when": SECURITY, "title": "Security approves"}
VERB = {"effect": "require", "action": "dataset.described", "when": SECURITY, "title": "Security describes"}


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    return make.orders(omar, growth, grace, {"order_id": None}, owner=tom)


@pytest.fixture
def review(orders: Dataset, ravi: User) -> LevelReview:
    return actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 3}, reason="from the dictionary")


def lines(verb: str) -> list[dict[str, Any]]:
    rows = Entry.objects.unrestricted("a test reads the record").filter(verb=verb).order_by("id")
    return [orjson.loads(entry.payload) | {"outcome": entry.outcome} for entry in rows]


def describe(by: User, dataset: Dataset) -> None:
    from catalog.actions import describe_dataset

    describe_dataset(by=again(by), dataset=catalog_make.fresh(dataset), description="One row an order.")


def test_a_required_condition_refuses_a_verb_and_the_record_names_the_rule(orders: Dataset, tom: User) -> None:
    describe(tom, orders)
    put_in_force(row(**VERB))
    with pytest.raises(Denied) as refused:
        describe(tom, orders)
    assert [finding.id for finding in refused.value.findings] == ["RUL-1"]
    assert "Security describes" in refused.value.findings[0].sentence
    last = lines("dataset.described")[-1]
    assert (last["outcome"], last["rules"]) == ("refused", ["RUL-1"])


def test_a_verb_is_denied_when_the_condition_of_a_denial_holds(orders: Dataset, tom: User) -> None:
    put_in_force(row(**{**VERB, "effect": "deny", "when": {"not": SECURITY}}))
    with pytest.raises(Denied):
        describe(tom, orders)
    put_in_force(row(**{**VERB, "effect": "deny", "when": SECURITY}))
    describe(tom, orders)


def test_a_rule_that_warns_of_a_verb_lets_it_pass_and_leaves_a_line(orders: Dataset, tom: User) -> None:
    put_in_force(row(**VERB, mode="warn"), row(2, **VERB, mode="dry_run"), row(3, **VERB, mode="off"))
    describe(tom, orders)
    assert [line["because"] for line in lines("rule.warned")] == ["RUL-1"]
    assert [line["because"] for line in lines("rule.tried")] == ["RUL-2"]
    assert "One row" not in orjson.dumps(lines("rule.tried") + lines("rule.warned")).decode()


def test_the_page_says_what_a_rule_warned_of(orders: Dataset, tom: User) -> None:
    put_in_force(row(**VERB, mode="warn"))
    client = Client(SERVER_NAME="localhost")
    client.force_login(tom)
    url = f"/catalog/datasets/{orders.key}/describe/"
    answer = client.post(url, {"title": "Orders", "description": "One row an order."}, follow=True)
    assert "Security describes" in answer.content.decode()
    assert "Security describes" not in client.get("/").content.decode()


def test_a_gate_stands_in_the_way_of_its_move_and_shows_in_the_checklist(
    review: LevelReview, tom: User, sol: User
) -> None:  # fmt: skip
    put_in_force(row(**GATE))
    found = blockers(make.review(review), "approve", again(tom))
    assert [finding.id for finding in found] == ["RUL-1"]
    with pytest.raises(Blocked) as refused:
        actions.approve_review(by=again(tom), review=make.review(review))
    assert [finding.id for finding in refused.value.findings] == ["RUL-1"]
    assert not blockers(make.review(review), "approve", again(sol))
    assert not blockers(make.review(review), "withdraw", again(tom))


def test_a_gate_that_warns_shows_and_lets_pass_and_one_on_trial_does_not_even_show(
    review: LevelReview, tom: User
) -> None:  # fmt: skip
    put_in_force(row(**GATE, mode="warn"), row(2, **GATE, mode="dry_run"))
    results = judge(make.review(review), move_of("review", "approve").gates, again(tom), {"move": "approve"})
    shown = [finding for result in results for finding in result.findings if finding.id.startswith("RUL")]
    assert [(finding.id, finding.severity) for finding in shown] == [("RUL-1", WARNING)]
    actions.approve_review(by=again(tom), review=make.review(review))
    assert [line["because"] for line in lines("rule.warned")] == ["RUL-1"]
    assert [line["because"] for line in lines("rule.tried")] == ["RUL-2"]


def test_a_condition_on_a_standing_is_asked_of_the_thing_that_is_acted_on(
    review: LevelReview, tom: User, gus: User
) -> None:  # fmt: skip
    put_in_force(row(**{**GATE, "when": {"exists": {"standing": ["reviewer"], "grade": 0}}}))
    called = Standing.objects.unrestricted("a test looks").filter(thing=review.thing, reason="reviewer")
    assert called.filter(person=tom).exists() and not called.filter(person=gus).exists()
    assert not blockers(make.review(review), "approve", again(tom))
    assert blockers(make.review(review), "approve", again(gus))
