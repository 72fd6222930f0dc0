"""Pages of rules and of changes of the policy: what is in force, what waits, who gains and loses, who agreed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import actions
from governance.forms_rules import PolicyForm, RuleForm
from governance.models import PolicyChange, Rule
from governance.rules import changing, data, desk, preview
from governance.states_rules import LEGISLATORS_SENTENCE, ChangeState
from governance.views.finding import found, verb_of
from guard.gates import judge
from guard.kinds import url_of
from guard.rules.sentence import action_words
from guard.states import move_of, moves_for
from people.requests import SignedIn as HttpRequest
from web.pages import carry_out, page

DATA = frozenset(PolicyChange.What.values) - {PolicyChange.What.RULE.value}
STEPS = ("POL-1", "POL-2", "POL-3", "POL-5", "POL-6", "POL-7")


@require_safe
def list_rules(request: HttpRequest) -> HttpResponse:
    """Rules in force and on trial, the product's own, and what waits."""
    rows = [(rule, desk.sentence_for(rule.body())) for rule in desk.rules_for(request.user)]
    waiting = desk.changes_for(request.user).filter(thing__state=ChangeState.OPEN).order_by("-pk")
    context = {
        "rows": rows, "shipped": desk.shipped_rows(request.user), "waiting": list(waiting[:50]),
        "may_propose": desk.may_propose(request.user), "grades": desk.grade_rows(request.user),
        "opens": action_words().values(),
    }  # fmt: skip
    return page(request, "governance/rules.html", context)


@require_safe
def show_rule(request: HttpRequest, key: str) -> HttpResponse:
    """One rule: its sentence, its examples, what it does to whom, what it was before."""
    rule: Rule = found(desk.rules_for(request.user), by=request.user, thing__key=key)
    context = {
        "rule": rule,
        "sentence": desk.sentence_for(rule.body()),
        "tree": desk.tree_text(rule.when),
        "tried": desk.tried(rule.body()),
        "effect": preview.effect_of_rule(rule, request.user) if desk.may_look(request.user) else None,
        "counted": desk.counted(rule, request.user),
        "versions": desk.history_of(rule, request.user),
        "change": desk.open_change(rule, request.user),
        "may_propose": desk.may_propose(request.user),
    }
    return page(request, "governance/rule.html", context)


def _may(request: HttpRequest) -> dict[str, Any]:
    """Whether the form may be sent by this person, and who may, for those who are told so instead."""
    return {"may_propose": desk.may_propose(request.user), "who_may": LEGISLATORS_SENTENCE}


@require_http_methods(["GET", "HEAD", "POST"])
def propose_rule(request: HttpRequest, key: str = "") -> HttpResponse:
    """Propose a rule, or a rule that stands in other words."""
    rule = found(desk.rules_for(request.user), by=request.user, thing__key=key) if key else None
    initial: dict[str, Any] = {"owner": request.user.username}
    if rule is not None:
        body = rule.body()
        initial = {**body, "when": desk.tree_text(body["when"]), "examples": desk.tree_text(body["examples"])}
    form = RuleForm(request.POST or None, actor=request.user, initial=initial, is_new=rule is None)
    context = {"form": form, "rule": rule, "vocabulary": desk.vocabulary(), "shapes": desk.SHAPES, **_may(request)}
    if request.method != "POST":
        return page(request, "governance/rule_propose.html", context)
    return carry_out(
        request, actions.propose_rule, form, done=url_of, template="governance/rule_propose.html", context=context,
        said=_("Proposed. Nothing is in force before others agree."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def propose_policy(request: HttpRequest) -> HttpResponse:
    """Propose other data that decides: ``?what=&target=`` fills in what stands."""
    what, target = request.GET.get("what", ""), request.GET.get("target", "").replace("\x00", "")
    target = data.named(what, target) if what in DATA else target
    now = changing.standing(what, target) if what in DATA else None
    initial = {"what": what, "target": target, "after": desk.tree_text(now) if now is not None else ""}
    form = PolicyForm(request.POST or None, actor=request.user, initial=initial)
    if request.method != "POST":
        return page(request, "governance/policy_propose.html", {"form": form, **_may(request)})
    return carry_out(
        request, actions.propose_policy, form, done=url_of, template="governance/policy_propose.html",
        context=_may(request), said=_("Proposed. Nothing is in force before others agree."),
    )  # fmt: skip


@require_safe
def show_change(request: HttpRequest, key: str) -> HttpResponse:
    """One change: before and after, who gains and loses, what stands in the way, who agreed."""
    change = found(desk.changes_for(request.user), by=request.user, thing__key=key)
    return page(request, "governance/change.html", context_of(request, change))


def context_of(request: HttpRequest, change: PolicyChange) -> dict[str, Any]:
    """What the page of one change draws."""
    reader, is_open, is_rule = request.user, change.state == ChangeState.OPEN, change.what == PolicyChange.What.RULE
    votes, is_felt = desk.votes_on(change, reader), change.what in preview.FELT
    return {
        "change": change,
        "is_rule": is_rule,
        "sides": desk.sides_of(change),
        "tried": desk.tried(change.after) if is_rule else [],
        "effect": preview.effect_of_change(change, reader) if is_open and is_felt and desk.may_look(reader) else None,
        "is_felt": is_felt,
        "bearing": desk.bearing_of(change),
        "checks": judge(change, STEPS, reader, {"move": "approve"}) if is_open and desk.may_look(reader) else [],
        "agreed": changing.agreed(change) if is_open else None,
        "votes": votes,
        "offered": {offer.move.name: offer for offer in moves_for(change, reader, with_gates=False)},
        "approve_sentence": move_of("change", "approve").sentence,
        "is_mine": reader.pk == change.proposer_id,
        "has_voted": any(vote.person_id == reader.pk for vote in votes),
    }


@require_POST
def move_change(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Approve, reject or withdraw."""
    change = found(desk.changes_for(request.user), by=request.user, thing__key=key)
    verbs = {"approve": actions.approve_change, "reject": actions.reject_change, "withdraw": actions.withdraw_change}
    verb = verb_of(verbs, move)
    facts: dict[str, Any] = {"reason": request.POST.get("reason", "")}
    if move == "approve":
        facts["preview"] = request.POST.get("preview", "")
    said = {"approve": _("You agreed."), "reject": _("Rejected."), "withdraw": _("Withdrawn.")}[move]
    return carry_out(
        request, verb, done=reverse("governance:change-show", args=[change.key]), template="governance/change.html",
        context=context_of(request, change), said=said, change=change, **facts,
    )  # fmt: skip
