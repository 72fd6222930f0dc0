"""Pages of access: who asked, who decides, until when."""

from __future__ import annotations

from typing import Any

import django_filters
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Column, Dataset
from governance import actions, approvers, deputising, granting, reviewing
from governance.forms_access import AskForm, EmergencyForm, LookForm, RenewForm
from governance.models import Grant, Place
from governance.states import ACCESS_RULES, HELD, OPEN_TO_DECISION
from governance.views.finding import found, verb_of
from governance.views.reviews import get_dataset, place_of
from guard.doors import grade_of, standings
from guard.gates import judge
from guard.kinds import url_of
from guard.policy import READ
from guard.states import moves_for
from people.requests import SignedIn as HttpRequest
from web import cells
from web.listing import LEVEL, STATE, GovernedFilter, Listing
from web.listing import Column as Cell
from web.pages import carry_out, page
from web.templatetags import throughline as tags

RULES = ("ACC-5", "ACC-10", *ACCESS_RULES)


class GrantFilter(GovernedFilter):
    """Also by requester and purpose, and by what they are: one's own, taken in an emergency."""

    which = django_filters.ChoiceFilter(
        label=_("Which"), method="filter_which", empty_label=_("All"),
        choices=[("mine", _("My own")), ("emergency", _("Taken in an emergency"))],
    )  # fmt: skip
    searched = ("thing__key", "thing__title", "requester__name", "purpose")

    def filter_which(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(requester=self.request.user.pk) if value == "mine" else rows.filter(place=Place.GLASS)


def ends_of(grant: Grant) -> str:
    """The last day, or for an emergency the minute."""
    if grant.ends_on is None and grant.until is not None:
        return cells.day_time(grant.until)
    return cells.day(grant.ends_on) if grant.ends_on else "–"


COLUMNS = [
    Cell("key", _("Key"), sort="pk", cell=lambda r: tags.thing_link(r, r.key), csv=lambda r: r.key, head=True),
    Cell("dataset", _("Dataset"), cell=lambda r: r.dataset.key),
    Cell("requester", _("For"), sort="requester__name", cell=lambda r: tags.person(r.requester),
         csv=lambda r: str(r.requester)),
    Cell("purpose", _("Purpose"), sort="purpose"),
    Cell("mode", _("How"), cell=lambda r: r.get_mode_display()),
    LEVEL,
    Cell("ends_on", _("Until"), sort="ends_on", css="r", cell=ends_of, csv=lambda r: r.until or r.ends_on),
    STATE,
]  # fmt: skip


def visible(request: HttpRequest) -> Any:
    """Grants that this person may read."""
    return visible_to(request.user)


def visible_to(reader: Any) -> Any:
    """The same for a reader."""
    rows = Grant.objects.visible_to(reader).select_related("thing__domain", "dataset__thing__domain", "requester")
    return rows.select_related("renews__thing", "prd__thing__domain", "reviewed_by")


def get_grant(request: HttpRequest, key: str) -> Grant:
    """The grant by key; absent and forbidden look alike."""
    grant: Grant = found(visible(request), by=request.user, thing__key=key)
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
    """What the page of one grant draws at once; the titles of dataset and PRD only for their readers."""
    reader = request.user
    votes = reviewing.votes_shown(reader, grant)
    standings.expect([grant.thing_id, *([grant.prd_id] if grant.prd_id else [])])
    return {
        "grant": grant,
        "may_read": grade_of(reader, grant.dataset.thing) >= READ,
        "prd_key": granting.prd_key_for(reader, grant),
        "votes": [(vote, approvers.SLOT_WORDS.get(vote.slot, vote.slot)) for vote in votes],
        "periods": granting.periods_for(reader, grant) if grant.granted_at else [],
        "is_open": grant.state in OPEN_TO_DECISION,
        "days_left": grant.days_left(granting.today()),
        "offered": _offered(request, grant),
        "may_renew": grant.state in HELD
        and not grant.is_emergency
        and grant.requester_id == reader.pk
        and grant.ends_on is not None,
        "renew_form": RenewForm(actor=reader),
    }


def _offered(request: HttpRequest, grant: Grant) -> list[str]:
    return [offer.move.name for offer in moves_for(grant, request.user, with_gates=False) if offer.is_allowed]


def draw_rules(request: HttpRequest, grant: Grant) -> str:
    """The rules of access, judged while it waits or is stopped."""
    results = judge(grant, RULES, request.user) if grant.state in OPEN_TO_DECISION else []
    context = {
        "findings": [finding for result in results for finding in result.findings],
        "passed": [result.gate for result in results if not result.findings],
    }
    return render_to_string("governance/grant_rules.html", context, request)


def draw_deciding(request: HttpRequest, grant: Grant) -> str:
    """Whose agreement is needed and given, and the buttons of who may decide."""
    return render_to_string("governance/grant_deciding.html", deciding_of(request, grant), request)


def deciding_of(request: HttpRequest, grant: Grant, look_form: LookForm | None = None) -> dict[str, Any]:
    """What the part of the page about deciding draws."""
    reader, is_open = request.user, grant.state in OPEN_TO_DECISION
    standings.expect([grant.thing_id])
    votes = reviewing.votes_of(grant.thing, grant.content_hash) if is_open else []
    tally = granting.tally_of(grant) if is_open else None
    return {
        "grant": grant,
        "tally": tally,
        "who_can": granting.who_can(grant, tally) if tally and tally.open else [],
        "offered": _offered(request, grant),
        "may_sit": is_open and granting.may_sit(grant, reader),
        "has_agreed": any(vote.person_id == reader.pk for vote in votes),
        "places": deputising.places_for(reader, grant) if is_open else [],
        "may_look": granting.may_look(grant, reader),
        "look_form": look_form or LookForm(actor=reader),
    }


@require_POST
def move_grant(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Approve, reject, withdraw, suspend or revoke."""
    grant = get_grant(request, key)
    verbs = {
        "approve": actions.approve_grant, "reject": actions.reject_grant, "withdraw": actions.withdraw_request,
        "suspend": actions.suspend_grant, "revoke": actions.revoke_grant,
    }  # fmt: skip
    return carry_out(
        request, verb_of(verbs, move), done=url_of(grant), template="governance/grant.html",
        context=context_of(request, grant), thing=grant, said=_("Done."), grant=grant,
        reason=request.POST.get("reason", ""), **place_of(request, move),
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
    context["may_take"] = approvers.may_break_glass(request.user, dataset.level)
    if request.method != "POST":
        return page(request, "governance/ask.html", context, about=dataset if names else None)
    return carry_out(
        request, actions.ask_access, form, done=url_of, template="governance/ask.html", context=context,
        about=dataset if names else None,
        said=_("Asked. You are told when it is decided."), dataset=dataset,
    )  # fmt: skip


@require_POST
def look(request: HttpRequest, key: str) -> HttpResponse:
    """Say afterwards whether an emergency was one."""
    grant = get_grant(request, key)
    form = LookForm(request.POST, actor=request.user)
    return carry_out(
        request, actions.review_glass, form, done=url_of(grant), template="governance/grant_look.html",
        context=deciding_of(request, grant, form), said=_("Looked at."), grant=grant,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Take access in an emergency."""
    dataset: Dataset = get_dataset(request, key, "exists")
    form = EmergencyForm(request.POST or None, actor=request.user)
    context = {"form": form, **granting.emergency_for(request.user, dataset)}
    if request.method != "POST":
        return page(request, "governance/emergency.html", context)
    return carry_out(
        request, actions.break_glass, form, done=url_of, template="governance/emergency.html", context=context,
        said=_("Open now. Governance and security were told."), dataset=dataset,
    )  # fmt: skip
