"""Levels of other schemes go through the same review as the house's: stricter at once, milder by two others."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from catalog.actions import label_column
from catalog.labels import Said, current_of, follow, level_named
from catalog.models import Dataset, Label
from governance import actions, approvers
from governance.lead import inbox
from governance.reviewing import impact_of_review, slots_of
from guard.doors import act
from guard.models import Domain
from guard.policy import Who
from guard.refusals import Blocked, Denied, Invalid
from people.models import User
from tests.governance import make
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db

WHY = "By the register of the firm."


@pytest.fixture
def orders(omar: User, tom: User, mei: User, grace: User, growth: Domain) -> Dataset:
    return make.orders(omar, growth, grace, {"mail": 1, "amount": 1}, owner=tom, steward=mei)


def said(dataset: Dataset, name: str = "mail", scheme: str = "jrt-0197") -> set[tuple[str, str]]:
    column = make.column(dataset, name)
    return {
        (label.level.code, str(label.state))
        for label in current_of([column])[column.pk]
        if label.level and label.scheme.code == scheme
    }


def propose(by: User, dataset: Dataset, level: str, scheme: str = "jrt-0197", reason: str = WHY) -> Any:
    return actions.propose_levels(
        by=by, dataset=make.dataset(dataset), other_levels={"mail": {scheme: level}}, reason=reason
    )


def agree(by: User, review: Any) -> None:
    actions.approve_review(by=by, review=make.review(review), preview=make.seen(review, by))


@pytest.fixture
def labelled(orders: Dataset, omar: User, mei: User) -> Dataset:
    """Level 3 of JR/T 0197 is approved."""
    agree(mei, propose(omar, orders, "3"))
    return orders


def test_a_proposed_level_counts_at_once_and_one_other_person_approves_it(
    orders: Dataset, omar: User, mei: User
) -> None:  # fmt: skip
    review = propose(omar, orders, "3")
    assert (said(orders), make.column(orders, "mail").rank, make.level(orders)) == ({("3", "proposed")}, 3, 3)
    agree(mei, review)
    assert (said(orders), make.column(orders, "mail").rank) == ({("3", "approved")}, 3)
    (label,) = (one for one in current_of([make.column(orders, "mail")]).popitem()[1] if not one.is_house_level)
    assert (label.approved_by, label.review_key) == ("mei", review.key)
    assert make.column(orders, "mail").level == 1, "the house's own approved level is what it was"


def test_what_stands_proposed_already_is_approved_by_the_same_verb(orders: Dataset, omar: User, mei: User) -> None:
    label_column(by=omar, column=make.column(orders, "mail"), scheme="jrt-0197", level="4")
    agree(mei, propose(omar, orders, "4"))
    assert said(orders) == {("4", "approved")}


def test_neither_who_proposed_it_nor_who_said_it_first_approves_it(
    orders: Dataset, omar: User, tom: User, grace: User
) -> None:  # fmt: skip
    label_column(by=tom, column=make.column(orders, "mail"), scheme="jrt-0197", level="3")
    review = propose(omar, orders, "3")
    for person in (omar, tom):
        with pytest.raises((Blocked, Denied)):
            agree(person, review)
    assert [one.review.pk for one in inbox.waiting_for(tom)] == []
    agree(grace, review)
    assert said(orders) == {("3", "approved")}


def test_the_matrix_of_its_crosswalked_rank_chooses_who_decides(
    orders: Dataset, omar: User, tom: User, mei: User, grace: User, sol: User
) -> None:  # fmt: skip
    """Core data of GB/T 43697 counts as L5 here: one whom L5 names agrees to it, all of them to take it away."""
    review = make.review(propose(omar, orders, "core", "gbt-43697"))
    assert review.rank == 5 and "security" in slots_of(review)[0].fits
    assert inbox.why_alone(review) == "it speaks of L5." and make.level(orders) == 5
    agree(sol, review)
    milder = propose(grace, orders, "", "gbt-43697")
    assert [slot.name for slot in slots_of(make.review(milder))] == approvers.rules_of(5)["approvers"]
    for person in (tom, mei):
        with contextlib.suppress(Denied):
            agree(person, milder)
    assert make.level(orders) == 5, "not without those whom L5 names"


def test_a_milder_level_takes_the_place_of_a_stricter_one_by_two_others_only(
    labelled: Dataset, omar: User, tom: User, mei: User
) -> None:  # fmt: skip
    review = propose(omar, labelled, "2")
    assert make.review(review).is_lowering
    assert (said(labelled), make.level(labelled)) == ({("3", "approved"), ("2", "proposed")}, 3)
    agree(tom, review)
    assert make.level(labelled) == 3, "one is not enough"
    agree(mei, review)
    assert (said(labelled), make.level(labelled)) == ({("2", "approved")}, 2)


def test_a_level_is_taken_away_by_two_others_and_with_a_reason(
    labelled: Dataset, omar: User, tom: User, mei: User
) -> None:  # fmt: skip
    with pytest.raises(Invalid):
        propose(omar, labelled, "", reason="No.")
    review = propose(omar, labelled, "")
    agree(tom, review)
    assert make.level(labelled) == 3
    agree(mei, review)
    assert (said(labelled), make.level(labelled)) == (set(), 1)


def test_milder_in_its_scheme_is_a_lowering_even_where_it_counts_the_same(
    orders: Dataset, omar: User, tom: User
) -> None:  # fmt: skip
    """The lowest level counts as nothing more here, and still nobody takes the label away alone."""
    agree(tom, propose(omar, orders, "1"))
    review = propose(omar, orders, "")
    assert make.review(review).is_lowering
    agree(tom, review)
    assert said(orders) == {("1", "approved")}


def test_case_33_switching_the_scheme_leaves_the_old_label_counting(
    labelled: Dataset, omar: User, mei: User
) -> None:  # fmt: skip
    """Case 33: the door of a scheme switch. A milder level of another scheme takes no other scheme's place."""
    agree(mei, propose(omar, labelled, "general", "gbt-43697"))
    assert said(labelled, scheme="gbt-43697") == {("general", "approved")}
    assert (said(labelled), make.level(labelled)) == ({("3", "approved")}, 3)


def test_a_stricter_proposal_of_somebody_else_is_not_passed_over_by_a_milder_one(
    orders: Dataset, omar: User, ravi: User, tom: User, grace: User, mei: User
) -> None:  # fmt: skip
    label_column(by=ravi, column=make.column(orders, "mail"), scheme="jrt-0197", level="4")
    review = propose(omar, orders, "2")
    assert make.review(review).is_lowering and make.level(orders) == 4
    agree(tom, review)
    assert make.level(orders) == 4
    agree(grace, review)
    assert (said(orders), make.level(orders)) == ({("2", "approved")}, 2)
    states = Label.objects.unrestricted("a test reads").filter(level__code="4", scheme__code="jrt-0197")
    assert [row.state for row in states.order_by("pk")] == ["proposed", "rejected"]


def test_a_proposal_of_the_same_scheme_that_comes_later_goes_on_counting(
    orders: Dataset, omar: User, ravi: User, mei: User
) -> None:  # fmt: skip
    review = propose(omar, orders, "2")
    label_column(by=ravi, column=make.column(orders, "mail"), scheme="jrt-0197", level="4")
    agree(mei, review)
    assert (said(orders), make.level(orders)) == ({("2", "approved"), ("4", "proposed")}, 4)


def test_a_rejected_level_counts_no_more(orders: Dataset, omar: User, mei: User) -> None:
    review = propose(omar, orders, "3")
    actions.reject_review(by=mei, review=make.review(review), reason="The register says otherwise.")
    assert (said(orders), make.level(orders)) == (set(), 1)


def test_who_raised_by_it_cannot_withdraw_it(orders: Dataset, omar: User) -> None:
    review = propose(omar, orders, "3")
    with pytest.raises(Denied):
        actions.withdraw_review(by=omar, review=make.review(review), reason="A mistake.")
    assert make.level(orders) == 3


def test_withdrawing_leaves_what_others_had_said_before(orders: Dataset, omar: User, ravi: User) -> None:
    label_column(by=ravi, column=make.column(orders, "mail"), scheme="jrt-0197", level="3")
    review = propose(omar, orders, "3")
    actions.withdraw_review(by=omar, review=make.review(review), reason="Not mine to propose.")
    assert (said(orders), make.level(orders)) == ({("3", "proposed")}, 3)


def test_an_editor_cannot_quietly_drop_it_but_may_propose_a_milder_one_as_a_lowering(
    orders: Dataset, omar: User, ravi: User
) -> None:  # fmt: skip
    review = propose(omar, orders, "3")
    with pytest.raises(Invalid) as refused:
        actions.amend_levels(by=ravi, review=make.review(review), categories={"amount": ["email"]}, other_levels={})
    assert "counts already" in str(refused.value.errors)
    actions.amend_levels(by=ravi, review=make.review(review), other_levels={"mail": {"jrt-0197": "2"}})
    assert make.review(review).is_lowering and make.level(orders) == 3


def test_an_edit_voids_the_votes_given_before(
    labelled: Dataset, omar: User, tom: User, mei: User, ravi: User
) -> None:  # fmt: skip
    review = propose(omar, labelled, "2")
    agree(tom, review)
    actions.amend_levels(by=ravi, review=make.review(review), other_levels={"mail": {"jrt-0197": "1"}})
    agree(mei, review)
    assert make.level(labelled) == 3, "Tom agreed to something else"


def test_another_level_that_was_approved_meanwhile_voids_it(
    orders: Dataset, omar: User, ravi: User, mei: User
) -> None:  # fmt: skip
    review = propose(omar, orders, "2")
    label = label_column(by=ravi, column=make.column(orders, "mail"), scheme="jrt-0197", level="4")
    decide(by=mei, dataset=orders, label=label)
    with pytest.raises(Blocked) as refused:
        agree(mei, review)
    assert [finding.id for finding in refused.value.findings] == ["LVL-4"]


@act("test.label_decided", who=Who(anyone=True), subject="dataset")
def decide(*, by: Any, dataset: Dataset, label: Label) -> Label:
    label.column = make.column(dataset, label.column_name)
    return follow(label, "approved", Said(reason="A test decides."))


def test_the_preview_of_a_level_taken_away_says_what_really_happens(
    labelled: Dataset, omar: User, grace: User
) -> None:  # fmt: skip
    review = propose(omar, labelled, "")
    (change,) = [c for c in impact_of_review(make.review(review), grace).changes if c.thing.pk == labelled.pk]
    assert (change.before, change.after) == (3, 1)


def test_a_preview_of_another_effect_is_refused(labelled: Dataset, omar: User, tom: User) -> None:
    review = propose(omar, labelled, "")
    with pytest.raises(Blocked) as refused:
        actions.approve_review(by=tom, review=make.review(review), preview="0" * 64)
    assert [finding.id for finding in refused.value.findings] == ["LVL-3"]


def test_one_level_of_a_scheme_is_approved_at_a_time_whoever_writes(
    labelled: Dataset, omar: User, ravi: User, mei: User
) -> None:  # fmt: skip
    label = label_column(by=ravi, column=make.column(labelled, "mail"), scheme="jrt-0197", level="4")
    with pytest.raises(IntegrityError), transaction.atomic():
        decide(by=mei, dataset=labelled, label=label)
    assert said(labelled) == {("3", "approved"), ("4", "proposed")}


def test_labels_are_only_added(labelled: Dataset) -> None:
    rows = Label.objects.unrestricted("a test reads").filter(scheme__code="jrt-0197").order_by("pk")
    assert [(row.state, row.superseded_at is None) for row in rows] == [("proposed", False), ("approved", True)]
    with pytest.raises(DatabaseError, match="labels are only added"), transaction.atomic(), past_the_wall() as cursor:
        cursor.execute("UPDATE catalog_label SET state = 'ended' WHERE id = %s", [rows[1].pk])


@pytest.mark.parametrize(
    "asked",
    [
        {"mail": {"jrt-0197": "9"}}, {"mail": {"no-such": "1"}}, {"mail": {"house": "3"}}, {"mail": {"tlp": "red"}},
        {"nothing": {"jrt-0197": "3"}}, {"mail": {"jrt-0197": "3", "jrt-0197@2020": "4"}}, {"mail": {}}, {},
    ],
)  # fmt: skip
def test_it_refuses_what_it_cannot_read(orders: Dataset, omar: User, asked: dict[str, dict[str, str]]) -> None:
    with pytest.raises(Invalid):
        actions.propose_levels(by=omar, dataset=orders, other_levels=asked, reason=WHY)


def test_a_level_is_found_by_its_scheme_and_version(orders: Dataset) -> None:
    assert level_named("jrt-0197@2020", "3") == level_named("jrt-0197", "3")
    with pytest.raises(Invalid):
        level_named("jrt-0197@1999", "3")
