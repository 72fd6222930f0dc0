"""What demand looks after by itself, every hour: texts whose time is over, consents withdrawn, requests put off."""

from __future__ import annotations

from demand.actions import end_retention, honour_withdrawal, wake_request
from demand.models import Interview, Request
from guard import clock
from guard.outbox import nightly
from people.first import actor_named

_WHY = "what has ended is ended whoever looks"
AT_ONCE = 200


@nightly("demand.purge")
def purge_what_has_ended() -> None:
    """Purge the text of interviews past their retention, and of those whose consent was withdrawn (INT-3)."""
    rows = Interview.objects.unrestricted(_WHY).filter(purged_at=None).order_by("pk")
    by = actor_named(None)
    gone = ("withdrawn", "cancelled")
    withdrawn = rows.filter(consent_status=Interview.Consent.WITHDRAWN).exclude(thing__state__in=gone)
    for interview in withdrawn[:AT_ONCE]:
        honour_withdrawal(by=by, interview=interview)
    for interview in rows.filter(retention_until__lt=clock.now().date()).exclude(thing__state__in=gone)[:AT_ONCE]:
        end_retention(by=by, interview=interview)


@nightly("demand.wake")
def wake_what_was_put_off() -> None:
    """Bring back requests whose day has come."""
    rows = Request.objects.unrestricted(_WHY).filter(thing__state="snoozed", snoozed_until__lte=clock.now().date())
    by = actor_named(None)
    for request in rows.order_by("snoozed_until", "pk")[:AT_ONCE]:
        wake_request(by=by, request=request)
