"""One's own page: what waits, what one was told, one's rights and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from guard.models import Standing
from guard.refusals import Refusal
from people import actions
from people.forms import TokenForm
from people.models import ApiToken, Clearance, Notice, Role
from people.requests import SignedIn
from web.pages import go, page

MOST_NOTICES = 40


@dataclass(frozen=True)
class Me:
    """The person as the subject of their own page: higher rooms add panels to the kind ``me``."""

    user: Any
    kind: str = "me"


@require_safe
def show_me(request: SignedIn) -> HttpResponse:
    """What I asked for, what I was told, what I may see and why, my tokens."""
    return page(request, "people/me.html", context_of(request))


def context_of(request: SignedIn) -> dict[str, Any]:
    """What the page draws; notices about things that one may no longer see keep their sentence and lose their name."""
    user = request.user
    notices = Notice.objects.unrestricted("one's own notices are shown; names only of what one may see").filter(
        person=user
    )
    shown = list(notices.order_by("-id")[:MOST_NOTICES])
    named = {thing.pk: thing for thing in _things_named(user, [notice.thing_id for notice in shown])}
    standings = Standing.objects.visible_to(user).filter(person=user).select_related("thing__domain")
    clearances = Clearance.objects.filter(person=user) | Clearance.objects.filter(team__people=user)
    return {
        "me": Me(user),
        "notices": [(notice, named.get(notice.thing_id)) for notice in shown],
        "unread": sum(notice.read_at is None for notice in shown),
        "roles": [Role(role).label for role in sorted(user.principal.roles)],
        "clearances": list(clearances.select_related("domain", "team").distinct()),
        "standings": list(standings.order_by("-id")[:30]),
        "tokens": list(ApiToken.objects.filter(person=user)[:30]),
        "form": TokenForm(actor=user),
    }


def _things_named(user: Any, thing_ids: list[int]) -> list[Any]:
    from guard.models import Thing

    return list(Thing.objects.visible_to(user).filter(pk__in=thing_ids))


@require_POST
def read_notices(request: SignedIn) -> HttpResponse:
    """Mark what I was told as read."""
    actions.read_notices(by=request.user)
    return go(request, reverse("people:me-show"))


@require_POST
def create_token(request: SignedIn) -> HttpResponse:
    """Make a token; its text is on this one answer and nowhere else."""
    form = TokenForm(request.POST, actor=request.user)
    context = context_of(request)
    if not form.is_valid():
        return page(request, "people/me.html", {**context, "form": form}, status=422)
    try:
        _token, text = actions.create_token(by=request.user, person=request.user, **form.facts())
    except Refusal as refusal:
        form.add_refusal(refusal)
        return page(request, "people/me.html", {**context, "form": form}, status=refusal.status)
    response = page(request, "people/me.html", {**context_of(request), "token_text": text})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_token(request: SignedIn, number: int) -> HttpResponse:
    """End one of my tokens now."""
    token = ApiToken.objects.filter(person=request.user, pk=number).first()
    if token is None:
        raise Http404
    actions.revoke_token(by=request.user, token=token)
    return go(request, reverse("people:me-show"), _("The token works no more."))
