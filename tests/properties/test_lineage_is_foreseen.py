"""Along column lineage, too, a preview says what happens, and step by step comes to what a full count gives."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import actions
from catalog.actions import label_column
from catalog.levels import apply_column_level, apply_floor
from catalog.models import ColumnEdge, Dataset, Stirred
from catalog.recounting import counted_again
from catalog.supposing import would_be
from guard.doors import act
from guard.models import Domain, Thing
from guard.policy import Who
from guard.recount import drifted
from people.models import User
from tests.catalog import make

LOOK = "a test looks at every row"
NAMES = ("shop.a", "shop.b", "shop.c")
COLUMNS = ("x", "y")
CATEGORIES = ("birth-date", "sex", "postcode", "id-number")
rank = st.integers(1, 5)
place = st.tuples(st.integers(0, 2), st.integers(0, 1))
edge = st.tuples(place, st.integers(0, 2), st.none() | st.integers(0, 1))  # without a column it filters
worlds = st.fixed_dictionaries({
    "levels": st.lists(st.none() | rank, min_size=6, max_size=6),
    "edges": st.lists(edge, max_size=8),
    "unknown": st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=2),
    "labels": st.lists(st.tuples(place, st.sampled_from(CATEGORIES)), unique=True, max_size=4),
    "changes": st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), rank), min_size=1, max_size=3),
    "floor": st.none() | rank,
})  # fmt: skip


@act("test.lineage_changed", who=Who(anyone=True), subject="dataset")
def change(*, by: Any, dataset: Dataset, levels: dict[str, int], floor: int | None) -> None:
    if floor is not None:
        apply_floor(dataset, floor)
    for column in make.columns_of(dataset):
        if column.name in levels:
            apply_column_level(column, levels[column.name])


@act("test.unknown_said", who=Who(anyone=True), subject="far")
def read_somehow(*, by: Any, near: Dataset, far: Dataset) -> None:
    from catalog.levels import settle_stirred

    if near != far and not ColumnEdge.objects.unrestricted(LOOK).filter(
        source_dataset=near, target_dataset=far, kind="unknown"
    ):
        ColumnEdge.objects.create(source_dataset=near, target_dataset=far, kind="unknown", origin="sql", by=by)
        settle_stirred()


def levels_of() -> dict[int, int]:
    return dict(Thing.objects.unrestricted(LOOK).values_list("pk", "level"))


def weave(by: User, growth: Domain, world: dict[str, Any]) -> list[Dataset]:
    made = []
    for number, name in enumerate(NAMES):
        known = dict(zip(COLUMNS, world["levels"][2 * number : 2 * number + 2], strict=True))
        made.append(make.dataset(by, growth, name, known))
    for (near, column), far, into in world["edges"]:
        target = make.column(made[far], COLUMNS[into]) if into is not None else None
        source = make.column(made[near], COLUMNS[column])
        if target != source:
            actions.add_column_edge(by=by, dataset=make.fresh(made[far]), source=source, target=target)
    for near, far in world["unknown"]:
        read_somehow(by=by, near=made[near], far=made[far])
    for (near, column), category in world["labels"]:
        label_column(by=by, column=make.column(made[near], COLUMNS[column]), category=category)
    return [make.fresh(dataset) for dataset in made]


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds)
def test_what_is_foreseen_happens_and_is_what_a_full_count_gives(
    growth: Domain, gus: User, world: dict[str, Any]
) -> None:
    with transaction.atomic():
        made = weave(gus, growth, world)
        for number, (at, column, wanted) in enumerate(world["changes"]):
            dataset, floor = make.fresh(made[at]), world["floor"] if number == 0 else None
            before = levels_of()
            foreseen = would_be(dataset, {COLUMNS[column]: wanted}, floor)
            change(by=gus, dataset=dataset, levels={COLUMNS[column]: wanted}, floor=floor)
            after = levels_of()
            happened = {pk: (before[pk], after[pk]) for pk in before if before[pk] != after[pk]}
            assert {pk: (shift.before, shift.after) for pk, shift in foreseen.items()} == happened
            counted = counted_again()
            assert (counted.columns, counted.wholes, list(drifted())) == ({}, {}, [])
            assert not Stirred.objects.exists()
        transaction.set_rollback(True)
