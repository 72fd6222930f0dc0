"""Pages of deputies: who stands in for whom, naming one, ending it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import actions
from governance.actions.delegations import holds_seat, may_end
from governance.forms_delegations import DeputyForm
from governance.lead.in_place import waiting_in_place
from governance.models import Delegation
from governance.views.finding import found
from people.requests import SignedIn as HttpRequest
from web.pages import carry_out, page

LIST = "governance/delegations.html"
MOST = 100


def context_of(request: HttpRequest) -> dict[str, Any]:
    """What the page draws: one's own and, for who watches over a domain, those of others; what waits in a place."""
    reader = request.user
    rows = Delegation.objects.visible_to(reader).select_related("giver", "deputy", "domain", "ended_by")
    shown = [(one, may_end(reader, one)) for one in rows.order_by("-pk")[:MOST]]
    return {
        "running": [pair for pair in shown if not pair[0].is_over],
        "over": [pair[0] for pair in shown if pair[0].is_over][:20],
        "waiting": waiting_in_place(reader),
        "may_name": holds_seat(reader, None),
    }


@require_safe
def list_delegations(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom, as far as it concerns this person."""
    return page(request, LIST, context_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
def name_one(request: HttpRequest) -> HttpResponse:
    """Name a deputy."""
    form = DeputyForm(request.POST or None, actor=request.user)
    context = {"form": form, "may_name": holds_seat(request.user, None)}
    if request.method != "POST":
        return page(request, "governance/delegation_new.html", context)
    return carry_out(
        request, actions.name_deputy, form, done=reverse("governance:delegation-list"),
        template="governance/delegation_new.html", context=context, said=_("Named. Your deputy was told."),
    )  # fmt: skip


@require_POST
def end_one(request: HttpRequest, number: int) -> HttpResponse:
    """End it now."""
    delegation = found(Delegation.objects.visible_to(request.user), pk=number)
    return carry_out(
        request, actions.end_delegation, done=reverse("governance:delegation-list"), template=LIST,
        context=context_of(request), said=_("Ended."), delegation=delegation, reason=request.POST.get("reason", ""),
    )  # fmt: skip
