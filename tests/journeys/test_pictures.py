"""Pictures of the main pages on the demo organisation, in both themes and two widths; axe looks at each.

They go to shots/, which git ignores; the one in the README is a copy of `trace-1440-light.png`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from demo import story
from guard.models import Thing
from tests.journeys import browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def first(kind: str, **where: Any) -> str:
    rows = Thing.objects.unrestricted("a test looks at what is there").filter(kind=kind, **where)
    return str(rows.order_by("pk").values_list("key", flat=True).first())


def test_pictures_of_the_main_pages(visit: Callable[..., Page], live_server: Any) -> None:
    cast = story.tell("a long walk home")["a"].cast
    in_review = first("prd", state="in_review")
    looks = [
        ("priya", "home-priya", "/"), ("sam", "home-sam", "/"), ("grace", "home-grace", "/"), ("sam", "ask", "/ask/"),
        ("priya", "prd", f"/prds/{in_review if in_review != 'None' else first('prd')}/"),
        ("priya", "product", f"/catalog/products/{first('product')}/"),
        ("omar", "dataset", f"/catalog/datasets/{first('dataset', level=4)}/"),
        ("grace", "governance", "/governance/"), ("priya", "search", "/search/?q=checkout"),
        ("priya", "trace", f"/trace/{first('product')}/"), ("otto", "home-otto", "/"),
    ]  # fmt: skip
    pages: dict[str, Page] = {}
    for username, name, path in looks:
        page = pages.setdefault(username, visit(cast[username]) if username not in pages else pages[username])
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
        browser.shoot(page, name, base=live_server.url, widths=(390, 1440))
        browser.axe(page, base=live_server.url)
