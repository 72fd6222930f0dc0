"""A dataset is as strict as its strictest column, whoever writes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from catalog import actions
from guard.doors import act
from guard.policy import Who
from guard.refusals import Absent, Denied, Invalid
from tests.catalog import make
from tests.past_the_wall import past_the_wall


def test_a_dataset_of_which_nothing_is_known_counts_as_l4(omar, growth):
    made = actions.add_dataset(by=omar, warehouse=make.warehouse(omar, growth), name="shop.x", domain=growth)
    assert made.level == 4


def test_unclassified_columns_count_as_l4(omar, growth):
    made = make.dataset(omar, growth, levels={"a": 1, "b": None})
    assert made.level == 4
    assert (made.column_count, made.unclassified_count, made.is_classified) == (2, 1, False)


def test_the_strictest_column_makes_the_level(omar, growth):
    assert make.dataset(omar, growth, levels={"a": 1, "b": 3, "c": 2}).level == 3


def test_a_stricter_proposal_counts_at_once(omar, growth, priya):
    made = make.dataset(omar, growth)
    actions.propose_column_level(by=priya, column=make.column(made, "amount"), rank=5)
    assert make.fresh(made).level == 5
    found = make.column(made, "amount")
    assert (found.level, found.proposed_level, found.level_state, found.proposed_by) == (2, 5, "proposed", priya)


def test_a_milder_proposal_does_not_count_until_reviewed(omar, growth):
    made = make.dataset(omar, growth, levels={"a": 3})
    actions.propose_column_level(by=omar, column=make.column(made, "a"), rank=1, reason="published anyway")
    assert make.fresh(made).level == 3
    make.approve_levels(by=omar, dataset=made, levels={"a": 1})
    assert make.fresh(made).level == 1


def test_a_milder_proposal_than_approved_needs_a_reason(omar, growth):
    made = make.dataset(omar, growth, levels={"a": 3})
    with pytest.raises(Invalid):
        actions.propose_column_level(by=omar, column=make.column(made, "a"), rank=1)


def test_a_raise_under_review_is_not_talked_down(omar, growth):
    made = make.dataset(omar, growth, levels={"a": 2})
    actions.propose_column_level(by=omar, column=make.column(made, "a"), rank=4)
    with pytest.raises(Invalid):
        actions.propose_column_level(by=omar, column=make.column(made, "a"), rank=3)
    with pytest.raises(Denied):
        actions.withdraw_column_proposal(by=omar, column=make.column(made, "a"))
    assert make.fresh(made).level == 4


def test_a_stranger_may_not_propose_and_does_not_see(omar, growth, otto, sam):
    made = make.dataset(omar, growth)
    with pytest.raises(Absent):
        actions.propose_column_level(by=otto, column=make.column(made, "amount"), rank=5)
    with pytest.raises(Denied):
        actions.propose_column_level(by=sam, column=make.column(made, "amount"), rank=5)


def test_a_product_is_as_strict_as_what_it_contains_and_falls_with_it(omar, priya, growth):
    made, product = make.dataset(omar, growth, levels={"a": 3}), make.product(priya, growth)
    actions.contain(by=priya, product=product, dataset=made)
    assert make.fresh(product).level == 3
    make.approve_levels(by=omar, dataset=made, levels={"a": 1})
    assert make.fresh(product).level == 1


def test_declaring_raises_and_never_lowers(omar, growth):
    made = make.dataset(omar, growth)
    assert actions.declare_level(by=omar, dataset=made, rank=4) == 4
    with pytest.raises(Invalid):
        actions.declare_level(by=omar, dataset=make.fresh(made), rank=3)


def test_a_dataset_without_columns_is_not_declared_mild_later(omar, growth):
    made = actions.add_dataset(by=omar, warehouse=make.warehouse(omar, growth), name="shop.x", domain=growth)
    with pytest.raises(Invalid):
        actions.declare_level(by=omar, dataset=made, rank=1)


@act("test.sql", who=Who(anyone=True))
def run_sql(*, by, statement):
    with past_the_wall() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE guard_thing SET level = 1, declared = 1 WHERE kind = 'dataset'",
        "UPDATE catalog_column SET level = 5 WHERE name = 'amount'",
        "UPDATE catalog_column SET level = NULL, level_state = 'none' WHERE name = 'amount'",
        "INSERT INTO catalog_column (dataset_id, name, position, data_type, description, level_state, pii_kind,"
        " is_nullable, is_key) SELECT thing_id, 'late', 9, '', '', 'none', '', true, false FROM catalog_dataset",
        "UPDATE guard_thing SET level = 1, declared = 1 WHERE kind = 'dataset';"
        " UPDATE catalog_dataset SET high_water = 1",
        "UPDATE catalog_dataset SET declared_level = 5",
    ],
)
def test_direct_sql_cannot_make_a_dataset_less_strict_than_its_columns(omar, growth, statement):
    made = make.dataset(omar, growth)
    with pytest.raises(IntegrityError, match="need"), transaction.atomic(), past_the_wall() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert make.fresh(made).level == 2


def test_the_counts_are_kept_by_the_database(omar, growth):
    made = make.dataset(omar, growth, levels={"a": 2, "b": 3})
    with transaction.atomic(), past_the_wall() as cursor:
        cursor.execute("DELETE FROM catalog_column WHERE name = 'b'")
    found = make.fresh(made)
    assert (found.column_count, found.high_water) == (1, 2)
