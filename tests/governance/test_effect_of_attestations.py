"""What agreeing to an attestation would change is what it changes, and nobody learns of hidden things by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog import actions as catalog_actions
from catalog.models import ColumnEdge, Dataset
from governance import attesting
from guard.models import Domain, Thing
from people.models import User
from tests.catalog import make
from tests.governance import lineage
from tests.governance.lineage import agree, hashed, propose, stop
from tests.governance.make import orders

pytestmark = pytest.mark.django_db
LOOK = "a test looks at what is there"
PAPERWORK = ("review", "grant", "attestation")


@pytest.fixture
def ods(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    return orders(omar, growth, grace, {"id_card": 4, "city": 2}, "shop.ods_cust", owner=tom)


@pytest.fixture
def dwd(growth: Domain, omar: User, grace: User, ravi: User) -> Dataset:
    return orders(omar, growth, grace, {"cust": 2, "city": 2}, "shop.dwd_cust", owner=ravi)


@pytest.fixture
def above(growth: Domain, omar: User, grace: User, priya: User, ravi: User, dwd: Dataset) -> Any:
    """What stands on it: another dataset further down, and a product."""
    further = orders(omar, growth, grace, {"who": 1}, "shop.ads_cust", owner=ravi)
    lineage.join(omar, dwd, "cust", further, "who")
    product = make.product(priya, growth)
    catalog_actions.contain(by=priya, product=product, dataset=make.fresh(further))
    return product


@pytest.fixture
def way(omar: User, ods: Dataset, dwd: Dataset, above: Any) -> ColumnEdge:
    return lineage.join(omar, ods, "id_card", dwd, "cust")


def levels() -> dict[int, int]:
    return dict(Thing.objects.unrestricted(LOOK).exclude(kind__in=PAPERWORK).values_list("pk", "level"))


def foreseen(found: Any, reader: User) -> dict[int, tuple[int, int]]:
    impact = attesting.impact_of_attestation(lineage.attestation(found), reader)
    assert impact.hidden == 0
    return {change.thing.pk: (change.before, change.after) for change in impact.changes}


def changed(before: dict[int, int]) -> dict[int, tuple[int, int]]:
    return {pk: (before[pk], level) for pk, level in levels().items() if level != before.get(pk, level)}


@pytest.mark.parametrize("wish", [stop(), hashed(), hashed(lowers_to=3)], ids=["stop", "to L2", "to L3"])
def test_what_is_foreseen_is_what_happens(
    wish: Any, ravi: User, tom: User, gus: User, way: ColumnEdge, dwd: Dataset, above: Any
) -> None:
    found = propose(ravi, way, wish)
    before, said = levels(), foreseen(found, gus)
    assert said[dwd.pk][0] == 4 and above.pk in said
    assert levels() == before  # looking changes nothing
    agree(found, tom, gus)
    assert changed(before) == said


def test_what_a_filter_held_up_is_foreseen_too(
    omar: User, ravi: User, tom: User, gus: User, above: Any, ods: Dataset, dwd: Dataset
) -> None:
    found = propose(ravi, lineage.join(omar, ods, "id_card", dwd, None), stop())
    before, said = levels(), foreseen(found, gus)
    agree(found, tom, gus)
    assert changed(before) == said != {}


def test_nothing_is_foreseen_of_what_would_not_hold(
    omar: User, ravi: User, gus: User, ods: Dataset, dwd: Dataset, way: ColumnEdge
) -> None:
    found = propose(ravi, way, hashed())
    lineage.join(omar, ods, "id_card", dwd, "cust", sql="SELECT id_card AS cust FROM shop.ods_cust")
    assert foreseen(found, gus) == {}


def test_the_page_and_the_api_say_it_and_who_may_not_see_the_columns_finds_nothing(
    ravi: User, gus: User, otto: User, way: ColumnEdge, dwd: Dataset, above: Any
) -> None:
    found = propose(ravi, way, hashed())
    doors = (f"/pieces/attestation/{found.key}/effect/", f"/api/v1/attestations/{found.key}/effect/")
    page, api = (_get(gus, door) for door in doors)
    assert page.status_code == api.status_code == 200
    assert dwd.key in page.content.decode() or dwd.title in page.content.decode()
    said = {row["key"]: (row["before"], row["after"]) for row in api.json()["effect"]["changes"]}
    assert said[dwd.key] == (4, 2) and above.key in said
    assert [_get(otto, door).status_code for door in doors] == [404, 404]


def _get(user: User, path: str) -> Any:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client.get(path)
