"""A grant stops at once when the level rises, its PRD ends, its holder leaves or nobody uses it; people lift it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog import actions as catalog
from catalog.models import Column, Dataset
from governance import actions, granting
from governance.enforcement.labels import aim_of
from governance.models import Cause
from guard import clock
from guard.doors import act, grade_of
from guard.models import Domain
from guard.policy import Who
from guard.refusals import Absent, Blocked, Denied, Invalid
from guard.things import set_level, touch
from people.actions import clear, let_go
from people.models import User
from prds import actions as prds
from prds.models import Prd
from prds.states import PrdState
from tests.governance import make
from tests.governance.grants.given import agree, ask, dataset_of, given, ids, lines, night, periods, state, told
from tests.past_the_wall import past_the_wall
from tests.usage import make as use

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


@pytest.fixture
def mild(growth: Domain, cast: Cast) -> Dataset:
    """L3, of Tom's, with Mei as steward."""
    return dataset_of(cast, growth, {"order_id": 2, "buyer_id": 3}, steward=cast["mei"])


def raise_to(dataset: Dataset, cast: Cast, rank: int, name: str = "order_id") -> None:
    catalog.propose_column_level(by=cast["omar"], column=make.column(dataset, name), rank=rank, reason="names people")


def opened(dataset: Dataset) -> list[str]:
    """Keys of the grants that the warehouse's plan opens."""
    return [one.grant for one in aim_of(make.dataset(dataset).warehouse).personal]


def sees(person: User, dataset: Dataset) -> bool:
    fresh = User.objects.get(pk=person.pk)
    return Column.objects.visible_to(fresh, "columns").filter(dataset=dataset).exists()


@pytest.fixture
def outsider(growth: Domain, cast: Cast) -> User:
    """Somebody who may know of the dataset and sees it only through a grant."""
    clear(by=cast["grace"], person=cast["sam"], rank=2, domain=growth)
    return User.objects.get(pk=cast["sam"].pk)


def test_case_39_a_level_above_what_was_agreed_stops_it_at_once(mild: Dataset, cast: Cast, outsider: User) -> None:
    """Case 39: level rise. The policy and the plan of the warehouse know it in the same transaction."""
    grant = given(outsider, mild, cast["tom"], cast["mei"])
    assert sees(outsider, mild) and opened(mild) == [grant.key]
    raise_to(mild, cast, 4)
    found = make.grant(grant)
    assert (found.state, found.suspended_for, sees(outsider, mild), opened(mild)) == ("suspended", "level", False, [])
    assert told(outsider, "grant.suspended") == ["grant.suspended"]
    for who in ("tom", "mei", "grace", "gus"):
        assert told(cast[who], "grant.suspended") == ["grant.suspended"], who
    [line] = [one for one in lines("grant.lapsed") if one.get("because")]
    assert (line["because"], line["cause"], line["requester"], line["dataset"], line["by"]) == (
        "ACC-10", "level", "sam", mild.key, "omar",
    )  # fmt: skip
    [(_begins, ends)] = periods(grant)
    assert ends is not None and ends <= clock.now()


def test_a_rise_within_what_was_agreed_stops_nothing(mild: Dataset, cast: Cast, outsider: User) -> None:
    grant = given(outsider, mild, cast["tom"], cast["mei"])
    raise_to(mild, cast, 3)
    assert (state(grant), sees(outsider, mild)) == ("granted", True)
    assert lines("grant.lapsed") == []


def test_only_a_decision_lifts_it_by_those_whom_the_new_level_asks_for(
    mild: Dataset, cast: Cast, outsider: User
) -> None:
    grant = given(outsider, mild, cast["tom"], cast["mei"])
    opened_review = actions.propose_levels(by=cast["ravi"], dataset=make.dataset(mild), levels={"order_id": 4})
    assert state(grant) == "suspended"
    for _twice in range(2):
        night(mild.domain)
    actions.reject_review(by=cast["grace"], review=opened_review, reason="they are only numbers")
    assert (make.level(mild), state(grant)) == (3, "suspended"), "a level that fell again lifts nothing"
    again = actions.propose_levels(by=cast["ravi"], dataset=make.dataset(mild), levels={"order_id": 4})
    actions.approve_review(by=cast["grace"], review=again, preview=make.seen(again, cast["grace"]))
    with pytest.raises(Denied):
        actions.approve_grant(by=outsider, grant=make.grant(grant))
    agree(grant, cast["tom"])
    assert (state(grant), sees(outsider, mild)) == ("suspended", False), "votes of the round before count no more"
    with pytest.raises(Denied):
        agree(grant, cast["mei"])  # the steward decides at L3, at L4 governance does
    agree(grant, cast["gus"])
    found = make.grant(grant)
    assert (found.state, found.approved_rank, found.suspended_for) == ("granted", 4, "")
    assert sees(outsider, mild) and opened(mild) == [grant.key] and len(periods(grant)) == 2


def test_a_lift_is_judged_by_the_rules_of_the_new_level(mild: Dataset, cast: Cast, outsider: User) -> None:
    """What may last 100 days at L3 may last 30 at L4: it is asked for anew with a nearer end, and replaces the old."""
    grant = given(outsider, mild, cast["tom"], cast["mei"], days=100)
    review = actions.propose_levels(by=cast["ravi"], dataset=make.dataset(mild), levels={"order_id": 4})
    actions.approve_review(by=cast["grace"], review=review, preview=make.seen(review, cast["grace"]))
    with pytest.raises(Blocked) as refused:
        agree(grant, cast["tom"])
    assert ids(refused) == ["ACC-2"]
    nearer = actions.renew_access(by=outsider, grant=make.grant(grant), ends_on=make.in_days(20))
    agree(nearer, cast["tom"], cast["gus"])
    assert (state(grant), state(nearer), sees(outsider, mild)) == ("renewed", "granted", True)


def test_what_is_suspended_ends_on_its_day_too(growth: Domain, mild: Dataset, cast: Cast, outsider: User) -> None:
    grant = given(outsider, mild, cast["tom"], cast["mei"])
    raise_to(mild, cast, 4)
    night(growth, days=15)
    assert told(outsider, "grant.ending") == [], "nobody is warned of the end of what does not run"
    night(growth, days=21)
    assert state(grant) == "expired"


@act("test.prd_ended", who=Who(anyone=True), subject="prd")
def end_prd(*, by: Any, prd: Prd, state: str) -> None:
    """What any verb of the room of PRDs comes to."""
    touch(prd, state=state)


@pytest.fixture
def prd(growth: Domain, cast: Cast) -> Prd:
    return prds.write_prd(by=cast["priya"], title="Service quality by step", domain=growth)


@pytest.mark.parametrize("ended", sorted(granting.PRD_ENDED))
def test_case_39_access_for_a_prd_ends_with_it(mild: Dataset, cast: Cast, outsider: User, prd: Prd, ended: str) -> None:
    """Case 39: PRD retirement."""
    grant = given(outsider, mild, cast["tom"], cast["mei"], prd=prd)
    end_prd(by=cast["priya"], prd=prd, state=PrdState.ON_HOLD)
    assert state(grant) == "granted"
    end_prd(by=cast["priya"], prd=prd, state=ended)
    found = make.grant(grant)
    assert (found.state, found.suspended_for, sees(outsider, mild), opened(mild)) == ("suspended", "prd", False, [])
    with pytest.raises(Blocked) as refused:
        agree(grant, cast["tom"])
    assert ids(refused) == ["ACC-7"]
    end_prd(by=cast["priya"], prd=prd, state=PrdState.DRAFT)
    agree(grant, cast["tom"], cast["mei"])
    assert state(grant) == "granted"


def test_nothing_is_asked_for_a_prd_that_ended_or_is_not_seen(
    mild: Dataset, cast: Cast, outsider: User, prd: Prd
) -> None:
    end_prd(by=cast["priya"], prd=prd, state=PrdState.CANCELLED)
    with pytest.raises(Blocked) as refused:
        ask(outsider, mild, prd=prd)
    assert ids(refused) == ["ACC-7"]
    harden(by=cast["priya"], prd=prd)
    with pytest.raises(Invalid) as unseen:
        ask(outsider, mild, prd=prd)
    assert list(unseen.value.errors) == ["prd"]


@act("test.prd_hardened", who=Who(anyone=True), subject="prd")
def harden(*, by: Any, prd: Prd) -> None:
    """Strict enough that the outsider sees it no more."""
    set_level(prd, 5)


def test_case_39_a_leaver_holds_nothing(mild: Dataset, cast: Cast, outsider: User) -> None:
    """Case 39: leaver."""
    grant = given(outsider, mild, cast["tom"], cast["mei"])
    let_go(by=cast["ada"], person=outsider)
    found = make.grant(grant)
    assert (found.state, found.suspended_for, sees(outsider, mild), opened(mild)) == ("suspended", "left", False, [])
    assert told(outsider, "grant.suspended") == [] and told(cast["tom"], "grant.suspended") == ["grant.suspended"]
    User.objects.filter(pk=outsider.pk).update(is_active=True)
    assert not sees(outsider, mild), "who comes back gets nothing back by that"


def test_the_night_finds_what_was_changed_past_the_verbs(
    growth: Domain, mild: Dataset, cast: Cast, outsider: User
) -> None:
    """An account closed by direct SQL: the plan opens nothing even before the night, and the night says it once."""
    grant = given(outsider, mild, cast["tom"], cast["mei"])
    with past_the_wall() as cursor:
        cursor.execute("UPDATE people_user SET is_active = false WHERE id = %s", [outsider.pk])
    assert state(grant) == "granted" and opened(mild) == []
    for _twice in range(2):
        night(growth)
    assert (state(grant), make.grant(grant).suspended_for) == ("suspended", "left")
    assert told(cast["tom"], "grant.suspended") == ["grant.suspended"]


def queried(dataset: Dataset, cast: Cast, who: str, *days_ago: int) -> None:
    sql = f"SELECT order_id FROM {dataset.qualified_name}"
    use.load(cast["omar"], [use.row(who, sql, days_ago=days) for days in days_ago])


def test_what_nobody_uses_is_suspended_by_night_and_told(growth: Domain, cast: Cast, orders: Dataset) -> None:
    """L4: fourteen days without a query. Days of which no queries are known do not count."""
    with clock.loading(clock.now() - timedelta(days=20)):
        grant = given(cast["sam"], orders, cast["tom"], cast["gus"], ends_on=make.in_days(9))
    night(growth)
    assert state(grant) == "granted", "no query log was ever loaded: nothing is known"
    queried(orders, cast, "gus", 8)
    night(growth)
    assert state(grant) == "granted", "known up to eight days ago, which is twelve days"
    queried(orders, cast, "gus", 1)
    night(growth)
    assert (state(grant), make.grant(grant).suspended_for) == ("suspended", Cause.DISUSE)
    [line] = [one for one in lines("grant.lapsed") if one.get("cause")]
    assert line["idle_days"] == 19 and line["because"] == "ACC-13"
    assert told(cast["sam"], "grant.suspended") == ["grant.suspended"]
    agree(grant, cast["tom"], cast["gus"])
    assert state(grant) == "granted"


def test_one_query_is_use(growth: Domain, cast: Cast, orders: Dataset) -> None:
    with clock.loading(clock.now() - timedelta(days=20)):
        grant = given(cast["sam"], orders, cast["tom"], cast["gus"], ends_on=make.in_days(9))
    queried(orders, cast, "sam", 10)
    queried(orders, cast, "gus", 1)
    night(growth)
    assert state(grant) == "granted"


def test_who_decides_can_stop_it_by_hand_with_a_reason(orders: Dataset, cast: Cast) -> None:
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    for who in ("sam", "priya", "otto"):
        with pytest.raises((Denied, Absent, Blocked)):
            actions.suspend_grant(by=cast[who], grant=grant, reason="let me")
    with pytest.raises(Invalid):
        actions.suspend_grant(by=cast["gus"], grant=grant)
    for _twice in range(2):
        actions.suspend_grant(by=cast["gus"], grant=grant, reason="An incident is looked into.")
    assert (state(grant), grade_of(cast["sam"], make.dataset(orders).thing)) == ("suspended", 1)
    assert [line["outcome"] for line in lines("grant.suspended")].count("done") == 2
    assert told(cast["sam"], "grant.suspended") == ["grant.suspended"]


def test_the_holder_may_end_what_is_suspended_and_ask_anew(orders: Dataset, cast: Cast) -> None:
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    actions.suspend_grant(by=cast["gus"], grant=grant, reason="An incident is looked into.")
    with pytest.raises(Blocked):
        ask(cast["sam"], orders)
    actions.revoke_grant(by=cast["sam"], grant=make.grant(grant), reason="I ask for less.")
    assert state(ask(cast["sam"], orders)) == "asked"


def test_nobody_suspends_by_calling_the_rule(orders: Dataset, cast: Cast) -> None:
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    assert actions.lapse_grant(by=cast["otto"], grant=grant) == ""
    assert state(grant) == "granted"


def test_the_plan_opens_nothing_that_a_rule_would_stop_even_before_the_rule_ran(
    mild: Dataset, cast: Cast, outsider: User, prd: Prd
) -> None:
    """A PRD ended, or a level raised, by direct SQL."""
    grant = given(outsider, mild, cast["tom"], cast["mei"], prd=prd)
    with past_the_wall() as cursor:
        cursor.execute("UPDATE guard_thing SET state = 'cancelled' WHERE id = %s", [prd.pk])
        assert (state(grant), opened(mild)) == ("granted", [])
        cursor.execute("UPDATE guard_thing SET state = 'draft' WHERE id = %s", [prd.pk])
        assert opened(mild) == [grant.key]
        cursor.execute("UPDATE governance_grant SET approved_rank = 2 WHERE thing_id = %s", [grant.pk])
    assert (state(grant), opened(mild)) == ("granted", [])


def test_what_was_agreed_to_after_one_stop_does_not_lift_the_next(orders: Dataset, cast: Cast) -> None:
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    for _twice in range(2):
        actions.suspend_grant(by=cast["grace"], grant=make.grant(grant), reason="An incident is looked into.")
        assert agree(grant, cast["tom"]).state == "suspended"
        assert agree(grant, cast["gus"]).state == "granted"
