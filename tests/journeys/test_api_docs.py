"""The page that shows the API comes whole from here: nothing foreign, nothing inline, every resource on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_api_is_shown_without_a_foreign_address(visit: Callable[..., Page], cast: dict[str, Any]) -> None:
    page = visit(cast["priya"])  # a fault that the page logs fails the test when it is left
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/docs/")
    shown = page.locator(".opblock-summary-path")
    expect(shown.first).to_be_visible(timeout=60_000)
    expect(shown.nth(5)).to_be_visible(timeout=60_000)
    here = page.url.split("/api/")[0]
    assert asked and all(address.startswith((here, "data:")) for address in asked), asked
