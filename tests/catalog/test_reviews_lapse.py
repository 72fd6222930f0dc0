"""A review that is due lapses once, keeps the level, and those who answer for the dataset hear of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog import actions
from catalog.levels import record_review
from guard import clock
from guard.doors import act
from guard.models import Entry
from guard.policy import Who
from people.models import Notice
from tests.catalog import make

ALL = "a test looks at what is there"


@act("test.reviewed", who=Who(anyone=True), subject="dataset")
def review(*, by, dataset, due):
    record_review(dataset, reviewer=by, due=due)


@pytest.fixture
def today():
    return clock.now().date()


def lapsed():
    return Entry.objects.unrestricted(ALL).filter(verb="dataset.review_lapsed").count()


def test_it_lapses_the_day_after_it_was_due_and_only_once(omar, grace, tom, growth, today):
    made = make.dataset(omar, growth, levels={"a": 3})
    actions.appoint_owner(by=grace, of=made, person=tom)
    review(by=grace, dataset=make.fresh(made), due=today)
    assert actions.lapse_reviews(by=grace) == 0
    review(by=grace, dataset=make.fresh(made), due=today - timedelta(days=1))
    assert make.fresh(made).is_review_current(today) is False
    assert (actions.lapse_reviews(by=grace), actions.lapse_reviews(by=grace), lapsed()) == (1, 0, 1)
    assert make.fresh(made).level == 3
    assert Notice.objects.unrestricted(ALL).filter(person=tom, code="dataset.review_lapsed").count() == 1


def test_a_new_review_begins_anew(omar, grace, growth, today):
    made = make.dataset(omar, growth)
    review(by=grace, dataset=make.fresh(made), due=today - timedelta(days=1))
    actions.lapse_reviews(by=grace)
    review(by=grace, dataset=make.fresh(made), due=today + timedelta(days=90))
    found = make.fresh(made)
    assert (found.is_review_current(today), found.review_lapsed_at) == (True, None)


def test_what_was_never_reviewed_does_not_lapse(omar, grace, growth):
    make.dataset(omar, growth)
    assert actions.lapse_reviews(by=grace) == 0


def test_a_column_that_came_later_makes_a_review_stale(omar, grace, growth):
    made = make.dataset(omar, growth)
    review(by=grace, dataset=make.fresh(made), due=None)
    assert make.fresh(made).is_review_current(date(2999, 1, 1))
    actions.add_columns(by=omar, dataset=make.fresh(made), columns=[{"name": "late"}])
    assert not make.fresh(made).is_review_current(date(2000, 1, 1))
