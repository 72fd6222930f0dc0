"""Verbs of the person who asks: draft, send, reply, support, confirm, reopen, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from catalog.search import Similar
from demand import documents, handed, lookup
from demand.evidence import confidence_cap
from demand.models import Insight, Request, RequestSupport
from demand.states import ANYONE, REQUESTER, STANDING
from demand.telling import tell_pms
from demand.voices import add_voice
from guard import clock, things
from guard.doors import act, acting
from guard.gates import errors_of, judge
from guard.models import Domain, Thing
from guard.policy import PROFILE, READ, Who
from guard.refusals import Blocked, Invalid
from guard.states import perform
from people.models import Role

LEVEL = 2
DAYS_TO_TRIAGE = 3  # working days in which somebody replies
ASKER_OR_PM = Who(roles={Role.DATA_PM}, standings={"requester"})
#: What an asker and a triaging PM may fill in; everything else belongs to a verb of its own.
FIELDS = frozenset(
    {
        "kind", "business_question", "decision_to_make", "decision_maker", "decision_maker_name", "decision_cadence",
        "decision_deadline", "action_rule", "current_workaround", "delay_profile", "delay_value_per_week",
        "on_behalf_of", "affected_people", "has_personal_data", "purpose", "purpose_note", "access_mode",
        "access_from", "access_until", "horizon", "none_fits",
    }
)  # fmt: skip


@act("request.drafted", who=ANYONE)
def draft_request(
    *, by: Any, domain: Domain, decision_to_make: str = "", business_question: str = "", title: str = "",
    decision_maker: Any = None, decision_maker_name: str = "", decision_deadline: date | None = None,
    action_rule: str = "", kind: str = Request.Sort.QUESTION, none_fits: str = "",
    details: Mapping[str, Any] | None = None, insights: Sequence[Insight] = (),
    about: Sequence[Thing] = (), level: int = LEVEL,
) -> Request:  # fmt: skip
    """Write down an ask without sending it.

    Args:
        by: who asks; becomes its requester.
        domain: one in which they work.
        decision_to_make: which decision will be made with it.
        business_question: what they want to know.
        title: one line; made from the decision or the question when empty.
        decision_maker: the account that decides, if it has one.
        decision_maker_name: else who decides, in words.
        decision_deadline: by when.
        action_rule: what they would do if the number is so.
        kind: Request.Sort.
        none_fits: why nothing that exists already fits (REQ-4).
        details: further fields by name (asking.FIELDS).
        insights: what the ask answers.
        about: metrics, products or datasets that it asks about.
        level: how strict the ask itself is, 1 to 5.

    Returns:
        The request, in state draft.
    """
    handed.in_own_domain(by, domain)
    handed.one_of("level", level, range(1, 6))
    handed.may_read(by, *insights, *about)
    values = _clean(
        {
            **(details or {}), "kind": kind, "decision_to_make": decision_to_make, "action_rule": action_rule,
            "business_question": business_question, "decision_maker": decision_maker, "none_fits": none_fits,
            "decision_maker_name": decision_maker_name, "decision_deadline": decision_deadline,
        }
    )  # fmt: skip
    line = handed.line(title or values["decision_to_make"] or values["business_question"])
    handed.require(decision_to_make=line)
    thing = things.new_thing(kind="request", title=line, domain=domain, level=level, state="draft")
    request: Request = Request.objects.create(thing=thing, requester=by, **values)
    things.give(thing, person=by, reason="requester", grade=PROFILE)
    _give_decider(request)
    for insight in insights:
        things.link(request, "answers", insight)
    for thing_meant in about:
        things.link(request, "asks_about", thing_meant)
    request.confidence_cap = confidence_cap(request.pk)
    request.save(update_fields=["confidence_cap"])
    documents.put(request)
    return request


@act("request.submitted", who=REQUESTER, subject="request")
def submit_request(*, by: Any, request: Request, none_fits: str = "") -> Request:
    """Send an ask: a person replies within three working days.

    Args:
        by: the requester.
        request: a draft.
        none_fits: why nothing that exists already fits; needed when something similar does (REQ-4).
    """
    things.lock(request)
    if none_fits.strip():
        request.none_fits = none_fits.strip()
    request.similar_shown = [hit.thing.key for hit in _similar(by, request)]
    request.submitted_at = clock.now()
    request.triage_due = handed.working_days_after(request.submitted_at.date(), DAYS_TO_TRIAGE)
    request.save(update_fields=["none_fits", "similar_shown", "submitted_at", "triage_due"])
    perform(request, "submit", by=by)
    documents.put(request)
    tell_pms(by, request, "request.submitted", _("A new request waits to be looked at."))
    return request


@act("request.asked", who=ANYONE)
def ask_for_data(
    *, by: Any, domain: Domain, decision_to_make: str = "", business_question: str = "", title: str = "",
    decision_maker: Any = None, decision_maker_name: str = "", decision_deadline: date | None = None,
    action_rule: str = "", kind: str = Request.Sort.QUESTION, none_fits: str = "",
    details: Mapping[str, Any] | None = None, insights: Sequence[Insight] = (),
    about: Sequence[Thing] = (), level: int = LEVEL,
) -> Request:  # fmt: skip
    """Draft and send in one step: arguments as of `draft_request`, refusals of both (REQ-4)."""
    request = draft_request(
        by=by, domain=domain, decision_to_make=decision_to_make, business_question=business_question, title=title,
        decision_maker=decision_maker, decision_maker_name=decision_maker_name, decision_deadline=decision_deadline,
        action_rule=action_rule, kind=kind, none_fits=none_fits, details=details, insights=insights,
        about=about, level=level,
    )  # fmt: skip
    acting().subject(request)
    return submit_request(by=by, request=request, none_fits=none_fits)


@act("request.revised", who=ASKER_OR_PM, subject="request")
def revise_request(
    *, by: Any, request: Request, changes: Mapping[str, Any], title: str = "", expected_version: int | None = None
) -> Request:
    """Change what was asked, while it is not closed; a no-op edit changes nothing.

    Args:
        by: the requester or a data PM.
        request: the ask.
        changes: new values by field name (asking.FIELDS, or title).
        title: new line, or empty to keep it.
        expected_version: what the editor saw.

    Raises:
        Invalid: unknown field or value, or the request is closed.
        Blocked: an accepted request would lose what REQ-1 or REQ-5 asked of it.
        Stale: when somebody changed it in between.
    """
    if not (request.is_open or request.state == "draft"):
        raise Invalid(_("This request is closed. The person who asked can open it again."))
    values = {name: value for name, value in changes.items() if name != "title"}
    values, title = _clean(values), handed.line(title or str(changes.get("title", ""))) or request.title
    changed = {name for name, value in values.items() if getattr(request, name) != value}
    if not changed and title == request.title and expected_version in (None, request.thing.row_version):
        return request
    things.touch(request, expected_version=expected_version, title=title)
    for name in changed:
        setattr(request, name, values[name])
    if request.state in STANDING:
        findings = errors_of(judge(request, ("REQ-1", "REQ-5"), by))
        if findings:
            raise Blocked(findings=findings)
    if changed:
        request.save(update_fields=sorted(changed))
    _give_decider(request)
    acting().note(fields=sorted(changed))
    documents.put(request)
    return request


@act("request.insights_joined", who=ASKER_OR_PM, subject="request")
def join_insights(*, by: Any, request: Request, insights: Sequence[Insight]) -> Request:
    """Say which insights a request answers; they set how confident its score may be."""
    handed.may_read(by, *insights)
    things.lock(request)
    for insight in insights:
        things.link(request, "answers", insight)
    request.confidence_cap = confidence_cap(request.pk)
    request.save(update_fields=["confidence_cap"])
    acting().note(counts={"insights": len(insights)})
    things.touch(request)
    return request


@act("request.replied", who=REQUESTER, subject="request")
def reply_request(*, by: Any, request: Request, reply: str) -> Request:
    """Answer what was asked back; the request goes on being looked at."""
    handed.require(reply=reply)
    perform(request, "reply", by=by)
    request.reply = handed.text(reply)
    request.save(update_fields=["reply"])
    tell_pms(by, request, "request.replied", _("The requester replied."))
    return request


@act("request.supported", who=ANYONE, subject="request")
def support_request(*, by: Any, request: Request, importance: int = 1, why: str = "") -> RequestSupport:
    """Add one's voice to a request of somebody else; the latest word of a person counts.

    Raises:
        Invalid: one's own request, a closed one, or an importance outside 0 to 3.
    """
    handed.one_of("importance", importance, RequestSupport.Importance.values)
    if by.pk == request.requester_id:
        raise Invalid(errors={"importance": [_("This is your own request; your voice counts already.")]})
    if not request.is_open:
        raise Invalid(errors={"importance": [_("This request is not open.")]})
    return add_voice(request, by, importance, why)


@act("request.confirmed", who=REQUESTER, subject="request")
def confirm_request(*, by: Any, request: Request, reason: str = "") -> Request:
    """Say that what was delivered answers the ask; only the requester can."""
    perform(request, "confirm", by=by, reason=reason)
    return _close(request)


@act("request.reopened", who=REQUESTER, subject="request")
def reopen_request(*, by: Any, request: Request, reason: str) -> Request:
    """Say what is still missing; only the requester can."""
    perform(request, "reopen", by=by, reason=reason)
    request.reply, request.closed_at, request.duplicate_of = handed.text(reason), None, None
    request.save(update_fields=["reply", "closed_at", "duplicate_of"])
    things.unlink(request, "repeats")
    tell_pms(by, request, "request.reopened", _("The requester opened this again."))
    return request


@act("request.withdrawn", who=REQUESTER, subject="request")
def withdraw_request(*, by: Any, request: Request, reason: str = "") -> Request:
    """Take an ask back; only the requester can."""
    perform(request, "withdraw", by=by, reason=reason)
    return _close(request)


def _close(request: Request) -> Request:
    request.closed_at = clock.now()
    request.save(update_fields=["closed_at"])
    return request


def _similar(by: Any, request: Request) -> list[Similar]:
    return lookup.similar_to(by, lookup.text_of(request), without=request.pk)


def _give_decider(request: Request) -> None:
    """The named decision maker may read the ask that is made in their name."""
    things.end_standing(request, reason="decision_maker")
    if request.decision_maker is not None:
        things.give(request, person=request.decision_maker, reason="decision_maker", grade=READ)


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    """Refuse unknown fields and values, trim texts.

    Raises:
        Invalid: with messages by field.
    """
    unknown = set(values) - FIELDS
    if unknown:
        raise Invalid(errors={name: [_("This cannot be changed here.")] for name in sorted(unknown)})
    lists = {
        "kind": Request.Sort.values, "delay_profile": Request.Delay.values, "access_mode": ["", *Request.Access.values],
        "horizon": ["", *Request.Horizon.values],
    }  # fmt: skip
    for name in lists.keys() & values.keys():
        handed.one_of(name, values[name], lists[name])
    maker = values.get("decision_maker")
    if maker is not None and not maker.is_active:
        raise Invalid(errors={"decision_maker": [_("This account has ended.")]})
    start, end = values.get("access_from"), values.get("access_until")
    if start and end and end < start:
        raise Invalid(errors={"access_until": [_("The end comes before the beginning.")]})
    return {
        name: handed.text(value) if isinstance(value, str) and name not in lists else value
        for name, value in values.items()
    }
