"""The whole thread on one page; and Otto, to whom nothing of it is there."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from guard.kinds import url_of
from guard.models import Thing
from tests.journeys import browser
from tests.journeys.newcomer import demand_steps, metric_steps, prd_steps, usage_steps
from tests.journeys.newcomer.story import Story, says, things

API = {
    "dataset": "datasets", "decision": "decisions", "insight": "insights", "interview": "interviews",
    "metric": "metrics", "prd": "prds", "quote": "quotes", "request": "requests", "review": "reviews",
    "warehouse": "warehouses",
}  # fmt: skip
NO_PAGE_OF_ITS_OWN = {"participant"}


def see_the_thread(story: Story) -> None:
    """From what Lena said to what Tom decided, on one page that needs no scrolling to the side at any width."""
    page = story.go("priya", f"/trace/{story.keys['prd']}/")
    said = ("Lena about the coupon page", demand_steps.PAIN, "Move or remove the coupon step.", prd_steps.TITLE,
            metric_steps.TITLE, story.dataset("orders").title, usage_steps.TITLE)  # fmt: skip
    for words in said:
        expect(page.locator("a.lane-card", has_text=words).first).to_be_visible()
    for part in ("interview", "quote", "insight", "request", "prd", "metric", "orders", "customers", "decision"):
        expect(page.locator(f"a.lane-card[data-node='{story.keys[part]}']")).to_be_visible()
    for width in (1440, 1280, 1024, 768, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert out_at_the_side(page) == [], f"at {width} px"
    browser.shoot(page, f"journey-thread-{story.name}", base=story.base)
    browser.axe(page, base=story.base)


def out_at_the_side(page: Page) -> list[str]:
    """What of the page is wider than the room it has."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('html, main, .lanes-room, .lanes, .lane-card')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className || e.tagName)"
    )
    return found


def otto_finds_nothing(story: Story) -> None:
    """Neither by an address of a page or of the API, nor in a list, nor by searching for a key or a title."""
    made = things()
    assert {thing.kind for thing in made} >= set(API) and len(made) > 12
    assert Thing.objects.visible_to(story.cast["otto"], "exists").count() == 0
    page = story.page("otto")
    for thing in made:
        places = [f"/trace/{thing.key}/", f"/api/v1/trace/{thing.key}/"]
        if thing.kind not in NO_PAGE_OF_ITS_OWN:
            places += [url_of(thing), f"/api/v1/{API[thing.kind]}/{thing.key}/"]
        for place in places:
            assert page.request.get(place).status == 404, (thing.key, place)
        for words in (thing.key, thing.title):
            found = page.request.get("/api/v1/search/", params={"q": words}).json()
            assert found["results"] == [], (words, found)
    for resource in API.values():
        assert page.request.get(f"/api/v1/{resource}/").json()["results"] == []
    for words in ("checkout", metric_steps.TITLE, story.keys["prd"]):
        page.goto(f"/search/?q={words}")
        says(page, "Nothing found")
    for place in (url_of(made[0]), f"/metrics/{story.keys['metric']}/", "/usage/", "/governance/", "/"):
        page.goto(place)
        text = page.content()
        assert not [thing.key for thing in made if thing.key in text and thing.key not in place]
