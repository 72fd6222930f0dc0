"""Naming a deputy: whom, where, for how long; never a chain or a circle; and who may end it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance import actions, granting
from governance.models import Delegation
from guard import clock
from guard.models import Domain
from guard.refusals import Absent, Blocked, Denied, Invalid
from people import actions as people
from people.models import Role, User
from tests.cast import make_person
from tests.governance.delegation.made import WHY, Cast, at, fresh, let, lines
from tests.governance.grants.given import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def supply(db: None) -> Domain:
    return Domain.objects.create(slug="supply", name="Supply")


def state_of(delegation: Delegation) -> tuple[str | None, bool]:
    row = Delegation.objects.select_related("ended_by").get(pk=delegation.pk)
    return (row.ended_by.username if row.ended_by else None, row.ended_at is not None)


def test_it_is_written_down_with_its_days_and_the_deputy_is_told(growth: Domain, cast: Cast) -> None:
    made = let(cast["grace"], cast["gus"], 1, 5, domain=growth, decision="grant")
    today = granting.today()
    assert (made.starts_on, made.ends_on) == (today + timedelta(days=1), today + timedelta(days=5))
    assert made.period.lower == at(1, time()) and made.period.upper == at(6, time())
    [line] = lines("deputy.named")
    assert (line["giver"], line["deputy"], line["domain"], line["decision"]) == ("grace", "gus", "growth", "grant")
    assert line["reason"] == WHY and told(cast["gus"]) == ["deputy.named"]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, 5, "starts_on"), (3, 2, "ends_on"), (0, 90, "ends_on"), (0, 89, ""), (0, 0, "")],
)
def test_it_begins_today_or_later_and_lasts_ninety_days_at_most(first: int, last: int, field: str, cast: Cast) -> None:
    if not field:
        let(cast["grace"], cast["gus"], first, last)
        return
    with pytest.raises(Invalid) as refused:
        let(cast["grace"], cast["gus"], first, last)
    assert list(refused.value.errors) == [field]


def test_the_database_keeps_it_short_too(cast: Cast) -> None:
    made = let(cast["grace"], cast["gus"])
    with pytest.raises(IntegrityError, match="governance_delegation_is_short"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_delegation SET period = tstzrange(lower(period), lower(period) + interval '92 days')"
            " WHERE id = %s", [made.pk],
        )  # fmt: skip


def test_nobody_names_themself_a_leaver_a_service_account_or_an_auditor(growth: Domain, cast: Cast) -> None:
    robot = make_person("robot", growth)
    User.objects.filter(pk=robot.pk).update(is_service=True)
    auditor = make_person("una", growth, (Role.AUDITOR,), 5)
    people.let_go(by=cast["ada"], person=cast["mei"])
    for nobody in (cast["grace"], robot, auditor, cast["mei"]):  # Mei is handed in as she was
        with pytest.raises(Invalid) as refused:
            let(cast["grace"], nobody)
        assert list(refused.value.errors) == ["deputy"]


def test_who_holds_no_seat_has_nothing_to_hand_over(cast: Cast) -> None:
    for who in ("otto", "priya", "ada"):
        with pytest.raises(Denied):
            let(cast[who], cast["gus"])


def test_a_reason_is_asked_for_and_the_sort_is_a_known_one(cast: Cast) -> None:
    for field, given in (("reason", {"reason": "leave"}), ("decision", {"decision": "change"})):
        with pytest.raises(Invalid) as refused:
            today = granting.today()
            said: dict[str, Any] = {"reason": WHY, "starts_on": today, "ends_on": today, **given}
            actions.name_deputy(by=cast["grace"], deputy=cast["gus"], **said)
        assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("scope", [{}, {"decision": "grant"}, {"domain": True}, {"domain": True, "decision": "review"}])
def test_two_of_the_same_people_never_overlap(scope: dict[str, Any], growth: Domain, cast: Cast) -> None:
    """All domains overlap with each, all sorts with each; also in the database."""
    let(cast["grace"], cast["gus"], 0, 10)
    scope = {**scope, "domain": growth} if scope.get("domain") else scope
    with pytest.raises(Blocked) as refused:
        let(cast["grace"], cast["gus"], 10, 20, **scope)
    assert refused.value.code == "overlap"
    let(cast["grace"], cast["gus"], 11, 20, **scope)
    with pytest.raises(IntegrityError, match="governance_one_delegation_at_a_time"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE governance_delegation SET period = tstzrange(lower(period) - interval '1 day', upper(period))"
                " WHERE id = (SELECT max(id) FROM governance_delegation)"
            )


def test_what_does_not_overlap_stands_beside_it(growth: Domain, supply: Domain, cast: Cast) -> None:
    let(cast["grace"], cast["gus"], domain=growth, decision="grant")
    let(cast["grace"], cast["gus"], domain=growth, decision="review")
    let(cast["grace"], cast["gus"], domain=supply)
    let(cast["grace"], cast["sol"])
    assert Delegation.objects.count() == 4


def test_case_29_two_people_do_not_stand_in_for_each_other(growth: Domain, supply: Domain, cast: Cast) -> None:
    """Case 29: by a delegation loop; also with a narrower scope, and beginning on the other's last day."""
    let(cast["grace"], cast["gus"], 0, 10)
    for days, scope in (((0, 10), {}), ((10, 12), {"domain": growth}), ((3, 4), {"decision": "grant"})):
        with pytest.raises(Blocked) as refused:
            let(cast["gus"], cast["grace"], *days, **scope)
        assert refused.value.code == "loop"
    let(cast["gus"], cast["grace"], 11, 20)


def test_case_29_a_deputy_hands_nothing_on(growth: Domain, supply: Domain, cast: Cast) -> None:
    """Case 29: a chain, from either end; where the scopes do not meet there is none."""
    let(cast["grace"], cast["gus"], domain=growth)
    for giver, deputy in (("gus", "sol"), ("sol", "grace")):
        with pytest.raises(Blocked) as refused:
            let(cast[giver], cast[deputy])
        assert refused.value.code == "chain"
        assert "Grace" not in refused.value.sentence and "Gus" not in refused.value.sentence
    let(cast["gus"], cast["sol"], domain=supply)


def test_who_gave_it_the_deputy_or_a_lead_of_the_domain_ends_it_at_once(
    growth: Domain, supply: Domain, cast: Cast
) -> None:
    for who in ("tom", "omar", "grace"):
        people.give_role(by=cast["ada"], person=cast["tom"], role=Role.SECURITY)
        made = let(cast["tom"], cast["omar"], domain=growth)
        actions.end_delegation(by=fresh(cast[who]), delegation=made, reason="Back earlier than planned.")
        actions.end_delegation(by=fresh(cast[who]), delegation=made)
        assert state_of(made) == (who, True)
    assert [line["by"] for line in lines("deputy.ended") if "delegation" in line] == ["tom", "omar", "grace"]
    assert told(cast["tom"], "deputy.ended") == ["deputy.ended"] * 2  # not of what he ended himself
    assert told(cast["omar"], "deputy.ended") == ["deputy.ended"] * 2


def test_to_all_others_it_is_absent(growth: Domain, supply: Domain, cast: Cast) -> None:
    """Who is neither of the two, and a governance lead of another domain, do not learn that it is there."""
    made = let(cast["grace"], cast["gus"], domain=growth)
    lead = make_person("lena", supply, (Role.GOVERNANCE_LEAD,), 5)
    auditor = make_person("una", growth, (Role.AUDITOR,), 2)
    foreign = make_person("uwe", supply, (Role.AUDITOR,), 5)
    for who in (cast["otto"], cast["sol"], cast["ada"], lead, foreign):
        assert not Delegation.objects.visible_to(who).exists()
        with pytest.raises(Absent):
            actions.end_delegation(by=who, delegation=made, reason="I would like to end it.")
    assert Delegation.objects.visible_to(auditor).get() == made
    with pytest.raises(Denied):
        actions.end_delegation(by=auditor, delegation=made, reason="I would like to end it.")
    assert state_of(made) == (None, False)


def test_one_of_all_domains_is_known_to_the_leads_of_each(supply: Domain, cast: Cast) -> None:
    made = let(cast["grace"], cast["gus"])
    lead = make_person("lena", supply, (Role.GOVERNANCE_LEAD,), 5)
    with pytest.raises(Invalid):
        actions.end_delegation(by=lead, delegation=made)
    actions.end_delegation(by=lead, delegation=made, reason="Gus is away himself, so nobody decides.")
    assert state_of(made) == ("lena", True)


def test_it_ends_with_whoever_of_the_two_leaves(cast: Cast) -> None:
    first, second = let(cast["grace"], cast["sol"]), let(cast["gus"], cast["sol"])
    people.let_go(by=cast["ada"], person=cast["grace"])
    assert (state_of(first), state_of(second)) == (("ada", True), (None, False))
    people.let_go(by=cast["ada"], person=cast["sol"])
    assert state_of(second) == ("ada", True)
    assert told(cast["gus"], "deputy.ended") == ["deputy.ended"]


def test_when_its_days_are_over_both_are_told_once(cast: Cast) -> None:
    made = let(cast["grace"], cast["gus"], 0, 3)
    for days, told_of in ((3, 0), (4, 1), (5, 0)):
        with clock.loading(at(days, time(0, 30))):
            assert actions.look_after_delegations(by=cast["ada"]) == told_of
    assert told(cast["gus"], "deputy.ended") == told(cast["grace"], "deputy.ended") == ["deputy.ended"]
    row = Delegation.objects.get(pk=made.pk)
    assert row.ended_at == made.period.upper
    with pytest.raises(Blocked):
        actions.end_delegation(by=cast["grace"], delegation=made)
