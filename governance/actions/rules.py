"""Verbs about the policy: propose, agree, refuse, take back. What is agreed to is in force when the act ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from governance.models import PolicyChange, Vote
from governance.rules import bodies, changing, data
from governance.states import PROPOSER
from governance.states_rules import LEGISLATORS, ChangeState
from guard import clock, things
from guard.doors import act, acting
from guard.policy import READ
from guard.refusals import Blocked, Invalid
from guard.states import perform
from people.actions import tell
from people.models import User

_WHY = "an act works on rows that it was handed"
RULE = PolicyChange.What.RULE


@act("rule.proposed", who=LEGISLATORS)
def propose_rule(*, by: Any, body: Mapping[str, Any], reason: str) -> PolicyChange:
    """Propose a rule, or a rule that stands in other words, modes or hands.

    Args:
        by: who proposes; never decides on it.
        body: the ten fields of `governance.rules.bodies`; the code says which rule is meant.
        reason: why, in ten letters at least.

    Returns:
        The open change. Nothing is in force by it.

    Raises:
        Invalid: a fault in the rule, or no reason, or nothing that differs.
        Blocked: a change of it waits already.
    """
    after = bodies.read_body(body)
    return _open(by, (RULE, after["code"]), after, reason, after["domain"])


@act("policy.proposed", who=LEGISLATORS)
def propose_policy(
    *, by: Any, what: str, target: str, after: Mapping[str, Any], domain: str, reason: str
) -> PolicyChange:  # fmt: skip
    """Propose other data that decides: a crosswalk, the floor of a category, what a level asks, the end of a scheme.

    Args:
        by: who proposes; never decides on it.
        what: a PolicyChange.What but a rule.
        target: ``scheme:rank``, ``scheme:code`` or ``scheme``; the scheme by its code, or as ``code@version``.
        after: what should stand instead, whole.
        domain: slug of the domain in which the paper lies.
        reason: why.
    """
    if what not in PolicyChange.What.values or what == RULE:
        raise Invalid(errors={"what": [_("This is not data of the policy.")]})
    target = data.named(what, target)
    return _open(by, (what, target), data.read(what, target, after), reason, domain)


@act("change.approved", who=LEGISLATORS, subject="change")
def approve_change(*, by: Any, change: PolicyChange, preview: str = "", reason: str = "") -> PolicyChange:
    """Agree to a change. The last agreement that is needed puts it in force; agreeing twice changes nothing.

    Args:
        by: another person than who proposed it.
        change: to agree to.
        preview: digest of the effect that was looked at.
        reason: remark for the record.

    Raises:
        Blocked: POL-1 to POL-7, or decided otherwise already.
    """
    held = _hold(change)
    if _vote_of(held, by) == Vote.Verdict.APPROVE and held.state in (ChangeState.OPEN, ChangeState.APPLIED):
        return held
    facts = {"preview": preview, "reason": reason}
    perform(held, "approve", by=by, **facts)
    _vote(held, by, Vote.Verdict.APPROVE, reason)
    if not changing.agreed(held).missing:
        perform(held, "apply", by=by, **facts)
        changing.put_in_force(held)
        _decided(held)
        tell(held.proposer, held, "change.applied", _("The change that you proposed is in force."))
    acting().note(content=held.content_hash[:12], what=held.what, target=held.target)
    return held


@act("change.rejected", who=LEGISLATORS, subject="change")
def reject_change(*, by: Any, change: PolicyChange, reason: str = "") -> PolicyChange:
    """Refuse a change, with a reason. Refusing twice changes nothing."""
    held = _hold(change)
    if held.state == ChangeState.REJECTED and _vote_of(held, by) == Vote.Verdict.REJECT:
        return held
    perform(held, "reject", by=by, reason=reason)
    _vote(held, by, Vote.Verdict.REJECT, reason)
    _decided(held)
    tell(held.proposer, held, "change.rejected", _("The change that you proposed was not accepted."))
    return held


@act("change.withdrawn", who=PROPOSER, subject="change")
def withdraw_change(*, by: Any, change: PolicyChange, reason: str = "") -> PolicyChange:
    """Take back one's own proposal; nothing was in force by it."""
    held = _hold(change)
    if held.state == ChangeState.WITHDRAWN:
        return held
    perform(held, "withdraw", by=by, reason=reason)
    _decided(held)
    return held


def _open(by: Any, about: tuple[str, str], after: Mapping[str, Any], reason: str, domain: str) -> PolicyChange:
    what, target = about
    kept_in = changing.kept_in(what, after, domain)
    errors = {}
    if len(reason.strip()) < 10:
        errors["reason"] = [_("Say why, in a sentence.")]
    if kept_in is None:
        errors["domain"] = [_("There is no such domain.")]
    before = changing.standing(what, target)
    if before == after:
        errors["after"] = [_("This is how it stands already.")]
    if errors or kept_in is None:
        raise Invalid(errors=errors)
    if changing.is_open(what, target) is not None:
        raise Blocked(_("A change of this waits for a decision already."), code="asked-already")
    loosening = what != RULE or bodies.differs(before, after)
    title = str(after.get("title") or f"{what} {target}") if what == RULE else f"{what} {target}"
    thing = things.new_thing(kind="change", title=title, domain=kept_in, level=1, state=ChangeState.OPEN)
    change: PolicyChange = PolicyChange.objects.create(
        thing=thing, what=what, target=target, before=before, after=dict(after), reason=reason.strip(), proposer=by,
        rule=changing.rule_named(target) if what == RULE else None, is_loosening=loosening,
        content_hash=changing.hash_of(what, target, before, dict(after), reason),
    )  # fmt: skip
    things.give(thing, reason="proposer", grade=READ, person=by)
    for person in User.objects.filter(roles_held__role__in=LEGISLATORS.roles, is_active=True).distinct():
        if person.pk != by.pk and LEGISLATORS.permits(person.principal):
            things.give(thing, reason="reviewer", grade=READ, person=person)
            tell(person, thing, "change.proposed", _("A change of the policy waits for a decision."))
    acting().subject(thing)
    acting().note(what=what, target=target, content=change.content_hash[:12], reason=reason)
    return change


def _hold(change: PolicyChange) -> PolicyChange:
    """Hold the change until the act ends, and read it again."""
    thing = things.lock(change)
    rows = PolicyChange.objects.unrestricted(_WHY).select_related("thing__domain", "proposer")
    held: PolicyChange = rows.get(pk=thing.pk)
    return held


def _vote_of(change: PolicyChange, by: Any) -> str:
    rows = Vote.objects.unrestricted(_WHY).filter(thing=change.thing, content_hash=change.content_hash, person=by)
    return rows.values_list("verdict", flat=True).first() or ""


def _vote(change: PolicyChange, by: Any, verdict: str, reason: str) -> None:
    if _vote_of(change, by):
        raise Blocked(_("You decided on this already."), code="decided")
    slot = next(iter(sorted(LEGISLATORS.roles & by.principal.roles)))
    Vote.objects.create(
        thing=change.thing, person=by, slot=slot, verdict=verdict, reason=reason, at=clock.now(),
        content_hash=change.content_hash,
    )  # fmt: skip


def _decided(change: PolicyChange) -> None:
    PolicyChange.objects.unrestricted(_WHY).filter(pk=change.pk).update(decided_at=clock.now())
