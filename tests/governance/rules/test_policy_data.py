"""The other data that decides: two people, and no level falls by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from catalog.labels import category_named, level_named
from catalog.levels import settle_dataset
from catalog.models import Dataset
from governance import actions, approvers
from governance.models import PolicyChange
from governance.rules import data
from governance.states_rules import ChangeState
from guard.models import Category, Crosswalk, Domain, Entry, Level, Scheme
from guard.refusals import Blocked, Invalid
from people.models import User
from tests.governance import make
from tests.governance.rules.made import REASON, agree, change, fresh

What = PolicyChange.What


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User, tom: User, gus: User, ravi: User) -> Dataset:
    """One column is L1 by its review and a telephone number by its label: it counts as L3."""
    made = make.orders(omar, growth, grace, {"order_id": 1, "phone": 1}, owner=tom)
    review = actions.propose_levels(by=ravi, dataset=made, categories={"phone": ["house:phone"]}, reason=REASON)
    actions.approve_review(by=tom, review=review, preview=make.seen(review, tom))
    return make.dataset(made)


def proposed(by: User, what: str, target: str, after: dict[str, Any]) -> PolicyChange:
    return actions.propose_policy(
        by=fresh(by), what=what, target=target, after=after, domain="growth", reason=REASON
    )  # fmt: skip


def refused_ids(found: PolicyChange, person: User) -> list[str]:
    with pytest.raises(Blocked) as refused:
        agree(found, person)
    return [finding.id for finding in refused.value.findings]


def test_a_level_is_not_lowered_through_the_floor_of_its_category(
    orders: Dataset, grace: User, gus: User, sol: User
) -> None:  # fmt: skip
    """Case 33: the door of a category's floor."""
    assert make.level(orders) == 3
    milder = proposed(grace, What.CATEGORY, "house:phone", {"floor": 1, "is_prohibited": False})
    assert refused_ids(milder, gus) == ["POL-7"]
    assert make.level(orders) == 3 and category_named("house:phone").floor == 3


def test_a_stricter_floor_counts_at_once_when_two_others_agreed(
    orders: Dataset, grace: User, gus: User, sol: User
) -> None:  # fmt: skip
    stricter = proposed(grace, What.CATEGORY, "house:phone", {"floor": 5, "is_prohibited": False})
    agree(stricter, gus)
    assert make.level(orders) == 3
    agree(stricter, sol)
    assert make.level(orders) == 5 and make.column(orders, "phone").rank == 5
    lines = Entry.objects.unrestricted("a test reads the record").filter(verb="policy.changed")
    assert lines.count() == 1 and "house:phone" in lines[0].payload


def test_a_level_is_not_lowered_through_a_crosswalk(
    orders: Dataset, grace: User, gus: User, sol: User, omar: User
) -> None:  # fmt: skip
    """Case 33: the door of a crosswalk. A stricter one counts at once, in the order that the database keeps."""
    _label(orders, "order_id", level_named("jrt-0197", "4"), omar)
    rank = make.column(orders, "order_id").rank
    assert rank > 1
    milder = proposed(grace, What.CROSSWALK, "jrt-0197:4", {"rank": rank - 1})
    assert refused_ids(milder, gus) == ["POL-7"]
    actions.withdraw_change(by=grace, change=change(milder))
    agree(proposed(grace, What.CROSSWALK, "jrt-0197:4", {"rank": 5}), gus, sol)
    assert make.column(orders, "order_id").rank == 5 and make.level(orders) == 5


def _label(orders: Dataset, column: str, level: Level, by: User) -> None:
    """A level of another scheme on a column, as an import writes it."""
    from catalog.models import Label
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT

    found = make.column(orders, column)
    token = CURRENT.set(Acting("test.ground", by))
    Label.objects.create(
        dataset=found.dataset, column=found, column_name=column, scheme=level.scheme, level=level, by=by,
        state=Label.State.PROPOSED,
    )  # fmt: skip
    settle_dataset(make.dataset(orders))
    CURRENT.reset(token)


def test_a_scheme_is_retired_and_what_it_said_keeps_counting(
    orders: Dataset, grace: User, gus: User, sol: User, omar: User
) -> None:  # fmt: skip
    """Case 33: the doors of switching and of retiring a scheme."""
    _label(orders, "order_id", level_named("jrt-0197", "4"), omar)
    before = (make.column(orders, "order_id").rank, make.level(orders))
    ending = proposed(grace, What.SCHEME, "jrt-0197", {"status": "retired"})
    assert data.bearing(What.SCHEME, "jrt-0197") == 1
    agree(ending, gus, sol)
    assert Scheme.objects.get(code="jrt-0197").status == Scheme.Status.RETIRED
    assert (make.column(orders, "order_id").rank, make.level(orders)) == before
    with pytest.raises(Invalid):
        level_named("jrt-0197", "4")  # nothing new is said in it


def test_what_a_level_asks_changes_by_two_people(grace: User, gus: User, sol: User, growth: Domain) -> None:
    rules = approvers.rules_of(4)
    shorter = {**rules, "grant_days": 7, "approvers": ["owner", "governance_lead", "security"]}
    found = proposed(grace, What.LEVEL, "house:4", shorter)
    agree(found, gus)
    assert approvers.rules_of(4) == rules
    agree(found, sol)
    assert approvers.rules_of(4) == shorter and change(found).state == ChangeState.APPLIED


@pytest.mark.parametrize(
    ("what", "target", "after"),
    [
        (What.RULE, "x", {}),
        ("nonsense", "x", {}),
        (What.LEVEL, "house:9", {}),
        (What.LEVEL, "jrt-0197:4", {}),  # only the house's own levels ask anything
        (What.LEVEL, "house:x", {}),
        (What.SCHEME, "house", {"status": "retired"}),  # what every level is expressed in does not end
        (What.SCHEME, "tlp", {"status": "gone"}),
        (What.CATEGORY, "house:phone", {"floor": 9, "is_prohibited": False}),
        (What.CATEGORY, "house:phone", {"floor": True, "is_prohibited": False}),
        (What.CATEGORY, "house:phone", {"floor": 4}),
        (What.CATEGORY, "house:phone", {"floor": 4, "is_prohibited": False, "code": "x"}),
        (What.CATEGORY, "house:dragon", {"floor": 4, "is_prohibited": False}),
        (What.CROSSWALK, "jrt-0197:4", {"rank": 0}),
    ],
)
def test_what_is_not_there_or_out_of_bounds_is_refused(
    grace: User, growth: Domain, what: str, target: str, after: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        proposed(grace, what, target, after)


def test_a_crosswalk_that_turns_ranks_round_is_not_put_in_force(
    grace: User, gus: User, sol: User, growth: Domain
) -> None:  # fmt: skip
    """The database refuses it whoever agreed."""
    found = proposed(grace, What.CROSSWALK, "jrt-0197:1", {"rank": 5})
    agree(found, gus)
    with pytest.raises(DatabaseError), transaction.atomic():
        agree(found, sol)
        from django.db import connection

        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert change(found).state == ChangeState.OPEN


def test_the_app_changes_none_of_it_without_their_votes(grace: User, gus: User, growth: Domain) -> None:
    """Case 33: not by direct writing either. One agreement of two is not enough; what was agreed is what is written."""
    agree(proposed(grace, What.CATEGORY, "house:phone", {"floor": 4, "is_prohibited": False}), gus)
    attempts = [
        lambda: Category.objects.filter(code="phone").update(floor=4),
        lambda: Category.objects.filter(code="phone").update(floor=1),
        lambda: Category.objects.filter(code="phone").update(code="x"),
        lambda: Level.objects.filter(rank=4).update(rules={}),
        lambda: Level.objects.filter(rank=4).update(rank=6),
        lambda: Crosswalk.objects.update(target=Level.objects.get(scheme__is_house=True, rank=1)),
        lambda: Crosswalk.objects.all().delete(),
        lambda: Scheme.objects.update(status="retired"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
