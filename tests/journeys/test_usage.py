"""Usage and decisions in a real browser: they fit, axe finds nothing, a maker attests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from guard.models import Domain
from people.actions import form_team
from tests.catalog import make as catalog
from tests.journeys import browser
from tests.usage import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
LOGINS = ("sam", "tom", "mei", "ravi", "gus", "sam", "svc_etl")


def test_usage_is_read_and_a_decision_attested(
    visit: Visit, live_server: Any, cast: dict[str, Any], growth: Domain
) -> None:
    orders = catalog.dataset(cast["omar"], growth)
    catalog.dataset(cast["omar"], growth, "shop.dim_dusty")
    people = [cast[name] for name in ("sam", "tom", "mei", "ravi", "gus", "sol", "grace", "priya")]
    team = form_team(by=cast["grace"], slug="growth", name="Growth", people=people)
    product = make.product(cast, growth, orders, audience_team=team, usage_target=70)
    rows = [make.row(who, minute=n, days_ago=1 + 5 * n) for n, who in enumerate(LOGINS)]
    make.load(cast["omar"], rows)
    make.load(cast["omar"], [make.row("sam", "SELECT 1 FROM shop.nowhere", minute=50)])
    made = make.decision(cast, growth, product=product)
    make.pin(cast, made, orders, value="3.29 %", note="Step loss by hour.")
    pages = {
        "usage": "/usage/", "decisions": "/decisions/", "decision": f"/decisions/{made.key}/",
        "usage-of-product": f"/catalog/products/{product.key}/", "usage-of-dataset": f"/catalog/datasets/{orders.key}/",
        "decision-new": "/decisions/new/", "evidence": f"/decisions/{made.key}/evidence/",
    }  # fmt: skip
    grace, priya = visit(cast["grace"]), visit(cast["priya"])
    for name, path in pages.items():
        page = priya if name in ("decision-new", "evidence") else grace
        page.goto(path)
        browser.shoot(page, name, base=live_server.url, widths=(390, 1440))
        browser.axe(page, base=live_server.url)
    tom = visit(cast["tom"])
    tom.goto(pages["decision"])
    tom.get_by_role("button", name="Attest", exact=True).click()
    assert tom.get_by_text("Attested by Tom Okafor").is_visible()
