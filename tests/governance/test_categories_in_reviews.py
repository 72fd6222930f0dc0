"""Categories go through the same review as levels: added ones count at once, taken away by two others."""

from __future__ import annotations

import pytest

from catalog.labels import current_of
from catalog.models import Label
from governance import actions
from governance.reviewing import impact_of_review
from guard.refusals import Blocked, Denied, Invalid
from tests.governance import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(omar, tom, mei, grace, growth):
    return make.orders(omar, growth, grace, {"mail": 2, "amount": 2}, owner=tom, steward=mei)


def codes(dataset, name, state=Label.State.APPROVED):
    column = make.column(dataset, name)
    return {str(label.category) for label in current_of([column])[column.pk] if label.category and label.state == state}


def propose(by, dataset, **categories):
    return actions.propose_levels(by=by, dataset=make.dataset(dataset), categories=categories, reason="What it holds.")


def agree(by, review):
    actions.approve_review(by=by, review=make.review(review), preview=make.seen(review, by))


@pytest.fixture
def labelled(orders, omar, mei):
    agree(mei, propose(omar, orders, mail=["gdpr:health"]))
    return orders


def test_a_proposed_category_counts_before_it_is_reviewed(orders, omar):
    propose(omar, orders, mail=["gdpr:health"])
    assert make.column(orders, "mail").rank == 4
    assert codes(orders, "mail", Label.State.PROPOSED) == {"gdpr:health"}


def test_one_other_person_approves_it(labelled):
    assert codes(labelled, "mail") == {"gdpr:health"}
    assert make.level(labelled) == 4


def test_who_proposed_it_does_not_approve_it(orders, grace):
    review = propose(grace, orders, mail=["gdpr:health"])
    with pytest.raises(Blocked) as refused:
        agree(grace, review)
    assert [finding.id for finding in refused.value.findings] == ["LVL-1"]


def test_a_rejected_category_counts_no_more(orders, omar, mei):
    review = propose(omar, orders, mail=["gdpr:health"])
    actions.reject_review(by=mei, review=make.review(review), reason="It holds no such data.")
    assert make.column(orders, "mail").rank == 2
    assert make.level(orders) == 2


def test_taking_a_category_away_is_a_lowering_that_two_others_agree_to(labelled, omar, tom, grace, mei):
    review = propose(omar, labelled, mail=[])
    assert make.review(review).is_lowering
    agree(tom, review)
    assert make.level(labelled) == 4, "one is not enough"
    agree(grace, review)
    assert make.level(labelled) == 2
    assert codes(labelled, "mail") == set()


def test_the_preview_of_a_category_taken_away_says_what_really_happens(labelled, omar, grace):
    review = propose(omar, labelled, mail=[])
    (change,) = [c for c in impact_of_review(make.review(review), grace).changes if c.thing.pk == labelled.pk]
    assert (change.before, change.after) == (4, 2)


def test_who_raised_a_level_by_a_category_cannot_withdraw_it(orders, omar):
    review = propose(omar, orders, mail=["gdpr:health"])
    with pytest.raises(Denied):
        actions.withdraw_review(by=omar, review=make.review(review), reason="A mistake.")
    assert make.column(orders, "mail").rank == 4


def test_an_editor_cannot_quietly_drop_a_category_that_counts(orders, omar, ravi):
    review = propose(omar, orders, mail=["gdpr:health"])
    with pytest.raises(Invalid) as refused:
        actions.amend_levels(by=ravi, review=make.review(review), categories={"mail": [], "amount": ["email"]})
    assert "counts already" in str(refused.value.errors)


def test_an_edit_voids_the_votes_given_before(labelled, omar, tom, grace, ravi):
    review = propose(omar, labelled, mail=[])
    agree(tom, review)
    actions.amend_levels(by=ravi, review=make.review(review), categories={"mail": [], "amount": ["email"]})
    agree(grace, review)
    assert make.level(labelled) == 4, "Tom agreed to something else"


def test_a_column_is_under_one_review_at_a_time(orders, omar, ravi):
    propose(omar, orders, mail=["email"])
    with pytest.raises(Blocked, match="under review"):
        propose(ravi, orders, mail=["phone"])


@pytest.mark.parametrize("categories", [{"mail": ["no:such"]}, {"nothing": ["email"]}, {}])
def test_it_refuses_what_it_cannot_read(orders, omar, categories):
    with pytest.raises(Invalid):
        propose(omar, orders, **categories)
