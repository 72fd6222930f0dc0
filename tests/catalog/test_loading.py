"""The door for imports: all or nothing, repeatable, and no level falls."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from catalog import actions
from catalog.levels import schema_hash
from catalog.loading import ColumnRow, DatasetRow
from catalog.models import Column, Dataset
from catalog.search import search
from guard.models import Entry, EntryDetail, Link, Thing
from guard.refusals import Denied, Invalid
from guard.wall import reads_as, tell
from tests.catalog import make

ALL = "a test looks at what is there"


def count(model):
    return model.objects.unrestricted(ALL).count()


def test_it_adds_datasets_with_unclassified_columns(omar, growth):
    plan = make.load(omar, growth, make.rows(3))
    assert (plan.datasets.added, plan.columns.added) == (3, 9)
    made = Dataset.objects.unrestricted(ALL).get(qualified_name="shop.t_00001")
    assert (made.level, made.column_count, made.unclassified_count, made.source) == (4, 3, 3, "dbt")
    assert (made.schema_name, made.name, made.title, made.key[:3]) == ("shop", "t_00001", "t_00001", "DS-")
    assert "<p>Table number 1" in made.description_html
    assert made.schema_hash == schema_hash((f"c{n}", "integer") for n in range(3))


def test_an_unchanged_file_rewrites_no_row(omar, growth):
    rows = make.rows(5)
    edges = [("shop.t_00000", "shop.t_00001")]
    make.load(omar, growth, rows, edges=edges)
    before = _versions(omar)
    plan = make.load(omar, growth, rows, edges=edges)
    assert plan.is_empty
    assert (plan.datasets.unchanged, plan.columns.unchanged, plan.edges.unchanged) == (5, 15, 1)
    assert _versions(omar) == before


def _versions(omar):
    """Of rows that omar sees: the views past the wall have no versions."""
    tell(omar.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 't', id, xmin::text, ctid::text FROM guard_thing WHERE kind = 'dataset'"
            " UNION ALL SELECT 'd', thing_id, xmin::text, ctid::text FROM catalog_dataset"
            " UNION ALL SELECT 'c', id, xmin::text, ctid::text FROM catalog_column"
            " UNION ALL SELECT 's', thing_id, xmin::text, ctid::text FROM catalog_searchdocument"
            " UNION ALL SELECT 'l', id, xmin::text, ctid::text FROM guard_link ORDER BY 1, 2 " + reads_as(omar.pk)
        )
        found = cursor.fetchall()
    assert {row[0] for row in found} == set("tdcsl")
    return found


def test_the_plan_says_the_same_and_writes_nothing(omar, growth):
    make.load(omar, growth, make.rows(2))
    rows = [*make.rows(2, columns=4), DatasetRow("shop.new")]
    plan = actions.plan_datasets(by=omar, warehouse=make.warehouse(omar, growth), datasets=rows)
    assert (plan.datasets.added, plan.columns.added, count(Dataset)) == (1, 2, 2)
    assert {"dataset": "shop.t_00000", "what": "columns added", "columns": ["c3"]} in plan.changes
    assert make.load(omar, growth, rows).as_dict() == plan.as_dict()


def test_it_changes_only_what_the_file_says(omar, growth):
    make.load(omar, growth, make.rows(2))
    made = Dataset.objects.unrestricted(ALL).get(qualified_name="shop.t_00000")
    actions.describe_dataset(by=omar, dataset=made, grain="one row an order", description="Mended by hand.")
    silent = replace(make.rows(1)[0], description="", columns=[ColumnRow("c0"), ColumnRow("c1"), ColumnRow("c2")])
    assert make.load(omar, growth, [silent]).is_empty
    found = make.fresh(made)
    assert (found.description, found.grain) == ("Mended by hand.", "one row an order")


def test_a_new_column_makes_the_review_stale_and_the_level_strict(omar, growth):
    make.load(omar, growth, make.rows(1))
    made = Dataset.objects.unrestricted(ALL).get()
    make.approve_levels(by=omar, dataset=made, levels={f"c{n}": 2 for n in range(3)})
    assert make.fresh(made).level == 2
    make.load(omar, growth, make.rows(1, columns=4))
    found = make.fresh(made)
    assert found.level == 4
    assert found.schema_hash == schema_hash((f"c{n}", "integer") for n in range(4))
    assert Entry.objects.unrestricted(ALL).filter(verb="dataset.schema_changed", thing=made.thing).exists()


def test_a_strict_column_that_goes_takes_no_strictness_with_it(omar, growth):
    make.load(omar, growth, make.rows(1))
    made = Dataset.objects.unrestricted(ALL).get()
    make.approve_levels(by=omar, dataset=made, levels={"c0": 2, "c1": 2, "c2": 4})
    plan = make.load(omar, growth, make.rows(1, columns=2))
    assert plan.columns.removed == 1
    assert (make.fresh(made).level, make.fresh(made).column_count) == (4, 2)
    assert make.load(omar, growth, make.rows(1, columns=2)).is_empty


@pytest.mark.parametrize(("said", "level", "state"), [(1, 4, "proposed"), (5, 5, "proposed"), (None, 4, "none")])
def test_a_level_in_a_file_is_a_proposal(omar, growth, said, level, state):
    make.load(omar, growth, [DatasetRow("shop.a", [ColumnRow("x", proposed_level=said)])])
    made = Dataset.objects.unrestricted(ALL).get()
    assert (made.level, make.column(made, "x").level_state) == (level, state)


def test_a_milder_level_in_a_file_is_ignored_and_counted(omar, growth):
    made = make.dataset(omar, growth, name="shop.a", levels={"x": 3})
    row = DatasetRow("shop.a", [ColumnRow("x", proposed_level=1)])
    assert make.load(omar, growth, [row]).ignored_levels == 1
    assert (make.fresh(made).level, make.column(made, "x").level_state) == (3, "approved")
    stricter = DatasetRow("shop.a", [ColumnRow("x", proposed_level=4)])
    make.load(omar, growth, [stricter])
    assert (make.fresh(made).level, make.column(made, "x").proposed_level) == (4, 4)
    assert make.load(omar, growth, [stricter]).is_empty


def test_a_declared_level_never_makes_the_unknown_mild(omar, growth):
    make.load(omar, growth, [DatasetRow("shop.a", declared_level=1), DatasetRow("shop.b", declared_level=5)])
    found = dict(Dataset.objects.unrestricted(ALL).values_list("name", "thing__level"))
    assert found == {"a": 4, "b": 5}


def test_it_writes_one_ledger_line_with_hashed_details(omar, growth):
    make.load(omar, growth, make.rows(4))
    entry = Entry.objects.unrestricted(ALL).filter(verb="datasets.loaded").get()
    assert EntryDetail.objects.unrestricted(ALL).filter(entry_id=entry.pk).count() == 4


def test_lineage_is_written_once_with_its_source(omar, growth):
    edges = [("shop.t_00000", "shop.t_00001"), ("shop.t_00000", "shop.t_00001"), ("nowhere", "shop.t_00001")]
    plan = make.load(omar, growth, make.rows(2), edges=edges)
    assert plan.edges.added == 1
    joint = Link.objects.unrestricted(ALL).get(relation="feeds")
    assert joint.role == "dbt"


def test_what_the_loader_may_not_see_stays_and_is_only_counted(omar, priya, growth):
    make.load(omar, growth, make.rows(2))
    plan = make.load(priya, growth, make.rows(3, columns=5))
    assert (plan.hidden, plan.datasets.added) == (2, 1)
    assert not any("t_00000" in change["dataset"] for change in plan.changes)
    assert count(Column) == 2 * 3 + 5


def test_who_has_no_clearance_is_not_even_told_how_many(omar, grace, growth):
    from tests.cast import make_person

    stranger = make_person("nora", growth, ("data_pm",), 1)
    make.load(omar, growth, make.rows(2))
    assert make.load(stranger, growth, make.rows(2, columns=9)).hidden == 0


def test_who_loads_keeps_sight_of_it_for_a_while(priya, omar, growth):
    make.warehouse(omar, growth)
    make.load(priya, growth, make.rows(1))
    assert Dataset.objects.visible_to(priya, "columns").count() == 1
    assert Dataset.objects.visible_to(priya, "profile").count() == 0


def test_a_stakeholder_may_not_load(sam, omar, growth):
    make.warehouse(omar, growth)
    with pytest.raises(Denied):
        make.load(sam, growth, make.rows(1))


def test_bad_rows_are_all_named_and_nothing_is_written(omar, growth):
    rows = [DatasetRow("shop.a"), DatasetRow("shop.a"), DatasetRow("shop.b", layer="XYZ"),
            DatasetRow("shop.c", [ColumnRow("x"), ColumnRow("x")])]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        make.load(omar, growth, rows)
    assert len(refused.value.errors["datasets"]) == 3
    assert count(Dataset) == 0


def test_what_was_loaded_is_found(omar, growth):
    make.load(omar, growth, make.rows(3))
    assert next(thing.title for thing in search(omar, "t_00002").things) == "t_00002"


def test_things_are_made_with_level_and_state(omar, growth):
    make.load(omar, growth, make.rows(1))
    thing = Thing.objects.unrestricted(ALL).get(kind="dataset")
    assert (thing.declared, thing.level, thing.state, thing.row_version) == (4, 4, "active", 1)


@pytest.mark.parametrize(
    "text",
    ["One row per order.", "Paid orders (after refunds), 3.5 % late; see \"orders\": id=5?", "It's a/b - c",
     "订单明细表", "A.", "see http://example.com now", "a@b.example", "Total: 5"],
)  # fmt: skip
def test_plain_descriptions_render_as_markdown_renders_them(text):
    from catalog.prose import html_of
    from web import markdown

    assert html_of(text) == markdown.render(text)
