"""Pages of column lineage: what it asks somebody to look at, and what people vouch for."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.column_witness import way_to, words_of
from catalog.models import ColumnEdge
from governance import actions, attesting, deputising, reviewing, streaming
from governance.forms_lineage import AttestForm
from governance.models import Attestation
from governance.states import AttestationState
from governance.views.finding import found, verb_of
from governance.views.reviews import place_of
from guard.doors import opened, opened_all
from guard.gates import judge
from guard.kinds import url_of
from guard.states import moves_for
from web.pages import carry_out, page

RULES = ("LIN-1", "LIN-2", "LIN-3", "LIN-4")


@require_safe
def list_lineage(request: HttpRequest) -> HttpResponse:
    """What lineage asks somebody to look at, and the attestations that are open or hold."""
    rows = attestations(request.user).filter(thing__state__in=(AttestationState.OPEN, AttestationState.LIVE))
    context = {
        "findings": streaming.findings(request.user),
        "attestations": list(rows.order_by("thing__state", "-pk")[: streaming.MOST]),
    }
    for attestation in context["attestations"]:
        opened_all(request.user, [attestation, attestation.source_dataset, attestation.target_dataset])
    return page(request, "governance/lineage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: HttpRequest, number: int) -> HttpResponse:
    """Vouch for one piece of lineage: that it carries nothing, less, or is no more."""
    rows = ColumnEdge.objects.visible_to(request.user)
    rows = rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain")
    edge = found(rows, pk=number)
    opened(request.user, edge.source_dataset)
    passes = attesting.passes_of(edge)
    form = AttestForm(request.POST or None, actor=request.user, edge=edge, passes=passes)
    context = {
        "edge": edge, "way": streaming.way_words(edge), "passes": passes, "form": form,
        "comes_by": words_of(request.user, way_to(edge.target_id, passes)) if edge.target_id and passes else "",
        "back": f"{url_of(edge.target_dataset)}?tab=lineage",
    }  # fmt: skip
    if request.method != "POST":
        return page(request, "governance/attest.html", context, thing=edge.target_dataset)
    return carry_out(
        request, partial(actions.propose_attestation, edge=edge), form, done=url_of, template="governance/attest.html",
        context=context, thing=edge.target_dataset, said=_("Proposed. Others decide; nothing changes before."),
    )  # fmt: skip


@require_safe
def show_attestation(request: HttpRequest, key: str) -> HttpResponse:
    """One attestation: what it says, who agreed, whether it holds."""
    attestation = get_attestation(request, key)
    return page(
        request, "governance/attestation.html", context_of(request, attestation), thing=attestation.target_dataset
    )


@require_POST
def move_attestation(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Agree, reject, withdraw or end."""
    attestation = get_attestation(request, key)
    verbs = {
        "approve": actions.approve_attestation, "reject": actions.reject_attestation,
        "withdraw": actions.withdraw_attestation, "end": actions.end_attestation,
    }  # fmt: skip
    said = {"approve": _("You agreed."), "reject": _("Rejected."), "withdraw": _("Withdrawn."), "end": _("Ended.")}
    return carry_out(
        request, verb_of(verbs, move), done=url_of(attestation), template="governance/attestation.html",
        context=context_of(request, attestation), thing=attestation.target_dataset, said=said[move],
        attestation=attestation, reason=request.POST.get("reason", ""), **place_of(request, move),
    )  # fmt: skip


def attestations(reader: Any) -> Any:
    """Attestations of which this person sees both ends."""
    return Attestation.objects.visible_to(reader).select_related(
        "thing__domain", "source_dataset__thing__domain", "target_dataset__thing__domain", "proposer"
    )


def get_attestation(request: HttpRequest, key: str) -> Attestation:
    """The attestation by key; absent and forbidden look alike."""
    attestation: Attestation = found(attestations(request.user), by=request.user, thing__key=key)
    opened(request.user, attestation.source_dataset)
    return attestation


def draw_effect(request: HttpRequest, attestation: Attestation) -> str:
    """What agreeing would change, while it is open."""
    if attestation.state != AttestationState.OPEN:
        return ""
    impact = attesting.impact_of_attestation(attestation, request.user)
    return render_to_string("governance/attestation_effect.html", {"impact": impact}, request)


def context_of(request: HttpRequest, attestation: Attestation) -> dict[str, Any]:
    """What the page of one attestation draws."""
    votes = reviewing.votes_shown(request.user, attestation)
    is_open = attestation.state == AttestationState.OPEN
    is_live = attestation.state == AttestationState.LIVE
    return {
        "attestation": attestation,
        "way": streaming.way_words(attestation),
        "votes": votes,
        "tally": attesting.tally_of(attestation) if is_open else None,
        "checks": judge(attestation, RULES, request.user) if is_open else [],
        "faults": [attesting.fault_words(fault) for fault in attesting.faults_of(attestation)] if is_live else [],
        "offered": {o.move.name: o for o in moves_for(attestation, request.user, with_gates=False)},
        "is_barred": request.user.pk in attesting.barred_from(attestation),
        "is_mine": request.user.pk == attestation.proposer_id,
        "has_voted": any(vote.person_id == request.user.pk for vote in votes),
        "places": deputising.places_for(request.user, attestation) if is_open else [],
    }
