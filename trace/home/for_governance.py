"""Grace's question: what is unreviewed, over-exposed or bypassed?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance import coverage
from guard import clock
from trace.home.for_stakeholder import asked_of
from trace.home.page import Section

LATELY = timedelta(days=30)


def sections(person: Any) -> tuple[str, list[Section]]:
    """The governance lead's home."""
    now = clock.now()
    covered = coverage.coverage_for(person)
    reviews = list(coverage.open_reviews(person)[:6])
    grants = list(coverage.waiting_grants(person)[:6])
    waiting = len(reviews) + len(grants)
    lede = (
        ngettext("%(n)d decision waits for you.", "%(n)d decisions wait for you.", waiting) % {"n": waiting}
        if waiting
        else _("Nothing waits for your decision.")
    )
    return lede, [
        Section("governance.html", {"coverage": covered, "reviews": reviews, "grants": grants}),
        Section("asked_of_you.html", asked_of(person)),
        Section("unclassified.html", coverage.unclassified_datasets(person)[:8]),
        Section("ending.html", list(coverage.ending_grants(person, now.date())[:6]), aside=True),
        Section("bypasses.html", coverage.bypasses_by_person(person, now - LATELY)[:6], aside=True),
    ]
