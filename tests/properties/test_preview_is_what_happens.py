"""What a preview of other levels says is what happens when they are carried out, on any graph, for a few queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.actions import label_column
from catalog.impact import preview
from catalog.labels import Said, follow
from catalog.levels import apply_column_level, apply_floor, settle_dataset
from catalog.models import Dataset, Label
from catalog.supposing import would_be
from governance.preview import impact_of
from guard import things
from guard.doors import act
from guard.models import Domain, Thing
from guard.policy import Who
from guard.recount import drifted
from people.models import User
from tests.catalog import make

LOOK = "a test looks at every row"
COLUMNS = ("a", "b", "c")
SIZE = 6
# three that single a person out together, one strict by itself, one of another scheme
CATEGORIES = ("birth-date", "sex", "postcode", "id-number", "gdpr:health", "tlp:red")
rank = st.integers(1, 5)
some = st.lists(st.sampled_from(COLUMNS), unique=True)
joints = st.one_of(
    st.tuples(st.just("derives"), st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)),  # circles, too
    st.tuples(st.just("measured_from"), st.integers(0, SIZE - 1), some),
    st.tuples(st.just("elsewhere"), st.integers(0, SIZE - 1), rank),
)
worlds = st.fixed_dictionaries(
    {
        "columns": st.lists(st.none() | rank, min_size=3, max_size=3),
        "declared": st.none() | st.integers(1, 3),
        "own": st.lists(st.integers(1, 3), min_size=SIZE, max_size=SIZE),
        "joints": st.lists(joints, max_size=16),
        "wanted": st.dictionaries(st.sampled_from(COLUMNS), rank, min_size=1),
        "contained": st.booleans(),
        "floor": st.none() | st.integers(1, 3),
        "labels": st.lists(st.tuples(st.sampled_from(COLUMNS), st.sampled_from(CATEGORIES)), unique=True, max_size=6),
        "ended": st.sets(st.integers(0, 5), max_size=4),
    }
)


@act("test.woven", who=Who(anyone=True), subject="dataset")
def weave(*, by: Any, dataset: Dataset, own: list[int], joints: list[Any], contained: bool = False) -> list[Thing]:
    """Metrics over a dataset by joints of every sort; a product over the dataset and the first metric."""
    from catalog.levels import rank_of

    ranks, where = rank_of(dataset), dataset.domain
    made = [
        things.new_thing(kind="metric", title=f"m{n}", domain=where, level=declared) for n, declared in enumerate(own)
    ]
    for how, near, what in joints:
        if how == "derives" and near != what:
            things.link(made[near], "derives", made[what])
        elif how == "measured_from":
            things.link(made[near], "measured_from", dataset, columns=what, carried_rank=ranks(what) if what else None)
        elif how == "elsewhere":
            other = things.new_thing(kind="dataset", title="elsewhere", domain=where, level=what)
            things.link(made[near], "measured_from", other, role=f"r{what}-{len(made)}")
    if contained:
        product = things.new_thing(kind="product", title="p", domain=where, level=1)
        things.link(product, "contains", dataset)
        things.link(product, "offers", made[0])
    return made


@act("test.carried_out", who=Who(anyone=True), subject="dataset")
def carry_out(
    *, by: Any, dataset: Dataset, wanted: dict[str, int], floor: int | None = None, ended: Sequence[Label] = ()
) -> None:
    for label in ended:
        follow(label, Label.State.ENDED if label.state == Label.State.APPROVED else Label.State.REJECTED, Said())
    settle_dataset(dataset)
    if floor is not None:
        apply_floor(dataset, floor)
    for column in make.columns_of(dataset):
        if column.name in wanted:
            apply_column_level(column, wanted[column.name])


def levels_of() -> dict[int, int]:
    return dict(Thing.objects.unrestricted(LOOK).values_list("pk", "level"))


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds)
def test_what_is_foreseen_is_what_happens(growth: Domain, omar: User, gus: User, world: dict[str, Any]) -> None:
    with transaction.atomic():
        known = dict(zip(COLUMNS, world["columns"], strict=True))
        dataset = make.dataset(omar, growth, "shop.t", known, declared_level=world["declared"])
        weave(by=omar, dataset=dataset, own=world["own"], joints=world["joints"], contained=world["contained"])
        labels = [
            label_column(by=omar, column=make.column(dataset, name), category=what) for name, what in world["labels"]
        ]
        ended = [label for number, label in enumerate(labels) if number in world["ended"]]
        ids = [label.pk for label in ended]
        dataset = make.fresh(dataset)
        before = levels_of()
        wanted, floor = world["wanted"], world["floor"]
        foreseen = {pk: (shift.before, shift.after) for pk, shift in would_be(dataset, wanted, floor, ids).items()}
        shown = preview(by=gus, dataset=dataset, columns=wanted)  # speaks of columns only
        reviewed = impact_of(dataset, wanted, gus, floor=floor, ended=ids)

        carry_out(by=omar, dataset=dataset, wanted=wanted, floor=floor, ended=ended)
        after = levels_of()
        happened = {pk: (before[pk], after[pk]) for pk in before if before[pk] != after[pk]}
        assert foreseen == happened
        assert {change.thing.pk: (change.before, change.after) for change in reviewed.changes} == happened
        if floor is None and not ended:
            assert (shown.before, shown.after) == (before[dataset.pk], after[dataset.pk])
            assert {thing.pk for users in shown.affected for thing in users.things} == set(happened) - {dataset.pk}
        assert list(drifted()) == []
        transaction.set_rollback(True)


def queries_for(omar: User, gus: User, growth: Domain, name: str, size: int) -> list[int]:
    """What the walk, both previews, and carrying it out cost over that many metrics, half of them one on another."""
    dataset = make.dataset(omar, growth, name, {"a": 1, "b": 2})
    chain = [("derives", n + 1, n) for n in range(size // 2)]
    fan = [("measured_from", n, ["a", "b"] if n % 2 else ["a"]) for n in range(size)]
    made = weave(by=omar, dataset=dataset, own=[1] * size, joints=[*chain, *fan], contained=True)
    dataset, wanted = make.fresh(dataset), {"a": 3}
    counts = []
    for look in (
        lambda: would_be(dataset, wanted),
        lambda: preview(by=gus, dataset=dataset, columns=wanted),
        lambda: impact_of(dataset, wanted, gus),
        lambda: carry_out(by=omar, dataset=dataset, wanted=wanted),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            look()
        counts.append(len(asked))
    changed = levels_of()
    assert all(changed[thing.pk] == 3 for thing in made)
    return counts


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_number_of_things(growth: Domain, omar: User, gus: User) -> None:
    assert omar.principal and gus.principal  # who they are is asked once, whatever they look at
    few, many = queries_for(omar, gus, growth, "shop.few", 4), queries_for(omar, gus, growth, "shop.many", 80)
    assert few == many
    assert few[0] <= 6  # one of them asks whether lineage leads on


@pytest.mark.django_db
def test_what_only_holds_itself_up_falls(growth: Domain, omar: User) -> None:
    """Two metrics made of each other, once raised from below, do not keep each other up."""
    dataset = make.dataset(omar, growth, "shop.t", {"a": 5})
    ring = [("derives", 0, 1), ("derives", 1, 0), ("measured_from", 0, ["a"])]
    made = weave(by=omar, dataset=dataset, own=[1, 2], joints=ring)
    assert [levels_of()[thing.pk] for thing in made] == [5, 5]
    assert {pk: shift.after for pk, shift in would_be(make.fresh(dataset), {"a": 1}).items()} == {
        dataset.pk: 1, made[0].pk: 2, made[1].pk: 2,
    }  # fmt: skip
    carry_out(by=omar, dataset=dataset, wanted={"a": 1})
    assert [levels_of()[thing.pk] for thing in made] == [2, 2]
