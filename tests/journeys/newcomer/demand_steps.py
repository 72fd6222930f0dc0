"""Priya hears an interview and understands something; Sam makes a request of it, Priya accepts it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.demand import make
from tests.journeys import browser
from tests.journeys.newcomer.story import Story, arrived, press, says, unfold

TALK = "Lena: 😀 Good morning.\n" + make.TALK
PAIN = "Breaks in the checkout funnel are seen days late."
DRAG = """(words) => {
  const walker = document.createTreeWalker(document.querySelector("[data-transcript]"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    node.parentElement.scrollIntoView({block: "center"});
    const ends = [at, at + words.length].map((offset) => {
      const range = document.createRange();
      range.setStart(node, offset);
      range.setEnd(node, offset);
      return range.getBoundingClientRect();
    });
    return ends.map((box) => [box.left, box.top + box.height / 2]);
  }
}"""


def hear(story: Story) -> None:
    """Priya plans an interview, holds it, keeps the transcript and freezes it."""
    page = story.go("priya", "/demand/interviews/")
    page.get_by_role("link", name="Plan an interview").first.click()
    page.get_by_label("Title").fill("Lena about the coupon page")
    page.get_by_label("What do we want to learn?").fill("When and how does a break in the checkout show?")
    page.get_by_label("Alias of somebody new").fill("P-07")
    page.get_by_label("Part of the organisation").fill("Payments")
    page.get_by_label("Consent", exact=True).select_option("obtained")
    story.look(page, "interview-plan")
    press(page, "Plan it")
    story.keys["interview"] = arrived(page, r"/demand/interviews/INT-\d+/")
    says(page, "No transcript yet")
    press(page, "Mark as held")
    fold = unfold(page, "Enter the transcript")
    fold.get_by_label("Transcript", exact=True).fill(TALK)
    fold.get_by_label("Freeze it at once").check()
    press(fold, "Enter the transcript")
    says(page, "frozen on")


def quote(story: Story) -> None:
    """She draws the mouse over what was said; it becomes a quote, word for word."""
    page = story.go("priya", f"/demand/interviews/{story.keys['interview']}/")
    for part, words, code in (("quote", make.SCARED, "late data"), ("second quote", make.ARGUE, "two numbers")):
        mark_with_the_mouse(page, words)
        expect(page.get_by_label("The words, as they were said")).to_have_value(words)
        page.get_by_label("Codes").fill(code)
        press(page, "Code it")
        expect(page.locator("mark", has_text=words)).to_be_visible()
        story.keys[part] = page.locator("mark", has_text=words).get_attribute("id") or ""
    story.look(page, "interview")


def mark_with_the_mouse(page: Page, words: str) -> None:
    """Press at the first letter, draw to the last, let go; once nothing on the page moves any more."""
    browser.settle(page)
    (x1, y1), (x2, y2) = page.evaluate(DRAG, words)
    page.mouse.move(x1 + 0.5, y1)
    page.mouse.down()
    page.mouse.move((x1 + x2) / 2, y2, steps=4)
    page.mouse.move(x2, y2, steps=4)
    page.mouse.up()


def understand(story: Story) -> None:
    """She writes down what the quotes have in common, puts a number beside it and marks it as supported."""
    page = story.go("priya", f"/demand/interviews/{story.keys['interview']}/")
    page.get_by_role("link", name="Write an insight from these").click()
    page.get_by_label("What did we understand?").fill(PAIN)
    page.get_by_label("Severity").select_option("3")
    for part in ("quote", "second quote"):
        chosen = page.get_by_role("group", name="Quotes that say so").locator(f"input[value='{story.keys[part]}']")
        expect(chosen).to_be_checked()
    press(page, "Keep it")
    story.keys["insight"] = arrived(page, r"/demand/insights/INS-\d+/")
    expect(page.locator("details", has_text="Mark as supported").get_by_text("1 thing first")).to_be_visible()
    fold = unfold(page, "Put a number beside it")
    fold.get_by_label("Measured value").fill("40 orders a day")
    fold.get_by_label("Measured by").fill("Order ledger, week 43")
    press(fold, "Keep it")
    press(page, "Mark as supported")
    says(page, "Marked as supported.")
    story.look(page, "insight")


def ask(story: Story) -> None:
    """Sam finds the insight, makes a request of it, and says which dataset it is about; Priya accepts it."""
    page = story.go("sam", "/search/?q=funnel")
    page.locator("a.hit", has_text=PAIN).click()
    page.get_by_role("link", name="Turn into a request").click()
    expect(page.get_by_role("checkbox", name=PAIN)).to_be_checked()
    page.get_by_label("Which decision will you make with it?").fill("Move or remove the coupon step.")
    page.get_by_label("Who decides?").fill("Tom Okafor")
    page.get_by_label("By when?").fill(str(make.soon()))
    page.get_by_label("What will you do if the number is").fill("Above 12 % for two hours we switch the variant.")
    unfold(page, "More, if you like")
    page.get_by_label("Is it about something that is here?").fill(story.keys["orders"])
    story.look(page, "ask")
    press(page, "Send request")
    story.keys["request"] = arrived(page, r"/demand/requests/REQ-\d+/")
    says(page, PAIN)
    says(page, story.keys["orders"])
    page = story.go("priya", "/demand/board/")
    page.get_by_role("link", name="Move or remove the coupon step.").click()
    press(page, "Look at it")
    fold = unfold(page, "Accept")
    fold.get_by_label("Response that the requester reads").fill("Yes. A PRD follows this week.")
    press(fold, "Accept")
    says(page, "Yes. A PRD follows this week.")
    story.look(page, "request")
    page = story.go("sam", f"/demand/requests/{story.keys['request']}/")
    says(page, "Yes. A PRD follows this week.")
