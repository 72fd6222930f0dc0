"""Levels along column lineage: they arrive at once, end on circles, go when the edge goes, and no import lowers any."""

from __future__ import annotations

from typing import Any

import pytest

from catalog import actions, seeping
from catalog.column_edges import EdgeRow
from catalog.models import Column, ColumnEdge, Dataset, Stirred
from catalog.supposing import would_be
from guard.models import Domain, Level, Thing
from guard.refusals import Absent, Denied, Invalid
from people.models import User
from tests.catalog import make
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db
LOOK = "a test looks at what is there"


@pytest.fixture
def ods(growth: Domain, omar: User) -> Dataset:
    return make.dataset(omar, growth, "shop.ods_cust", {"id_card": 4, "city": 2, "note": None})


@pytest.fixture
def dwd(growth: Domain, omar: User) -> Dataset:
    return make.dataset(omar, growth, "shop.dwd_cust", {"cust": 2, "city": 2})


@pytest.fixture
def dws(growth: Domain, omar: User) -> Dataset:
    return make.dataset(omar, growth, "shop.dws_city", {"who": 1, "n": 1})


@pytest.fixture(autouse=True)
def service(db: None) -> None:
    """The account as which the worker acts."""
    User.objects.get_or_create(username="cli", defaults={"name": "Command line", "is_service": True})


def join(by: User, source: Column, dataset: Dataset, target: str | None = None, **words: Any) -> ColumnEdge:
    found = make.column(dataset, target) if target else None
    return actions.add_column_edge(by=by, dataset=dataset, source=source, target=found, **words)


def edge(found: ColumnEdge) -> ColumnEdge:
    rows = ColumnEdge.objects.unrestricted(LOOK)
    return rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain").get(pk=found.pk)


def ranks(dataset: Dataset) -> dict[str, tuple[int, int]]:
    return {column.name: (column.propagated, column.rank) for column in make.columns_of(dataset)}


def level(dataset: Dataset) -> int:
    return Thing.objects.unrestricted(LOOK).get(pk=dataset.pk).level


def tell(by: User, dataset: Dataset, rows: list[EdgeRow], targets: list[str], origin: str = "dbt") -> Any:
    return actions.tell_column_edges(
        by=by, warehouse=make.warehouse(by, dataset.domain), origin=origin, rows=rows, targets=targets
    )


def test_a_level_arrives_at_every_column_down_the_stream_and_at_their_datasets(
    omar: User, ods: Dataset, dwd: Dataset, dws: Dataset
) -> None:
    join(omar, make.column(dwd, "cust"), dws, "who")
    assert (ranks(dws)["who"], level(dws)) == ((2, 2), 2)
    join(omar, make.column(ods, "id_card"), dwd, "cust")
    assert ranks(dwd) == {"cust": (4, 4), "city": (0, 2)}
    assert ranks(dws) == {"who": (4, 4), "n": (0, 1)}
    assert (level(dwd), level(dws)) == (4, 4)
    assert not Stirred.objects.exists()


def test_a_proposal_of_a_stricter_level_arrives_before_anybody_reviewed_it(
    omar: User, ods: Dataset, dwd: Dataset
) -> None:
    join(omar, make.column(ods, "city"), dwd, "city")
    actions.propose_column_level(by=omar, column=make.column(ods, "city"), rank=5)
    assert (ranks(dwd)["city"], level(dwd)) == ((5, 5), 5)


def test_a_category_arrives_with_its_floor(omar: User, ods: Dataset, dwd: Dataset) -> None:
    join(omar, make.column(ods, "city"), dwd, "city")
    actions.label_column(by=omar, column=make.column(ods, "city"), category="id-number")
    assert ranks(dwd)["city"] == (4, 4)


def test_a_level_that_falls_falls_down_the_stream_too(omar: User, ods: Dataset, dwd: Dataset, dws: Dataset) -> None:
    join(omar, make.column(ods, "id_card"), dwd, "cust")
    join(omar, make.column(dwd, "cust"), dws, "who")
    foreseen = would_be(make.fresh(ods), {"id_card": 2})
    make.approve_levels(by=omar, dataset=ods, levels={"id_card": 2, "note": 2})
    assert (ranks(dwd)["cust"], ranks(dws)["who"]) == ((2, 2), (2, 2))
    assert (level(dwd), level(dws)) == (2, 2)
    assert {pk: shift.after for pk, shift in foreseen.items()} == {dwd.pk: 2, dws.pk: 2}


def test_an_unclassified_column_passes_nothing_of_its_own_on(omar: User, ods: Dataset, dwd: Dataset) -> None:
    join(omar, make.column(ods, "note"), dwd, "city")
    assert ranks(dwd)["city"] == (0, 2)
    join(omar, make.column(dwd, "cust"), ods, "note")
    assert ranks(dwd)["city"] == (2, 2)


def test_a_circle_ends_and_does_not_hold_itself_up(omar: User, ods: Dataset, dwd: Dataset) -> None:
    join(omar, make.column(ods, "city"), dwd, "city")
    join(omar, make.column(dwd, "city"), ods, "city")
    make.approve_levels(by=omar, dataset=ods, levels={"city": 5})
    assert (ranks(ods)["city"][1], ranks(dwd)["city"][1]) == (5, 5)
    make.approve_levels(by=omar, dataset=ods, levels={"city": 1})
    assert (ranks(ods)["city"][1], ranks(dwd)["city"][1]) == (2, 2)


def test_a_predicate_raises_the_dataset_and_none_of_its_columns(omar: User, ods: Dataset, dws: Dataset) -> None:
    join(omar, make.column(ods, "id_card"), dws)
    assert (ranks(dws), level(dws)) == ({"who": (0, 1), "n": (0, 1)}, 4)
    assert would_be(make.fresh(ods), {"id_card": 3})[dws.pk].after == 3


def test_what_a_predicate_counts_as_is_data(omar: User, ods: Dataset, dws: Dataset, as_owner: Any) -> None:
    row = Level.objects.get(scheme__is_house=True, rank=4)
    as_owner(f"UPDATE guard_level SET rules = rules || '{{\"filters\": 2}}' WHERE id = {row.pk}")
    try:
        join(omar, make.column(ods, "id_card"), dws)
        assert level(dws) == 2
    finally:
        as_owner(f"UPDATE guard_level SET rules = rules - 'filters' WHERE id = {row.pk}")


def test_the_database_itself_refuses_a_dataset_below_what_filters_it(omar: User, ods: Dataset, dws: Dataset) -> None:
    join(omar, make.column(ods, "id_card"), dws)
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="catalog_high_water|its columns need"), transaction.atomic():
        with past_the_wall() as cursor:
            cursor.execute("UPDATE guard_thing SET declared = 1, level = 1 WHERE id = %s", [dws.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_is_read_nobody_knows_how_counts_for_the_whole_and_goes_on_so(
    omar: User, ods: Dataset, dwd: Dataset, dws: Dataset
) -> None:
    rows = [EdgeRow("shop.ods_cust", "", "shop.dwd_cust", "", "unknown"),
            EdgeRow("shop.dwd_cust", "", "shop.dws_city", "", "unknown")]  # fmt: skip
    told = tell(omar, ods, rows, ["shop.dwd_cust", "shop.dws_city"])
    assert (told.added, level(dwd), level(dws)) == (2, 4, 4)
    make.approve_levels(by=omar, dataset=ods, levels={"id_card": 3, "note": 1})
    assert (level(dwd), level(dws)) == (3, 3)
    actions.declare_level(by=omar, dataset=make.fresh(ods), rank=5)
    assert (level(dwd), level(dws)) == (5, 5)


def test_saying_it_twice_changes_nothing_and_each_origin_replaces_only_its_own(
    omar: User, ods: Dataset, dwd: Dataset
) -> None:
    rows = [EdgeRow("shop.ods_cust", "city", "shop.dwd_cust", "city", sql_hash="a" * 64)]
    assert tell(omar, ods, rows, ["shop.dwd_cust"]).added == 1
    assert tell(omar, ods, rows, ["shop.dwd_cust"]).is_empty
    assert tell(omar, ods, rows, ["shop.dwd_cust"], "sql").added == 1
    assert tell(omar, ods, [], ["shop.dwd_cust"]).removed == 1  # the other origin still says so, and nothing falls
    assert [e.origin for e in ColumnEdge.objects.unrestricted(LOOK)] == ["sql"]


def test_an_import_that_leaves_an_edge_out_lowers_nothing(omar: User, ods: Dataset, dwd: Dataset) -> None:
    rows = [EdgeRow("shop.ods_cust", "id_card", "shop.dwd_cust", "cust"),
            EdgeRow("shop.ods_cust", "city", "shop.dwd_cust", "city")]  # fmt: skip
    tell(omar, ods, rows, ["shop.dwd_cust"])
    told = tell(omar, ods, [], ["shop.dwd_cust"])
    assert (told.removed, told.kept) == (1, 1)  # `city` was agreed to be L2 anyway: nothing gets milder there
    assert (ranks(dwd)["cust"], level(dwd)) == ((4, 4), 4)
    again = tell(omar, ods, rows, ["shop.dwd_cust"])
    assert (again.added, again.changed) == (1, 1)
    assert not ColumnEdge.objects.unrestricted(LOOK).filter(gone_at__isnull=False).exists()


def test_taking_back_by_hand_lowers_nothing_either(omar: User, ods: Dataset, dwd: Dataset) -> None:
    made = join(omar, make.column(ods, "id_card"), dwd, "cust")
    spare = join(omar, make.column(ods, "note"), dwd, "cust")
    assert actions.remove_column_edge(by=omar, edge=edge(spare)) is True
    assert actions.remove_column_edge(by=omar, edge=edge(made)) is False
    assert (edge(made).gone_at is not None, level(dwd)) == (True, 4)


def test_a_column_that_goes_takes_no_strictness_with_it(growth: Domain, omar: User, ods: Dataset, dwd: Dataset) -> None:
    from catalog.loading import ColumnRow, DatasetRow

    made = join(omar, make.column(ods, "id_card"), dwd, "cust")
    make.load(omar, growth, [DatasetRow("shop.ods_cust", [ColumnRow("city"), ColumnRow("note")])])
    kept = edge(made)
    assert (kept.source_id, kept.source_name, kept.held) == (None, "id_card", 4)
    assert (ranks(dwd)["cust"], level(dwd)) == ((4, 4), 4)
    make.load(omar, growth, [DatasetRow("shop.dwd_cust", [ColumnRow("city")])])
    assert not ColumnEdge.objects.unrestricted(LOOK).exists()


def test_a_fall_that_reaches_far_is_left_to_the_worker_and_a_rise_never_waits(
    omar: User, ods: Dataset, dwd: Dataset, dws: Dataset, run_outbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(omar, make.column(ods, "city"), dwd, "city")
    join(omar, make.column(dwd, "city"), dws, "who")
    monkeypatch.setattr(seeping.follow, "__kwdefaults__", {"at_most": 1})
    make.approve_levels(by=omar, dataset=ods, levels={"city": 4})
    assert ranks(dws)["who"] == (4, 4)
    make.approve_levels(by=omar, dataset=ods, levels={"city": 2})
    assert (ranks(dws)["who"], Stirred.objects.exists()) == ((4, 4), True)
    run_outbox()
    assert (ranks(dws)["who"], level(dws), Stirred.objects.exists()) == ((2, 2), 2, False)


def test_direct_sql_is_followed_by_the_night_and_found_by_a_full_count(
    omar: User, grace: User, ods: Dataset, dwd: Dataset
) -> None:
    from catalog.tasks import follow_what_is_left

    join(omar, make.column(ods, "city"), dwd, "city")
    with past_the_wall() as cursor:
        cursor.execute("UPDATE catalog_column SET level = 3 WHERE id = %s", [make.column(ods, "city").pk])
    follow_what_is_left()
    assert ranks(dwd)["city"] == (3, 3)
    with past_the_wall() as cursor:
        cursor.execute("UPDATE catalog_column SET propagated = 0 WHERE id = %s", [make.column(dwd, "city").pk])
    assert actions.recount_lineage(by=grace) == 1
    assert actions.recount_lineage(by=grace) == 0
    assert (ranks(dwd)["city"], level(dwd)) == ((3, 3), 3)


def test_who_does_not_see_both_ends_neither_says_nor_sees_an_edge(
    growth: Domain, omar: User, sam: User, otto: User, mei: User, ods: Dataset, dwd: Dataset
) -> None:
    made = join(omar, make.column(ods, "city"), dwd, "city")  # the source is L4: unclassified columns
    with pytest.raises(Denied):
        join(sam, make.column(dwd, "city"), dwd, "cust")
    assert list(ColumnEdge.objects.visible_to(otto)) == list(ColumnEdge.objects.visible_to(mei)) == []
    assert [e.pk for e in ColumnEdge.objects.visible_to(omar)] == [made.pk]
    from guard.models import Standing

    assert not Standing.objects.unrestricted(LOOK).filter(person=mei).exists()
    with pytest.raises((Absent, Denied)):
        actions.add_column_edge(by=mei, dataset=dwd, source=make.column(ods, "city"), target=make.column(dwd, "city"))


def test_an_import_passes_over_ends_that_the_importer_does_not_see(
    growth: Domain, omar: User, priya: User, ods: Dataset, dwd: Dataset
) -> None:
    rows = [EdgeRow("shop.ods_cust", "city", "shop.dwd_cust", "city")]
    told = tell(priya, ods, rows, ["shop.dwd_cust"])
    assert (told.added, told.unmatched) == (0, 1)
    tell(omar, ods, rows, ["shop.dwd_cust"])
    hidden = actions.tell_column_edges(
        by=priya, warehouse=make.warehouse(omar, growth), origin="dbt", rows=[], targets=["shop.ods_cust"]
    )
    assert hidden.is_empty


def test_another_columns_dataset_or_oneself_is_refused(omar: User, ods: Dataset, dwd: Dataset) -> None:
    with pytest.raises(Invalid):
        actions.add_column_edge(by=omar, dataset=dwd, source=make.column(ods, "city"), target=make.column(ods, "note"))
    with pytest.raises(Invalid):
        join(omar, make.column(dwd, "city"), dwd, "city")
