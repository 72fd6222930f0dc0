"""The desk of waivers: what is asked for, what is set aside today."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import actions, coverage
from governance.forms import WaiverForm
from governance.models import WaiverRequest
from governance.views.finding import found, verb_of
from guard.doors import opened_all
from guard.models import Thing, Waiver
from people.requests import SignedIn as HttpRequest
from web.pages import carry_out, page


def context_of(request: HttpRequest) -> dict[str, Any]:
    """What the desk draws."""
    decided = WaiverRequest.objects.visible_to(request.user).filter(decided_at__isnull=False)
    decided = decided.select_related("thing__domain", "asked_by", "decided_by").order_by("-decided_at")
    lists = {
        "open": list(coverage.open_waivers(request.user)),
        "live": list(coverage.live_waivers(request.user, timezone.localdate())),
        "decided": list(decided[:20]),
    }
    opened_all(request.user, [one.thing for rows in lists.values() for one in rows])
    return {**lists, "may_decide": request.user.has_role("governance_lead")}


@require_safe
def list_waivers(request: HttpRequest) -> HttpResponse:
    """Asked, live and decided waivers that this person may see."""
    return page(request, "governance/waivers.html", context_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to set a rule aside: ``?thing=PRD-1001&rule=TOOL-001`` fills the form."""
    initial = {"thing": request.GET.get("thing", ""), "rule_id": request.GET.get("rule", "")}
    form = WaiverForm(request.POST or None, actor=request.user, initial=initial)
    if request.method != "POST":
        return page(request, "governance/waiver_ask.html", {"form": form})
    things = Thing.objects.visible_to(request.user)
    thing = things.filter(key=request.POST.get("thing", "").strip().upper()).first()
    if thing is None:
        form.is_valid()
        form.add_error("thing", _("There is nothing with this key that you may see."))
        return page(request, "governance/waiver_ask.html", {"form": form}, status=422)
    return carry_out(
        request, partial(actions.ask_waiver, thing=thing), form, done=reverse("governance:waiver-list"),
        template="governance/waiver_ask.html", said=_("Asked. A governance lead decides."),
    )  # fmt: skip


@require_POST
def decide(request: HttpRequest, number: int, move: str) -> HttpResponse:
    """Grant or refuse one request."""
    rows = WaiverRequest.objects.visible_to(request.user).select_related("thing__domain")
    asked = found(rows, pk=number)
    verb = verb_of({"grant": actions.grant_waiver, "refuse": actions.refuse_waiver}, move)
    return carry_out(
        request, partial(verb, request=asked), done=reverse("governance:waiver-list"),
        template="governance/waivers.html", context=context_of(request), said=_("Decided."),
        answer=request.POST.get("answer", ""),
    )  # fmt: skip


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a live waiver before its day."""
    live = found(Waiver.objects.visible_to(request.user).select_related("thing__domain"), pk=number)
    return carry_out(
        request, actions.end_waiver, done=reverse("governance:waiver-list"), template="governance/waivers.html",
        context=context_of(request), said=_("Ended."), waiver=live, reason=request.POST.get("reason", ""),
    )  # fmt: skip
