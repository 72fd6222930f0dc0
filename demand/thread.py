"""What demand puts on the thread: its kinds of things and how they join."""

from django.utils.translation import gettext_lazy as _

from guard.kinds import Kind, register_kind
from guard.relations import Relation, register_relation


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
    register_relation(Relation("rests_on", "insight", "quote", _("rests on"), _("is evidence for"), demandward=True))
    register_relation(Relation("answers", "request", "insight", _("answers"), _("led to the request"), demandward=True))
    register_relation(Relation("repeats", "request", "request", _("repeats"), _("is repeated by")))
    for kind in ("metric", "product", "dataset"):
        register_relation(Relation("asks_about", "request", kind, _("asks about"), _("is asked about by")))
