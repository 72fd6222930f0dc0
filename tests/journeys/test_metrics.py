"""Metrics in a real browser: they fit every width, and axe finds nothing in either theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from guard.models import Domain
from metrics import actions
from tests.journeys import browser
from tests.metrics import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


@pytest.fixture
def world(cast: dict[str, Any], growth: Domain) -> dict[str, Any]:
    """A certified input, a composite in review with two versions, a twin, a proposal."""
    source = make.dataset(cast, growth)
    raw = make.dataset(cast, growth, "shop.ods_app_event", device_id=3, page=2, payload_json=None)
    buyers = make.certified(cast, make.atomic(cast, source, title="Paying buyers", definition={
        "event_time_column": "pay_time", "limits": ["client = 'app'"], "grain": ["client"], "dimensions": ["client"],
        "caliber": "**Counts** every buyer with a paid order.\n\n- leaves out staff\n- leaves out test orders",
    }))  # fmt: skip
    visits = make.answered(cast, make.proposed(cast, growth, "visit_uv", title="Visitors", unit="devices"))
    given = {"source_dataset": raw.key, "agg": "count_distinct", "expr": "device_id", "limits": ["page <> 'bot'"]}
    actions.define_metric(by=cast["tom"], metric=visits, definition=given)
    rate = make.composite(cast, growth, "visit_to_pay_cr_1d_app", "pay_buyer_cnt / visit_uv")
    make.redefine(cast, rate, expression="pay_buyer_cnt / nullif(visit_uv, 0)", timezone="UTC+8",
                  synonyms=["checkout conversion", "转化率"], display_name="Visit to pay conversion")  # fmt: skip
    actions.submit_metric(by=cast["tom"], metric=make.fresh(rate))
    actions.certify_metric(by=cast["ravi"], metric=make.fresh(rate))
    twin = make.atomic(cast, source, "app_buyers", title="App buyers")
    return {"buyers": buyers, "visits": visits, "rate": make.fresh(rate), "twin": twin,
            "idea": make.proposed(cast, growth, "refund_rate_7d", metric_kind="composite")}  # fmt: skip


def test_pages_of_metrics_fit_and_read_well(
    visit: Visit, live_server: Any, priya: Any, grace: Any, world: dict[str, Any]
) -> None:
    rate, twin, idea, visits = (world[name].key for name in ("rate", "twin", "idea", "visits"))
    looks = [
        (priya, "metrics", "/metrics/"), (priya, "metric-proposal", f"/metrics/{idea}/"),
        (priya, "metric-new", "/metrics/new/"), (priya, "metric-define", f"/metrics/{twin}/define/"),
        (priya, "metric-merge", f"/metrics/{twin}/merge/?into=pay_buyer_cnt"),
        (priya, "metrics-tree", "/metrics/tree/"),
        (priya, "metric-people", f"/metrics/{idea}/people/"), (grace, "metric", f"/metrics/{rate}/"),
        (grace, "metric-blocked", f"/metrics/{visits}/"), (priya, "metric-hidden-parts", f"/metrics/{rate}/"),
    ]  # fmt: skip
    pages = {person.pk: visit(person) for person in (priya, grace)}
    for person, name, path in looks:
        page = pages[person.pk]
        page.goto(path)
        browser.shoot(page, name, base=live_server.url)
        browser.axe(page, base=live_server.url)


def test_the_second_signature_is_given_in_the_browser(visit: Visit, grace: Any, world: dict[str, Any]) -> None:
    # the source of one input has an unclassified column: first the rule, then the signature
    page = visit(grace)
    page.goto(f"/metrics/{world['rate'].key}/")
    page.get_by_role("button", name="Sign the certification").click()
    page.get_by_text("Certified until").wait_for()
    assert make.fresh(world["rate"]).state == "certified"
