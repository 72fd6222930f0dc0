"""Priya writes the PRD section by section; it is blocked, mended by hand, reviewed by four people and approved."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Page, expect

from prds.template import parse_sections
from tests.journeys.newcomer import catalog_steps, metric_steps
from tests.journeys.newcomer.story import Story, arrived, press, says, write
from tests.prds.make import REVIEWERS, TEXT

TITLE = "Checkout funnel"
CARD = "Before it can be approved"


def text_of(story: Story) -> str:
    """The text of the PRD: on the metric, on the reviewed dataset, and on one that nobody has reviewed."""
    metric = f"{{{{metric:{metric_steps.CODE}}}}}"
    text = TEXT.replace("{{metric:step_loss}}", metric)
    text = text.replace("{{metric:refund_cnt role=guardrail}}", metric.replace("}}", " role=guardrail}}"))
    both = f"{{{{dataset:{story.keys['orders']}}}}} and {{{{dataset:{story.keys['customers']}}}}}"
    text = text.replace("{{dataset:shop.dwd_order columns=order_id,buyer_id}}", both)
    text = text.replace("is seen late", f"is seen late, as {{{{request:{story.keys['request']}}}}} asks")
    return text % {"insight": story.keys["insight"]} + f"\nIt answers {{{{request:{story.keys['request']}}}}}.\n"


def write_prd(story: Story) -> None:
    """From the template, one section after the other; then what is not text, and who reviews."""
    page = story.go("priya", "/prds/")
    page.get_by_role("link", name="New PRD").first.click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Domain", exact=True).select_option("growth")
    press(page, "Save")
    story.keys["prd"] = key = arrived(page, r"/prds/PRD-\d+/")
    for section in parse_sections(text_of(story)):
        if section.slug == "preamble":
            continue
        page.locator(f"section#{section.slug}").get_by_role("link", name="Write").click()
        write(page, "Text", section.body.strip())
        if section.slug == "sources":
            story.look(page, "prd-section")
        press(page, "Save")
        arrived(page, f"/prds/{key}/")
    page.get_by_role("link", name="Declare", exact=True).click()
    page.get_by_label("Decision maker").select_option("tom")
    page.get_by_label("Declared level").select_option("3")
    page.get_by_label("Purpose of personal data").fill("operations")
    page.get_by_label("Kept for days").fill("400")
    press(page, "Save")
    arrived(page, f"/prds/{key}/")
    for role, username in REVIEWERS.items():
        page.locator("#reviews").get_by_role("link", name="Name").click()
        page.get_by_label("Capacity").select_option(role)
        page.get_by_label("Reviewer").select_option(username)
        press(page, "Save")
        arrived(page, f"/prds/{key}/")
    press(page, "Submit for review")
    says(page, "In review")


def blocking(page: Page) -> set[str]:
    """The rules that the checklist says are broken."""
    keys = page.get_by_label(CARD).locator("li.error .key")
    return set(keys.all_inner_texts())


def seen(story: Story, wanted: Iterable[str]) -> Page:
    """The checklist of the page and the API's blockers name exactly these rules."""
    page = story.go("priya", f"/prds/{story.keys['prd']}/")
    assert blocking(page) == set(wanted)
    answer = page.request.get(f"/api/v1/prds/{story.keys['prd']}/blockers/?move=approve")
    said = answer.json()["blockers"]
    assert {one["id"] for one in said if one["severity"] == "error"} == set(wanted), said
    return page


def is_blocked(story: Story) -> None:
    """A metric without owner and definition, datasets without a steward or a review: approving is refused."""
    page = seen(story, {"PRD-G2", "PRD-G3", "PRD-G6"})
    card = page.get_by_label(CARD)
    for words in (
        f"{metric_steps.TITLE} has no owner.", f"{metric_steps.TITLE} is not defined yet.", "has no steward.",
        f"There is no dataset “{story.keys['customers']}” that the author may see.",
    ):  # fmt: skip
        expect(card.get_by_text(words)).to_be_visible()
    story.look(page, "prd-blocked")
    page = story.go("tom", f"/prds/{story.keys['prd']}/")
    press(page, "Approve")
    for rule in ("PRD-G2", "PRD-G3"):
        says(page, rule)
    says(story.go("tom", f"/prds/{story.keys['prd']}/"), "In review")


def mend(story: Story) -> None:
    """Each fault goes by the hand of who can mend it, and takes only its own rule along."""
    metric_steps.define(story)
    seen(story, {"PRD-G2", "PRD-G3", "PRD-G6"})
    metric_steps.appoint(story, "owner", "tom")
    seen(story, {"PRD-G3", "PRD-G6"})
    metric_steps.appoint(story, "steward", "ravi")
    catalog_steps.appoint(story, "orders", "steward", "ravi")
    catalog_steps.classify(story, "customers")
    page = seen(story, {"PRD-G3", "PRD-G6"})
    page.locator("section#sources").get_by_role("link", name="Write").click()
    press(page, "Save")  # the same words: what they name can be seen now
    arrived(page, f"/prds/{story.keys['prd']}/")
    story.look(seen(story, {"PRD-G6"}), "prd-mended")


def approve(story: Story) -> None:
    """Four people say yes, then the decision maker."""
    for role, username in REVIEWERS.items():
        page = story.go(username, f"/prds/{story.keys['prd']}/")
        page.locator("#reviews").get_by_role("link", name="Review").click()
        arrived(page, f"/reviews/{role}/")
        page.get_by_label("Approve", exact=True).check()
        press(page, "Say so")
        arrived(page, f"/prds/{story.keys['prd']}/")
    seen(story, set())
    page = story.go("tom", f"/prds/{story.keys['prd']}/")
    press(page, "Approve")
    expect(page.locator(".facts").get_by_text("Approved")).to_be_visible()
    story.look(page, "prd-approved")
