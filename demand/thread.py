"""What demand puts on the thread: its kinds of things and how they join."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from demand.models import Quote, Request
from guard.kinds import Kind, register_kind
from guard.relations import Relation, register_relation, register_truth

WHY = "the joints of the thread are compared with what the rooms say"


def register() -> None:
    """Declare kinds and joints; the quote is as strict as its interview, the insight is a paraphrase and is not."""
    register_kind(Kind("participant", "PAR", _("Participant"), _("Participants")))
    register_kind(Kind("interview", "INT", _("Interview"), _("Interviews"), "demand:interview-show", "interview"))
    register_kind(Kind("quote", "QUO", _("Quote"), _("Quotes"), "demand:quote-show", "interview"))
    register_kind(Kind("insight", "INS", _("Insight"), _("Insights"), "demand:insight-show", "insight"))
    register_kind(Kind("request", "REQ", _("Request"), _("Requests"), "demand:request-show", "request"))
    register_relation(
        Relation("from", "quote", "interview", _("comes from"), _("is quoted in"), "whole", demandward=True)
    )
    rests_on = Relation("rests_on", "insight", "quote", _("rests on"), _("is evidence for"), "none", True, True)
    register_relation(rests_on)
    answers = Relation("answers", "request", "insight", _("answers"), _("led to the request"), "none", True, True)
    register_relation(answers)
    register_relation(Relation("repeats", "request", "request", _("repeats"), _("is repeated by")))
    for kind in ("metric", "product", "dataset"):
        asks_about = Relation("asks_about", "request", kind, _("asks about"), _("is asked about by"), joint_only=True)
        register_relation(asks_about)
    register_truth("quote", "from", _origins)
    register_truth("request", "repeats", _repeats)


def _origins() -> Iterator[tuple[int, int, str]]:
    rows = Quote.objects.unrestricted(WHY).order_by()
    return ((quote, interview, "") for quote, interview in rows.values_list("pk", "interview_id"))


def _repeats() -> Iterator[tuple[int, int, str]]:
    rows = Request.objects.unrestricted(WHY).exclude(duplicate_of=None).order_by()
    return ((request, other, "") for request, other in rows.values_list("pk", "duplicate_of_id"))
