"""Verbs about waivers: a rule set aside for one thing, by another person, with a reason and an end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from governance.models import WaiverRequest
from guard import clock
from guard.doors import act, acting
from guard.gates import GATES
from guard.models import Thing, Waiver
from guard.policy import Who
from guard.refusals import Blocked, Denied, Invalid
from people.actions import tell
from people.models import Role
from prds.lint import RULES as LINT

MOST_DAYS = 90
DESK = Who(roles={Role.GOVERNANCE_LEAD})
_WHY = "an act works on rows that it was handed"


@act("waiver.asked", who=Who(anyone=True), subject="thing")
def ask_waiver(
    *, by: Any, thing: Thing, rule_id: str, reason: str, expires_on: date, compensation: str = ""
) -> WaiverRequest:
    """Ask to set a rule aside for one thing.

    Args:
        by: who asks; never decides on it.
        thing: for what.
        rule_id: public id of the rule.
        reason: why, in ten letters at least.
        expires_on: last day, at most 90 days from now.
        compensation: what is done instead, meanwhile.

    Raises:
        Invalid: no such rule, no reason, no end or one too far.
        Blocked: a rule of the law, or asked for already.
    """
    rule_id = rule_id.strip().upper()
    _check(thing, rule_id, reason, expires_on)
    rows = WaiverRequest.objects.unrestricted(_WHY).filter(thing=thing, rule_id=rule_id, decided_at=None)
    if rows.exists():
        raise Blocked(_("A waiver of %(rule)s is asked for already.") % {"rule": rule_id}, code="asked-already")
    request: WaiverRequest = WaiverRequest.objects.create(
        thing=thing, rule_id=rule_id, reason=reason.strip(), compensation=compensation.strip(), expires_on=expires_on,
        asked_by=by, asked_at=clock.now(),
    )  # fmt: skip
    acting().note(rule=rule_id, expires_on=str(expires_on), reason=reason)
    return request


@act("waiver.granted", who=DESK, subject="request.thing")
def grant_waiver(*, by: Any, request: WaiverRequest, answer: str = "") -> Waiver:
    """Set the rule aside until the day asked for. Twice is once.

    Raises:
        Denied: one's own request.
        Blocked: a rule of the law, or decided otherwise.
    """
    held = _hold(request)
    if held.waiver_id is not None:
        return Waiver.objects.unrestricted(_WHY).get(pk=held.waiver_id)
    _decidable(held, by)
    _check(held.thing, held.rule_id, held.reason, held.expires_on)
    waiver: Waiver = Waiver.objects.create(
        thing=held.thing, rule_id=held.rule_id, reason=held.reason, asked_by=held.asked_by, granted_by=by,
        granted_at=clock.now(), expires_on=held.expires_on,
    )  # fmt: skip
    _set(held, decided_by=by, decided_at=clock.now(), answer=answer.strip(), waiver=waiver)
    acting().note(rule=held.rule_id, expires_on=str(held.expires_on), asked_by=held.asked_by.username, reason=answer)
    tell(held.asked_by, held.thing, "waiver.granted", _("A rule is set aside until the day you asked for."))
    return waiver


@act("waiver.refused", who=DESK, subject="request.thing")
def refuse_waiver(*, by: Any, request: WaiverRequest, answer: str) -> WaiverRequest:
    """Keep the rule, with an answer that who asked can read."""
    held = _hold(request)
    if held.decided_at is not None and held.waiver_id is None and held.decided_by_id == by.pk:
        return held
    _decidable(held, by)
    if len(answer.strip()) < 10:
        raise Invalid(errors={"answer": [_("Say why, in a sentence.")]})
    _set(held, decided_by=by, decided_at=clock.now(), answer=answer.strip())
    acting().note(rule=held.rule_id, asked_by=held.asked_by.username, reason=answer)
    tell(held.asked_by, held.thing, "waiver.refused", _("The rule stays. The answer says why."))
    return held


@act("waiver.ended", who=DESK, subject="waiver.thing")
def end_waiver(*, by: Any, waiver: Waiver, reason: str) -> Waiver:
    """End a waiver before its day."""
    if len(reason.strip()) < 10:
        raise Invalid(errors={"reason": [_("Say why, in a sentence.")]})
    yesterday = clock.now().date() - timedelta(days=1)
    acting().note(rule=waiver.rule_id, diff={"expires_on": [str(waiver.expires_on), str(yesterday)]})
    Waiver.objects.unrestricted(_WHY).filter(pk=waiver.pk, expires_on__gt=yesterday).update(expires_on=yesterday)
    waiver.expires_on = min(waiver.expires_on, yesterday)
    return waiver


def _check(thing: Thing, rule_id: str, reason: str, expires_on: date) -> None:
    today = clock.now().date()
    errors: dict[str, list[str]] = {}
    known = GATES.get((thing.kind, rule_id))
    if known is None and rule_id not in LINT:
        errors["rule_id"] = [_("Name the rule by its id, such as TOOL-001.")]
    if len(reason.strip()) < 10:
        errors["reason"] = [_("Say why, in a sentence.")]
    if not today <= expires_on <= today + timedelta(days=MOST_DAYS):
        errors["expires_on"] = [_("A waiver ends within %(days)d days.") % {"days": MOST_DAYS}]
    if errors:
        raise Invalid(errors=errors)
    if known.law if known else LINT[rule_id].is_law:
        raise Blocked(_("%(rule)s stands for the law or for two pairs of eyes: nobody sets it aside.")
                      % {"rule": rule_id}, code="law")  # fmt: skip


def _hold(request: WaiverRequest) -> WaiverRequest:
    rows = WaiverRequest.objects.unrestricted(_WHY).select_for_update(of=("self",))
    held: WaiverRequest = rows.select_related("thing__domain", "asked_by").get(pk=request.pk)
    return held


def _decidable(request: WaiverRequest, by: Any) -> None:
    if request.asked_by_id == by.pk:
        raise Denied(_("You asked for this, so another governance lead decides."))
    if request.decided_at is not None:
        raise Blocked(_("This was decided already."), code="decided")


def _set(request: WaiverRequest, **fields: Any) -> None:
    WaiverRequest.objects.unrestricted(_WHY).filter(pk=request.pk).update(**fields)
    for name, value in fields.items():
        setattr(request, name, value)
