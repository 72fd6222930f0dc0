"""What a newcomer would do: from imported tables and an interview to an attested decision, in a real browser.

The same story runs on artifacts of our own and, where it is there, on a project that others wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Dataset
from guard import clock
from guard.models import Domain, Thing
from metrics.models import Metric
from prds.models import Prd
from prds.template import parse_sections
from tests.demand import make as demand
from tests.journeys import browser
from tests.prds.make import TEXT
from usage.models import Decision

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
ALL = "a test looks at what is there"
LUMIO = Path(__file__).parents[1] / "exchange" / "fixtures" / "dbt-lumio"
REVIEWERS = {"business": "sam", "engineering": "ravi", "data_owner": "omar", "governance": "grace"}


def one(model: Any, **where: Any) -> Any:
    return model.objects.unrestricted(ALL).filter(**where).order_by("pk").first()


@pytest.fixture
def people(visit: Visit, cast: dict[str, Any]) -> Callable[[str], Page]:
    """A page for each of the cast, opened when they first act."""
    pages: dict[str, Page] = {}

    def page_of(username: str) -> Page:
        if username not in pages:
            pages[username] = visit(cast[username])
        return pages[username]

    return page_of


def import_project(page: Page, folder: Path, run_outbox: Callable[[], int]) -> None:
    page.goto("/imports/")
    page.set_input_files("input[name=files]", [str(path) for path in sorted(folder.glob("*.json"))])
    page.select_option("select[name=kind]", "dbt")
    page.select_option("select[name=domain]", "growth")
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/"))
    run_outbox()
    page.reload()
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()


def classify(people: Callable[[str], Page], dataset: Dataset) -> None:
    """Omar proposes a level for every column, Grace agrees."""
    page = people("omar")
    page.goto(f"/governance/datasets/{dataset.key}/propose/")
    for select in page.locator("select[name^='level-']").all():
        select.select_option("3")
    page.locator("textarea[name=reason]").fill("First classification after the import.")
    page.get_by_role("button", name="Propose", exact=True).click()
    page.wait_for_url(re.compile(r"/governance/reviews/REV-\d+/"))
    other = people("grace")
    other.goto(page.url)
    other.get_by_role("button", name="Approve", exact=True).click()
    expect(other.get_by_text("Approved").first).to_be_visible()


def metric_by_hand(people: Callable[[str], Page], dataset: Dataset, column: str) -> Metric:
    """Priya proposes and defines a metric."""
    page = people("priya")
    page.goto("/metrics/new/")
    page.locator("input[name=title]").fill("Paying buyers")
    page.locator("input[name=code]").fill("pay_buyer_cnt")
    page.select_option("select[name=domain]", "growth")
    page.locator("input[name=unit]").fill("people")
    page.locator(".editor [contenteditable]").first.click()
    page.keyboard.type("Buyers with a paid order; staff are left out.")
    page.locator("main form button.btn-go").first.click()
    page.wait_for_url(re.compile(r"/metrics/(?!new)[^/]+/"))
    metric = one(Metric, code="pay_buyer_cnt")
    page.goto(f"/metrics/{metric.key}/define/")
    page.locator("[name=source_dataset]").fill(dataset.key)
    page.select_option("select[name=agg]", "count_distinct")
    page.locator("[name=expr]").fill(column)
    page.locator("main form button.btn-go").first.click()
    page.wait_for_url(re.compile(r"/metrics/[^/]+/$"))
    return one(Metric, code="pay_buyer_cnt")


def appoint(page: Page, metric: Metric, role: str, username: str) -> None:
    page.goto(f"/metrics/{metric.key}/people/")
    page.select_option("select[name=role]", role)
    page.select_option("select[name=person]", username)
    page.locator("main form button.btn-go").first.click()
    page.wait_for_url(re.compile(r"/metrics/[^/]+/$"))


@pytest.mark.parametrize("source", ["ours", "corpus"])
def test_from_imported_tables_to_an_attested_decision(
    source: str, request: Any, people: Callable[[str], Page], cast: dict[str, Any], growth: Domain,
    run_outbox: Callable[[], int], live_server: Any,
) -> None:  # fmt: skip
    folder = LUMIO
    if source == "corpus":
        folder = request.getfixturevalue("corpus") / "generated-real" / "dbt-1.11.16-jaffle-duckdb"
    import_project(people("omar"), folder, run_outbox)
    dataset = max(Dataset.objects.unrestricted(ALL), key=lambda row: row.column_count)
    assert dataset.unclassified_count == dataset.column_count > 0
    column = dataset.columns(manager="objects").unrestricted(ALL).order_by("position").first().name

    # Priya hears the pain and turns it into evidence; Sam asks.
    insight = demand.supported(cast["priya"], growth)
    page = people("sam")
    page.goto("/ask/")
    page.locator("[name=decision_to_make]").fill("Move or remove the coupon step.")
    browser.axe(page)

    # The PRD stands on an unreviewed table and a metric without an owner: it is told so, by rule.
    metric_source = dataset
    page = people("omar")
    page.goto(f"/catalog/datasets/{dataset.key}/")
    expect(page.get_by_text(dataset.name).first).to_be_visible()
    classify(people, metric_source)
    metric = metric_by_hand(people, one(Dataset, pk=dataset.pk), column)

    text = TEXT.replace("{{metric:step_loss}}", "{{metric:pay_buyer_cnt}}")
    text = text.replace("{{metric:refund_cnt role=guardrail}}", "{{metric:pay_buyer_cnt role=guardrail}}")
    text = text.replace("{{dataset:shop.dwd_order columns=order_id,buyer_id}}", f"{{{{dataset:{dataset.key}}}}}")
    from prds import actions as prds

    prd = prds.write_prd(
        by=cast["priya"], title="Checkout funnel", domain=growth,
        sections=parse_sections(text % {"insight": insight.key}),
        decision_maker=cast["tom"], declared_level=3, purpose="operations", retention_days=400,
    )  # fmt: skip
    page = people("priya")
    for role, username in REVIEWERS.items():
        page.goto(f"/prds/{prd.key}/reviewers/?role={role}")
        page.select_option("select[name=person]", username)
        page.locator("main form button.btn-go").first.click()
        page.wait_for_url(re.compile(rf"/prds/{prd.key}/"))
    page.goto(f"/prds/{prd.key}/")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("In review").first).to_be_visible()
    checklist = page.get_by_label("Before it can be approved")
    expect(checklist.get_by_text("PRD-G2").first).to_be_visible()
    expect(checklist.get_by_text("PRD-G3").first).to_be_visible()
    browser.axe(page)

    # Both are mended: an owner for the metric, keepers for the table.
    appoint(people("priya"), metric, "owner", "tom")
    appoint(people("priya"), metric, "steward", "ravi")
    from catalog.actions import appoint_owner, appoint_steward

    appoint_owner(by=cast["grace"], of=one(Dataset, pk=dataset.pk), person=cast["omar"])
    appoint_steward(by=cast["grace"], of=one(Dataset, pk=dataset.pk), person=cast["ravi"])
    page.goto(f"/prds/{prd.key}/")
    expect(page.get_by_label("Before it can be approved").locator("li.error").get_by_text("PRD-G2")).to_have_count(0)
    expect(page.get_by_label("Before it can be approved").locator("li.error").get_by_text("PRD-G3")).to_have_count(0)

    for role, username in REVIEWERS.items():
        page = people(username)
        page.goto(f"/prds/{prd.key}/reviews/{role}/")
        page.get_by_label("Approve", exact=True).check()
        page.get_by_role("button", name="Say so").click()
        page.wait_for_url(re.compile(rf"/prds/{prd.key}/"))
    page = people("tom")
    page.goto(f"/prds/{prd.key}/")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("Approved").first).to_be_visible()
    assert one(Prd, pk=prd.pk).state == "approved"

    # The metric is certified by two others; a decision is drafted, attested and seen on one thread.
    for username, label in (
        ("tom", "Submit for certification"),
        ("ravi", "Sign the certification"),
        ("grace", "Sign the certification"),
    ):
        page = people(username)
        page.goto(f"/metrics/{metric.key}/")
        page.get_by_role("button", name=label).click()
        page.wait_for_load_state("networkidle")
    assert one(Metric, pk=metric.pk).state == "certified"
    from usage import actions as usage

    decision = usage.draft_decision(
        by=cast["priya"], title="Move the coupon step", domain=growth, question="Where does it stand?",
        decision_makers=[cast["tom"]], options=["move it", "leave it"], chosen_option="move it",
        review_on=clock.now().date() + timedelta(days=30),
    )  # fmt: skip
    usage.pin_evidence(by=cast["priya"], decision=decision, on=one(Metric, pk=metric.pk), value="312")
    page = people("tom")
    page.goto(f"/decisions/{decision.key}/")
    page.get_by_role("button", name="Attest").click()
    page.wait_for_load_state("networkidle")
    assert one(Decision, pk=decision.pk).attested_by_id == cast["tom"].pk

    page = people("priya")
    page.goto(f"/trace/{metric.key}/")
    for words in ("Checkout funnel", "Paying buyers", "Move the coupon step", insight.title):
        expect(page.get_by_text(words).first).to_be_visible()
    browser.shoot(page, f"journey-thread-{source}", base=live_server.url, widths=(390, 1440))
    browser.axe(page)

    # Otto sees none of it, by any address.
    assert Thing.objects.visible_to(cast["otto"], "exists").count() == 0
    page = people("otto")
    for path in (f"/prds/{prd.key}/", f"/metrics/{metric.key}/", f"/trace/{metric.key}/", f"/decisions/{decision.key}/",
                 f"/catalog/datasets/{dataset.key}/"):  # fmt: skip
        assert page.goto(path).status == 404
    page.goto("/search/?q=checkout")
    expect(page.get_by_text("Nothing found")).to_be_visible()
