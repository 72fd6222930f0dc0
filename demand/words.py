"""How demand speaks to people: the status of an ask in plain words, for whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from demand.models import Request
from demand.states import CLOSED
from guard.things import standing_people
from web.cells import day as day_of


@dataclass(frozen=True)
class Status:
    """Where an ask stands.

    Args:
        sentence: in plain words.
        due: the day that matters next, if there is one.
        person: who acts next, if somebody is named.
        is_late: whether the day has passed.
    """

    sentence: str
    due: date | None = None
    person: Any = None
    is_late: bool = False


def status_of(request: Request, reader: Any, today: date) -> Status:
    """Say where an ask stands, to its requester as "you".

    Args:
        request: the ask.
        reader: who reads.
        today: the day on which they do.
    """
    mine = reader.pk == request.requester_id
    pm = next(iter(standing_people(request, "pm")), None)
    due = {
        "submitted": request.triage_due,
        "triage": request.triage_due,
        "snoozed": request.snoozed_until,
        "accepted": request.decision_deadline,
        "planned": request.decision_deadline,
        "in_progress": request.decision_deadline,
    }.get(request.state)
    waits_for_requester = request.state in ("needs_info", "delivered", "answered", "draft")
    nobody = request.state in CLOSED and not waits_for_requester
    person = None if nobody else request.requester if waits_for_requester else pm
    return Status(_sentence(request, mine, due), due, person, due is not None and due < today)


def _sentence(request: Request, mine: bool, due: date | None) -> str:
    day = day_of(due) if due else ""
    dated = {
        "submitted": _("Sent. A person replies by %(day)s."),
        "triage": _("Somebody is looking at it. An answer comes by %(day)s."),
        "snoozed": _("Put off until %(day)s; then it is looked at again."),
        "accepted": _("Accepted. It will be planned so that the decision of %(day)s can use it."),
        "planned": _("Planned for the decision of %(day)s."),
        "in_progress": _("Being built for the decision of %(day)s."),
    }
    if day and request.state in dated:
        return dated[request.state] % {"day": day}
    plain = {
        "draft": _("Not sent yet."),
        "submitted": _("Sent. A person will reply."),
        "triage": _("Somebody is looking at it."),
        "needs_info": _("There is a question for you.") if mine else _("There is a question for the requester."),
        "accepted": _("Accepted. It waits to be planned."),
        "declined": _("Declined. The reason is below."),
        "duplicate": _("Somebody asked the same. The voice counts there."),
        "answered": _("Answered. Does it help you?") if mine else _("Answered. The requester confirms it."),
        "planned": _("Planned."),
        "in_progress": _("Being built."),
        "delivered": _("It is there. Please confirm that it answers your question.")
        if mine
        else _("Delivered. The requester confirms it or opens it again."),
        "confirmed": _("Done: the requester confirmed it."),
        "reopened": _("Opened again: something is missing."),
        "withdrawn": _("Taken back by the requester."),
        "snoozed": _("Put off."),
    }
    return plain[request.state]


def said_of(verb: str) -> str:
    """What happened to a request, in words; empty for what its reader need not know."""
    said = {
        "request.drafted": _("written down"),
        "request.submitted": _("sent"),
        "request.revised": _("changed"),
        "request.insights_joined": _("joined with evidence"),
        "request.triaged": _("looked at"),
        "request.info_asked": _("asked back"),
        "request.replied": _("replied"),
        "request.accepted": _("accepted"),
        "request.declined": _("declined"),
        "request.marked_duplicate": _("marked as asked already"),
        "request.snoozed": _("put off"),
        "request.woken": _("came back"),
        "request.answered": _("answered"),
        "request.scored": _("weighed"),
        "request.planned": _("planned"),
        "request.started": _("started"),
        "request.delivered": _("delivered"),
        "request.confirmed": _("confirmed"),
        "request.reopened": _("opened again"),
        "request.withdrawn": _("taken back"),
        "request.supported": _("added a voice"),
    }
    return said.get(verb, "")
