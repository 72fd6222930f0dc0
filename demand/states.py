"""States of interviews, insights and requests, and who may move them; gates are named here and live in gates.py."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guard.policy import Who
from guard.states import Move, register_moves
from people.models import Role

PM = Who(roles={Role.DATA_PM})
HEARERS = Who(roles={Role.DATA_PM}, standings={"interviewer"})
PROTECTORS = Who(roles={Role.DATA_PM, Role.PRIVACY}, standings={"interviewer"})
BUILDERS = Who(roles={Role.DATA_PM, Role.DATA_ENGINEER})
REQUESTER = Who(standings={"requester"})
ANYONE = Who(anyone=True)


class InterviewState(TextChoices):
    PLANNED = "planned", _("Planned")
    CONDUCTED = "conducted", _("Held")
    TRANSCRIBED = "transcribed", _("Transcribed")
    CODED = "coded", _("Coded")
    ARCHIVED = "archived", _("Archived")
    CANCELLED = "cancelled", _("Cancelled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: Before these are over, who is heard may still change: no word is frozen yet.
UNFROZEN = frozenset({InterviewState.PLANNED, InterviewState.CONDUCTED, InterviewState.TRANSCRIBED})


class InsightState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUPPORTED = "supported", _("Supported")
    DISPUTED = "disputed", _("Disputed")
    RETIRED = "retired", _("Retired")


class RequestState(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Sent")
    TRIAGE = "triage", _("Being looked at")
    NEEDS_INFO = "needs_info", _("Waiting for you")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    DUPLICATE = "duplicate", _("Asked already")
    SNOOZED = "snoozed", _("Put off")
    ANSWERED = "answered", _("Answered")
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("Being built")
    DELIVERED = "delivered", _("Delivered")
    CONFIRMED = "confirmed", _("Confirmed")
    REOPENED = "reopened", _("Opened again")
    WITHDRAWN = "withdrawn", _("Withdrawn")


R = RequestState
LOOKED_AT = frozenset({R.SUBMITTED, R.TRIAGE, R.REOPENED})
OPEN = frozenset(
    {R.SUBMITTED, R.TRIAGE, R.NEEDS_INFO, R.ACCEPTED, R.SNOOZED, R.PLANNED, R.IN_PROGRESS, R.DELIVERED, R.REOPENED}
)
#: Accepted and not yet closed: what acceptance asked for must stay.
STANDING = frozenset({R.ACCEPTED, R.PLANNED, R.IN_PROGRESS, R.DELIVERED})
CLOSED = frozenset({R.CONFIRMED, R.DECLINED, R.DUPLICATE, R.ANSWERED, R.WITHDRAWN})

_PM_SAYS = _("A data PM can do this.")
_HEARERS_SAY = _("Those who hold the interview, or a data PM, can do this.")
_REQUESTER_SAYS = _("Only the person who asked can do this.")

register_moves(
    "interview",
    InterviewState.PLANNED,
    InterviewState,
    [
        Move(
            "conduct", {InterviewState.PLANNED}, InterviewState.CONDUCTED, _("Mark as held"), HEARERS,
            ("INT-1", "INT-3"), _HEARERS_SAY, "go",
        ),
        Move(
            "transcribe", {InterviewState.CONDUCTED, InterviewState.TRANSCRIBED}, InterviewState.TRANSCRIBED,
            _("Enter the transcript"), HEARERS, ("INT-1", "INT-3"), _HEARERS_SAY, "go",
        ),
        Move(
            "freeze", {InterviewState.TRANSCRIBED}, "", _("Freeze the transcript"), HEARERS, ("INT-1", "INT-3"),
            _HEARERS_SAY, "go",
        ),
        Move(
            "code", {InterviewState.TRANSCRIBED, InterviewState.CODED}, InterviewState.CODED, _("Code a quote"),
            HEARERS, ("INT-1", "INT-2", "INT-3", "QUO-1"), _HEARERS_SAY, "go",
        ),
        Move(
            "archive", {InterviewState.TRANSCRIBED, InterviewState.CODED}, InterviewState.ARCHIVED, _("Archive"),
            HEARERS, ("INT-3",), _HEARERS_SAY,
        ),
        Move(
            "cancel", {InterviewState.PLANNED}, InterviewState.CANCELLED, _("Cancel"), HEARERS, (), _HEARERS_SAY,
            "danger", needs=("reason",),
        ),
        Move(
            "withdraw",
            {s for s in InterviewState if s not in (InterviewState.WITHDRAWN, InterviewState.CANCELLED)},
            InterviewState.WITHDRAWN, _("Withdraw and purge the text"), PROTECTORS, (),
            _("Those who hold the interview, a data PM or the privacy office can do this."), "danger",
            needs=("reason",),
        ),
    ],
)  # fmt: skip

register_moves(
    "insight",
    InsightState.DRAFT,
    InsightState,
    [
        Move(
            "support", {InsightState.DRAFT, InsightState.DISPUTED}, InsightState.SUPPORTED, _("Mark as supported"), PM,
            ("INS-1", "INS-2"), _PM_SAYS, "go",
        ),
        Move(
            "dispute", {InsightState.DRAFT, InsightState.SUPPORTED, InsightState.DISPUTED}, InsightState.DISPUTED,
            _("Dispute"), ANYONE, (), "", needs=("quote",),
        ),
        Move(
            "retire", {InsightState.DRAFT, InsightState.SUPPORTED, InsightState.DISPUTED}, InsightState.RETIRED,
            _("Retire"), PM, (), _PM_SAYS, "danger", needs=("reason",),
        ),
        Move(
            "weaken", {InsightState.SUPPORTED}, InsightState.DRAFT, _("Lose support"), ANYONE, (), "",
            is_offered=False,
        ),
    ],
)  # fmt: skip

register_moves(
    "request",
    R.DRAFT,
    R,
    [
        Move("submit", {R.DRAFT}, R.SUBMITTED, _("Send"), REQUESTER, ("REQ-4",), _REQUESTER_SAYS, "go"),
        Move(
            "triage", {R.SUBMITTED, R.NEEDS_INFO, R.SNOOZED, R.REOPENED}, R.TRIAGE, _("Look at it"), PM, (),
            _PM_SAYS, "go",
        ),
        Move(
            "need-info", {R.SUBMITTED, R.TRIAGE}, R.NEEDS_INFO, _("Ask back"), PM, ("REQ-2",), _PM_SAYS,
            needs=("response",),
        ),
        Move("reply", {R.NEEDS_INFO}, R.TRIAGE, _("Reply"), REQUESTER, (), _REQUESTER_SAYS, "go"),
        Move("accept", LOOKED_AT, R.ACCEPTED, _("Accept"), PM, ("REQ-1", "REQ-4", "REQ-5"), _PM_SAYS, "go"),
        Move("decline", LOOKED_AT | {R.ACCEPTED}, R.DECLINED, _("Decline"), PM, ("REQ-2",), _PM_SAYS, "danger"),
        Move("duplicate", LOOKED_AT, R.DUPLICATE, _("Mark as asked already"), PM, ("REQ-2",), _PM_SAYS),
        Move("snooze", LOOKED_AT | {R.ACCEPTED}, R.SNOOZED, _("Put off"), PM, ("REQ-2",), _PM_SAYS),
        Move("answer", LOOKED_AT | {R.ACCEPTED}, R.ANSWERED, _("Answer"), PM, ("REQ-2",), _PM_SAYS, "go"),
        Move("plan", {R.ACCEPTED}, R.PLANNED, _("Plan"), PM, ("REQ-1", "REQ-3", "REQ-5"), _PM_SAYS, "go"),
        Move("start", {R.PLANNED}, R.IN_PROGRESS, _("Start"), BUILDERS, (), _("A data PM or an engineer can."), "go"),
        Move(
            "deliver", {R.IN_PROGRESS}, R.DELIVERED, _("Deliver"), BUILDERS, (), _("A data PM or an engineer can."),
            "go", needs=("response",),
        ),
        Move("confirm", {R.DELIVERED, R.ANSWERED}, R.CONFIRMED, _("Confirm"), REQUESTER, (), _REQUESTER_SAYS, "go"),
        Move(
            "reopen", {R.DELIVERED, R.ANSWERED, R.DECLINED, R.DUPLICATE}, R.REOPENED, _("Open again"), REQUESTER, (),
            _REQUESTER_SAYS, needs=("reason",),
        ),
        Move(
            "withdraw", (OPEN | {R.DRAFT}) - {R.DELIVERED}, R.WITHDRAWN, _("Withdraw"), REQUESTER, (),
            _REQUESTER_SAYS, "danger",
        ),
        Move("wake", {R.SNOOZED}, R.TRIAGE, _("Wake"), ANYONE, (), "", is_offered=False),
    ],
)  # fmt: skip

__all__ = ["CLOSED", "OPEN", "STANDING", "InsightState", "InterviewState", "RequestState"]
