"""The governance lead's first screen."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from governance import coverage
from people.requests import SignedIn as HttpRequest
from web import charts
from web.pages import page


def show_home(request: HttpRequest) -> HttpResponse:
    """Coverage, what waits, what ends soon, what goes round the rules; all as this reader may see it."""
    reader, today = request.user, timezone.localdate()
    covered = coverage.coverage_for(reader)
    reviews, grants = coverage.open_reviews(reader), coverage.waiting_grants(reader)
    waivers = coverage.open_waivers(reader)
    context = {
        "covered": covered,
        "chart": charts.coverage(covered.rows, _("Share of columns at each level, by domain")) if covered.rows else "",
        "reviews": list(reviews[:8]),
        "grants": list(grants[:8]),
        "waivers": list(waivers[:8]),
        "waiting": reviews.count() + grants.count() + waivers.count(),
        "loose": coverage.loose_proposals(reader),
        "unclassified": coverage.unclassified_datasets(reader),
        "lapsed": list(coverage.lapsed_reviews(reader, today)[:6]),
        "ending": list(coverage.ending_grants(reader, today)[:6]),
        "live_waivers": list(coverage.live_waivers(reader, today)[:6]),
        "may_watch": bool(reader.principal.roles & {"governance_lead", "auditor"}),
        "bypasses": coverage.bypasses_by_person(reader, timezone.now() - timedelta(days=coverage.PAST_DAYS)),
    }
    return page(request, "governance/home.html", context)
