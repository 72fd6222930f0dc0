"""Verbs about deputies: name one, end it; and the word when its days are over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext as _

from governance import approvers, granting
from governance.models import Decision, Delegation
from guard import clock
from guard.doors import act, acting, consequence, standings
from guard.models import Domain, Standing
from guard.policy import Who
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.actions import tell
from people.models import Role, User

MOST_DAYS = 90
ANYONE = Who(anyone=True)  # whether they hold a seat, or may end it, is asked inside
_WHY = "who holds a seat is asked of the standings themselves"


@act("deputy.named", who=ANYONE)
def name_deputy(
    *, by: Any, deputy: User, starts_on: date, ends_on: date, reason: str, domain: Domain | None = None,
    decision: str = "",
) -> Delegation:  # fmt: skip
    """Let somebody decide in one's place for some days. They need sight of their own, and add no voice.

    Args:
        by: who holds a seat; nobody names a deputy for others.
        deputy: an active person; no service account, no auditor, not oneself.
        starts_on: first day, by the time zone of the house; today or later.
        ends_on: last day, still one of them; 90 days in all at most.
        reason: why, in ten letters at least.
        domain: in which; None for all.
        decision: one of `Decision`; empty for every sort.

    Raises:
        Denied: no seat in decisions there.
        Invalid: by field.
        Blocked: the same is named already, one is a deputy oneself then, or they have named one.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=[by.pk, deputy.pk])
    people = {one.pk: one for one in rows.order_by("pk")}
    if not holds_seat(by, domain):
        raise Denied(_("You hold no seat in decisions there, so there is nothing to hand over."))
    _check(by, people.get(deputy.pk, deputy), (starts_on, ends_on), reason, decision)
    period = DateTimeTZRange(granting.end_of(starts_on - timedelta(days=1)), granting.end_of(ends_on))
    _refuse_chains(by, deputy, domain, decision, period)
    made: Delegation = Delegation.objects.create(
        giver=by, deputy=deputy, domain=domain, decision=decision, period=period, reason=reason.strip(),
        named_at=clock.now(),
    )  # fmt: skip
    acting().note(**facts_of(made), reason=reason)
    tell(deputy, None, "deputy.named", _("You stand in for %(name)s from %(first)s to %(last)s.")
         % {"name": by, "first": starts_on, "last": ends_on})  # fmt: skip
    return made


@act("deputy.ended", who=ANYONE)
def end_delegation(*, by: Any, delegation: Delegation, reason: str = "") -> Delegation:
    """End it now: by who gave it, by the deputy, or by a governance lead of the domain, who says why. Twice is once.

    Raises:
        Absent: not for whom one sees.
        Denied: somebody who may see it and no more.
        Invalid: a governance lead without a reason.
        Blocked: its days are over.
    """
    rows = Delegation.objects.visible_to(by).select_for_update(of=("self",)).select_related("giver", "deputy", "domain")
    held = rows.filter(pk=delegation.pk).first()
    if held is None:
        raise Absent()
    if held.ended_by_id is not None:
        return held
    mine = by.pk in (held.giver_id, held.deputy_id)
    if not mine and Role.GOVERNANCE_LEAD not in by.principal.roles:
        raise Denied(_("Who gave it, the deputy, or a governance lead of the domain can."))
    if held.is_over:
        raise Blocked(_("Its days are over."), code="state")
    if not mine and len(reason.strip()) < 10:
        raise Invalid(errors={"reason": [_("Say why, in a sentence.")]})
    acting().note(**facts_of(held))
    _end(held, by, reason)
    return held


@act("deputies.looked_after", who=ANYONE)
def look_after_delegations(*, by: Any) -> int:
    """Tell both when the days of a delegation are over, once. Nothing waits for it: the day ends it by itself.

    Returns:
        How many were told of.
    """
    rows = Delegation.objects.filter(ended_at=None, period__endswith__lte=clock.now())
    over = list(rows.select_for_update(of=("self",), skip_locked=True).select_related("giver", "deputy").order_by("pk"))
    for one in over:
        Delegation.objects.filter(pk=one.pk).update(ended_at=one.period.upper)
        _tell_both(one)
    acting().note(counts={"over": len(over)})
    return len(over)


def end_all_of(person: Any) -> None:
    """What follows when somebody leaves, inside that act: nobody stands in for them, and they for nobody."""
    rows = Delegation.objects.filter(Q(giver=person.pk) | Q(deputy=person.pk), ended_at=None)
    for held in rows.select_for_update(of=("self",)).select_related("giver", "deputy").order_by("pk"):
        _end(held, acting().by, "")
        consequence("deputy.ended", None, because="left", **facts_of(held))


def holds_seat(person: Any, domain: Domain | None) -> bool:
    """Whether a level of the house asks for a role of this person, or they own or steward something there."""
    principal = person.principal
    if principal.roles & approvers.seat_roles():
        return True
    rows = Standing.objects.unrestricted(_WHY).filter(standings.mine(principal), standings.live())
    rows = rows.filter(reason__in=approvers.STANDINGS)
    return bool((rows if domain is None else rows.filter(thing__domain=domain)).exists())


def may_end(person: Any, delegation: Delegation) -> bool:
    """Whether somebody who sees it is offered to end it."""
    mine = person.pk in (delegation.giver_id, delegation.deputy_id)
    return not delegation.is_over and (mine or Role.GOVERNANCE_LEAD in person.principal.roles)


def facts_of(delegation: Delegation) -> dict[str, Any]:
    """Who for whom, where and when, kept in the record by name."""
    return {
        "delegation": delegation.pk, "giver": delegation.giver.username, "deputy": delegation.deputy.username,
        "domain": delegation.domain.slug if delegation.domain else "", "decision": delegation.decision,
        "starts_on": str(delegation.starts_on), "ends_on": str(delegation.ends_on),
    }  # fmt: skip


def _check(by: Any, deputy: User, days: tuple[date, date], reason: str, decision: str) -> None:
    starts_on, ends_on = days
    errors: dict[str, list[str]] = {}
    if deputy.pk == by.pk:
        errors["deputy"] = [_("Choose somebody else: nobody stands in for themself.")]
    elif not deputy.is_active or deputy.is_service or Role.AUDITOR in deputy.principal.roles:
        errors["deputy"] = [_("Choose a person who works here, and no auditor.")]
    if starts_on < granting.today():
        errors["starts_on"] = [_("It begins today or later.")]
    if not starts_on <= ends_on < starts_on + timedelta(days=MOST_DAYS):
        errors["ends_on"] = [_("Name the last day: %(days)d days in all at most.") % {"days": MOST_DAYS}]
    if len(reason.strip()) < 10:
        errors["reason"] = [_("Say why, in a sentence.")]
    if decision and decision not in Decision.values:
        errors["decision"] = [_("Choose one of the sorts of decision.")]
    if errors:
        raise Invalid(errors=errors)


def _refuse_chains(by: Any, deputy: User, domain: Domain | None, decision: str, period: Any) -> None:
    """A deputy hands nothing on, and two do not stand in for each other; the two accounts are held meanwhile."""
    there = Delegation.objects.filter(ended_at=None, period__overlap=period)
    there = there.covering(domain.pk if domain else None, decision)
    if there.filter(giver=by.pk, deputy=deputy.pk).exists():
        raise Blocked(_("They stand in for you in these days already. End that first."), code="overlap")
    if there.filter(giver=deputy.pk, deputy=by.pk).exists():
        raise Blocked(_("You stand in for them in these days: two people do not stand in for each other."), code="loop")
    if there.filter(deputy=by.pk).exists():
        raise Blocked(_("You stand in for somebody in these days, and a deputy hands nothing on. Lay that down first."),
                      code="chain")  # fmt: skip
    if there.filter(giver=deputy.pk).exists():
        raise Blocked(_("They cannot stand in for you in all of these days. Choose other days, or somebody else."),
                      code="chain")  # fmt: skip


def _end(held: Delegation, by: Any, reason: str) -> None:
    now = clock.now()
    Delegation.objects.filter(pk=held.pk).update(ended_at=now, ended_by=by, end_reason=reason.strip())
    held.ended_at, held.ended_by, held.end_reason = now, by, reason.strip()
    _tell_both(held)


def _tell_both(held: Delegation) -> None:
    """Who gave it and who took it, but for whoever ends it."""
    for person, said in (
        (held.deputy, _("You no longer stand in for %(name)s.") % {"name": held.giver}),
        (held.giver, _("%(name)s no longer stands in for you.") % {"name": held.deputy}),
    ):
        if person.is_active and person.pk != acting().by.pk:
            tell(person, None, "deputy.ended", said)
