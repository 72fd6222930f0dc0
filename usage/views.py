"""Pages of usage and of decisions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from guard.kinds import url_of
from usage import actions, showing
from usage.filters import DecisionFilter
from usage.forms import DecisionForm, EvidenceForm, LookBackForm, RaiseForm
from usage.lookup import decision_for
from usage.models import Decision
from web.listing import DOMAIN, KEY, LEVEL, STATE, TITLE, UPDATED, Column, Listing
from web.pages import carry_out, page
from web.templatetags.throughline import person

COLUMNS = [
    KEY, TITLE, STATE,
    Column("attested_by", _("Attested by"), sort="attested_by__name",
           cell=lambda d: person(d.attested_by) if d.attested_by else "",
           csv=lambda d: str(d.attested_by or "")),
    Column("data_role", _("Part of data"), sort="data_role", cell=lambda d: d.get_data_role_display()),
    Column("review_on", _("Look back on"), sort="review_on"),
    Column("verdict", _("Verdict"), sort="verdict", cell=lambda d: d.get_verdict_display()),
    LEVEL, DOMAIN, UPDATED,
]  # fmt: skip
SAID = {
    "attest": _("Attested. It counts from now on."), "reject": _("Rejected."), "implement": _("Marked as carried out."),
}  # fmt: skip
REVISED = (
    "title", *(name for _slug, _head, names in DecisionForm.GROUPS for name in names
               if name not in (*DecisionForm.ONLY_NEW, "title")),
)  # fmt: skip


@require_safe
def show_usage(request: HttpRequest) -> HttpResponse:
    """How much what was built is used, what was read to know it, and what nobody used."""
    return page(request, "usage/usage.html", showing.overview(request.user))


@require_safe
def list_decisions(request: HttpRequest) -> HttpResponse:
    """Every decision that the reader may see, as a page, a fragment or CSV."""
    empty = {
        "title": _("No decisions yet"), "url": reverse("usage:decision-new"), "label": _("Draft a decision"),
        "sentence": _("Write down what was decided, on which numbers, and when you will look back."),
        "icon": "check",
    }  # fmt: skip
    rows = Decision.objects.visible_to(request.user)
    return Listing(rows, COLUMNS, DecisionFilter, csv_name="decisions", empty=empty).respond(
        request, "usage/decisions.html"
    )


def new_decision(request: HttpRequest) -> HttpResponse:
    """Draft a decision."""
    template = "usage/decision_form.html"
    if request.method == "POST":
        return carry_out(
            request, actions.draft_decision, DecisionForm(request.POST, actor=request.user),
            done=lambda made: _after_draft(made, request.GET.get("on", "")),
            template=template, said=_("Drafted. Pin next what it rests on."),
        )  # fmt: skip
    initial = {name: request.GET.get(name, "") for name in ("product", "supersedes", "domain")}
    return page(request, template, {"form": DecisionForm(actor=request.user, initial=initial)})


def _after_draft(decision: Decision, on: str) -> str:
    """On to the evidence when the drafter came from something that it rests on."""
    if not on:
        return url_of(decision)
    return reverse("usage:decision-pin", args=[decision.key], query={"on": on[:400]})


def revise_decision(request: HttpRequest, key: str) -> HttpResponse:
    """Change a decision that nobody has attested yet."""
    decision = decision_for(request.user, key)
    template, context = "usage/decision_form.html", {"decision": decision}
    if request.method == "POST":
        form = DecisionForm(request.POST, actor=request.user, is_new=False)
        return carry_out(
            request, actions.revise_decision, form, done=url_of(decision), template=template, context=context,
            said=_("Kept."), thing=decision, decision=decision,
        )  # fmt: skip
    initial = {name: getattr(decision, name) for name in REVISED}
    form = DecisionForm(actor=request.user, initial=initial, is_new=False)
    return page(request, template, {**context, "form": form}, thing=decision)


@require_safe
def show_decision(request: HttpRequest, key: str) -> HttpResponse:
    """One decision: the choice, the evidence, who attests, what came of it."""
    decision = decision_for(request.user, key)
    return page(request, "usage/decision.html", _context(request, decision), thing=decision)


def pin_evidence(request: HttpRequest, key: str) -> HttpResponse:
    """Pin what a decision rests on."""
    decision = decision_for(request.user, key)
    template, context = "usage/evidence.html", {"decision": decision}
    if request.method == "POST":
        return carry_out(
            request, actions.pin_evidence, EvidenceForm(request.POST, actor=request.user), done=url_of(decision),
            template=template, context=context, said=_("Pinned."), thing=decision, decision=decision,
        )  # fmt: skip
    form = EvidenceForm(actor=request.user, initial={"on": request.GET.get("on", "")})
    return page(request, template, {**context, "form": form}, thing=decision)


def raise_request(request: HttpRequest, key: str) -> HttpResponse:
    """Ask what follows from a decision: join a request, or draft one."""
    decision = decision_for(request.user, key)
    template, context = "usage/raise.html", {"decision": decision}
    if request.method == "POST":
        return carry_out(
            request, actions.raise_request, RaiseForm(request.POST, actor=request.user), done=url_of,
            template=template, context=context, said=_("Joined to the decision."), thing=decision, decision=decision,
        )  # fmt: skip
    return page(request, template, {**context, "form": RaiseForm(actor=request.user)}, thing=decision)


@require_POST
def look_back(request: HttpRequest, key: str) -> HttpResponse:
    """Say what came of a decision."""
    decision = decision_for(request.user, key)
    form = LookBackForm(request.POST, actor=request.user)
    return carry_out(
        request, actions.look_back, form, done=url_of(decision), template="usage/decision.html",
        context=_context(request, decision) | {"look_back_form": form}, said=_("Looked back."), thing=decision,
        decision=decision,
    )  # fmt: skip


@require_POST
def move_decision(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Attest, reject, or mark as carried out."""
    decision = decision_for(request.user, key)
    if move not in SAID:
        raise Http404
    facts: dict[str, Any] = {"decision": decision}
    if move != "attest":
        facts |= {"move": move, "reason": request.POST.get("reason", "")}
    verb = actions.attest_decision if move == "attest" else actions.move_decision
    return carry_out(
        request, verb, done=url_of(decision), template="usage/decision.html", said=SAID[move], thing=decision,
        context=_context(request, decision), **facts,
    )  # fmt: skip


def _context(request: HttpRequest, decision: Decision) -> dict[str, Any]:
    return {**showing.of_decision(decision, request.user), "look_back_form": LookBackForm(actor=request.user)}
