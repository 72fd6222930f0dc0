"""Warehouses, datasets, columns and products are added by hand, by page and API, as no import brought them."""

from __future__ import annotations

import pytest

from catalog import actions
from catalog.columns_text import columns_of
from catalog.models import Column, Dataset, Warehouse
from guard.models import Domain
from guard.refusals import Invalid
from people.models import User
from tests.catalog import make
from tests.metrics.call import client_of

LOOK = "a test looks at what is there"
DDL = """order_id bigint primary key -- the number of the order
  "Net Amount" numeric(12, 2) not null,
paid_at timestamptz null

note"""


def test_columns_are_read_as_people_write_or_paste_them() -> None:
    found = columns_of(DDL)
    assert [(c["name"], c["data_type"], c["is_key"], c["is_nullable"]) for c in found] == [
        ("order_id", "bigint", True, False), ("Net Amount", "numeric(12, 2)", False, False),
        ("paid_at", "timestamptz", False, True), ("note", "", False, True),
    ]  # fmt: skip
    assert found[0]["description"] == "the number of the order"


def test_a_newcomer_begins_with_nothing_and_ends_with_a_dataset(omar: User, growth: Domain) -> None:
    client = client_of(omar)
    assert "/catalog/warehouses/new/" in client.get("/catalog/warehouses/").content.decode()
    made = client.post("/catalog/warehouses/new/", {"name": "shop", "domain": "growth", "dialect": "postgres"})
    assert made.status_code == 303 and made["Location"].startswith("/catalog/warehouses/WH-")
    warehouse = Warehouse.objects.unrestricted(LOOK).get()
    assert "/catalog/datasets/new/" in client.get("/catalog/datasets/").content.decode()
    body = {"warehouse": warehouse.key, "name": "Shop.Orders", "domain": "growth", "columns": DDL}
    made = client.post("/catalog/datasets/new/", body)
    assert made.status_code == 303
    dataset = Dataset.objects.unrestricted(LOOK).select_related("thing").get()
    assert (dataset.qualified_name, dataset.level, dataset.column_count, dataset.source) == (
        "shop.orders",
        4,
        4,
        "hand",
    )
    assert "numeric(12, 2)" in client.get(made["Location"]).content.decode()
    added = client.post(f"/catalog/datasets/{dataset.key}/columns/add/", {"columns": "channel text"})
    assert added.status_code == 303
    assert Column.objects.unrestricted(LOOK).filter(dataset=dataset, name="channel").get().data_type == "text"


def test_refusals_keep_what_was_typed(omar: User, growth: Domain) -> None:
    client, held = client_of(omar), make.dataset(omar, growth)
    body = {
        "warehouse": make.warehouse(omar, growth).key,
        "name": held.qualified_name,
        "domain": "growth",
        "grain": "one order",
    }
    refused = client.post("/catalog/datasets/new/", body)
    assert refused.status_code == 422
    assert "Choose another name" in refused.content.decode() and "one order" in refused.content.decode()
    twice = client.post(f"/catalog/datasets/{held.key}/columns/add/", {"columns": "order_id bigint"})
    assert twice.status_code == 422
    assert client.post("/catalog/warehouses/new/", {"name": "Shop!", "domain": "growth"}).status_code == 422


def test_who_may_not_add_sees_no_button_and_is_refused(omar: User, sam: User, otto: User, growth: Domain) -> None:
    held = make.dataset(omar, growth)
    for person in (sam, otto):
        client = client_of(person)
        assert "/catalog/datasets/new/" not in client.get("/catalog/datasets/").content.decode()
        assert "/catalog/warehouses/new/" not in client.get("/catalog/warehouses/").content.decode()
        body = {"name": "mine", "domain": "growth", "dialect": "postgres"}
        assert client.post("/catalog/warehouses/new/", body).status_code in (403, 422)
    refused = client_of(sam).post(f"/catalog/datasets/{held.key}/columns/add/", {"columns": "x int"})
    assert refused.status_code == 403
    assert client_of(otto).post(f"/catalog/datasets/{held.key}/columns/add/", {"columns": "x int"}).status_code == 404
    assert "columns/add/" not in client_of(sam).get(f"/catalog/datasets/{held.key}/").content.decode()
    assert Warehouse.objects.unrestricted(LOOK).count() == 1


@pytest.mark.parametrize("declared", [1, 2, 3])
def test_a_dataset_of_which_nothing_is_known_is_not_declared_mild(omar: User, growth: Domain, declared: int) -> None:
    warehouse = make.warehouse(omar, growth)
    with pytest.raises(Invalid) as invalid:
        actions.add_dataset(by=omar, warehouse=warehouse, name="shop.x", domain=growth, declared_level=declared)
    assert set(invalid.value.errors) == {"declared_level"}
    made = actions.add_dataset(by=omar, warehouse=warehouse, name="shop.x", domain=growth, declared_level=5)
    assert made.level == 5


def test_all_three_by_api(omar: User, priya: User, growth: Domain) -> None:
    client = client_of(omar)
    json = {"content_type": "application/json"}
    house = client.post("/api/v1/warehouses/", {"name": "shop", "domain": "growth"}, **json)
    assert house.status_code == 201
    body = {
        "warehouse": "shop",
        "name": "shop.orders",
        "domain": "growth",
        "columns": [{"name": "id", "data_type": "int"}],
    }
    made = client.post("/api/v1/datasets/", body, **json)
    assert made.status_code == 201 and made.json()["column_count"] == 1
    product = client_of(priya).post("/api/v1/products/", {"title": "Orders", "domain": "growth"}, **json)
    assert product.status_code == 201
    page = client_of(priya).post(
        "/catalog/products/new/", {"title": "By hand", "domain": "growth", "product_kind": "dashboard"}
    )
    assert page.status_code == 303
