"""Enforcing a real warehouse in a real browser: verify, plan, try, apply, revert; it fits and axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalog import actions as catalog
from guard.models import Domain
from tests.catalog.make import approve_levels
from tests.governance import make as papers
from tests.governance.enforcement.shop import Shop, is_there
from tests.journeys import browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LEVELS = {"id": 2, "city": 2, "name": 3, "phone": 4, "born": 4}


@pytest.fixture
def shop(monkeypatch: Any) -> Iterator[Shop]:
    if not is_there():
        pytest.skip("the server was brought by the caller (DATABASE_URL): nobody may make databases there")
    made = Shop(monkeypatch)
    try:
        made.open()
        yield made
    finally:
        made.close()


def test_grace_enforces_a_warehouse_and_takes_it_back(
    visit: Callable[..., Page],
    live_server: Any,
    cast: dict[str, Any],
    growth: Domain,
    shop: Shop,
    run_outbox: Callable[[], int],
) -> None:
    warehouse = catalog.add_warehouse(by=cast["omar"], name=shop.name, domain=growth, title="Shop")
    for name, columns in (("crm.cust", LEVELS), ("crm.region", {"id": 1, "label": 2})):
        facts = {"by": cast["omar"], "warehouse": warehouse, "domain": growth}
        dataset = catalog.add_dataset(name=name, columns=[{"name": n} for n in columns], **facts)
        approve_levels(by=cast["omar"], dataset=papers.dataset(dataset), levels=columns)
    ann = shop.role("ann")
    shop.do(f"GRANT USAGE ON SCHEMA crm TO {ann}", f"GRANT SELECT ON crm.cust TO {ann}")
    for _turn in range(30):
        shop.ask(ann, "SELECT city FROM crm.cust")
    page = visit(cast["grace"])

    def look(name: str) -> None:
        browser.shoot(page, name, base=live_server.url, widths=(390, 1440))
        browser.axe(page, base=live_server.url)

    page.goto("/governance/warehouse/")
    look("enforcement")
    page.get_by_role("link", name="Open", exact=True).click()
    page.get_by_role("button", name="Verify now").click()
    look("enforcement-not-in-step")
    page.get_by_role("button", name="Make a plan").click()
    page.get_by_role("button", name="Dry run", exact=True).click()
    assert page.get_by_text("1 would break").is_visible()
    look("enforcement-plan")
    page.get_by_role("button", name="Apply this plan").click()
    assert page.get_by_text("known queries would break").is_visible()
    page.get_by_label("I accept that the queries named above will break").check()
    page.get_by_role("button", name="Apply this plan").click()
    assert run_outbox() > 0  # what the worker does, while the page asks how far it is
    expect(page.get_by_role("button", name="Revert this run")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Shop", exact=True).click()
    page.get_by_role("button", name="Verify now").click()
    assert page.get_by_text("every role was tried").is_visible()
    look("enforcement-in-step")
    page.goto("/governance/warehouse/limits/")
    look("enforcement-limits")
    page.goto(f"/governance/warehouse/{warehouse.key}/")
    page.get_by_role("link", name="Open", exact=True).click()
    page.get_by_role("textbox", name="Why").fill("It was only to see.")
    page.get_by_role("button", name="Revert this run").click()
    assert page.get_by_text("Every right is as it was.").is_visible()
    assert shop.ask(ann, "SELECT count(*) FROM crm.cust") == [(20,)]
