"""Handling stands beside the level: every scheme may ask for duties, and what several ask holds together."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection
from django.test import Client

from catalog.actions import label_column
from catalog.handling import labels_of, of_column, of_dataset
from catalog.models import Column, Dataset
from exchange.exporting import export_odcs
from exchange.odcs import reader
from guard.handling import DUTIES, together
from guard.models import Category, Combination, Domain, Level
from people.models import User
from tests.catalog import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def persons(omar: User, growth: Domain) -> Dataset:
    return make.dataset(omar, growth, "shop.person", {"born": 2, "sex": 1, "zip": 2, "card": 2, "note": 1})


def label(by: User, dataset: Dataset, name: str, category: str = "", **words: str) -> None:
    label_column(by=by, column=make.column(dataset, name), category=category, **words)


def asked(dataset: Dataset) -> dict[str, list[str]]:
    columns = make.columns_of(dataset)
    return {one.duty.code: list(one.by) for one in of_dataset(make.fresh(dataset), columns, labels_of(columns))}


def of(dataset: Dataset, name: str) -> list[str]:
    column = make.column(dataset, name)
    return of_column(column.rank, labels_of([column])[column.pk])


def test_what_the_rows_of_schemes_ask_for_are_duties_of_the_list() -> None:
    for model in (Level, Category, Combination):
        rows = model.objects.all()
        assert {code for row in rows for code in row.handling} <= DUTIES.keys()
        assert any(row.handling for row in rows)
    told = {"house", "jrt-0197", "gbt-43697", "gdpr", "hipaa-18", "pci-dss", "tlp"}
    speaking = {row.scheme.code for model in (Level, Category) for row in model.objects.all() if row.handling}
    assert speaking == told


def test_a_category_asks_at_least_what_the_one_above_it_asks() -> None:
    rows = Category.objects.filter(parent__isnull=False).select_related("parent")
    softer = [str(row) for row in rows if not set(row.handling) >= set(row.parent.handling)]  # type: ignore[union-attr]
    assert softer == [] and rows.count() > 15


def test_a_stricter_level_asks_at_least_what_the_one_below_it_asks() -> None:
    for level in Level.objects.filter(rank__gt=1).select_related("scheme"):
        milder = Level.objects.get(scheme=level.scheme, rank=level.rank - 1)
        assert set(level.handling) >= set(milder.handling), level


def test_a_column_has_the_duties_of_its_level_and_of_all_its_labels(omar: User, persons: Dataset) -> None:
    assert of(persons, "card") == []
    label(omar, persons, "card", "pci-dss:pan")
    label(omar, persons, "card", "tlp:red")
    label(omar, persons, "card", scheme="gbt-43697", level="2")
    of_level_5 = ["mask-display", "encrypt-at-rest", "local-storage", "encrypt-in-transit", "no-export"]
    assert of(persons, "card") == together(
        of_level_5, ["retention-limit", "transfer-assessment", "named-recipients", "record-access", "assess-risk"]
    )


def test_what_columns_say_together_is_asked_of_the_dataset(omar: User, persons: Dataset) -> None:
    label(omar, persons, "born", "house:birth-date")
    label(omar, persons, "sex", "house:sex")
    assert "remove-or-generalise" not in asked(persons)
    label(omar, persons, "zip", "house:postcode")
    found = asked(persons)
    assert found["remove-or-generalise"] == ["Date of birth, sex and postcode together single a person out"]
    assert found["encrypt-at-rest"] == ["L4"]
    assert found["retention-limit"] == ["born: Date of birth", "sex: Sex", "zip: Postcode"]


def test_a_category_that_must_not_be_there_says_so(omar: User, persons: Dataset) -> None:
    label(omar, persons, "card", "pci-dss:cvv")
    assert asked(persons)["never-keep"] == ["card: Card verification code"]


def test_the_page_shows_it_with_the_label_and_for_the_dataset(omar: User, persons: Dataset, client: Client) -> None:
    label(omar, persons, "note", "gdpr:criminal")
    client.force_login(omar)
    page = client.get(f"/catalog/datasets/{persons.key}/").content.decode()
    assert "Only under official authority or by law" in page
    piece = client.get(f"/pieces/dataset/{persons.key}/handling/", headers={"HX-Request": "true"}).content.decode()
    assert "How to handle it" in piece and "note: Criminal convictions and offences (Article 10)" in piece


def test_who_sees_no_columns_reads_what_the_level_asks_and_no_label(
    omar: User, sam: User, persons: Dataset, client: Client
) -> None:
    label(omar, persons, "note", "gdpr:personal")
    from guard import things
    from guard.doors import act
    from guard.policy import Who

    @act("test.read_given", who=Who(anyone=True), subject="of")
    def give(*, by: Any, of: Any) -> None:
        things.set_level(of, 4)
        things.give(of, person=sam, reason="grant", grade=2)

    give(by=omar, of=persons)
    client.force_login(sam)
    assert not Column.objects.visible_to(sam).filter(dataset=persons).exists()
    said = client.get(f"/pieces/dataset/{persons.key}/handling/", headers={"HX-Request": "true"}).content.decode()
    assert "Keep encrypted" in said and "note" not in said and "Name a purpose" not in said


def test_the_api_gives_it_with_each_label_and_for_each_column(omar: User, persons: Dataset, client: Client) -> None:
    label(omar, persons, "note", "hipaa-18:A")
    client.force_login(omar)
    rows = client.get("/api/v1/columns/", {"dataset": persons.key, "name": "note"}).json()["results"]
    by_scheme = {said["scheme"]: said["handling"] for said in rows[0]["labels"]}
    assert by_scheme["hipaa-18"] == ["remove-or-generalise"]
    assert rows[0]["handling"] == of(persons, "note") and "encrypt-at-rest" in rows[0]["handling"]
    levels = client.get("/api/v1/levels/", {"scheme": "house"}).json()["results"]
    assert [row["handling"] for row in levels[:2]] == [[], []] and "no-export" in levels[3]["handling"]


def test_a_contract_carries_it_and_reads_it_back(omar: User, persons: Dataset) -> None:
    label(omar, persons, "note", "gdpr:personal")
    for version in ("3.1.0", "3.2.0"):
        ((_name, written),) = export_odcs([make.fresh(persons)], omar, version)
        (table,) = written.document["schema"]
        (note,) = [one for one in table["properties"] if one["name"] == "note"]
        assert note["customProperties"] == [{"property": "handling", "value": of(persons, "note")}]
        assert table["customProperties"] == [{"property": "handling", "value": list(asked(persons))}]
        back = reader.read(written.to_yaml().encode()).contract
        assert back is not None and back.datasets[0].columns[-1].custom[0]["property"] == "handling"


def test_the_app_cannot_take_a_duty_away(persons: Dataset) -> None:
    with pytest.raises(ProgrammingError) as refused, connection.cursor() as cursor:
        cursor.execute("UPDATE guard_level SET handling = '{}'")
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
