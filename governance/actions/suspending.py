"""What ends or stops grants: by a rule at once, by hand, by night; and the word before the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from governance import approvers, granting, opening
from governance.granting import rows_held
from governance.models import Campaign, CampaignItem, Cause, Grant, Vote
from governance.states import DECIDERS, HELD, GrantState
from guard import clock
from guard.doors import act, acting, consequence
from guard.policy import Who
from guard.states import perform
from people.actions import tell

_WHY = "an act works on rows that it was handed"
RULES = {Cause.LEVEL: "ACC-10", Cause.PRD: "ACC-7", Cause.LEFT: "ACC-8", Cause.DISUSE: "ACC-13", Cause.SILENT: "CMP-4"}
SAID = {
    Cause.LEVEL: lazy("Your access is suspended: the data is stricter now than what was agreed to."),
    Cause.PRD: lazy("Your access is suspended: the PRD that it was asked for has ended."),
    Cause.LEFT: lazy("Your access is suspended: your account has ended."),
    Cause.DISUSE: lazy("Your access is suspended: you have not used it for a long time."),
    Cause.SILENT: lazy("Your access is suspended: nobody confirmed the levels of the dataset in time."),
    Cause.HAND: lazy("Your access is suspended. The reason stands there."),
}


@act("grant.suspended", who=DECIDERS, subject="grant")
def suspend_grant(*, by: Any, grant: Grant, reason: str = "") -> Grant:
    """Stop a running grant by hand, with the reason that its holder reads. Twice is once; only a decision lifts it."""
    held = opening.hold(grant)
    if held.state == GrantState.SUSPENDED:
        return held
    perform(held, "suspend", by=by, reason=reason)
    opening.put(held, note=reason.strip())
    _stop(held, Cause.HAND)
    return held


@act("grant.lapsed", who=Who(anyone=True))
def lapse_grant(*, by: Any, grant: Grant, idle_days: int | None = None) -> str:
    """Suspend a running grant that a rule stops; one that no rule stops runs on, whoever calls.

    Args:
        by: whoever did what the rule follows from, or the service account at night.
        grant: that runs.
        idle_days: days without a query, when disuse is looked at.

    Returns:
        The cause (`governance.models.Cause`), or nothing.
    """
    acting().subject(grant)
    held = opening.hold(grant)
    idle = {} if idle_days is None else {held.pk: idle_days}
    cause = granting.cause_of(held, idle) if held.state == GrantState.GRANTED else ""
    if not cause:
        return ""
    perform(held, "lapse", by=by)
    opening.put(held, note="")
    acting().note(because=RULES[Cause(cause)], **({"idle_days": idle_days} if cause == Cause.DISUSE else {}))
    _stop(held, cause)
    return cause


@act("grants.silenced", who=Who(anyone=True))
def silence_grants(*, by: Any, campaign: Campaign) -> int:
    """Suspend what runs on datasets for which nobody answered in a campaign that is over (CMP-4).

    Args:
        by: whoever closed it, or the service account at night.
        campaign: closed; of an open one nothing is suspended.

    Returns:
        How many were suspended. What was given after it closed runs on, so a second call does nothing.
    """
    acting().subject(campaign)
    silent = CampaignItem.objects.unrestricted(_WHY).filter(
        campaign=campaign, campaign__closed_at__isnull=False, verdict=CampaignItem.Verdict.SILENCE
    )
    rows = rows_held(GrantState.GRANTED).filter(dataset__in=silent.values("dataset"), granted_at__lt=campaign.closed_at)
    found = [opening.hold(grant) for grant in rows.order_by("pk")] if campaign.closed_at else []
    for grant in found:
        perform(grant, "lapse", by=by)
        opening.put(grant, note="")
        _stop(grant, Cause.SILENT)
        consequence("grant.lapsed", grant, because=RULES[Cause.SILENT], campaign=campaign.key)
    acting().note(counts={"suspended": len(found)})
    return len(found)


@act("grants.looked_through", who=Who(anyone=True))
def lapse_grants(*, by: Any) -> int:
    """Suspend what a rule stops and nothing stopped at once: what was changed past the verbs, and what is not used.

    Idempotent; returns how many were suspended.
    """
    running = list(rows_held(GrantState.GRANTED).order_by("pk"))
    idle = granting.idle_days(running)
    found = [grant for grant in running if granting.cause_of(grant, idle)]
    count = sum(bool(lapse_grant(by=by, grant=grant, idle_days=idle.get(grant.pk))) for grant in found)
    acting().note(counts={"suspended": count})
    return count


@act("grants.expired", who=Who(anyone=True))
def expire_grants(*, by: Any) -> int:
    """End what has reached its moment, once, and tell once; warn some days before. Idempotent; returns how many ended.

    Two runs at once share the rows: each takes those that the other does not hold.
    """
    now = clock.now()
    rows = rows_held(*HELD).filter(ended_at=None).select_for_update(of=("self", "thing"), skip_locked=True)
    over = list(rows.filter(until__lte=now).order_by("pk"))
    for grant in over:
        perform(grant, "expire", by=by)
        opening.end(grant)
        consequence(
            "grant.expired", grant, because="ACC-2", ended=str(grant.until), requester=grant.requester.username,
            dataset=grant.dataset.key,
        )  # fmt: skip
        tell(grant.requester, grant, "grant.expired", _("Your access has ended on its day. Ask again if you need it."))
    near = now + timedelta(days=approvers.longest("warn_days"))
    soon = rows.filter(thing__state=GrantState.GRANTED, until__gt=now, until__lte=near, warned_at=None)
    warned = [grant for grant in soon.order_by("pk") if _ends_soon(grant)]
    for grant in warned:
        tell(grant.requester, grant, "grant.ending", _("Your access ends soon. Renew it if you still need it."))
        opening.put(grant, warned_at=now)
    acting().note(counts={"expired": len(over), "warned": len(warned)})
    return len(over)


def _ends_soon(grant: Grant) -> bool:
    days = approvers.rules_of(grant.level)["warn_days"]
    return not grant.is_emergency and grant.until is not None and grant.until <= clock.now() + timedelta(days=days)


def _stop(grant: Grant, cause: str) -> None:
    """Nothing is seen or queried through it from now on; holder and deciders are told, and votes count anew."""
    turn = grant.round + 1
    opening.put(
        grant, suspended_at=clock.now(), suspended_for=cause, round=turn,
        content_hash=granting.hash_of(
            grant.dataset.key, grant.requester.username, granting.terms_of(grant), turn=turn
        ),
    )  # fmt: skip
    opening.stop(grant)
    acting().note(cause=str(cause), requester=grant.requester.username, dataset=grant.dataset.key)
    if grant.requester.is_active and grant.requester_id != acting().by.pk:
        tell(grant.requester, grant, "grant.suspended", str(SAID[Cause(cause)]))
    voters = Vote.objects.unrestricted(_WHY).filter(thing=grant.thing, person__is_active=True).select_related("person")
    told = {person.pk: person for person in [*opening.call_deciders(grant), *(vote.person for vote in voters)]}
    for person in told.values():
        if person.pk not in (grant.requester_id, acting().by.pk):
            tell(
                person,
                grant,
                "grant.suspended",
                _("Access that was agreed to is suspended. Decide whether it goes on."),
            )


__all__ = ["expire_grants", "lapse_grant", "lapse_grants", "silence_grants", "suspend_grant"]
