"""Omar imports tables and proposes levels, Grace reviews them and says who answers for them."""

from __future__ import annotations

from playwright.sync_api import expect

from catalog.models import Dataset
from tests.journeys.newcomer.story import ALL, Story, arrived, press, says, unfold

WAIT = r"/imports/[0-9a-f-]{36}/"


def import_project(story: Story) -> None:
    """Omar brings the artifacts in; nobody has classified a column yet."""
    page = story.go("omar", "/imports/")
    story.look(page, "import")
    page.get_by_label("Files").set_input_files([str(path) for path in sorted(story.folder.glob("*.json"))])
    page.get_by_label("Standard").select_option("dbt")
    page.get_by_label("Domain of new datasets").select_option("growth")
    press(page, "Import")
    arrived(page, WAIT)
    story.work()
    page.reload()
    says(page, "Done.")
    story.look(page, "imported")
    page.get_by_role("link", name="Show the datasets").click()
    rows = sorted(Dataset.objects.unrestricted(ALL), key=lambda row: (-row.column_count, row.pk))
    assert len(rows) >= 2 and all(row.unclassified_count == row.column_count for row in rows)
    story.keys |= {"orders": rows[0].key, "customers": rows[1].key}
    page.locator(f"main a[href='/catalog/datasets/{rows[0].key}/']").first.click()
    arrived(page, f"/catalog/datasets/{rows[0].key}/")
    says(page, "levels not reviewed")


def classify(story: Story, part: str) -> None:
    """Omar proposes a level for every column; Grace, another person, agrees."""
    dataset = story.dataset(part)
    page = story.go("omar", f"/catalog/datasets/{dataset.key}/")
    page.get_by_role("link", name="Propose levels").first.click()
    for select in page.locator("main table select:not([multiple])").all():
        select.select_option("3")
    story.look(page, "propose-levels")
    page.get_by_label("Why").fill("First classification after the import.")
    press(page, "Propose")
    review = arrived(page, r"/governance/reviews/REV-\d+/")
    says(page, "You proposed or edited this, so others decide.")
    other = story.go("grace", "/governance/reviews/")
    other.locator(f"main a[href*='{review}']").first.click()
    story.look(other, "review-levels")
    press(other, "Approve")
    says(other, "Who decided")
    assert story.dataset(part).unclassified_count == 0


def appoint(story: Story, part: str, role: str, username: str) -> None:
    """Grace says on the dataset's page who answers for it."""
    dataset, person = story.dataset(part), story.cast[username]
    page = story.go("grace", f"/catalog/datasets/{dataset.key}/")
    form = unfold(page, "Appoint somebody")
    form.get_by_label("As", exact=True).select_option(role)
    form.get_by_label("Person", exact=True).select_option(username)
    press(form, "Appoint")
    says(page, "Appointed.")
    card = page.locator("section", has=page.get_by_role("heading", name="Who answers for it"))
    expect(card.get_by_text(str(person)).first).to_be_visible()
    story.look(page, f"dataset-{part}-{role}")
