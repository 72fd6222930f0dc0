"""A rule is set aside by another person, with a reason and an end; rules of the law never."""

from __future__ import annotations

import pytest

from catalog.models import Dataset
from governance import actions
from guard.models import Domain, Waiver
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import User
from tests.governance import make

REASON = "The vendor's name is part of the question."


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User) -> Dataset:
    return make.orders(omar, growth, grace, {"order_id": 2})


def ask(by: User, orders: Dataset, **facts: object):  # type: ignore[no-untyped-def]
    given = {"rule_id": "TOOL-001", "reason": REASON, "expires_on": make.in_days(30), **facts}
    return actions.ask_waiver(by=by, thing=orders.thing, **given)


def test_another_person_grants_it_until_the_day(orders: Dataset, priya: User, grace: User) -> None:
    asked = ask(priya, orders)
    waiver = actions.grant_waiver(by=grace, request=asked)
    assert (waiver.asked_by_id, waiver.granted_by_id, waiver.expires_on) == (priya.pk, grace.pk, make.in_days(30))
    assert actions.grant_waiver(by=grace, request=asked).pk == waiver.pk
    with pytest.raises(Blocked):
        actions.refuse_waiver(by=grace, request=asked, answer="I changed my mind.")
    assert Waiver.objects.unrestricted("a test counts").count() == 1


def test_nobody_grants_their_own(orders: Dataset, grace: User, gus: User, priya: User) -> None:
    asked = ask(grace, orders)
    with pytest.raises(Denied):
        actions.grant_waiver(by=grace, request=asked)
    with pytest.raises(Denied):
        actions.grant_waiver(by=priya, request=asked)
    actions.grant_waiver(by=gus, request=asked)


def test_it_ends_within_ninety_days_and_has_a_reason(orders: Dataset, priya: User) -> None:
    for wrong in (
        {"expires_on": make.in_days(91)},
        {"expires_on": make.in_days(-1)},
        {"reason": "so"},
        {"rule_id": "x"},
        {"rule_id": "TOOL-999"},  # named as a rule is, and no rule
    ):
        with pytest.raises(Invalid):
            ask(priya, orders, **wrong)


def test_rules_of_the_law_are_never_set_aside(
    growth: Domain, omar: User, grace: User, tom: User, ravi: User, orders: Dataset
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 3})
    for rule in ("LVL-1", "LVL-2", "LVL-3", "LVL-4"):
        with pytest.raises(Blocked) as blocked:
            actions.ask_waiver(
                by=grace, thing=make.review(review).thing, rule_id=rule, reason=REASON, expires_on=make.in_days(5)
            )
        assert blocked.value.code == "law"


def test_a_refusal_has_an_answer(orders: Dataset, priya: User, grace: User) -> None:
    asked = ask(priya, orders)
    with pytest.raises(Invalid):
        actions.refuse_waiver(by=grace, request=asked, answer="no")
    actions.refuse_waiver(by=grace, request=asked, answer="Describe the question without the vendor.")
    actions.refuse_waiver(by=grace, request=asked, answer="Describe the question without the vendor.")
    with pytest.raises(Blocked):
        actions.grant_waiver(by=grace, request=asked)


def test_a_live_waiver_is_ended_before_its_day(orders: Dataset, priya: User, grace: User) -> None:
    waiver = actions.grant_waiver(by=grace, request=ask(priya, orders))
    ended = actions.end_waiver(by=grace, waiver=waiver, reason="The PRD was rewritten.")
    assert ended.expires_on < make.in_days(0)


def test_outsiders_ask_for_nothing(orders: Dataset, otto: User) -> None:
    with pytest.raises(Absent):
        ask(otto, orders)
