"""Verbs of the data PM who looks at asks, and of those who build what was asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from demand import documents, handed
from demand.evidence import confidence_cap
from demand.models import Request
from demand.scoring import band_of, rice_of, wsjf_of
from demand.states import ANYONE, BUILDERS, PM
from demand.telling import tell_requester
from demand.voices import add_voice
from guard import clock, things
from guard.doors import act, acting
from guard.policy import PROFILE
from guard.refusals import Denied, Invalid
from guard.states import perform
from web.markdown import render


@act("request.triaged", who=PM, subject="request")
def triage_request(*, by: Any, request: Request, reason: str = "") -> Request:
    """Begin to look at a request; who does becomes its PM."""
    perform(request, "triage", by=by, reason=reason)
    _take(by, request)
    tell_requester(by, request, "request.triaged", _("Somebody is looking at your request."))
    return request


@act("request.info_asked", who=PM, subject="request")
def need_info(*, by: Any, request: Request, response: str) -> Request:
    """Ask the requester back (REQ-2: in words that they can read)."""
    perform(request, "need-info", by=by, response=response)
    _take(by, request)
    _respond(request, response)
    tell_requester(by, request, "request.info_asked", _("We have a question about your request."))
    return request


@act("request.accepted", who=PM, subject="request")
def accept_request(*, by: Any, request: Request, response: str = "", reason: str = "") -> Request:
    """Accept a request: REQ-1 a decision, its maker and date; REQ-4; REQ-5."""
    request.refresh_from_db()
    perform(request, "accept", by=by, response=response, reason=reason)
    _take(by, request)
    _respond(request, response)
    tell_requester(by, request, "request.accepted", _("Your request was accepted."))
    return request


@act("request.declined", who=PM, subject="request")
def decline_request(*, by: Any, request: Request, response: str) -> Request:
    """Decline with a public reason (REQ-2)."""
    perform(request, "decline", by=by, response=response)
    _respond(request, response, closes=True)
    tell_requester(by, request, "request.declined", _("Your request was declined. Read why."))
    return request


@act("request.marked_duplicate", who=PM, subject="request")
def mark_duplicate(*, by: Any, request: Request, target: Request | None, response: str = "") -> Request:
    """Say which request asks the same (REQ-2); the asker's voice counts there from now on.

    Raises:
        Invalid: when the target is this request or repeats it.
    """
    if target is not None:
        handed.may_read(by, target)
        if target.pk == request.pk or target.duplicate_of_id is not None or target.state in ("withdrawn", "draft"):
            raise Invalid(errors={"target": [_("Name the request that is looked at, not one that repeats another.")]})
    perform(request, "duplicate", by=by, target=target)
    request.duplicate_of = target
    request.save(update_fields=["duplicate_of"])
    things.link(request, "repeats", target)
    if target is not None and target.requester_id != request.requester_id:
        add_voice(target, request.requester, 2)
    _respond(request, response, closes=True)
    tell_requester(by, request, "request.marked_duplicate", _("Somebody asked the same; your voice counts there."))
    return request


@act("request.snoozed", who=PM, subject="request")
def snooze_request(*, by: Any, request: Request, until: date | None, response: str = "") -> Request:
    """Put a request off until a coming day (REQ-2)."""
    perform(request, "snooze", by=by, until=until)
    request.snoozed_until = until
    request.save(update_fields=["snoozed_until"])
    _respond(request, response)
    tell_requester(by, request, "request.snoozed", _("Your request was put off. Its page says until when."))
    return request


@act("request.answered", who=PM, subject="request")
def answer_request(*, by: Any, request: Request, response: str) -> Request:
    """Answer at once, without building anything (REQ-2)."""
    perform(request, "answer", by=by, response=response)
    _take(by, request)
    _respond(request, response, closes=True)
    tell_requester(by, request, "request.answered", _("Your request was answered."))
    return request


@act("request.scored", who=PM, subject="request")
def score_request(
    *, by: Any, request: Request, reach: int | None = None, impact: Decimal | None = None,
    confidence: int | None = None, effort_days: Decimal | None = None, user_value: int | None = None,
    time_value: int | None = None, risk_value: int | None = None, horizon: str = "",
) -> Request:  # fmt: skip
    """Weigh a request; what is None stays as it is.

    Args:
        by: who acts.
        request: the ask.
        reach: people reached in a quarter.
        impact: 0.25 to 3.
        confidence: per cent; counts at most as far as the evidence goes (`confidence_cap`).
        effort_days: of everybody together.
        user_value: 1 to 20.
        time_value: 1 to 20.
        risk_value: risk reduced or opportunity opened, 1 to 20.
        horizon: Request.Horizon.

    Returns:
        The request with rice, wsjf and score_band computed.
    """
    handed.one_of("horizon", horizon, ["", *Request.Horizon.values])
    given = {
        "reach": reach, "impact": impact, "confidence": confidence, "effort_days": effort_days,
        "user_value": user_value, "time_value": time_value, "risk_value": risk_value, "horizon": horizon or None,
    }  # fmt: skip
    _in_range(given)
    things.lock(request)
    for name, value in given.items():
        if value is not None:
            setattr(request, name, value)
    request.confidence_cap = confidence_cap(request.pk)
    request.rice, request.wsjf = rice_of(request), wsjf_of(request)
    request.score_band = band_of(request)
    request.save()
    acting().note(fields=sorted(name for name, value in given.items() if value is not None))
    things.touch(request)
    return request


@act("request.planned", who=PM, subject="request")
def plan_request(
    *, by: Any, request: Request, effort_days: Decimal | None = None, horizon: str = "", response: str = ""
) -> Request:
    """Plan a request: REQ-3 a PRD cites it, or it takes two days or less."""
    if effort_days is not None or horizon:
        score_request(by=by, request=request, effort_days=effort_days, horizon=horizon)
    perform(request, "plan", by=by, response=response)
    _respond(request, response)
    tell_requester(by, request, "request.planned", _("Your request was planned."))
    return request


@act("request.started", who=BUILDERS, subject="request")
def start_request(*, by: Any, request: Request, reason: str = "") -> Request:
    """Begin to build what was asked."""
    perform(request, "start", by=by, reason=reason)
    tell_requester(by, request, "request.started", _("What you asked for is being built."))
    return request


@act("request.delivered", who=BUILDERS, subject="request")
def deliver_request(*, by: Any, request: Request, response: str) -> Request:
    """Say what was delivered and where it is; the requester confirms or opens it again."""
    perform(request, "deliver", by=by, response=response)
    _respond(request, response)
    tell_requester(by, request, "request.delivered", _("What you asked for is there. Please confirm it."))
    return request


@act("request.woken", who=ANYONE, subject=None)
def wake_request(*, by: Any, request: Request) -> Request:
    """Wake a request whose day has come; the day decides, not the person.

    Raises:
        Denied: when the day has not come.
    """
    acting().subject(request)
    if request.snoozed_until is None or request.snoozed_until > clock.now().date():
        raise Denied()
    perform(request, "wake", by=by)
    for person in things.standing_people(request, "pm"):
        from people.actions import tell

        tell(person, request, "request.woken", _("A request that was put off is back."))
    return request


def _take(by: Any, request: Request) -> None:
    things.give(request, person=by, reason="pm", grade=PROFILE)


def _respond(request: Request, response: str, *, closes: bool = False) -> None:
    """Keep the public response; an empty one keeps what was said before."""
    if response.strip():
        request.response_md, request.response_html = handed.text(response), render(handed.text(response))
        request.responded_at = clock.now()
    if closes:
        request.closed_at = clock.now()
    request.save(update_fields=["response_md", "response_html", "responded_at", "closed_at"])
    documents.put(request)


def _in_range(given: dict[str, Any]) -> None:
    """Refuse figures outside their scale.

    Raises:
        Invalid: with a message by field.
    """
    scales: dict[str, tuple[float, float]] = {
        "reach": (0, 10_000_000), "impact": (0, 3), "confidence": (0, 100), "effort_days": (0.1, 2000),
        "user_value": (0, 20), "time_value": (0, 20), "risk_value": (0, 20),
    }  # fmt: skip
    errors = {
        name: [_("From %(low)s to %(high)s.") % {"low": low, "high": high}]
        for name, (low, high) in scales.items()
        if given[name] is not None and not low <= float(given[name]) <= high
    }
    if errors:
        raise Invalid(errors=errors)
