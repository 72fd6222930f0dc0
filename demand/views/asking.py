"""The two-minute form and what it finds while one types; the overview of the room."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalog.search import Similar
from demand import actions, lookup
from demand.forms.asking import Ask
from demand.forms.fields import domains_of
from demand.mine import my_requests
from demand.models import Insight, Interview, Quote, Request
from demand.states import OPEN
from guard import clock
from guard.kinds import url_of
from people.requests import SignedIn as HttpRequest
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
    context = {"form": form, "hits": _hits(request, request.GET), "may": domains_of(request.user).exists()}
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
    context = {"hits": _hits(request, request.GET), "asked": True}
    return render(request, "demand/_similar.html", context)


def _hits(request: HttpRequest, given: Any) -> list[Similar]:
    text = "\n".join(given.get(name, "")[:LONGEST] for name in ("decision_to_make", "business_question", "q"))
    return lookup.similar_to(request.user, text)


@require_safe
def show_overview(request: HttpRequest) -> HttpResponse:
    actor, today = request.user, clock.now().date()
    rows = Request.objects.visible_to(actor)
    waiting = rows.filter(thing__state__in=("submitted", "reopened")).order_by("triage_due", "pk")
    disputed = Insight.objects.visible_to(actor).filter(thing__state="disputed").order_by("-thing__updated_at")
    context = {
        "funnel": funnel_of(actor), "waiting": waiting[:6], "disputed": disputed[:4], "mine": my_requests(actor)[:5],
        "late": waiting.filter(triage_due__lt=today).count(), "today": today,
        "may_ask": domains_of(actor).exists(), "is_pm": actor.has_role("data_pm"),
    }  # fmt: skip
    return page(request, "demand/overview.html", context)


def funnel_of(actor: Any) -> list[dict[str, Any]]:
    """How much of each step of demand a person may see, from interviews to confirmed requests."""
    by_state = _by_state(Request, actor)
    insights, interviews = _by_state(Insight, actor), _by_state(Interview, actor)
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


def _by_state(model: Any, actor: Any) -> dict[str, int]:
    rows = model.objects.visible_to(actor).order_by().values_list("thing__state").annotate(n=Count("pk"))
    return dict(rows)
