"""Ravi loads a query log; Priya drafts a decision on the metric; Tom, who decided, attests it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from guard import clock
from tests.journeys.newcomer import metric_steps
from tests.journeys.newcomer.story import Story, arrived, press, says, write

USERS = (("sam", "psql"), ("tom", "psql"), ("sam", "psql"), ("svc_reports", "nightly dbt"))
TITLE = "Move the coupon step"


def log_of(story: Story) -> tuple[str, Path]:
    """A log of the warehouse: PostgreSQL's own for our project, CSV for the other one; with one broken line."""
    table = story.dataset("orders").qualified_name
    noon = datetime.combine(clock.now().date() - timedelta(days=2), datetime.min.time(), UTC) + timedelta(hours=12)
    sql = f"SELECT count(*) FROM {table} WHERE 1 = 7"
    rows = [(noon + timedelta(minutes=n), user, app) for n, (user, app) in enumerate(USERS)]
    if story.name == "ours":
        path = story.tmp / "postgresql-monday.log"
        lines = [
            f"{at:%Y-%m-%d %H:%M:%S}.000 UTC [{n + 7}] user={user},db=lumio,app={app} "
            f"LOG:  duration: 1.5 ms  statement: {sql}"
            for n, (at, user, app) in enumerate(rows)
        ]
        lines.append("half a line")
        kind = "postgres-log"
    else:
        path, kind = story.tmp / "history.csv", "csv"
        lines = ["start_time,user_name,query_text,application"]
        lines += [f'{at.isoformat()},{user},"{sql}",{app}' for at, user, app in rows]
        lines.append(f"{noon.isoformat()},sam,,psql")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return kind, path


def load_log(story: Story) -> None:
    """He sees first what the log would bring, then loads it; the dataset's page counts it, machines apart."""
    kind, path = log_of(story)
    page = story.go("ravi", "/usage/")
    page.get_by_role("link", name="Load a query log").first.click()
    page.get_by_label("Kind of log").select_option(kind)
    page.get_by_label("File").set_input_files(str(path))
    story.look(page, "log-new")
    press(page, "Look at it")
    arrived(page, r"/usage/logs/[0-9a-f-]{36}/")
    story.work()
    page.reload()
    for words in ("Nothing is loaded yet", "4 rows, 4 new", "2 known people; 3 runs by people", "Lines that could not"):
        says(page, words)
    expect(page.get_by_role("row", name=story.keys["orders"]).get_by_role("cell", name="4")).to_be_visible()
    story.look(page, "log-looked-at")
    press(page, "Load it")
    page.wait_for_load_state()
    story.work()
    page.reload()
    says(page, "Loaded.")
    page = story.go("grace", f"/catalog/datasets/{story.keys['orders']}/")
    card = page.locator("section#usage, section", has=page.get_by_role("heading", name="Usage")).first
    says(card, "2 people")
    story.look(page, "dataset-used")


def decide(story: Story) -> None:
    """Priya drafts from the metric's page and pins what was known; Tom, and nobody else, attests."""
    page = story.go("priya", f"/metrics/{story.keys['metric']}/")
    page.get_by_role("link", name="Draft a decision").click()
    page.get_by_label("In one line").fill(TITLE)
    page.get_by_label("What had to be decided?").fill("Where does the coupon step stand?")
    page.get_by_label("Options").fill("move it\nleave it")
    page.get_by_label("Chosen").fill("move it")
    page.get_by_role("checkbox", name="Tom Okafor").check()
    write(page, "Context", "Seen on **Monday** in the checkout figures.")
    page.get_by_label("Look back on").fill(str(clock.now().date() + timedelta(days=30)))
    story.look(page, "decision-new")
    press(page, "Draft")
    story.keys["decision"] = arrived(page, r"/decisions/DEC-\d+/evidence/")
    expect(page.get_by_label("Metric, dataset or insight")).to_have_value(story.keys["metric"])
    page.get_by_label("Value optional", exact=True).fill("312")
    page.get_by_label("What it says").fill("Buyers a day since the coupon page.")
    story.look(page, "evidence")
    press(page, "Pin")
    arrived(page, r"/decisions/DEC-\d+/")
    page.get_by_role("link", name="Pin evidence").click()
    page.get_by_label("Metric, dataset or insight").fill(story.keys["insight"])
    press(page, "Pin")
    says(page, metric_steps.TITLE)
    expect(page.get_by_role("button", name="Attest").first).to_have_attribute("aria-disabled", "true")
    page = story.go("tom", f"/decisions/{story.keys['decision']}/")
    press(page, "Attest")
    says(page, "Attested by Tom Okafor")
    story.look(page, "decision")
