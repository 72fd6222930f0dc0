"""The two-minute form and what it finds while one types; the overview of the room."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, Window
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalog.search import Similar
from demand import actions, lookup
from demand.forms.asking import Ask
from demand.forms.fields import works_somewhere
from demand.mine import my_requests
from demand.models import Insight, Quote, Request
from demand.states import OPEN
from guard import clock
from guard.kinds import url_of
from guard.models import Thing
from people.requests import SignedIn as HttpRequest
from web import pieces
from web.pages import carry_out, page

LONGEST = 1000  # characters of what is being typed that are looked at


def ask_for_data(request: HttpRequest) -> HttpResponse:
    template = "demand/ask.html"
    if request.method == "POST":
        behind = request.GET.getlist("insight") or request.POST.getlist("insights")
        form = Ask(request.POST, actor=request.user, behind=behind)
        is_draft = request.POST.get("save") == "draft"
        return carry_out(
            request, actions.draft_request if is_draft else actions.ask_for_data, form, done=url_of,
            template=template, context={"hits": _hits(request, request.POST)},
            said=_("Kept as a draft.") if is_draft else _("Sent. A person replies within three working days."),
        )  # fmt: skip
    form = _empty(request)
    context = {"form": form, "hits": _hits(request, request.GET), "may": works_somewhere(request.user)}
    return page(request, template, context)


def _empty(request: HttpRequest) -> Ask:
    """The form with what the page before knew: words that were searched for, insights, what it is about."""
    keys = request.GET.getlist("insight")
    insights = list(
        Insight.objects.visible_to(request.user).filter(thing__key__in=keys).exclude(thing__state="retired")
    )
    initial: dict[str, Any] = {
        "business_question": request.GET.get("q", "")[:LONGEST], "insights": insights,
        "about": [name[:400] for name in request.GET.getlist("about")],
    }  # fmt: skip
    if insights:
        initial["domain"] = insights[0].domain.slug
    return Ask(actor=request.user, initial=initial, behind=[insight.key for insight in insights])


@require_safe
def show_similar(request: HttpRequest) -> HttpResponse:
    """What may answer it already, for the side of the form; opened plainly it is a page."""
    html = render_to_string("demand/_similar.html", {"hits": _hits(request, request.GET), "asked": True}, request)
    context = {"heading": _("This may answer it already"), "crumb": _("Ask for data")}
    return pieces.answer(request, html, {**context, "back": reverse("demand:request-ask")})


def _hits(request: HttpRequest, given: Any) -> list[Similar]:
    text = "\n".join(given.get(name, "")[:LONGEST] for name in ("decision_to_make", "business_question", "q"))
    return lookup.similar_to(request.user, text)


@require_safe
def show_overview(request: HttpRequest) -> HttpResponse:
    actor, today = request.user, clock.now().date()
    late = Window(Count("pk", filter=Q(triage_due__lt=today)))
    rows = Request.objects.visible_to(actor).filter(thing__state__in=("submitted", "reopened"))
    waiting = list(rows.annotate(late=late).order_by("triage_due", "pk")[:6])
    disputed = Insight.objects.visible_to(actor).filter(thing__state="disputed").order_by("-thing__updated_at")
    context = {
        "funnel": funnel_of(actor), "waiting": waiting, "disputed": disputed[:4], "mine": my_requests(actor)[:5],
        "late": waiting[0].late if waiting else 0, "today": today,
        "may_ask": works_somewhere(actor), "is_pm": actor.has_role("data_pm"),
    }  # fmt: skip
    return page(request, "demand/overview.html", context)


def funnel_of(actor: Any) -> list[dict[str, Any]]:
    """How much of each step of demand a person may see, from interviews to confirmed requests."""
    found = _by_state(actor, "request", "insight", "interview")
    by_state, insights, interviews = found["request"], found["insight"], found["interview"]
    heard = sum(n for state, n in interviews.items() if state not in ("planned", "cancelled"))
    asked = sum(n for state, n in by_state.items() if state not in ("draft", "withdrawn"))
    past = ("planned", "in_progress", "delivered", "confirmed")
    taken = sum(by_state.get(state, 0) for state in ("accepted", *past))
    still_open = sum(by_state.get(str(state), 0) for state in OPEN)
    steps = [
        (_("Interviews held"), heard, "/demand/interviews/", ""),
        (_("Quotes coded"), Quote.objects.visible_to(actor).filter(purged_at=None).count(), "", ""),
        (_("Insights supported"), insights.get("supported", 0), "/demand/insights/?state=supported", ""),
        (_("Requests sent"), asked, "/demand/requests/", _("%(n)s open") % {"n": still_open}),
        (_("Accepted"), taken, "/demand/board/", ""),
        (_("Delivered"), by_state.get("delivered", 0) + by_state.get("confirmed", 0), "", ""),
        (_("Confirmed"), by_state.get("confirmed", 0), "/demand/requests/?state=confirmed", ""),
    ]
    most = max((count for _label, count, _url, _note in steps), default=0)
    return [{"label": a, "count": n, "url": url, "note": note, "most": most} for a, n, url, note in steps]


def _by_state(actor: Any, *kinds: str) -> dict[str, dict[str, int]]:
    """How many things of each kind stand in each state, in one statement."""
    rows = Thing.objects.visible_to(actor, "read").filter(kind__in=kinds).order_by()
    found: dict[str, dict[str, int]] = {kind: {} for kind in kinds}
    for kind, state, number in rows.values_list("kind", "state").annotate(n=Count("pk")):
        found[kind][state] = number
    return found
