"""Parts of a page that come later: they arrive, hardly move what is there, and are one link away without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from guard.models import Domain
from people.models import User
from tests.catalog import make
from tests.journeys import browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# what a reader sees move without having done anything, as browsers measure it; 0.1 is called good
SHIFTS = """
() => { window.moved = 0; new PerformanceObserver((list) => { for (const one of list.getEntries())
    if (!one.hadRecentInput) window.moved += one.value; }).observe({type: "layout-shift", buffered: true}); }
"""


def test_the_parts_arrive_and_hardly_move_what_is_there(
    visit: Callable[..., Page], live_server: Any, cast: dict[str, User], growth: Domain
) -> None:
    orders = make.dataset(cast["omar"], growth)
    page = visit(cast["omar"])
    page.goto(f"/catalog/datasets/{orders.key}/")
    page.evaluate(SHIFTS)
    browser.settle(page)
    assert page.locator("[data-later]").count() >= 4
    assert page.locator("[data-later][aria-busy='true']").count() == 0
    expect(page.get_by_role("heading", name="Comments")).to_be_visible(timeout=60_000)
    assert page.evaluate("window.moved") < 0.1
    page.get_by_label("Say something").fill("Who counts?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Who counts?")).to_be_visible(timeout=60_000)


def test_without_script_each_part_is_one_link_away(
    visit: Callable[..., Page], live_server: Any, cast: dict[str, User], growth: Domain
) -> None:
    orders = make.dataset(cast["omar"], growth)
    page = visit(cast["omar"], script=False)
    page.goto(f"/catalog/datasets/{orders.key}/")
    page.get_by_role("link", name="Show Comments").click()
    page.get_by_label("Say something").fill("Who counts?")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.wait_for_url("**/catalog/datasets/**")
    page.get_by_role("link", name="Show Comments").click()
    expect(page.get_by_text("Who counts?")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name=orders.title).click()
    page.wait_for_url("**/catalog/datasets/**")
