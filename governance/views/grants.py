"""Pages of access: who asked, who decides, until when."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Column, Dataset
from governance import actions, granting, reviewing
from governance.forms import AskForm, RenewForm
from governance.models import Grant, Vote
from governance.states import WAITING, GrantState
from governance.views.finding import found, verb_of
from governance.views.reviews import get_dataset
from guard.doors import grade_of, standings
from guard.gates import judge
from guard.kinds import url_of
from guard.policy import READ
from guard.states import moves_for
from people.requests import SignedIn as HttpRequest
from web.listing import LEVEL, STATE, GovernedFilter, Listing
from web.listing import Column as Cell
from web.pages import carry_out, page
from web.templatetags import throughline as tags

RULES = ("ACC-1", "ACC-2", "ACC-3", "ACC-4", "ACC-5", "ACC-6")


class GrantFilter(GovernedFilter):
    """Also by requester and purpose."""

    searched = ("thing__key", "thing__title", "requester__name", "purpose")


COLUMNS = [
    Cell("key", _("Key"), sort="pk", cell=lambda r: tags.thing_link(r, r.key), csv=lambda r: r.key, head=True),
    Cell("dataset", _("Dataset"), cell=lambda r: r.dataset.key),
    Cell("requester", _("For"), sort="requester__name", cell=lambda r: tags.person(r.requester),
         csv=lambda r: str(r.requester)),
    Cell("purpose", _("Purpose"), sort="purpose"),
    Cell("mode", _("How"), cell=lambda r: r.get_mode_display()),
    LEVEL,
    Cell("ends_on", _("Until"), sort="ends_on", css="r"),
    STATE,
]  # fmt: skip


def visible(request: HttpRequest) -> Any:
    """Grants that this person may read."""
    return visible_to(request.user)


def visible_to(reader: Any) -> Any:
    """The same for a reader."""
    rows = Grant.objects.visible_to(reader)
    return rows.select_related("thing__domain", "dataset__thing__domain", "requester", "renews__thing")


def get_grant(request: HttpRequest, key: str) -> Grant:
    """The grant by key; absent and forbidden look alike."""
    grant: Grant = found(visible(request), thing__key=key)
    return grant


@require_safe
def list_grants(request: HttpRequest) -> HttpResponse:
    """Requests and grants, newest first."""
    empty = {
        "title": _("Nobody has asked for access"),
        "sentence": _("Open a dataset and ask for access to named columns, for a purpose and until a day."),
        "icon": "lock",
    }
    listing = Listing(visible(request), COLUMNS, GrantFilter, csv_name="grants", empty=empty)
    return listing.respond(request, "governance/grants.html")


@require_safe
def show_grant(request: HttpRequest, key: str) -> HttpResponse:
    """One request: terms, rules, who agreed, buttons."""
    grant = get_grant(request, key)
    context = context_of(request, grant)
    return page(request, "governance/grant.html", context, thing=grant.dataset if context["may_read"] else None)


def context_of(request: HttpRequest, grant: Grant) -> dict[str, Any]:
    """What the page of one grant draws at once; the dataset's title only for its readers."""
    votes = Vote.objects.visible_to(request.user).filter(thing=grant.thing).select_related("person")
    standings.expect([grant.thing_id])
    return {
        "grant": grant,
        "may_read": grade_of(request.user, grant.dataset.thing) >= READ,
        "votes": list(votes),
        "is_waiting": grant.state in WAITING,
        "days_left": grant.days_left(timezone.localdate()),
        "offered": _offered(request, grant),
        "may_renew": grant.state == GrantState.GRANTED and grant.requester_id == request.user.pk,
        "renew_form": RenewForm(actor=request.user),
    }


def _offered(request: HttpRequest, grant: Grant) -> list[str]:
    return [offer.move.name for offer in moves_for(grant, request.user, with_gates=False) if offer.is_allowed]


def draw_rules(request: HttpRequest, grant: Grant) -> str:
    """The rules of access, judged while it waits."""
    results = judge(grant, RULES, request.user) if grant.state in WAITING else []
    context = {
        "findings": [finding for result in results for finding in result.findings],
        "passed": [result.gate for result in results if not result.findings],
    }
    return render_to_string("governance/grant_rules.html", context, request)


def draw_deciding(request: HttpRequest, grant: Grant) -> str:
    """Whose agreement is needed and given, and the buttons of who may decide."""
    is_waiting = grant.state in WAITING
    standings.expect([grant.thing_id])
    votes = reviewing.votes_of(grant.thing, grant.content_hash)
    context = {
        "grant": grant,
        "tally": granting.tally_of(grant) if is_waiting else None,
        "offered": _offered(request, grant),
        "may_sit": is_waiting and granting.may_sit(grant, request.user),
        "has_agreed": any(vote.person_id == request.user.pk for vote in votes),
    }
    return render_to_string("governance/grant_deciding.html", context, request)


@require_POST
def move_grant(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Approve, reject, withdraw or revoke."""
    grant = get_grant(request, key)
    verbs = {
        "approve": actions.approve_grant, "reject": actions.reject_grant, "withdraw": actions.withdraw_request,
        "revoke": actions.revoke_grant,
    }  # fmt: skip
    return carry_out(
        request, verb_of(verbs, move), done=url_of(grant), template="governance/grant.html",
        context=context_of(request, grant), thing=grant, said=_("Done."), grant=grant,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip


@require_POST
def renew(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for longer."""
    grant = get_grant(request, key)
    form = RenewForm(request.POST, actor=request.user)
    return carry_out(
        request, actions.renew_access, form, done=url_of, template="governance/grant.html",
        context={**context_of(request, grant), "renew_form": form}, thing=grant, said=_("Asked for longer."),
        grant=grant,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for access to a dataset; whoever may know that it exists may ask."""
    dataset: Dataset = get_dataset(request, key, "exists")
    names = list(
        Column.objects.visible_to(request.user, "columns").filter(dataset=dataset).values_list("name", flat=True)
    )
    form = AskForm(request.POST or None, actor=request.user, dataset=dataset, names=names)
    context = {"dataset": dataset, "form": form, "may_read": grade_of(request.user, dataset.thing) >= READ}
    if request.method != "POST":
        return page(request, "governance/ask.html", context)
    return carry_out(
        request, actions.ask_access, form, done=url_of, template="governance/ask.html", context=context,
        said=_("Asked. You are told when it is decided."), dataset=dataset,
    )  # fmt: skip
