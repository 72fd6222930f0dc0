"""A newcomer without a mouse: every step by keys alone, and the focus is where the eye expects it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from governance import actions as governance
from guard.models import Domain
from people.models import User
from tests.cast import PASSWORD
from tests.governance import make
from tests.journeys import browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
LONG = 120_000
FOCUS = """
() => { const e = document.activeElement; const said = e.getAttribute("aria-label") || e.labels?.[0]?.textContent
    || e.textContent || e.value || ""; return e === document.body ? "" : said.trim().replace(/\\s+/g, " "); }
"""


@pytest.fixture
def orders(cast: dict[str, User], growth: Domain) -> Any:
    levels = {"order_id": 2, "paid_at": 2}
    made = make.orders(
        cast["omar"], growth, cast["grace"], dict(levels), name="shop.orders", owner=cast["tom"],
        allowed_purposes=["service quality"],
    )  # fmt: skip
    return make.reviewed(made, cast["ravi"], cast["grace"], levels)


def focused(page: Page) -> str:
    """The name of what has the focus; nothing while that is the page as a whole."""
    return str(page.evaluate(FOCUS))


def tab_to(page: Page, name: str, *, most: int = 90) -> None:
    """Press Tab until what has this name has the focus, as somebody does who reads along."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if focused(page).startswith(name):
            return
    raise AssertionError(f"“{name}” was not reached on {page.url}; last was “{focused(page)}”")


def go(page: Page, address: str) -> None:
    page.wait_for_url(re.compile(address), timeout=LONG)
    browser.settle(page)


def test_one_signs_in_skips_the_menu_and_jumps_to_a_dataset(visit: Visit, sam: User, orders: Any) -> None:
    sam.set_password(PASSWORD)
    sam.save()
    page = visit()
    page.goto("/accounts/login/")
    tab_to(page, "Username", most=4)
    page.keyboard.type("sam")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    go(page, r"/$")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "Ask for data", most=1)

    page.keyboard.press("Control+k")
    assert focused(page) == "Search"
    page.keyboard.type("orders")
    expect(page.get_by_role("option", name="orders")).to_be_visible(timeout=LONG)
    page.keyboard.press("Escape")  # words are typed, and it closes all the same
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert focused(page) == "Ask for data"
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    go(page, f"/catalog/datasets/{orders.key}/$")


def test_one_asks_for_access_and_says_something(visit: Visit, sam: User, orders: Any) -> None:
    page = visit(sam)
    page.goto(f"/catalog/datasets/{orders.key}/")
    browser.settle(page)
    tab_to(page, "Say something")
    page.keyboard.type("Are refunds in it?")
    tab_to(page, "Comment", most=3)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Are refunds in it?")).to_be_visible(timeout=LONG)

    browser.settle(page)
    tab_to(page, "Ask for access")
    page.keyboard.press("Enter")
    go(page, r"/ask/$")
    tab_to(page, "Purpose")
    page.keyboard.type("service")
    tab_to(page, "order_id")
    page.keyboard.press("Space")
    assert page.get_by_label("order_id").is_checked()
    tab_to(page, "Ask", most=12)
    page.keyboard.press("Enter")
    go(page, r"/governance/grants/GRT-")
    expect(page.get_by_role("heading", level=1)).to_contain_text("orders", timeout=LONG)


def test_one_writes_a_request(visit: Visit, sam: User, growth: Domain) -> None:
    page = visit(sam)
    page.goto("/")
    browser.settle(page)
    page.keyboard.press("g")
    page.keyboard.press("a")
    go(page, r"/ask/$")
    for name, words in (
        ("Which decision will you make", "Move or remove the coupon step."),
        ("Who decides?", "Sam Weller"),
        ("By when?", "12312036"),
        ("What will you do if", "Above 12 % we switch the variant."),
    ):
        tab_to(page, name)
        page.keyboard.type(words)
    tab_to(page, "Send request")
    page.keyboard.press("Enter")
    go(page, r"/demand/requests/REQ-")
    expect(page.get_by_role("heading", level=1)).to_contain_text("coupon step", timeout=LONG)


def test_a_level_is_reviewed(visit: Visit, cast: dict[str, User], orders: Any) -> None:
    review = governance.propose_levels(by=cast["ravi"], dataset=make.dataset(orders), levels={"order_id": 3})
    page = visit(cast["grace"])
    page.goto("/governance/reviews/")
    browser.settle(page)
    tab_to(page, review.key)
    page.keyboard.press("Enter")
    go(page, f"/governance/reviews/{review.key}/$")
    tab_to(page, "Approve")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Approved").first).to_be_visible(timeout=LONG)
    assert make.level(orders) == 3


def test_a_part_that_arrives_neither_takes_the_focus_nor_loses_it(visit: Visit, sam: User, orders: Any) -> None:
    page, held = visit(sam), []
    page.route("**/pieces/**", lambda route: held.append(route))
    page.goto(f"/catalog/datasets/{orders.key}/")
    place = page.locator("[data-later]", has=page.get_by_role("link", name="Show Comments"))
    expect(place).to_have_attribute("aria-busy", "true", timeout=LONG)
    tab_to(page, "Search")
    while held:
        held.pop().continue_()
    page.unroute("**/pieces/**")
    browser.settle(page)
    assert focused(page).startswith("Search"), "a part that arrived took the focus"


def test_the_focus_of_who_waits_in_a_part_stays_in_it(visit: Visit, sam: User, orders: Any) -> None:
    page, held = visit(sam), []
    page.route("**/comments/**", lambda route: held.append(route))
    page.goto(f"/catalog/datasets/{orders.key}/")
    tab_to(page, "Show Comments")
    page.wait_for_function("() => document.querySelector('[data-later][aria-busy=true]')", timeout=LONG)
    while held:
        held.pop().continue_()
    page.unroute("**/comments/**")
    browser.settle(page)
    assert page.evaluate("document.activeElement.closest('[data-later]')?.textContent.includes('Say something')")
    tab_to(page, "Say something", most=2)


def test_a_list_that_is_filtered_keeps_what_is_typed_in_focus(visit: Visit, grace: User, orders: Any) -> None:
    page = visit(grace)
    page.goto("/catalog/datasets/")
    tab_to(page, "Contains")
    page.keyboard.type("ord")
    page.wait_for_url(re.compile(r"q=ord"), timeout=LONG)
    page.keyboard.type("ers")
    page.wait_for_url(re.compile(r"q=orders"), timeout=LONG)
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == ["q", "orders"]
    expect(page.get_by_role("link", name="shop.orders")).to_be_visible(timeout=LONG)


def test_escape_closes_what_unfolds_and_gives_the_focus_back(visit: Visit, grace: User, orders: Any) -> None:
    page = visit(grace, width=390)
    page.goto("/governance/")
    browser.settle(page)
    tab_to(page, "Menu", most=6)
    page.keyboard.press("Enter")
    expect(page.locator(".menu.open")).to_be_visible(timeout=LONG)
    tab_to(page, "Home", most=2)
    page.keyboard.press("Escape")
    expect(page.locator(".menu.open")).to_have_count(0)
    assert focused(page) == "Menu"
