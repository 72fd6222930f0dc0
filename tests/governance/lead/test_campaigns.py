"""Campaigns: a frozen scope, one answer a dataset by somebody who may, silence that lets the review lapse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from catalog import actions as catalog_actions
from catalog.models import Dataset
from governance import actions
from governance.lead import campaigning
from governance.models import Campaign, CampaignItem
from guard import clock
from guard.models import Domain, Entry
from guard.refusals import Absent, Blocked, Denied, Invalid, Stale
from people.models import Notice, User
from tests.governance import make
from tests.past_the_wall import past_the_wall

LOOK = "a test looks at what is there"


@pytest.fixture
def orders(growth: Domain, omar: User, ravi: User, grace: User, tom: User, mei: User) -> Dataset:
    found = make.orders(omar, growth, grace, {"order_id": 2, "phone": 3}, owner=tom, steward=mei)
    return make.reviewed(found, ravi, grace, {"order_id": 2, "phone": 3})


@pytest.fixture
def cards(growth: Domain, omar: User, ravi: User, grace: User) -> Dataset:
    found = make.orders(omar, growth, grace, {"card": 4}, name="shop.cards", owner=omar)
    return make.reviewed(found, ravi, grace, {"card": 4})


def opened(by: User, domain: Domain, levels: tuple[int, ...] = (3, 4), days: int = 30) -> Campaign:
    return actions.open_campaign(
        by=by, title="Autumn", domain=domain, levels=levels, due_on=make.in_days(days), why="yearly look"
    )


def items(campaign: Campaign) -> dict[str, CampaignItem]:
    rows = CampaignItem.objects.unrestricted(LOOK).filter(campaign=campaign)
    return {item.dataset.key: item for item in rows.select_related("dataset__thing", "decided_by")}


def shown(campaign: Campaign, *datasets: Dataset) -> dict[str, str]:
    return {one.key: items(campaign)[one.key].content_hash for one in datasets}


def answer(by: User, campaign: Campaign, *datasets: Dataset, verdict: str = "confirm", note: str = "") -> None:
    actions.answer_campaign(by=by, campaign=campaign, answers=shown(campaign, *datasets), verdict=verdict, note=note)


def state(campaign: Campaign) -> str:
    return Campaign.objects.unrestricted(LOOK).select_related("thing").get(pk=campaign.pk).state


def test_it_freezes_what_has_these_levels_now(orders: Dataset, cards: Dataset, growth: Domain, grace: User) -> None:
    campaign = opened(grace, growth)
    assert {key: (item.rank, item.columns) for key, item in items(campaign).items()} == {
        orders.key: (3, 2), cards.key: (4, 1),
    }  # fmt: skip
    assert opened(grace, growth, (3,)).scope_hash != campaign.scope_hash == opened(grace, growth).scope_hash


@pytest.mark.parametrize(
    "change", ["rank = 1", "content_hash = 'x'", "fresh_at = now()", "columns = 9", "dataset_id = NULL"]
)
def test_the_database_refuses_to_change_the_scope(cards: Dataset, growth: Domain, grace: User, change: str) -> None:
    campaign = opened(grace, growth)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), past_the_wall() as cursor:
        cursor.execute(f"UPDATE governance_campaignitem SET {change} WHERE campaign_id = %s", [campaign.pk])
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), past_the_wall() as cursor:
        cursor.execute("DELETE FROM governance_campaignitem WHERE campaign_id = %s", [campaign.pk])


def test_the_database_refuses_to_change_an_answer(orders: Dataset, growth: Domain, grace: User, tom: User) -> None:
    campaign = opened(grace, growth)
    answer(tom, campaign, orders)
    with pytest.raises(DatabaseError, match="stays as it was given"), transaction.atomic():
        with past_the_wall() as cursor:
            cursor.execute("UPDATE governance_campaignitem SET note = 'x' WHERE campaign_id = %s", [campaign.pk])


def test_a_confirmation_renews_the_review(orders: Dataset, growth: Domain, grace: User, tom: User) -> None:
    with clock.loading(clock.now() - timedelta(days=200)):
        make.reviewed(orders, grace, tom, {"phone": 3})
    before = make.dataset(orders).review_due
    answer(tom, opened(grace, growth), orders)
    after = make.dataset(orders)
    assert (after.review_due > before, after.reviewed_by_id) == (True, tom.pk)


def test_keepers_are_told_once_and_the_steward_stands_in_for_the_owner_from_l4(
    growth: Domain, orders: Dataset, cards: Dataset, grace: User, tom: User, mei: User, gus: User
) -> None:
    campaign = opened(grace, growth)
    asked = campaigning.asked(items(campaign).values())
    assert {person.username for person in asked[items(campaign)[orders.key].pk]} == {"tom", "mei"}
    assert asked[items(campaign)[cards.key].pk] == []  # only its owner keeps it: governance answers
    told = Notice.objects.unrestricted(LOOK).filter(code="campaign.opened").values_list("person__username", flat=True)
    assert sorted(told) == ["gus", "mei", "tom"]


def test_cmp_an_owner_does_not_confirm_their_own_restricted_dataset(
    growth: Domain, cards: Dataset, grace: User, omar: User
) -> None:
    campaign = opened(grace, growth)
    with pytest.raises(Denied):
        answer(omar, campaign, cards)
    answer(grace, campaign, cards)
    assert items(campaign)[cards.key].decided_by == grace


def test_who_keeps_nothing_of_it_does_not_answer(growth: Domain, orders: Dataset, grace: User, priya: User) -> None:
    campaign = opened(grace, growth)
    with pytest.raises(Denied):
        answer(priya, campaign, orders)


def test_cmp_2_what_changed_since_is_proposed_and_not_confirmed(
    growth: Domain, orders: Dataset, omar: User, ravi: User, grace: User, tom: User
) -> None:
    campaign = opened(grace, growth)
    make.reviewed(orders, ravi, tom, {"order_id": 3})
    with pytest.raises(Blocked) as refused:
        answer(tom, campaign, orders)
    assert refused.value.code == "CMP-2"
    answer(tom, campaign, orders, verdict="change", note="the phone became stricter")


def test_cmp_3_what_has_no_level_is_not_confirmed(growth: Domain, omar: User, grace: User, tom: User) -> None:
    bare = make.orders(omar, growth, grace, {"a": None}, name="shop.bare", owner=tom)
    campaign = opened(grace, growth)
    with pytest.raises(Blocked) as refused:
        answer(grace, campaign, bare)
    assert refused.value.code == "CMP-3"


def test_one_answer_a_dataset(growth: Domain, orders: Dataset, grace: User, tom: User, mei: User) -> None:
    campaign = opened(grace, growth)
    answer(tom, campaign, orders)
    answer(mei, campaign, orders)  # the same again is harmless and keeps who was first
    assert items(campaign)[orders.key].decided_by == tom
    with pytest.raises(Blocked):
        answer(mei, campaign, orders, verdict="change", note="no longer right at all")


def test_all_or_nothing(growth: Domain, orders: Dataset, cards: Dataset, grace: User, omar: User, tom: User) -> None:
    catalog_actions.appoint_owner(by=grace, of=orders, person=omar)
    campaign = opened(grace, growth)
    with pytest.raises(Denied):
        answer(omar, campaign, orders, cards)
    assert [item.verdict for item in items(campaign).values()] == ["", ""]


def test_what_was_shown_is_what_is_answered(growth: Domain, orders: Dataset, grace: User, tom: User) -> None:
    campaign = opened(grace, growth)
    with pytest.raises(Stale):
        actions.answer_campaign(by=tom, campaign=campaign, answers={orders.key: "other"}, verdict="confirm")
    with pytest.raises(Invalid):
        actions.answer_campaign(by=tom, campaign=campaign, answers={}, verdict="confirm")
    with pytest.raises(Invalid):
        answer(tom, campaign, orders, verdict="change", note="no")


def test_silence_keeps_the_level_and_ends_the_review(
    growth: Domain, orders: Dataset, cards: Dataset, grace: User, tom: User, ada: User
) -> None:
    campaign = opened(grace, growth, days=1)
    answer(tom, campaign, orders)
    level, due = make.level(cards), make.dataset(orders).review_due
    with clock.loading(clock.now() + timedelta(days=2)):
        assert actions.end_campaigns(by=ada) == 1
        assert actions.end_campaigns(by=ada) == 0
        assert make.dataset(cards).review_due < clock.now().date()
    assert (state(campaign), items(campaign)[cards.key].verdict, make.level(cards)) == ("closed", "silence", level)
    assert make.dataset(orders).review_due == due


def test_who_has_not_answered_is_reminded_once(
    growth: Domain, orders: Dataset, grace: User, tom: User, mei: User, ada: User
) -> None:
    opened(grace, growth, days=2)
    actions.end_campaigns(by=ada)
    actions.end_campaigns(by=ada)
    told = Notice.objects.unrestricted(LOOK).filter(code="campaign.due").values_list("person__username", flat=True)
    assert sorted(told) == ["mei", "tom"]


def test_it_is_not_closed_while_somebody_still_has_time(
    growth: Domain, orders: Dataset, grace: User, tom: User, priya: User
) -> None:
    campaign = opened(grace, growth)
    with pytest.raises(Blocked) as refused:
        actions.close_campaign(by=grace, campaign=campaign)
    assert refused.value.code == "CMP-1"
    answer(tom, campaign, orders)
    with pytest.raises(Denied):
        actions.close_campaign(by=priya, campaign=campaign)
    actions.close_campaign(by=grace, campaign=campaign)
    assert state(campaign) == "closed"
    with pytest.raises(Blocked):
        answer(tom, campaign, orders)


def test_a_cancelled_one_has_no_consequence(growth: Domain, cards: Dataset, grace: User) -> None:
    campaign, before = opened(grace, growth), make.dataset(cards).review_due
    actions.cancel_campaign(by=grace, campaign=campaign, reason="wrong domain, sorry")
    assert (state(campaign), make.dataset(cards).review_due) == ("cancelled", before)


@pytest.mark.parametrize(
    "wrong", [{"levels": []}, {"levels": [7]}, {"days": 0}, {"days": 181}, {"title": " "}, {"levels": [1]}]
)
def test_a_scope_that_makes_no_sense_is_refused(
    growth: Domain, orders: Dataset, grace: User, wrong: dict[str, Any]
) -> None:
    given = {"title": "Autumn", "levels": [3], "days": 30} | wrong
    with pytest.raises(Invalid):
        actions.open_campaign(
            by=grace, title=given["title"], domain=growth, levels=given["levels"],
            due_on=date.today() + timedelta(days=given["days"]), why="yearly",
        )  # fmt: skip


def test_only_who_leads_opens_one(growth: Domain, orders: Dataset, priya: User, otto: User) -> None:
    for person in (priya, otto):
        with pytest.raises(Denied):
            opened(person, growth)


def test_hasty_answers_are_told_apart_from_careful_ones(
    growth: Domain, omar: User, ravi: User, grace: User, tom: User, mei: User
) -> None:
    several = [
        make.reviewed(
            make.orders(omar, growth, grace, {"a": 3}, name=f"shop.t{n}", owner=tom, steward=mei), ravi, grace, {"a": 3}
        )
        for n in range(12)
    ]
    campaign, now = opened(grace, growth), clock.now()
    for n, one in enumerate(several[:6]):
        with clock.loading(now + timedelta(seconds=2 * n)):
            answer(tom, campaign, one)
    for n, one in enumerate(several[6:]):
        with clock.loading(now + timedelta(minutes=3 * n)):
            answer(mei, campaign, one)
    found = {one.person.username: one for one in campaigning.stamps(items(campaign).values())}
    assert (found["tom"].is_hasty, found["tom"].seconds, found["mei"].is_hasty) == (True, 2.0, False)


def test_case_15_the_scope_shows_each_reader_only_their_own_datasets(
    growth: Domain, orders: Dataset, cards: Dataset, grace: User, priya: User, otto: User
) -> None:
    campaign = opened(grace, growth)
    assert [item.dataset.key for item in campaigning.items_for(priya, campaign)] == [orders.key]
    with pytest.raises(Absent):
        actions.answer_campaign(by=priya, campaign=campaign, answers={cards.key: "x"}, verdict="confirm")
    with pytest.raises(Absent):
        answer(otto, campaign, orders)
    client = Client()
    client.force_login(priya)
    page = client.get(f"/governance/campaigns/{campaign.key}/").content.decode()
    assert orders.key in page and cards.key not in page and "of 1 answered" in page


def test_page_and_api_do_the_same(
    growth: Domain, orders: Dataset, grace: User, tom: User, run_outbox: Callable[[], int]
) -> None:
    grace_at, tom_at = Client(), Client()
    grace_at.force_login(grace)
    tom_at.force_login(tom)
    form = {"title": "Autumn", "domain": "growth", "levels": ["3"], "due_on": make.in_days(9).isoformat(), "why": "x y"}
    made = grace_at.post("/governance/campaigns/new/", form)
    assert made.status_code == 303
    address = made["Location"]
    key = address.rstrip("/").rpartition("/")[2]
    [row] = tom_at.get(f"/api/v1/campaigns/{key}/items/").json()["results"]
    picked = tom_at.post(f"{address}answer/", {"pick": f"{orders.key}:{row['content_hash']}", "verdict": "confirm"})
    assert picked.status_code == 303
    [row] = tom_at.get(f"/api/v1/campaigns/{key}/items/").json()["results"]
    assert (row["verdict"], row["decided_by"]) == ("confirm", "tom")
    assert grace_at.post(f"/api/v1/campaigns/{key}/close/", content_type="application/json").status_code == 200
    second = grace_at.post("/api/v1/campaigns/", form | {"levels": [3]}, content_type="application/json")
    other = second.json()["key"]
    answered = tom_at.post(
        f"/api/v1/campaigns/{other}/answer/", {"answers": {orders.key: row["content_hash"]}, "verdict": "confirm"},
        content_type="application/json",
    )  # fmt: skip
    assert (second.status_code, answered.status_code) == (201, 200)
    reason = {"reason": "not needed"}
    cancelled = grace_at.post(f"/api/v1/campaigns/{other}/cancel/", reason, content_type="application/json")
    assert cancelled.json()["state"] == "cancelled"
    lines = Entry.objects.unrestricted(LOOK).filter(verb__startswith="campaign.", outcome="done")
    assert {"campaign.opened", "campaign.answered", "campaign.closed", "campaign.cancelled"} <= {
        line.verb for line in lines
    }


def test_cmp_4_silence_suspends_the_access_that_runs_and_answers_let_it_run(
    growth: Domain, orders: Dataset, omar: User, ravi: User, grace: User, tom: User, sam: User, gus: User, ada: User
) -> None:
    quiet = make.orders(
        omar, growth, grace, {"id": 2, "token": 4}, name="shop.quiet", owner=tom, allowed_purposes=["service quality"]
    )
    quiet = make.reviewed(quiet, ravi, grace, {"id": 2, "token": 4})
    terms = {"purpose": "service quality", "columns": ["id"], "ends_on": make.in_days(20)}
    grant = actions.ask_access(by=sam, dataset=quiet, **terms)
    actions.approve_grant(by=tom, grant=grant)
    actions.approve_grant(by=gus, grant=grant)
    campaign = opened(grace, growth, days=1)
    answer(tom, campaign, orders)
    assert make.grant(grant).state == "granted"
    with clock.loading(clock.now() + timedelta(days=2)):
        actions.end_campaigns(by=ada)
        actions.end_campaigns(by=ada)
    held = make.grant(grant)
    assert (held.state, held.suspended_for) == ("suspended", "silent")
    assert Notice.objects.unrestricted(LOOK).filter(person=sam, code="grant.suspended").count() == 1
