"""Whatever is done to columns, by whichever verb, the dataset is as strict as the strictest of them and no less."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import actions
from catalog.levels import drop_column_proposal
from catalog.loading import ColumnRow, DatasetRow
from guard.doors import act
from guard.levels import UNKNOWN
from guard.policy import Who
from guard.refusals import Refusal
from tests.catalog import make

NAMES = ("a", "b", "c")
STEP = st.tuples(
    st.sampled_from(["propose", "approve", "reject", "declare", "add", "load"]),
    st.sampled_from(NAMES),
    st.integers(1, 5),
)


@act("test.proposal_dropped", who=Who(anyone=True), subject="column.dataset")
def reject(*, by, column):
    drop_column_proposal(column)


def carry_out(step, dataset, by, growth):
    what, name, rank = step
    columns = {column.name: column for column in make.columns_of(dataset)}
    column = columns.get(name)
    if what == "add" and column is None:
        actions.add_columns(by=by, dataset=dataset, columns=[{"name": name, "level": rank}])
    elif what == "load":
        make.load(by, growth, [DatasetRow(dataset.qualified_name, [ColumnRow(name, proposed_level=rank)])])
    elif what == "declare":
        actions.declare_level(by=by, dataset=dataset, rank=rank)
    elif column is not None and what == "propose":
        actions.propose_column_level(by=by, column=column, rank=rank, reason="because we looked")
    elif column is not None and what == "approve":
        make.approve_levels(by=by, dataset=dataset, levels={name: rank})
    elif column is not None and what == "reject" and column.proposed_level is not None:
        reject(by=by, column=column)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=10))
def test_a_dataset_is_as_strict_as_its_strictest_column(steps, grace, growth):
    from django.db import transaction

    with suppress(_Undo), transaction.atomic():
        dataset = make.dataset(grace, growth, levels={"a": 2})
        product = make.product(grace, growth)
        actions.contain(by=grace, product=product, dataset=dataset)
        for step in steps:
            before = make.fresh(dataset)
            with suppress(Refusal):
                carry_out(step, make.fresh(dataset), grace, growth)
            after = make.fresh(dataset)
            ranks = [
                max(UNKNOWN if c.level is None else c.level, c.proposed_level or 0) for c in make.columns_of(dataset)
            ]
            floor = max([*ranks, after.declared_level or 1]) if ranks else (after.declared_level or UNKNOWN)
            assert after.level == floor, (step, ranks, after.declared_level)
            assert after.high_water == (max(ranks) if ranks else UNKNOWN)
            assert make.fresh(product).level == after.level
            if step[0] in ("propose", "load", "declare", "add"):
                assert after.level >= before.level, f"{step} lowered it"
        raise _Undo


class _Undo(Exception):
    """Roll back, so that the next example starts anew."""
