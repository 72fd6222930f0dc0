"""The governance lead's first screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Window
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance import coverage, rescanning
from people.requests import SignedIn as HttpRequest
from web import charts, pieces
from web.pages import page
from web.panels import place_for

MOST = 8


def show_home(request: HttpRequest) -> HttpResponse:
    """Coverage and what waits, as this reader may see it; what is open, ends or goes round the rules comes later."""
    reader = request.user
    covered = coverage.coverage_for(reader)
    reviews, grants, waivers, emergencies = (
        list(rows.annotate(all=Window(Count("pk")))[:MOST])
        for rows in (
            coverage.open_reviews(reader),
            coverage.waiting_grants(reader),
            coverage.open_waivers(reader),
            coverage.emergencies(reader),
        )
    )
    context = {
        "covered": covered,
        "chart": charts.coverage(covered.rows, _("Share of columns at each level, by domain")) if covered.rows else "",
        "reviews": reviews, "grants": grants, "waivers": waivers, "emergencies": emergencies,
        "waiting": sum(rows[0].all for rows in (reviews, grants, waivers, emergencies) if rows),
        "loose": coverage.loose_proposals(reader),
        "open": place_for(reverse("governance:home-open"), _("Unclassified"), "mid", "home-open"),
        "passing": place_for(reverse("governance:home-passing"), _("Access that ends soon"), "mid", "home-passing"),
    }  # fmt: skip
    return page(request, "governance/home.html", context)


@require_safe
def show_open(request: HttpRequest) -> HttpResponse:
    """Columns that nobody classified, and reviews that are due."""
    context = {
        "unclassified": coverage.unclassified_datasets(request.user),
        "lapsed": list(coverage.lapsed_reviews(request.user, timezone.localdate())[:6]),
    }
    return _part(request, "governance/home_open.html", context, _("Unclassified"))


@require_safe
def show_passing(request: HttpRequest) -> HttpResponse:
    """What ends soon, which rules are set aside, and who goes round them."""
    reader, today = request.user, timezone.localdate()
    may_watch = bool(reader.principal.roles & {"governance_lead", "auditor"})
    since = timezone.now() - timedelta(days=coverage.PAST_DAYS)
    context = {
        "ending": list(coverage.ending_grants(reader, today)[:6]),
        "live_waivers": list(coverage.live_waivers(reader, today)[:6]),
        "may_watch": may_watch,
        "unscanned": rescanning.behind(reader),
        "bypasses": coverage.bypasses_by_person(reader, since) if may_watch else [],
    }
    return _part(request, "governance/home_passing.html", context, _("Access that ends soon"))


def _part(request: HttpRequest, template: str, context: dict[str, Any], heading: str) -> HttpResponse:
    html = render_to_string(template, context, request)
    back = {"heading": heading, "crumb": _("Governance"), "back": reverse("governance:home-show")}
    return pieces.answer(request, html, back)
