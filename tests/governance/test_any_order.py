"""The approvers of a level's matrix decide on access in any order: other people, each seat once."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from governance import actions
from governance.models import Grant
from guard.doors import grade_of
from guard.models import Domain, Entry
from guard.refusals import Absent, Blocked, Denied
from people.models import Notice, User
from tests.governance import make
from tests.whole import whole

LOOK = "a test looks at what is there"
MATRIX = {2: ["tom"], 3: ["tom", "mei"], 4: ["tom", "gus"], 5: ["tom", "gus", "sol"]}
ORDERS = [(rank, order) for rank, names in MATRIX.items() for order in permutations(names)]


def dataset_at(rank: int, cast: dict[str, User], growth: Domain, **keepers: Any) -> Dataset:
    """A reviewed dataset of this level, owned by Tom, with Mei as steward."""
    who = {"owner": cast["tom"], "steward": cast["mei"], **keepers}
    made = make.orders(
        cast["omar"], growth, cast["grace"], {"order_id": 2, "card": rank}, allowed_purposes=["service"], **who
    )
    opened = actions.propose_levels(by=cast["gus"], dataset=made, levels={"order_id": 2, "card": rank})
    actions.approve_review(by=cast["grace"], review=opened)
    return make.dataset(made)


def ask(by: User, dataset: Dataset) -> Grant:
    return actions.ask_access(by=by, dataset=dataset, purpose="service", columns=["order_id"], ends_on=make.in_days(10))


@pytest.mark.parametrize(("rank", "order"), ORDERS)
def test_whoever_comes_first_the_last_one_opens_it(
    rank: int, order: tuple[str, ...], cast: dict[str, User], growth: Domain
) -> None:
    dataset = dataset_at(rank, cast, growth)
    grant, before = ask(cast["omar"], dataset), grade_of(cast["omar"], dataset.thing)
    for name in order:
        assert make.grant(grant).state in ("asked", "owner_ok", "governance_ok")
        assert grade_of(cast["omar"], dataset.thing) == before
        actions.approve_grant(by=cast[name], grant=grant)
    assert make.grant(grant).state == "granted"
    line = Entry.objects.unrestricted(LOOK).filter(verb="grant.approved", outcome="done").order_by("-id").first()
    assert line is not None and all(name in line.payload for name in order)


def test_the_state_says_whose_agreement_is_there(cast: dict[str, User], growth: Domain) -> None:
    grant = ask(cast["omar"], dataset_at(5, cast, growth))
    states = []
    for name in ("sol", "gus", "tom"):
        actions.approve_grant(by=cast[name], grant=grant)
        states.append(make.grant(grant).state)
    assert states == ["asked", "governance_ok", "granted"]


def test_a_seat_is_filled_once(cast: dict[str, User], growth: Domain) -> None:
    grant = ask(cast["sam"], dataset_at(4, cast, growth))
    actions.approve_grant(by=cast["gus"], grant=grant)
    with pytest.raises(Blocked, match=r"Still needed: Owner \(Tom Okafor\)") as refused:
        actions.approve_grant(by=cast["grace"], grant=grant)
    assert refused.value.code == "seat-taken"
    assert make.grant(grant).state == "governance_ok"


def test_who_holds_two_offices_moves_over_for_another(cast: dict[str, User], growth: Domain) -> None:
    dataset = dataset_at(3, cast, growth, steward=cast["tom"])
    from catalog.actions import appoint_steward

    appoint_steward(by=cast["grace"], of=dataset, person=cast["mei"])
    grant = ask(cast["sam"], dataset)
    actions.approve_grant(by=cast["tom"], grant=grant)  # owner and steward: one seat, whichever is needed
    assert make.grant(grant).state == "owner_ok"
    actions.approve_grant(by=cast["mei"], grant=grant)
    assert make.grant(grant).state == "granted"


def test_the_same_decision_twice_is_harmless_and_another_one_refused(cast: dict[str, User], growth: Domain) -> None:
    grant = ask(cast["sam"], dataset_at(4, cast, growth))
    for _again in range(2):
        actions.approve_grant(by=cast["gus"], grant=grant)
    with pytest.raises(Blocked) as refused:
        actions.reject_grant(by=cast["gus"], grant=grant, reason="on second thoughts")
    assert refused.value.code == "decided"
    for _again in range(2):
        actions.reject_grant(by=cast["tom"], grant=grant, reason="The summary is enough.")
    with pytest.raises(Blocked):
        actions.approve_grant(by=cast["tom"], grant=grant)
    assert make.grant(grant).state == "rejected"


def test_who_is_not_of_the_matrix_or_asked_is_refused(cast: dict[str, User], growth: Domain) -> None:
    dataset = dataset_at(4, cast, growth)
    grant = ask(cast["gus"], dataset)
    with pytest.raises(Blocked) as own:
        actions.approve_grant(by=cast["gus"], grant=grant)
    assert [finding.id for finding in own.value.findings] == ["ACC-5"]
    with pytest.raises(Denied):
        actions.approve_grant(by=cast["sol"], grant=grant)  # security has no seat at L4
    with pytest.raises((Denied, Absent)):
        actions.approve_grant(by=cast["ravi"], grant=grant)
    actions.approve_grant(by=cast["grace"], grant=grant)
    actions.approve_grant(by=cast["tom"], grant=grant)
    assert make.grant(grant).state == "granted"


def test_everybody_with_a_seat_is_told_at_once(cast: dict[str, User], growth: Domain) -> None:
    ask(cast["omar"], dataset_at(5, cast, growth))
    told = Notice.objects.unrestricted(LOOK).filter(code="access.asked").values_list("person__username", flat=True)
    assert set(told) == {"tom", "grace", "gus", "sol"}


def test_page_and_api_take_governance_before_the_owner(cast: dict[str, User], growth: Domain, client: Client) -> None:
    grant = ask(cast["sam"], dataset_at(4, cast, growth))
    client.force_login(cast["gus"])
    assert "They decide in any order." in whole(client, f"/governance/grants/{grant.key}/")
    client.post(f"/governance/grants/{grant.key}/approve/")
    assert "You agreed. Another person is still needed." in whole(client, f"/governance/grants/{grant.key}/")
    client.force_login(cast["grace"])
    assert "The open seats are for others." in whole(client, f"/governance/grants/{grant.key}/")
    refused = client.post(f"/api/v1/grants/{grant.key}/approve/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["id"]) == (409, "seat-taken")
    client.force_login(cast["tom"])
    answer = client.post(f"/api/v1/grants/{grant.key}/approve/", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "granted")
