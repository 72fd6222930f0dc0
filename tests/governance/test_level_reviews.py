"""Levels are proposed by one and decided by others: raising counts at once, lowering when two agreed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from catalog import actions as catalog_actions
from catalog.models import Column, Dataset
from governance import actions
from governance.models import LevelReview, Vote
from guard.models import Domain, Entry
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import Notice, User
from tests.governance import make

LOOK = "a test looks at what is there"


@pytest.fixture
def fresh_import(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    """As it comes from an import: nothing has a level."""
    return make.orders(omar, growth, grace, {"order_id": None, "buyer_phone": None}, owner=tom)


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    """Approved levels: L2 and L4."""
    return make.orders(omar, growth, grace, {"order_id": 2, "card_token": 4}, owner=tom)


def ids(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [finding.id for finding in refused.value.findings]


def test_a_first_label_needs_one_other_person(fresh_import: Dataset, ravi: User, tom: User) -> None:
    review = actions.propose_levels(
        by=ravi, dataset=fresh_import, levels={"order_id": 2, "buyer_phone": 3}, reason="from the dictionary"
    )
    assert make.column(fresh_import, "order_id").level is None
    assert make.level(fresh_import) == 4  # a milder proposal counts only when it is approved
    actions.approve_review(by=tom, review=review)
    assert (make.review(review).state, make.level(fresh_import)) == ("approved", 3)
    after = make.dataset(fresh_import)
    assert (after.reviewed_by_id, after.is_classified) == (tom.pk, True)
    assert after.reviewed_schema_hash == after.schema_hash
    assert (after.review_due - timezone.now().date()).days == 365  # L3
    assert make.column(after, "buyer_phone").level_state == Column.LevelState.APPROVED


def test_a_raise_counts_at_once_and_stays_when_approved(orders: Dataset, ravi: User, tom: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 5})
    assert make.level(orders) == 5
    assert make.column(orders, "order_id").level == 2
    actions.approve_review(by=tom, review=review)
    assert make.column(orders, "order_id").level == 5


def test_a_rejected_raise_falls_back_to_what_was_approved(orders: Dataset, ravi: User, tom: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 5})
    with pytest.raises(Invalid):
        actions.reject_review(by=tom, review=review, reason="")
    actions.reject_review(by=tom, review=review, reason="It is a running number.")
    assert (make.level(orders), make.review(review).state) == (4, "rejected")
    notices = Notice.objects.unrestricted(LOOK).filter(person=ravi, code="review.rejected")
    assert notices.count() == 1


def test_a_lowering_needs_two_others_a_reason_and_a_look_at_the_effect(
    orders: Dataset, ravi: User, tom: User, grace: User
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 2})
    assert "reason" in refused.value.errors
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 2}, reason=make.REASON)
    assert make.level(orders) == 4
    for preview in ("", "0" * 64):
        with pytest.raises(Blocked) as blocked:
            actions.approve_review(by=tom, review=review, preview=preview)
        assert ids(blocked) == ["LVL-3"]
    actions.approve_review(by=tom, review=review, preview=make.seen(review, tom))
    assert (make.review(review).state, make.level(orders)) == ("open", 4)
    actions.approve_review(by=grace, review=review, preview=make.seen(review, grace))
    assert (make.review(review).state, make.level(orders)) == ("approved", 2)


def test_one_person_cannot_agree_twice_to_a_lowering(orders: Dataset, ravi: User, grace: User, tom: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 2}, reason=make.REASON)
    for _again in range(3):
        actions.approve_review(by=grace, review=review, preview=make.seen(review, grace))
    assert make.review(review).state == "open"
    assert Vote.objects.unrestricted(LOOK).filter(thing=review.thing).count() == 1
    with pytest.raises(Blocked) as blocked:
        actions.reject_review(by=grace, review=review, reason="changed my mind")
    assert blocked.value.code == "decided"


def test_two_governance_leads_do_not_stand_in_for_an_owner_who_may_decide(
    orders: Dataset, ravi: User, grace: User, gus: User, tom: User
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 2}, reason=make.REASON)
    actions.approve_review(by=grace, review=review, preview=make.seen(review, grace))
    with pytest.raises(Denied, match="Owner"):
        actions.approve_review(by=gus, review=review, preview=make.seen(review, gus))
    actions.approve_review(by=tom, review=review, preview=make.seen(review, tom))
    assert make.review(review).state == "approved"


def test_they_stand_in_when_the_owner_proposed_it(orders: Dataset, tom: User, grace: User, gus: User) -> None:
    review = actions.propose_levels(by=tom, dataset=orders, levels={"card_token": 3}, reason=make.REASON)
    actions.approve_review(by=grace, review=review, preview=make.seen(review, grace))
    assert make.level(orders) == 4
    actions.approve_review(by=gus, review=review, preview=make.seen(review, gus))
    assert make.level(orders) == 3


def test_the_strictest_level_also_asks_security(
    growth: Domain, omar: User, grace: User, tom: User, sol: User, gus: User
) -> None:
    found = make.orders(omar, growth, grace, {"id_card": 5}, owner=tom)
    review = actions.propose_levels(by=gus, dataset=found, levels={"id_card": 4}, reason=make.REASON)
    for person in (tom, grace):
        actions.approve_review(by=person, review=review, preview=make.seen(review, person))
        assert make.level(found) == 5
    actions.approve_review(by=sol, review=review, preview=make.seen(review, sol))
    assert make.level(found) == 4


def test_nobody_approves_their_own_proposal_in_whatever_capacity(
    orders: Dataset, grace: User, tom: User, ravi: User
) -> None:
    """LVL-1: directly, by a second role or standing, and by editing what others agreed to."""
    own = actions.propose_levels(by=grace, dataset=orders, levels={"order_id": 3})
    for decide in (actions.approve_review, actions.reject_review):
        with pytest.raises(Blocked) as blocked:
            decide(by=grace, review=own, reason="because I say so")
        assert ids(blocked) == ["LVL-1"]
    catalog_actions.appoint_owner(by=tom, of=orders, person=grace)
    with pytest.raises(Blocked) as blocked:
        actions.approve_review(by=grace, review=own)
    assert ids(blocked) == ["LVL-1"]
    assert make.column(orders, "order_id").level == 2


def test_who_edits_a_proposal_decides_on_it_no_more(orders: Dataset, ravi: User, grace: User, tom: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 3}, reason=make.REASON)
    actions.approve_review(by=tom, review=review, preview=make.seen(review, tom))
    actions.amend_levels(by=grace, review=review, levels={"card_token": 2})
    for person in (ravi, grace):
        with pytest.raises((Blocked, Denied)):
            actions.approve_review(by=person, review=review, preview=make.seen(review, person))
    # what Tom agreed to is not what it says now
    assert [vote.content_hash == make.review(review).content_hash
            for vote in Vote.objects.unrestricted(LOOK).filter(thing=review.thing)] == [False]  # fmt: skip
    actions.approve_review(by=tom, review=review, preview=make.seen(review, tom))
    assert make.level(orders) == 4


def test_who_proposed_the_level_at_its_column_decides_on_it_no_more(
    fresh_import: Dataset, grace: User, ravi: User
) -> None:
    column = make.column(fresh_import, "order_id")
    catalog_actions.propose_column_level(by=grace, column=column, rank=2)
    review = actions.propose_levels(by=ravi, dataset=fresh_import, levels={"order_id": 2})
    with pytest.raises(Blocked) as blocked:
        actions.approve_review(by=grace, review=review)
    assert ids(blocked) == ["LVL-1"]


def test_it_is_void_when_columns_changed_since(orders: Dataset, ravi: User, omar: User, tom: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 3})
    catalog_actions.add_columns(by=omar, dataset=make.dataset(orders), columns=[{"name": "note"}])
    with pytest.raises(Blocked) as blocked:
        actions.approve_review(by=tom, review=review)
    assert ids(blocked) == ["LVL-4"]
    actions.amend_levels(by=ravi, review=review, levels={"order_id": 3, "note": 2}, reason="with the new column")
    actions.approve_review(by=tom, review=review)
    assert make.dataset(orders).is_classified


def test_a_column_added_between_two_agreements_stops_the_second(
    orders: Dataset, ravi: User, omar: User, tom: User, grace: User
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 2}, reason=make.REASON)
    actions.approve_review(by=tom, review=review, preview=make.seen(review, tom))
    catalog_actions.add_columns(by=omar, dataset=make.dataset(orders), columns=[{"name": "id_card", "level": 5}])
    with pytest.raises(Blocked) as blocked:
        actions.approve_review(by=grace, review=review, preview=make.seen(review, grace))
    assert "LVL-4" in ids(blocked)
    assert make.level(orders) == 5


def test_deciding_twice_the_same_way_is_harmless_and_differently_is_refused(
    orders: Dataset, ravi: User, tom: User, grace: User
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 3})
    actions.approve_review(by=tom, review=review)
    before = make.review(review).thing.row_version
    actions.approve_review(by=tom, review=review)
    assert make.review(review).thing.row_version == before
    for person in (tom, grace):
        with pytest.raises(Blocked):
            actions.reject_review(by=person, review=review, reason="too late for that")
    with pytest.raises(Blocked):
        actions.approve_review(by=grace, review=review)


def test_a_column_is_under_one_review_at_a_time(orders: Dataset, ravi: User, omar: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 3})
    with pytest.raises(Blocked, match=review.key):
        actions.propose_levels(by=omar, dataset=orders, levels={"order_id": 4})
    actions.propose_levels(by=omar, dataset=orders, levels={"card_token": 5})


def test_a_partial_review_leaves_the_rest_unclassified_and_strict(fresh_import: Dataset, ravi: User, tom: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=fresh_import, levels={"order_id": 1})
    actions.approve_review(by=tom, review=review)
    after = make.dataset(fresh_import)
    assert (after.level, after.unclassified_count, after.reviewed_at) == (4, 1, None)


def test_confirming_the_same_levels_renews_the_review(orders: Dataset, ravi: User, tom: User) -> None:
    assert make.dataset(orders).reviewed_at is None
    make.reviewed(orders, ravi, tom, {"order_id": 2, "card_token": 4})
    assert make.dataset(orders).is_review_current(timezone.now().date())


def test_the_proposer_takes_a_milder_proposal_back_but_not_a_raise(orders: Dataset, ravi: User, grace: User) -> None:
    mild = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 3}, reason=make.REASON)
    with pytest.raises(Denied):
        actions.withdraw_review(by=grace, review=mild)
    actions.withdraw_review(by=ravi, review=mild)
    assert make.column(orders, "card_token").proposed_level is None
    strict = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 5})
    with pytest.raises(Denied):
        actions.withdraw_review(by=ravi, review=strict)
    assert (make.level(orders), make.review(strict).state) == (5, "open")


def test_no_other_verb_lowers_a_level(orders: Dataset, omar: User, grace: User, ravi: User) -> None:
    column = make.column(orders, "card_token")
    catalog_actions.propose_column_level(by=grace, column=column, rank=1, reason="let me through")
    with pytest.raises(Invalid):
        catalog_actions.declare_level(by=grace, dataset=make.dataset(orders), rank=0)
    assert (make.column(orders, "card_token").level, make.level(orders)) == (4, 4)


def test_outsiders_find_nothing_to_propose_or_decide(orders: Dataset, otto: User, sam: User, ravi: User) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"order_id": 3})
    for verb in (actions.approve_review, actions.reject_review, actions.withdraw_review):
        with pytest.raises(Absent):
            verb(by=otto, review=review, reason="let me see this")
    with pytest.raises(Absent):
        actions.propose_levels(by=otto, dataset=orders, levels={"order_id": 1})
    assert not LevelReview.objects.visible_to(otto).exists()
    with pytest.raises((Denied, Absent)):
        actions.propose_levels(by=sam, dataset=orders, levels={"order_id": 3})


def test_the_record_says_who_when_and_what_without_names_of_columns(
    orders: Dataset, ravi: User, tom: User, grace: User
) -> None:
    review = actions.propose_levels(by=ravi, dataset=orders, levels={"card_token": 2}, reason=make.REASON)
    for person in (tom, grace):
        actions.approve_review(by=person, review=review, preview=make.seen(review, person))
    lines = list(Entry.objects.unrestricted(LOOK).filter(thing_id__in=[review.pk, orders.pk]).order_by("id"))
    assert {"levels.proposed", "review.approved", "dataset.reclassified"} <= {line.verb for line in lines}
    assert not any("card_token" in line.payload for line in lines)
    assert [line.actor_id for line in lines if line.verb == "review.approved"] == [tom.pk, grace.pk]
