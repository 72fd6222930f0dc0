"""The frame in a real browser: sign-in, keys, search box, theme, narrow screens, weight, and no script at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.cast import PASSWORD
from tests.journeys import browser

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.web.addresses"), pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
NOWHERE = "/never/was/"


def test_one_signs_in_by_the_form_and_out_again(visit: Visit, priya: Any) -> None:
    priya.set_password(PASSWORD)
    priya.save()
    page = visit()
    browser.sign_in(page, "priya", PASSWORD)
    page.goto(NOWHERE)
    assert page.get_by_text("Priya Nair").is_visible()
    page.get_by_role("button", name="Sign out").click()
    assert "/accounts/login/" in page.url


def test_a_wrong_password_keeps_the_name_typed(visit: Visit, priya: Any) -> None:
    page = visit()
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("priya")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert page.get_by_label("Username").input_value() == "priya"
    assert page.locator("[data-refused]").is_visible()


def test_axe_finds_nothing_on_pages_of_the_frame(visit: Visit, live_server: Any, priya: Any) -> None:
    stranger, known = visit(), visit(priya)
    stranger.goto("/accounts/login/")
    browser.axe(stranger, base=live_server.url)
    for address in (NOWHERE, "/accounts/2fa/", "/accounts/password/change/", "/accounts/signup/"):
        known.goto(address)
        browser.axe(known, base=live_server.url)


def test_the_frame_fits_every_width(visit: Visit, live_server: Any, priya: Any) -> None:
    stranger, known = visit(), visit(priya)
    stranger.goto("/accounts/login/")
    browser.shoot(stranger, "sign-in", base=live_server.url)
    known.goto(NOWHERE)
    browser.shoot(known, "nothing-here", base=live_server.url)


def test_ctrl_k_asks_while_one_types_and_arrows_choose(visit: Visit, priya: Any) -> None:
    page = visit(priya)
    page.goto(NOWHERE)
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("coupon")
    page.get_by_role("option", name="Two coupon").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nested/?two")


def test_escape_closes_the_search_box_and_gives_focus_back(visit: Visit, priya: Any) -> None:
    page = visit(priya)
    page.goto(NOWHERE)
    page.locator(".search-open").click()
    assert page.locator("dialog.jump").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog.jump").is_visible()
    assert page.evaluate("document.activeElement.className") == "search-open"


def test_a_question_mark_lists_the_keys_but_not_while_typing(visit: Visit, priya: Any) -> None:
    page = visit(priya)
    page.goto(NOWHERE)
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    page.goto("/accounts/password/change/")
    page.locator("input[type=password]").first.press("?")
    assert not page.locator("dialog#keys").is_visible()


def test_the_theme_is_switched_without_loading_and_stays(visit: Visit, priya: Any) -> None:
    page = visit(priya)
    page.goto(NOWHERE)
    page.get_by_role("button", name="Switch between light and dark").click()
    chosen = page.evaluate("document.documentElement.dataset.theme")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == chosen == "dark"


def test_on_a_narrow_screen_the_menu_opens_in_place(visit: Visit, priya: Any) -> None:
    page = visit(priya, width=390)
    page.goto(NOWHERE)
    assert not page.get_by_role("navigation", name="Rooms").is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("navigation", name="Rooms").is_visible()


def test_without_script_reading_and_plain_forms_work(visit: Visit, priya: Any) -> None:
    page = visit(priya, script=False, width=390)
    page.goto(NOWHERE)
    assert page.get_by_role("navigation", name="Rooms").is_visible()
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-hans"


def test_the_skip_link_is_the_first_stop(visit: Visit, priya: Any) -> None:
    page = visit(priya)
    page.goto(NOWHERE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_first_view_is_light(visit: Visit, priya: Any) -> None:
    sizes = browser.weight(visit(priya), NOWHERE)
    assert 0 < sizes["other"] < 100_000, sizes


def test_nothing_moves_while_a_page_loads(visit: Visit, priya: Any) -> None:
    page = visit(priya)
    page.goto(NOWHERE, wait_until="networkidle")
    moved = page.evaluate(
        "new Promise(done => { let sum = 0;"
        "new PerformanceObserver(list => list.getEntries().forEach(e => { sum += e.value }))"
        ".observe({type: 'layout-shift', buffered: true});"
        "setTimeout(() => done(sum), 200) })"
    )
    assert moved < 0.01
