"""Who is in the story, on which pages they stand, and what has been made so far."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from catalog.models import Dataset
from guard.models import Thing
from tests.journeys import browser

expect.set_options(timeout=15_000)  # a busy machine is no fault of the page
ALL = "a test looks at what is there"
# Pictures of every page on the way take minutes: THROUGHLINE_SHOTS=all makes them.
EVERY_PICTURE = os.environ.get("THROUGHLINE_SHOTS") == "all"


@dataclass
class Story:
    """One run.

    Args:
        visit: opens a page signed in as somebody.
        cast: everybody by username.
        work: carries out what waits for the worker.
        base: the live server's address.
        folder: with the dbt artifacts that are imported.
        name: of this run, for its pictures.
        tmp: where files for uploads are written.
    """

    visit: Callable[..., Page]
    cast: dict[str, Any]
    work: Callable[[], int]
    base: str
    folder: Path
    name: str
    tmp: Path
    pages: dict[str, Page] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # what the steps made, by its part in the story

    def page(self, username: str) -> Page:
        """Somebody's own browser; opened when they first act."""
        if username not in self.pages:
            self.pages[username] = self.visit(self.cast[username])
        return self.pages[username]

    def go(self, username: str, path: str) -> Page:
        """Somebody goes somewhere that is there for them."""
        page = self.page(username)
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, (username, path, answer and answer.status)
        browser.settle(page)
        return page

    def look(self, page: Page, name: str) -> None:
        """What stands on a page passes axe; with THROUGHLINE_SHOTS=all it is photographed in every width and theme."""
        browser.axe(page)
        if EVERY_PICTURE:
            photograph(page, f"journey-{name}-{self.name}")

    def dataset(self, part: str) -> Dataset:
        """One of the imported datasets, as it is now."""
        return Dataset.objects.unrestricted(ALL).get(thing__key=self.keys[part])


def photograph(page: Page, name: str) -> None:
    """A page as it stands, half filled in, in every width and theme; nothing is loaded again."""
    browser.SHOTS.mkdir(exist_ok=True)
    was = page.viewport_size or {"width": 1440, "height": 900}
    for theme in browser.THEMES:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for width, height in browser.WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=browser.SHOTS / f"{name}-{width}-{theme}.png", full_page=True)
    page.evaluate("document.documentElement.removeAttribute('data-theme')")
    page.set_viewport_size(was)


def press(page: Page | Locator, name: str) -> None:
    """Press the one button of this name."""
    page.get_by_role("button", name=name, exact=True).click()


def unfold(page: Page | Locator, name: str) -> Locator:
    """Open a fold by its summary and give what is inside."""
    fold = page.locator("details", has=page.locator("summary", has_text=name)).first
    fold.locator("summary").first.click()
    return fold


def write(page: Page, label: str, text: str) -> None:
    """Write into the editor of this name, in place of what stands there."""
    page.locator(".editor").get_by_label(label).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def arrived(page: Page, pattern: str) -> str:
    """Wait for an address that ends so; gives the key in it."""
    page.wait_for_url(re.compile(rf"{pattern}(\?.*|#.*)?$"))
    browser.settle(page)
    found = re.search(r"/([A-Z]{2,3}-\d+)/", page.url)
    return found.group(1) if found else ""


def says(page: Page | Locator, words: str) -> None:
    """These words are there to be read."""
    expect(page.get_by_text(words).first).to_be_visible()


def things() -> list[Thing]:
    """Everything that the story has made."""
    return list(Thing.objects.unrestricted(ALL).order_by("pk"))
