"""The catalogue over the API: same verbs, same refusals, same silence about what is hidden."""

from __future__ import annotations

import pytest

from catalog import actions
from tests.catalog import make


@pytest.fixture
def api(client):
    class Api:
        def __call__(self, person, method, address, body=None, **headers):
            client.force_login(person)
            words = (
                {"content_type": "application/json", "headers": headers} if method != "get" else {"headers": headers}
            )
            return getattr(client, method)(f"/api/v1{address}", body if body is not None else None, **words)

    return Api()


@pytest.fixture
def world(omar, grace, priya, growth):
    made = make.dataset(omar, growth, "shop.dwd_order", {"order_id": 2, "card_no": 3})
    secret = make.dataset(omar, growth, "shop.ods_zebra", {"zebra_no": 5})
    product = make.product(priya, growth)
    actions.contain(by=priya, product=product, dataset=made)
    actions.add_lineage(by=grace, source=secret, target=made)
    return {"dataset": make.fresh(made), "secret": make.fresh(secret), "product": make.fresh(product)}


def test_lists_answer_what_the_reader_may_see(world, api, priya, otto):
    for noun, names in {
        "datasets": ["dwd_order"],
        "products": ["Checkout Funnel Monitor"],
        "warehouses": ["shop"],
    }.items():
        answer = api(priya, "get", f"/{noun}/?count=1&facets=1").json()
        assert ([row["title"] for row in answer["results"]], answer["count"]) == (names, 1)
        nothing = api(otto, "get", f"/{noun}/?count=1&facets=1").json()
        assert (nothing["results"], nothing["count"], nothing["facets"]["level"]) == ([], 0, {})


def test_one_dataset_by_key_and_by_name(world, api, priya, otto):
    for name in (world["dataset"].key, "shop.dwd_order"):
        answer = api(priya, "get", f"/datasets/{name}/")
        assert answer.json()["qualified_name"] == "shop.dwd_order"
        assert api(otto, "get", f"/datasets/{name}/").status_code == 404
    for name in ("DS-9999", world["secret"].key, "shop.ods_zebra"):
        assert api(priya, "get", f"/datasets/{name}/").status_code == 404


def test_columns_are_listed_by_dataset_and_by_name(world, api, priya, otto):
    rows = api(priya, "get", "/columns/?dataset=shop.dwd_order").json()["results"]
    assert [(row["name"], row["level"], row["dataset"]) for row in rows] == [
        ("order_id", 2, world["dataset"].key), ("card_no", 3, world["dataset"].key),
    ]  # fmt: skip
    assert api(priya, "get", "/columns/?name=zebra_no").json()["results"] == []
    assert api(otto, "get", "/columns/").json()["results"] == []
    assert api(priya, "get", f"/columns/{rows[0]['id']}/").json()["name"] == "order_id"
    assert api(otto, "get", f"/columns/{rows[0]['id']}/").status_code == 404


def test_a_level_is_proposed_and_counts_at_once(world, api, priya, otto):
    column = make.column(world["dataset"], "card_no")
    answer = api(priya, "post", f"/columns/{column.pk}/propose/", {"rank": "L3"})
    assert answer.status_code == 200
    assert api(priya, "post", f"/columns/{column.pk}/propose/", {"rank": 9}).status_code in (400, 422)
    assert api(otto, "post", f"/columns/{column.pk}/propose/", {"rank": 5}).status_code == 404
    raised = api(priya, "post", f"/columns/{column.pk}/propose/", {"rank": "restricted"})
    # what rose above one's clearance is out of sight at once
    assert raised.status_code == 404
    assert make.fresh(world["dataset"]).level == 4


def test_impact_counts_by_kind_under_the_policy(world, api, grace, priya, otto):
    body = {"columns": {"card_no": "L5"}}
    answer = api(grace, "post", "/datasets/shop.dwd_order/impact/", body).json()
    assert (answer["before"], answer["after"]) == ("L3", "L5")
    assert answer["affected"] == [{"kind": "product", "keys": [world["product"].key], "count": 1, "restricted": 0}]
    assert make.fresh(world["dataset"]).level == 3
    assert api(otto, "post", "/datasets/shop.dwd_order/impact/", body).status_code == 404
    assert api(priya, "post", "/datasets/shop.dwd_order/impact/", {"columns": {"zebra_no": 2}}).status_code == 422


def test_lineage_counts_what_is_restricted(world, api, priya, grace, otto):
    seen = api(grace, "get", "/lineage/?dataset=shop.dwd_order").json()
    assert [node["key"] for node in seen["nodes"]] == [world["secret"].key]
    assert seen["edges"] == [{"source": world["secret"].key, "target": world["dataset"].key}]
    hidden = api(priya, "get", "/lineage/?dataset=shop.dwd_order").json()
    assert (hidden["nodes"], hidden["edges"]) == ([], [])
    assert api(otto, "get", "/lineage/?dataset=shop.dwd_order").status_code == 404
    assert api(priya, "get", "/lineage/?dataset=shop.dwd_order&depth=99").status_code == 422


def test_a_product_lives_through_the_api(world, api, priya, mei):
    made = api(priya, "post", "/products/", {"title": "Lane board", "domain": "growth", "usage_target": 60})
    assert made.status_code == 201
    key, tag = made.json()["key"], made.headers["ETag"]
    assert api(priya, "patch", f"/products/{key}/", {"sla": "daily"}).status_code == 428
    changed = api(priya, "patch", f"/products/{key}/", {"sla": "daily"}, **{"If-Match": tag})
    assert changed.status_code == 200, changed.content
    assert api(priya, "patch", f"/products/{key}/", {"sla": "hourly"}, **{"If-Match": tag}).status_code == 412
    assert api(priya, "post", f"/products/{key}/contain/", {"dataset": "shop.dwd_order"}).json()["level"] == "L3"
    assert api(priya, "post", f"/products/{key}/contain/", {"dataset": "shop.ods_zebra"}).status_code in (400, 422)
    assert api(mei, "post", f"/products/{key}/define/", {}).status_code == 403
    assert api(priya, "get", f"/products/{key}/blockers/?move=define").json()["blockers"][0]["id"] == "DP-G1"
    assert api(priya, "post", f"/products/{key}/define/", {}).status_code == 409


def test_a_dataset_is_added_with_columns(world, api, omar, sam):
    body = {"name": "shop.new", "warehouse": "shop", "domain": "growth",
            "columns": [{"name": "a", "level": "L2"}, {"name": "b"}]}  # fmt: skip
    assert api(sam, "post", "/datasets/", body).status_code == 403
    made = api(omar, "post", "/datasets/", body)
    assert (made.status_code, made.json()["level"], made.json()["unclassified_count"]) == (201, "L4", 2)
    assert api(omar, "post", "/datasets/", body).status_code == 422
    more = api(omar, "post", "/datasets/shop.new/add-columns/", {"columns": [{"name": "c"}]})
    assert more.json()["column_count"] == 3


def test_a_hidden_name_refuses_like_any_other_taken_one(world, api, omar, priya):
    words = {"warehouse": "shop", "domain": "growth"}
    hidden = api(priya, "post", "/datasets/", {"name": "shop.ods_zebra", **words})
    taken = api(priya, "post", "/datasets/", {"name": "shop.dwd_order", **words})
    assert hidden.status_code == taken.status_code == 422
    assert hidden.json()["errors"] == taken.json()["errors"]


def test_owner_is_appointed_by_who_may(world, api, grace, priya):
    address = f"/datasets/{world['dataset'].key}/appoint-owner/"
    assert api(priya, "post", address, {"person": "tom"}).status_code == 403
    assert api(grace, "post", address, {"person": "tom"}).json()["owners"] == ["tom"]
    assert api(grace, "get", "/datasets/?owner=tom").json()["results"][0]["key"] == world["dataset"].key


def test_domains_are_listed_and_opened(api, priya, grace):
    assert api(priya, "post", "/domains/", {"slug": "risk", "name": "Risk"}).status_code == 403
    assert api(grace, "post", "/domains/", {"slug": "risk", "name": "Risk"}).status_code == 201
    assert {row["slug"] for row in api(priya, "get", "/domains/").json()["results"]} == {"growth", "risk"}
    assert api(priya, "get", "/domains/risk/").json()["name"] == "Risk"
