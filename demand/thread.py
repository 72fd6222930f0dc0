"""What demand puts on the thread: its kinds of things and how they join."""

from django.utils.translation import gettext_lazy as _

from guard.kinds import Kind, register_kind
from guard.relations import Relation, register_relation


def register() -> None:
    """Declare kinds and joints; the quote is as strict as its interview, the insight is a paraphrase and is not."""
    register_kind(Kind("participant", "PAR", _("Participant"), _("Participants")))
    register_kind(Kind("interview", "INT", _("Interview"), _("Interviews"), "", "interview"))
    register_kind(Kind("quote", "QUO", _("Quote"), _("Quotes"), "", "interview"))
    register_kind(Kind("insight", "INS", _("Insight"), _("Insights"), "", "insight"))
    register_kind(Kind("request", "REQ", _("Request"), _("Requests"), "", "request"))
    register_relation(
        Relation("from", "quote", "interview", _("comes from"), _("is quoted in"), "whole", demandward=True)
    )
    register_relation(Relation("rests_on", "insight", "quote", _("rests on"), _("is evidence for"), demandward=True))
    register_relation(Relation("answers", "request", "insight", _("answers"), _("led to the request"), demandward=True))
    register_relation(Relation("repeats", "request", "request", _("repeats"), _("is repeated by")))
