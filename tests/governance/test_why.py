"""Why can I, why can I not: page and API, for oneself, and about others for who answers for access."""

from __future__ import annotations

import pytest

from catalog.actions import label_column
from tests.governance import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(omar, tom, mei, grace, growth):
    return make.orders(omar, growth, grace, {"card": 4, "amount": 2}, owner=tom, steward=mei)


def shown(client, reader, key, **query):
    client.force_login(reader)
    return client.get(f"/governance/why/{key}/", query)


def test_it_leads_from_the_level_to_the_column(client, grace, orders):
    page = shown(client, grace, orders.key).content.decode()
    assert "card: approved as L4." in page
    assert "Clearance in Growth: L5" in page


def test_who_may_only_know_that_it_exists_reads_no_name_and_no_origin(client, priya, orders):
    response = shown(client, priya, orders.key)
    page = response.content.decode()
    assert response.status_code == 200
    assert "card" not in page.replace('card"', "").replace('class="card', "")
    assert "orders" not in page
    assert "Clearance in Growth: L3. This is L4" in page


def test_it_is_absent_for_who_may_not_know_of_it(client, otto, orders):
    assert shown(client, otto, orders.key).status_code == 404
    assert shown(client, otto, "DS-9999").status_code == 404


def test_a_governance_lead_asks_about_others(client, grace, otto, orders):
    page = shown(client, grace, orders.key, person="otto").content.decode()
    assert "Otto" in page and "nothing" in page


@pytest.mark.parametrize("person", ["grace", "no-such"])
def test_others_may_ask_about_themselves_only(client, omar, orders, person):
    assert shown(client, omar, orders.key, person=person).status_code == 403


def test_every_page_of_an_object_leads_there(client, omar, orders):
    client.force_login(omar)
    assert f'href="/governance/why/{orders.key}/"' in client.get(f"/catalog/datasets/{orders.key}/").content.decode()


def test_the_api_says_where_a_level_comes_from(client, omar, orders):
    client.force_login(omar)
    answer = client.get(f"/api/v1/datasets/{orders.key}/why/").json()
    assert answer["level_because"] == [{"sentence": "card: approved as L4.", "key": orders.key}]


def test_labels_go_out_with_the_columns(client, omar, otto, orders):
    column = make.column(orders, "amount")
    client.force_login(omar)
    answer = client.post(
        f"/api/v1/columns/{column.pk}/label/", {"category": "pci-dss:pan", "reason": "Holds card numbers."},
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.json()["rank"] == answer.json()["floor"] == 5
    assert [(label["scheme"], label["code"], label["state"]) for label in answer.json()["labels"] if
            label["is_category"]] == [("pci-dss", "pan", "proposed")]  # fmt: skip
    client.force_login(otto)
    assert client.post(f"/api/v1/columns/{column.pk}/label/", {"category": "email"}).status_code == 404


def test_an_exported_contract_carries_approved_categories_only(omar, mei, orders):
    from exchange.exporting import contract_of
    from governance import actions

    review = actions.propose_levels(
        by=omar, dataset=make.dataset(orders), categories={"amount": ["gdpr:personal"]}, reason="Amounts of persons."
    )
    actions.approve_review(by=mei, review=make.review(review), preview=make.seen(review, mei))
    label_column(by=omar, column=make.column(orders, "card"), category="pci-dss:pan")
    (dataset,) = contract_of(make.dataset(orders), omar).datasets
    assert {column.name: column.tags for column in dataset.columns} == {"card": (), "amount": ("gdpr:personal",)}


def test_the_schemes_and_their_categories_are_data_for_everybody_signed_in(client, sam):
    client.force_login(sam)
    schemes = {row["code"]: row for row in client.get("/api/v1/schemes/").json()["results"]}
    assert set(schemes) == {"house", "jrt-0197", "gbt-43697", "gdpr", "hipaa-18", "pci-dss", "tlp"}
    assert all(row["is_reference_only"] and row["effective_from"] and row["source"] for code, row in schemes.items()
               if code != "house")  # fmt: skip
    rows = client.get("/api/v1/categories/", {"scheme": "pci-dss"}).json()["results"]
    assert {row["code"] for row in rows if row["is_prohibited"]} == {"sad", "track", "cvv", "pin"}
    assert len(client.get("/api/v1/categories/", {"scheme": "hipaa-18"}).json()["results"]) == 18
    assert client.get("/api/v1/combinations/").json()["results"][-1]["code"] == "singles-out"
