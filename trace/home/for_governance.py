"""Grace's question: what is unreviewed, over-exposed or bypassed?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance import coverage
from guard import clock
from trace.home.page import Card, Part

LATELY = timedelta(days=30)


def waiting(person: Any) -> list[Card]:
    """Coverage, and what waits for a decision."""
    reviews = list(coverage.open_reviews(person)[:6])
    grants = list(coverage.waiting_grants(person)[:6])
    emergencies = list(coverage.emergencies(person)[:6])
    number = len(reviews) + len(grants) + len(emergencies)
    lede = ngettext("%(n)d decision waits for you.", "%(n)d decisions wait for you.", number) % {"n": number}
    covered = coverage.coverage_for(person)
    data = {"coverage": covered, "reviews": reviews, "grants": grants, "emergencies": emergencies}
    return [Card("governance.html", data, lede if number else "")]


def unclassified(person: Any) -> list[Card]:
    """The datasets with the most columns that nobody classified."""
    return [Card("unclassified.html", coverage.unclassified_datasets(person)[:8])]


def passing(person: Any) -> list[Card]:
    """Access that ends, and who goes round the rules."""
    now = clock.now()
    return [
        Card("ending.html", list(coverage.ending_grants(person, now.date())[:6])),
        Card("bypasses.html", coverage.bypasses_by_person(person, now - LATELY)[:6]),
    ]


ROLES = ("governance_lead", "auditor", "security", "privacy")
PARTS = (
    Part("governance", _("Coverage by domain and level"), waiting, ROLES, size="tall"),
    Part("unclassified", _("Most unclassified columns"), unclassified, ROLES),
    Part("passing", _("Access that ends soon"), passing, ROLES, aside=True),
)
