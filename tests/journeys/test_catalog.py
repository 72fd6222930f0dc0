"""The catalogue in a real browser: it fits every width, axe finds nothing, and its forms work by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalog import actions as catalog
from guard.models import Domain
from talk.actions import add_comment
from tests.catalog import make
from tests.journeys import browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


@pytest.fixture
def world(cast: dict[str, Any], growth: Domain) -> dict[str, Any]:
    """A product on two datasets, one with columns still unclassified, one hidden upstream."""
    omar, priya, grace = cast["omar"], cast["priya"], cast["grace"]
    orders = make.dataset(
        omar, growth, "shop.dwd_trade_order_detail",
        {"order_id": 2, "buyer_id": 3, "receiver_phone": 3, "pay_amount": 2, "pay_time": 2},
        description="One row for each **line** of a paid order.", grain="order_id, line_no", layer="DWD",
        allowed_purposes=["funnel monitoring"], retention_days=730, freshness_minutes=60,
    )  # fmt: skip
    events = make.dataset(omar, growth, "shop.ods_app_event", {"device_id": 3, "payload_json": None}, layer="ODS")
    secret = make.dataset(omar, growth, "shop.ods_psp_raw", {"card_no": 5}, layer="ODS")
    board = make.dataset(omar, growth, "shop.ads_checkout_funnel", {"step": 2, "uv": 2}, layer="ADS")
    for source, target in ((events, orders), (secret, orders), (orders, board)):
        catalog.add_lineage(by=grace, source=source, target=target)
    catalog.appoint_owner(by=grace, of=orders, person=cast["tom"])
    catalog.appoint_steward(by=grace, of=orders, person=cast["mei"])
    catalog.propose_column_level(by=omar, column=make.column(board, "uv"), rank=3, reason="small groups")
    product = make.product(
        priya, growth, purpose="The checkout lead sees **within the hour** where people leave.", usage_target=60,
        eligible_count=64, review_on=date(2027, 1, 31), sla="hourly, by the quarter past",
    )  # fmt: skip
    for dataset in (orders, board):
        catalog.contain(by=priya, product=product, dataset=dataset)
    add_comment(by=cast["sam"], on=product, body="Does *eligible* count the night shift?")
    return {"orders": orders, "board": board, "product": product}


def test_pages_of_the_catalogue_fit_and_read_well(
    visit: Visit, live_server: Any, priya: Any, grace: Any, world: dict[str, Any]
) -> None:
    orders, product = f"/catalog/datasets/{world['orders'].key}/", f"/catalog/products/{world['product'].key}/"
    column = make.column(world["orders"], "buyer_id").pk
    looks = [
        (priya, "catalog", "/catalog/"), (priya, "products", "/catalog/products/"), (priya, "product", product),
        (priya, "product-new", "/catalog/products/new/"), (priya, "product-change", product + "change/"),
        (grace, "datasets", "/catalog/datasets/"), (priya, "dataset", orders),
        (priya, "dataset-lineage", orders + "?tab=lineage"), (grace, "dataset-contract", orders + "?tab=contract"),
        (grace, "dataset-history", orders + "?tab=history"), (priya, "dataset-describe", orders + "describe/"),
        (grace, "impact", f"{orders}columns/{column}/impact/?rank=5"), (priya, "domains", "/catalog/domains/"),
        (priya, "domain", "/catalog/domains/growth/"), (priya, "warehouses", "/catalog/warehouses/"),
        (priya, "warehouse", "/catalog/warehouses/WH-1001/"),
    ]  # fmt: skip
    pages = {person.pk: visit(person) for person in (priya, grace)}
    for person, name, path in looks:
        page = pages[person.pk]
        page.goto(path)
        browser.shoot(page, f"catalog-{name}", base=live_server.url)
        browser.axe(page, base=live_server.url)


def test_a_level_is_proposed_by_hand_and_counts_at_once(visit: Visit, grace: Any, world: dict[str, Any]) -> None:
    page = visit(grace, script=False)
    page.goto(f"/catalog/datasets/{world['orders'].key}/")
    row = page.locator("tr", has_text="pay_amount")
    row.locator("summary").click()
    row.get_by_label("Level for pay_amount").select_option("4")
    row.get_by_role("button", name="Propose", exact=True).click()
    expect(page.locator(".facts")).to_contain_text("Restricted")
    assert make.fresh(world["orders"]).level == 4
    assert make.fresh(world["product"]).level == 4
