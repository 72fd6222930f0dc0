"""Labels of several schemes on one column: they count at once, never lower, and are only ever added."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from catalog.actions import label_column, withdraw_label
from catalog.labels import Said
from catalog.models import Label
from guard.models import Combination, Thing
from guard.refusals import Absent, Denied, Invalid
from tests.catalog import make
from tests.past_the_wall import past_the_wall

pytestmark = pytest.mark.django_db


@contextmanager
def directly():
    """SQL past every verb, with the deferred rules asked at its end."""
    with transaction.atomic(), past_the_wall() as cursor:
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def labelled(by, dataset, name, category="", **words):
    return label_column(by=by, column=make.column(dataset, name), category=category, **words)


def level(dataset):
    return Thing.objects.unrestricted("a test looks at what is there").get(pk=dataset.pk).level


@pytest.fixture
def people_table(omar, growth):
    return make.dataset(omar, growth, "shop.person", {"born": 2, "sex": 1, "zip": 2, "note": 1})


def test_a_category_raises_its_column_and_dataset_at_once(omar, people_table):
    labelled(omar, people_table, "note", "gdpr:health")
    assert make.column(people_table, "note").rank == 4
    assert level(people_table) == 4


def test_a_level_of_another_scheme_counts_through_its_crosswalk(omar, people_table):
    labelled(omar, people_table, "note", scheme="gbt-43697", level="important")
    assert make.column(people_table, "note").rank == 4


def test_a_category_never_makes_a_column_milder(omar, growth):
    dataset = make.dataset(omar, growth, "shop.secret", {"key": 5})
    labelled(omar, dataset, "key", "postcode")
    assert make.column(dataset, "key").rank == 5


def test_an_audience_is_no_level(omar, people_table):
    labelled(omar, people_table, "note", "tlp:red")
    assert make.column(people_table, "note").rank == 1


def test_saying_the_same_twice_is_one_label(omar, people_table):
    assert labelled(omar, people_table, "note", "email") == labelled(omar, people_table, "note", "email")


def test_categories_count_more_together_than_apart(omar, people_table):
    labelled(omar, people_table, "born", "birth-date")
    labelled(omar, people_table, "sex", "sex")
    assert level(people_table) == 3
    labelled(omar, people_table, "zip", "postcode")
    assert level(people_table) == 4, "the three together single a person out"


def test_a_combination_asks_for_the_category_or_one_below_it(omar, people_table):
    labelled(omar, people_table, "note", "id-number")
    assert level(people_table) == 4
    many = Combination.objects.get(code="many-persons")
    assert many.persons_from == 1_000_000
    for rows, needs in ((999_999, 4), (1_000_000, 5), (10, 4)):
        with past_the_wall() as cursor:
            cursor.execute("UPDATE catalog_dataset SET row_count = %s WHERE thing_id = %s", [rows, people_table.pk])
        assert make.fresh(people_table).high_water == needs


def test_what_raised_a_level_is_not_taken_back_by_who_said_it(omar, people_table):
    raising = labelled(omar, people_table, "note", "email")
    with pytest.raises(Denied):
        withdraw_label(by=omar, label=raising)
    harmless = labelled(omar, people_table, "born", "tlp:amber")
    withdraw_label(by=omar, label=harmless)
    assert not make.fresh(harmless).is_current


def test_what_raises_only_together_with_others_is_not_taken_back_by_who_said_it(omar, people_table):
    labelled(omar, people_table, "born", "birth-date")
    labelled(omar, people_table, "sex", "sex")
    completing = labelled(omar, people_table, "zip", "postcode")
    assert make.column(people_table, "zip").rank == 2, "by itself it raises nothing"
    with pytest.raises(Denied):
        withdraw_label(by=omar, label=completing)
    assert level(people_table) == 4


def test_nobody_takes_back_what_somebody_else_said(omar, ravi, people_table):
    with pytest.raises(Denied):
        withdraw_label(by=ravi, label=labelled(omar, people_table, "born", "tlp:amber"))


@pytest.mark.parametrize(
    "words", [{}, {"category": "no-such"}, {"category": "email", "scheme": "gdpr", "level": "1"},
              {"scheme": "jrt-0197", "level": "9"}, {"scheme": "house", "level": "L1"}],
)  # fmt: skip
def test_it_refuses_what_no_scheme_knows(omar, people_table, words):
    with pytest.raises(Invalid):
        label_column(by=omar, column=make.column(people_table, "note"), **words)


def test_who_does_not_see_the_columns_cannot_label_them(otto, omar, people_table):
    column = make.column(people_table, "note")
    with pytest.raises(Absent):
        label_column(by=otto, column=column, category="email")
    assert not Label.objects.visible_to(otto).filter(column=column).exists()


def test_an_approved_level_stands_on_record_and_the_one_before_is_superseded(omar, people_table):
    make.approve_levels(by=omar, dataset=people_table, levels={"note": 3})
    rows = Label.objects.unrestricted("a test looks at what is there").filter(column_name="note", level__isnull=False)
    assert [(row.level.rank, row.is_current) for row in rows.order_by("id")] == [(1, False), (3, True)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_label SET state = 'approved' WHERE id = %s",
        "UPDATE catalog_label SET superseded_at = now() WHERE id = %s",
        "DELETE FROM catalog_label WHERE id = %s",
    ],
)
def test_the_database_refuses_to_change_a_label(omar, people_table, statement):
    label = labelled(omar, people_table, "note", "email")
    with pytest.raises(DatabaseError, match="labels are only added"), directly() as cursor:
        cursor.execute(statement, [label.pk])


def test_the_database_refuses_that_one_person_proposes_and_approves(omar, people_table):
    label = labelled(omar, people_table, "note", "email", said=Said(reason="shop mail"))
    with pytest.raises(IntegrityError, match="does not approve it"), directly() as cursor:
        cursor.execute(
            "INSERT INTO catalog_label (dataset_id, column_id, column_name, scheme_id, category_id, state, origin,"
            " origin_version, evidence, reason, by_id, review_key, supersedes_id)"
            " SELECT dataset_id, column_id, column_name, scheme_id, category_id, 'approved', 'person', '', '{}', '',"
            " by_id, '', id FROM catalog_label WHERE id = %s",
            [label.pk],
        )


def test_the_database_refuses_a_dataset_milder_than_its_columns_together(omar, people_table):
    for name, category in (("born", "birth-date"), ("sex", "sex"), ("zip", "postcode")):
        labelled(omar, people_table, name, category)
    with pytest.raises(IntegrityError, match="its columns need 4"), directly() as cursor:
        cursor.execute("UPDATE guard_thing SET level = 3, declared = 3 WHERE id = %s", [people_table.pk])


def walk(source: tuple[str, int], target: tuple[str, int]) -> str:
    """SQL that makes one rank count as another."""
    return (
        "INSERT INTO guard_crosswalk (source_id, target_id, mode) SELECT a.id, b.id, 'floor'"
        " FROM guard_level a JOIN guard_scheme s ON s.id = a.scheme_id,"
        " guard_level b JOIN guard_scheme t ON t.id = b.scheme_id"
        f" WHERE (s.code, a.rank, t.code, b.rank) = {(*source, *target)};"
    )


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        ((("gbt-43697", 2), ("jrt-0197", 2)), "turns"),
        ((("gbt-43697", 1), ("jrt-0197", 1)), "two levels"),
        ((("jrt-0197", 2), ("gbt-43697", 2)), "there and back raises"),
    ],
)
def test_the_database_refuses_a_crosswalk_that_does_not_keep_order(as_owner, second, fault):
    with pytest.raises(psycopg.errors.CheckViolation, match=fault):
        as_owner(walk(("gbt-43697", 1), ("jrt-0197", 3)) + walk(*second))  # one transaction: nothing of it stays
