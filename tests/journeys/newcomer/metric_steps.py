"""Priya proposes a metric, later says what it computes and who answers for it; three people certify it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.newcomer.story import ALL, Story, arrived, press, says, write

CODE, TITLE = "pay_buyer_cnt", "Paying buyers"


def propose(story: Story) -> None:
    """A name, a code, a caliber; nothing is computed yet and nobody answers for it."""
    page = story.go("priya", "/metrics/")
    page.get_by_role("link", name="Propose a metric").first.click()
    page.get_by_label("Name", exact=True).fill(TITLE)
    page.get_by_label("Code", exact=True).fill(CODE)
    page.get_by_label("Domain", exact=True).select_option("growth")
    page.get_by_label("Unit").fill("people")
    write(page, "Caliber", "Buyers with a paid order; staff are left out.")
    press(page, "Propose")
    story.keys["metric"] = arrived(page, r"/metrics/MET-\d+/define/")
    page = story.go("priya", f"/metrics/{story.keys['metric']}/")
    says(page, "No owner")
    says(page, "Not defined yet.")
    story.look(page, "metric-proposed")


def define(story: Story) -> None:
    """What it counts, on the reviewed dataset."""
    dataset = story.dataset("orders")
    column = dataset.columns(manager="objects").unrestricted(ALL).order_by("position").first().name
    page = story.go("priya", f"/metrics/{story.keys['metric']}/")
    page.get_by_role("link", name="Define", exact=True).click()
    page.get_by_label("Dataset", exact=True).fill(dataset.key)
    page.get_by_label("Counted as").select_option("count_distinct")
    page.get_by_label("Of optional", exact=True).fill(column)
    story.look(page, "metric-define")
    press(page, "Keep this definition")
    says(page, "The definition is kept.")


def appoint(story: Story, role: str, username: str) -> None:
    """Who answers for the metric."""
    page = story.go("priya", f"/metrics/{story.keys['metric']}/")
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_label("As", exact=True).select_option(role)
    page.get_by_label("Person", exact=True).select_option(username)
    press(page, "Appoint")
    says(page, str(story.cast[username]))


def certify(story: Story) -> None:
    """The owner submits; the steward and a governance lead sign, neither of them who defined it."""
    for username, label in (
        ("tom", "Submit for certification"),
        ("ravi", "Sign the certification"),
        ("grace", "Sign the certification"),
    ):
        page = story.go(username, f"/metrics/{story.keys['metric']}/")
        press(page, label)
        says(page, "Submitted." if username == "tom" else "Signed.")
    expect(page.locator(".facts").get_by_text("Certified")).to_be_visible()
    story.look(page, "metric-certified")
