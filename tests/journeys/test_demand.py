"""Demand in a real browser: words are marked and coded, asking shows what is there, every page fits and passes axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demand import actions
from demand.models import Purpose
from tests.demand import make
from tests.journeys import browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
MARK_WORDS = """(words) => {
  const root = document.querySelector("[data-transcript]");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    root.dispatchEvent(new MouseEvent("mouseup", {bubbles: true}));
    return true;
  }
  return false;
}"""


@pytest.fixture
def world(priya: Any, sam: Any, tom: Any, growth: Any) -> dict[str, Any]:
    insight = make.supported(priya, growth, statement="Breaks in the checkout funnel are seen days late.", severity=3)
    against = make.quote(priya, growth, make.ARGUE, alias="Support lead", unit="Support")
    actions.add_evidence(by=priya, insight=insight, quotes=[against], role="contradicts")
    request = make.ask(sam, growth, insights=[insight])
    actions.support_request(by=tom, request=request, importance=3, why="We wait for it every Monday.")
    text = "Lena: 😀 We learn on Monday.\n" + make.TALK
    fresh = make.transcribed(priya, growth, text=text, title="Payments lead on the coupon page")
    return {"insight": insight, "request": request, "interview": fresh, "quote": against}


def address(row: Any) -> str:
    return f"/demand/{row.KIND}s/{row.key}/"


def answer_the_rest(page: Page) -> None:
    page.get_by_label("Who decides?").fill("Sam Weller")
    page.get_by_label("By when?").fill(str(make.soon()))
    page.get_by_label("What will you do if the number is").fill("Above 12 % we switch")


def test_words_are_marked_with_the_mouse_and_coded(visit: Visit, priya: Any, world: dict[str, Any]) -> None:
    page = visit(priya)
    page.goto(address(world["interview"]))
    assert page.evaluate(MARK_WORDS, make.SCARED)
    expect(page.locator("[data-quote-exact]")).to_have_value(make.SCARED)
    page.get_by_role("button", name="Code it").click()
    expect(page.locator("mark")).to_have_text(make.SCARED)
    page.locator("[data-quote-exact]").fill("Friday's coupon page scared everybody off")
    page.get_by_role("button", name="Code it").click()
    expect(page.locator("[data-refused]")).to_contain_text("QUO-1")


def test_asking_shows_while_one_types_what_is_there(visit: Visit, tom: Any, world: dict[str, Any]) -> None:
    page = visit(tom)
    page.goto("/ask/")
    expect(page.get_by_label("None of what is there already fits")).to_be_hidden()
    page.get_by_label("Which decision will you make with it?").fill("Remove the coupon step in checkout")
    expect(page.locator("#similar")).to_contain_text("Move or remove the coupon step")
    expect(page.get_by_label("None of what is there already fits")).to_be_visible()
    answer_the_rest(page)
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("[data-refused]")).to_contain_text("REQ-4")
    assert page.get_by_label("Which decision will you make with it?").input_value().startswith("Remove the coupon")


def test_asking_works_without_script(visit: Visit, sam: Any, growth: Any) -> None:
    page = visit(sam, script=False)
    page.goto("/ask/")
    page.get_by_label("Which decision will you make with it?").fill("Close a depot")
    answer_the_rest(page)
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("h1")).to_have_text("Close a depot")


def test_every_page_fits_and_passes_axe(visit: Visit, live_server: Any, cast: Any, world: dict[str, Any]) -> None:
    assert Purpose.objects.exists()
    places = {
        "overview": "/demand/", "interviews": "/demand/interviews/", "interview": address(world["interview"]),
        "plan": "/demand/interviews/new/", "insights": "/demand/insights/", "insight": address(world["insight"]),
        "write": "/demand/insights/new/", "requests": "/demand/requests/", "request": address(world["request"]),
        "board": "/demand/board/", "ask": "/ask/", "quote": address(world["quote"]),
    }  # fmt: skip
    for who in ("priya", "sam"):
        page = visit(cast[who])
        pictures = (390, 768, 1440) if who == "priya" else (390, 1440)
        for name, place in places.items():
            page.goto(place)
            browser.shoot(page, f"demand-{name}-{who}", base=live_server.url, widths=pictures)
            browser.axe(page, base=live_server.url)
