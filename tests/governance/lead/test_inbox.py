"""Several reviews agreed to at once: each as it was shown, nothing that must be decided by itself."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Dataset
from governance import actions
from governance.lead import inbox
from governance.models import LevelReview, Vote
from guard.models import Domain, Entry
from guard.refusals import Absent, Blocked, Invalid, Stale
from people.models import User
from tests.governance import make

LOOK = "a test looks at what is there"


@pytest.fixture
def several(growth: Domain, omar: User, grace: User) -> list[Dataset]:
    return [make.orders(omar, growth, grace, {"a": 2, "b": 1}, name=f"shop.t{n}") for n in range(3)]


@pytest.fixture
def opened(several: list[Dataset], ravi: User) -> list[LevelReview]:
    return [actions.propose_levels(by=ravi, dataset=one, levels={"a": 2, "b": 3}) for one in several]


def picks(reviews: list[LevelReview]) -> dict[str, str]:
    return {review.key: make.review(review).content_hash for review in reviews}


def states(reviews: list[LevelReview]) -> list[str]:
    return [make.review(review).state for review in reviews]


def votes() -> int:
    return Vote.objects.unrestricted(LOOK).count()


def test_it_agrees_to_all_and_the_record_says_how_many(opened: list[LevelReview], grace: User) -> None:
    actions.approve_reviews(by=grace, reviews=picks(opened))
    assert states(opened) == ["approved"] * 3
    line = Entry.objects.unrestricted(LOOK).get(verb="reviews.approved")
    assert '"columns":6' in line.payload and '"reviews":3' in line.payload


def test_it_shows_every_column_from_and_to(opened: list[LevelReview], grace: User, ravi: User, otto: User) -> None:
    shown = inbox.waiting_for(grace)
    assert [one.review.pk for one in shown] == [review.pk for review in opened]
    assert [(i.column_name, i.before, i.rank) for i in shown[0].items] == [("a", 2, 2), ("b", 1, 3)]
    assert inbox.waiting_for(ravi) == inbox.waiting_for(otto) == []


def test_case_43_one_strict_review_among_many_stops_the_batch(
    growth: Domain, opened: list[LevelReview], omar: User, ravi: User, grace: User
) -> None:
    secret = make.orders(omar, growth, grace, {"key": 4, "card": 3}, name="shop.cards")
    strict = actions.propose_levels(by=ravi, dataset=secret, levels={"card": 5})
    with pytest.raises(Blocked) as refused:
        actions.approve_reviews(by=grace, reviews=picks([*opened, strict]))
    assert strict.key in refused.value.sentence
    assert (states([*opened, strict]), votes()) == (["open"] * 4, 0)
    assert [one.alone != "" for one in inbox.waiting_for(grace)] == [False, False, False, True]


def test_a_lowering_is_decided_by_itself(several: list[Dataset], ravi: User, grace: User) -> None:
    lower = actions.propose_levels(by=ravi, dataset=several[0], levels={"a": 1}, reason=make.REASON)
    with pytest.raises(Blocked):
        actions.approve_reviews(by=grace, reviews=picks([lower]))
    assert votes() == 0


def test_what_changed_since_it_was_shown_stops_the_batch(opened: list[LevelReview], omar: User, grace: User) -> None:
    shown = picks(opened)
    actions.amend_levels(by=omar, review=make.review(opened[1]), levels={"a": 3, "b": 3})
    with pytest.raises(Stale):
        actions.approve_reviews(by=grace, reviews=shown)
    assert votes() == 0


def test_a_rule_that_stands_in_the_way_of_one_undoes_all(
    opened: list[LevelReview], several: list[Dataset], grace: User
) -> None:
    mine = actions.amend_levels(by=grace, review=make.review(opened[2]), reason="as agreed")
    with pytest.raises(Blocked):
        actions.approve_reviews(by=grace, reviews=picks([opened[0], opened[1], mine]))
    assert (states(opened), votes()) == (["open"] * 3, 0)


@pytest.mark.parametrize("chosen", [{}, {f"REV-{n}": "x" for n in range(51)}])
def test_none_and_too_many_are_refused(grace: User, chosen: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        actions.approve_reviews(by=grace, reviews=chosen)


def test_a_hidden_review_is_as_absent_as_none(opened: list[LevelReview], grace: User, otto: User) -> None:
    with pytest.raises(Absent):
        actions.approve_reviews(by=otto, reviews=picks(opened))
    with pytest.raises(Absent):
        actions.approve_reviews(by=grace, reviews={"REV-9999": "x"})


def test_agreeing_twice_is_harmless(opened: list[LevelReview], grace: User) -> None:
    shown = picks(opened)
    actions.approve_reviews(by=grace, reviews=shown)
    actions.approve_reviews(by=grace, reviews=shown)
    assert votes() == 3
