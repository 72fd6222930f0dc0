"""Small makers of demand: each calls the verbs, so that what tests stand on is what people can reach."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from demand import actions
from demand.models import Insight, Interview, Participant, Quote, Request

TALK = (
    "Lena: We learn on Monday that Friday's coupon page scared people off.\n"
    "Priya: What do you do then?\n"
    "Lena: We argue instead of fixing, because two teams have two numbers.\n"
)
SCARED = "Friday's coupon page scared people off"
ARGUE = "We argue instead of fixing"


def participant(by: Any, domain: Any, alias: str = "P-01", **more: Any) -> Participant:
    return actions.add_participant(by=by, domain=domain, alias=alias, **{"org_unit": "Payments", **more})


def planned(by: Any, domain: Any, **more: Any) -> Interview:
    who = more.pop("participant", None) or participant(by, domain)
    given = {"title": "Coupon page", "consent_status": "obtained", **more}
    return actions.plan_interview(by=by, domain=domain, participant=who, **given)


def transcribed(by: Any, domain: Any, text: str = TALK, *, freeze: bool = True, **more: Any) -> Interview:
    interview = planned(by, domain, **more)
    actions.conduct_interview(by=by, interview=interview)
    return actions.record_transcript(by=by, interview=interview, text=text, freeze=freeze)


def quote(
    by: Any, domain: Any, exact: str = SCARED, *, alias: str = "P-01", unit: str = "Payments", **more: Any
) -> Quote:
    who = participant(by, domain, alias, org_unit=unit)
    return actions.code_quote(
        by=by, interview=transcribed(by, domain, participant=who, **more), exact=exact, codes=["late"]
    )


def insight(by: Any, domain: Any, *, voices: int = 2, **more: Any) -> Insight:
    quotes = [quote(by, domain, alias=f"P-{n:02}", unit=("Payments", "Support")[n % 2]) for n in range(1, voices + 1)]
    given = {"statement": "Breaks in the funnel are seen days late.", **more}
    return actions.draft_insight(by=by, domain=domain, supporting=quotes, **given)


def supported(by: Any, domain: Any, **more: Any) -> Insight:
    return actions.support_insight(by=by, insight=insight(by, domain, **more))


def soon(days: int = 30) -> date:
    from guard import clock

    return clock.now().date() + timedelta(days=days)


def ask(by: Any, domain: Any, **more: Any) -> Request:
    given = {
        "decision_to_make": "Move or remove the coupon step in checkout",
        "decision_maker_name": "Checkout lead",
        "decision_deadline": soon(),
        "action_rule": "If step loss is above 12 % for two hours, switch the variant",
        **more,
    }
    return actions.ask_for_data(by=by, domain=domain, **given)


def accepted(by: Any, pm: Any, domain: Any, **more: Any) -> Request:
    return actions.accept_request(by=pm, request=ask(by, domain, **more))
