"""Whose agreement is needed: different people in every seat, and a way out where one person would need two."""

from __future__ import annotations

import pytest

from catalog.models import Dataset
from governance import actions, approvers
from guard import things
from guard.doors import act
from guard.gates import blockers
from guard.models import Domain
from guard.policy import RAW, Who
from guard.refusals import Absent, Blocked, Denied
from people import actions as people
from people.models import Notice, Role, User
from tests.governance import make
from tests.governance.grants.given import LOOK, agree, ask, dataset_of, given, ids, state, told

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
L3 = {"order_id": 2, "buyer_id": 3}


def names(grant: object) -> list[list[str]]:
    """Who can, by blocker of the last move, for somebody who may read it."""
    held = make.grant(grant)
    return [list(finding.who) for finding in blockers(held, "grant", held.requester) if finding.id == "ACC-10"]


def test_an_owner_who_is_the_only_steward_takes_one_seat_and_governance_the_other(growth: Domain, cast: Cast) -> None:
    dataset = dataset_of(cast, growth, L3, steward=cast["tom"])
    grant = ask(cast["sam"], dataset)
    assert names(grant) == [["Tom Okafor", "Grace Obi", "Gus Lindt"]]
    assert told(cast["grace"], "access.asked") == told(cast["tom"], "access.asked") == ["access.asked"]
    agree(grant, cast["tom"], cast["tom"])
    assert (state(grant), names(grant)) == ("owner_ok", [["Grace Obi", "Gus Lindt"]])
    agree(grant, cast["gus"])
    assert (state(grant), names(grant)) == ("granted", [])


def test_governance_may_come_first_and_still_two_people_decide(growth: Domain, cast: Cast) -> None:
    grant = ask(cast["sam"], dataset_of(cast, growth, L3, steward=cast["tom"]))
    agree(grant, cast["grace"])
    with pytest.raises(Blocked):
        agree(grant, cast["gus"])  # the seat that is left is the owner's
    agree(grant, cast["tom"])
    assert state(grant) == "granted"


def test_with_another_steward_nobody_stands_in(growth: Domain, cast: Cast) -> None:
    grant = ask(cast["sam"], dataset_of(cast, growth, L3, steward=cast["mei"]))
    assert names(grant) == [["Tom Okafor", "Mei Lin"]]
    with pytest.raises(Denied):
        agree(grant, cast["gus"])


def test_an_owner_who_asks_for_what_is_theirs_is_replaced_in_both_seats(growth: Domain, cast: Cast) -> None:
    """Nobody is left but two governance leads: both are needed, each once."""
    dataset = dataset_of(cast, growth, L3, steward=cast["tom"])
    grant = ask(cast["tom"], dataset)
    assert names(grant) == [["Grace Obi", "Gus Lindt"]]
    agree(grant, cast["grace"], cast["grace"])
    assert (state(grant), names(grant)) != ("granted", [])
    agree(grant, cast["gus"])
    assert state(grant) == "granted"


def test_who_stands_in_is_data_of_the_level(growth: Domain, cast: Cast, as_level) -> None:
    dataset = dataset_of(cast, growth, L3, steward=cast["tom"])
    as_level(3, stand_ins=["security"])
    grant = ask(cast["sam"], dataset)
    assert names(grant) == [["Tom Okafor", "Sol Reyes"]]
    agree(grant, cast["tom"], cast["sol"])
    assert state(grant) == "granted"


def test_the_only_governance_lead_who_owns_it_leaves_the_owners_seat_to_a_stand_in(growth: Domain, cast: Cast) -> None:
    """L4 asks for owner and governance. Where one person is both, the role is theirs and the steward stands in."""
    dataset = dataset_of(cast, growth, steward=cast["mei"])
    for who in ("grace", "gus"):
        people.end_role(by=cast["ada"], person=cast[who], role=Role.GOVERNANCE_LEAD)
    people.give_role(by=cast["ada"], person=cast["tom"], role=Role.GOVERNANCE_LEAD)
    cast = {who: User.objects.get(pk=person.pk) for who, person in cast.items()}
    grant = ask(cast["sam"], dataset)
    assert names(grant) == [["Tom Okafor", "Mei Lin"]]
    agree(grant, cast["tom"], cast["mei"])
    assert state(grant) == "granted"


def test_where_nobody_is_left_the_blocker_says_who_can_mend_it(growth: Domain, cast: Cast) -> None:
    dataset = dataset_of(cast, growth)
    for who in ("grace", "gus"):
        people.end_role(by=cast["ada"], person=cast[who], role=Role.GOVERNANCE_LEAD)
    grant = ask(cast["sam"], dataset)
    assert agree(grant, cast["tom"]).state == "owner_ok"
    [finding] = [one for one in blockers(make.grant(grant), "grant", cast["tom"]) if one.id == "ACC-10"]
    assert "Governance lead" in finding.sentence and list(finding.who) == ["Ada Kern"]


def test_the_same_way_out_for_the_lowering_of_a_level(growth: Domain, cast: Cast) -> None:
    dataset = dataset_of(cast, growth, L3, steward=cast["tom"])
    slots = approvers.slots_for(dataset, 3, {cast["ravi"].pk}, at_least=2)
    assert [slot.fits for slot in slots] == [("owner",), ("steward", "governance_lead")]


@act("test.team_stands", who=Who(anyone=True), subject="dataset")
def let_team(*, by: User, dataset: Dataset, team: object, reason: str) -> None:
    things.give(dataset, reason=reason, grade=RAW, team=team)


def test_case_29_a_group_that_one_joins_meanwhile_gives_no_say_on_ones_own_request(growth: Domain, cast: Cast) -> None:
    """Case 29: self-approval by group membership gained meanwhile, as owner, steward or governance lead."""
    dataset = dataset_of(cast, growth)
    grant = ask(cast["sam"], dataset)
    team = people.form_team(by=cast["ada"], slug="keepers", name="Keepers", people=[cast["sam"], cast["ravi"]])
    let_team(by=cast["omar"], dataset=dataset, team=team, reason="owner")
    let_reviewer(by=cast["omar"], grant=grant, team=team)
    people.give_role(by=cast["ada"], person=cast["sam"], role=Role.GOVERNANCE_LEAD)
    sam = User.objects.get(pk=cast["sam"].pk)
    with pytest.raises(Blocked) as refused:
        actions.approve_grant(by=sam, grant=make.grant(grant))
    assert ids(refused) == ["ACC-5"]
    assert "Sam Weller" not in str(names(grant))
    agree(grant, User.objects.get(pk=cast["ravi"].pk), cast["gus"])
    assert state(grant) == "granted"


@act("test.team_reviews", who=Who(anyone=True))
def let_reviewer(*, by: User, grant: object, team: object) -> None:
    things.give(grant, reason="reviewer", grade=3, team=team)


def test_case_29_who_asks_is_never_asked_to_decide(growth: Domain, cast: Cast) -> None:
    """Case 29: neither the owner nor a governance lead is told of, or shown, their own request as one to decide."""
    from trace.home.for_governance import waiting

    dataset = dataset_of(cast, growth)
    for who in ("tom", "gus"):
        grant = ask(cast[who], dataset)
        assert not Notice.objects.unrestricted(LOOK).filter(person=cast[who], thing=grant.thing).exists()
        assert str(cast[who]) not in str(names(grant))
        with pytest.raises((Blocked, Denied)):
            actions.approve_grant(by=cast[who], grant=grant)
        with pytest.raises((Blocked, Denied)):
            actions.reject_grant(by=cast[who], grant=grant, reason="mine")
    cards = waiting(cast["gus"])
    shown = next(card.data["grants"] for card in cards if card.template == "governance.html")
    assert [found.requester.username for found in shown] == ["tom"]


def test_case_30_who_edited_last_decides_nothing_of_it(growth: Domain, cast: Cast) -> None:
    """Case 30: a request is never edited; a renewal is its own, and who asks for that decides neither."""
    dataset = dataset_of(cast, growth)
    grant = given(cast["tom"], dataset, cast["grace"], cast["gus"])
    again = actions.renew_access(by=cast["tom"], grant=grant, ends_on=make.in_days(25))
    with pytest.raises(Denied):
        actions.approve_grant(by=cast["tom"], grant=again)
    agree(again, cast["grace"], cast["gus"])
    assert state(again) == "granted"


def test_case_37_another_purpose_or_mode_changes_nobody_who_decides(growth: Domain, cast: Cast) -> None:
    """Case 37: the seats follow from the dataset's own level and keepers, not from what the request says."""
    dataset = dataset_of(cast, growth)
    seats = []
    for terms in ({}, {"is_masked": False, "mode": "api"}, {"purpose_note": "for a friend"}):
        grant = ask(cast["sam"], dataset, **terms)
        seats.append((make.grant(grant).level, make.grant(grant).domain.slug, names(grant)))
        actions.withdraw_request(by=cast["sam"], grant=grant)
    assert len({str(one) for one in seats}) == 1 and seats[0][:2] == (4, "growth")


def test_case_42_what_a_standing_gave_ends_with_its_date(growth: Domain, cast: Cast) -> None:
    """Case 42: a deputy's right to decide ends with the day, also for a request that came before."""
    from datetime import timedelta

    from guard import clock

    dataset = dataset_of(cast, growth)
    grant = ask(cast["sam"], dataset)
    stand_for(by=cast["omar"], things_of=[dataset, grant], person=cast["mei"], until=clock.now() - timedelta(hours=1))
    with pytest.raises((Denied, Absent)):
        actions.approve_grant(by=cast["mei"], grant=make.grant(grant))
    assert "Mei Lin" not in str(names(grant))
    stand_for(by=cast["omar"], things_of=[dataset, grant], person=cast["mei"], until=clock.now() + timedelta(hours=1))
    assert agree(grant, cast["mei"]).state == "owner_ok"


@act("test.deputy_stands", who=Who(anyone=True))
def stand_for(*, by: User, things_of: list[object], person: User, until: object) -> None:
    dataset, grant = things_of
    things.give(dataset, reason="owner", grade=RAW, person=person, until=until)
    things.give(grant, reason="reviewer", grade=3, person=person, until=until)
