"""Pages of interviews and quotes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from demand import actions
from demand.filters import InterviewFilter
from demand.forms import hearing
from demand.models import Identity, Insight, Interview, Quote
from demand.states import PM, UNFROZEN
from demand.transcript import lines_of
from demand.views.moving import Way, choices, move
from guard.doors import held_by, opened, opened_all
from guard.kinds import url_of
from guard.models import Link
from guard.things import standing_people
from people.requests import SignedIn as HttpRequest
from web.listing import KEY, LEVEL, STATE, TITLE, UPDATED, Column, Listing, teaches
from web.pages import carry_out, page

WAYS = {
    "conduct": Way(actions.conduct_interview, said=_("Held.")),
    "transcribe": Way(actions.record_transcript, hearing.RecordTranscript, _("The transcript is kept.")),
    "freeze": Way(actions.freeze_transcript, said=_("Frozen: now its words can be quoted.")),
    "archive": Way(actions.archive_interview, said=_("Archived.")),
    "cancel": Way(actions.cancel_interview, hearing.WithReason, _("Cancelled.")),
    "withdraw": Way(actions.withdraw_interview, hearing.WithReason, _("Withdrawn: its text is gone everywhere.")),
    "consent": Way(actions.record_consent, hearing.RecordConsent, _("The consent is recorded.")),
    "participant": Way(actions.change_participant, hearing.ChangeParticipant, _("Changed. Ask this person to agree.")),
    "code": Way(actions.code_quote, hearing.CodeQuote, _("Coded.")),
}
COLUMNS = [
    KEY,
    TITLE,
    Column("participant", _("Participant"), cell=lambda row: row.participant.described),
    Column("method", _("Method"), sort="method", cell=lambda row: row.get_method_display()),
    Column("conducted_at", _("Held"), sort="conducted_at"),
    Column("quote_count", _("Quotes"), sort="quote_count", css="r"),
    STATE,
    LEVEL,
    UPDATED,
]


def who_is_told(interview: Interview) -> Any:
    """A row tells the unit and the role of who is heard."""
    return interview.participant


@require_safe
def list_interviews(request: HttpRequest) -> HttpResponse:
    rows = Interview.objects.visible_to(request.user)
    empty = {
        "title": _("No interviews yet"),
        "sentence": _("Hear somebody who has to decide: what they say becomes evidence for what is built."),
        "url": "/demand/interviews/new/",
        "label": _("Plan an interview"),
        "icon": "quote",
    }
    may_add = PM.permits(request.user.principal)
    listing = Listing(
        rows, COLUMNS, InterviewFilter, csv_name="interviews", empty=teaches(empty, may_add), opens=who_is_told
    )
    return listing.respond(request, "demand/interviews.html", {"may_add": may_add})


def plan_interview(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = hearing.PlanInterview(request.POST, actor=request.user)
        return carry_out(
            request, actions.plan_interview, form, done=url_of, template="demand/interview_new.html",
            said=_("Planned."),
        )  # fmt: skip
    return page(request, "demand/interview_new.html", {"form": hearing.PlanInterview(actor=request.user)})


@require_safe
def show_interview(request: HttpRequest, key: str) -> HttpResponse:
    interview = _interview(request, key)
    return page(request, "demand/interview.html", _context(request, interview), thing=interview)


@require_POST
def move_interview(request: HttpRequest, key: str, name: str) -> HttpResponse:
    interview = _interview(request, key)
    template = "demand/interview.html"
    return move(request, interview, name, ways=WAYS, template=template, context=lambda: _context(request, interview))


@require_safe
def show_quote(request: HttpRequest, key: str) -> HttpResponse:
    quote = get_object_or_404(Quote.objects.visible_to(request.user), thing__key=key)
    opened(request.user, quote.interview.participant)
    joints = Link.objects.visible_to(request.user).filter(target_id=quote.pk, relation="rests_on")
    resting = Insight.objects.visible_to(request.user).filter(pk__in=joints.values("source_id")).order_by("-pk")
    return page(request, "demand/quote.html", {"quote": quote, "insights": resting}, thing=quote)


def _interview(request: HttpRequest, key: str) -> Interview:
    found: Interview = get_object_or_404(Interview.objects.visible_to(request.user), thing__key=key)
    return found


def _context(request: HttpRequest, interview: Interview) -> dict[str, Any]:
    """What an interview's page shows to this person."""
    opened(request.user, interview.participant)
    quotes = list(Quote.objects.visible_to(request.user).filter(interview=interview).order_by("start_offset"))
    opened_all(request.user, quotes)
    holds = any(held.reason == "interviewer" for held in held_by(request.user, interview.thing))
    can = holds or request.user.has_role("data_pm")
    offered = choices(interview, WAYS, request.user)
    hidden = {"code", "transcribe", "freeze"} if interview.is_frozen else {"code"}
    return {
        "interview": interview,
        "quotes": quotes,
        "lines": lines_of(interview.transcript_md, quotes) if interview.transcript_md else [],
        "choices": [choice for choice in offered if choice.move.name not in hidden],
        "coding": next((choice for choice in offered if choice.move.name == "code"), None),
        "forms": {
            "participant": hearing.ChangeParticipant(actor=request.user, auto_id="id_participant_%s"),
            "code": hearing.CodeQuote(actor=request.user, auto_id="id_code_%s"),
            "consent": hearing.RecordConsent(
                actor=request.user, auto_id="id_consent_%s",
                initial={
                    "status": interview.consent_status, "scope": interview.consent_scope,
                    "until": interview.consent_until,
                },
            ),
        },
        "may_change_who": can and interview.state in UNFROZEN and not interview.is_frozen,
        "interviewers": standing_people(interview, "interviewer"),
        "identity": Identity.objects.visible_to(request.user).filter(participant=interview.participant).first(),
        "can": can and interview.state not in ("withdrawn", "cancelled"),
    }  # fmt: skip
