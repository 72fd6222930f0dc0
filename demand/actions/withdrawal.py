"""INT-3: a withdrawn interview leaves no word behind; counts stay, insights are counted again."""

from __future__ import annotations

from typing import Any

from demand.actions.insights import weaken_insight
from demand.evidence import insights_resting_on, recount
from demand.models import Identity, Interview
from demand.purging import purge
from demand.states import ANYONE, PROTECTORS
from guard import clock, things
from guard.doors import act, acting
from guard.refusals import Denied
from guard.states import perform

_WHY = "withdrawn words are purged wherever they stand"


@act("interview.withdrawn", who=PROTECTORS, subject="interview")
def withdraw_interview(*, by: Any, interview: Interview, reason: str) -> Interview:
    """Withdraw an interview: purge transcript, quotes, search texts and comments on them; keep the counts (INT-3).

    Args:
        by: who acts.
        interview: in any state but withdrawn or cancelled.
        reason: why; goes into the ledger, so it must not repeat what was said.

    Returns:
        The interview without text, in state withdrawn.
    """
    perform(interview, "withdraw", by=by, reason=reason)
    interview.refresh_from_db()
    interview.consent_status = Interview.Consent.WITHDRAWN
    interview.save(update_fields=["consent_status"])
    _forget_identity(interview)
    _purge(by, interview)
    return interview


@act("interview.retention_ended", who=ANYONE, subject=None)
def end_retention(*, by: Any, interview: Interview) -> Interview:
    """Purge the text of an interview whose retention has ended; anybody may, since the day decides.

    Raises:
        Denied: when the day has not come.
    """
    acting().subject(interview)
    things.lock(interview)
    interview.refresh_from_db()
    ended = interview.retention_until is not None and interview.retention_until < clock.now().date()
    if not ended or interview.purged_at is not None:
        raise Denied()
    things.touch(interview, state="archived")
    _purge(by, interview)
    return interview


@act("interview.consent_honoured", who=ANYONE, subject=None)
def honour_withdrawal(*, by: Any, interview: Interview) -> Interview:
    """Purge what somebody recorded as withdrawn and nobody purged; the rule decides, not the person (INT-3).

    Raises:
        Denied: when the consent stands, or nothing is left.
    """
    acting().subject(interview)
    things.lock(interview)
    interview.refresh_from_db()
    if interview.consent_status != Interview.Consent.WITHDRAWN or interview.state in ("withdrawn", "cancelled"):
        raise Denied()
    things.touch(interview, state="withdrawn")
    _forget_identity(interview)
    _purge(by, interview)
    return interview


def _purge(by: Any, interview: Interview) -> None:
    """Remove every word of an interview and count again what rested on it."""
    quotes = purge(interview)
    insights = insights_resting_on([quote.pk for quote in quotes])
    acting().note(counts={"quotes": len(quotes), "insights": len(insights)}, because="INT-3")
    for insight in insights:
        if recount(insight):
            weaken_insight(by=by, insight=insight, because="INT-3")


def _forget_identity(interview: Interview) -> None:
    """Who it was is forgotten with the last interview that still stands."""
    others = Interview.objects.unrestricted(_WHY).filter(participant=interview.participant).exclude(pk=interview.pk)
    if not others.exclude(thing__state="withdrawn").exists():
        Identity.objects.unrestricted(_WHY).filter(participant=interview.participant).delete()
