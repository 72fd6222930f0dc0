"""Sam's questions: where is my ask, which number may I trust, did it change anything?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from demand.mine import my_requests
from governance import coverage
from governance.lead.in_place import waiting_in_place
from guard.doors import opened_all
from guard.models import Standing
from metrics.models import Metric
from prds.lookup import reviews_waiting_for
from trace.home.page import Card, Part
from usage.counting import counted_decisions
from usage.models import Decision
from web.cells import day

MOST = 6


def asks(person: Any) -> list[Card]:
    """Where one's asks stand, and what was decided."""
    mine = list(my_requests(person)[:MOST])
    opened_all(person, mine)  # with the beginning of each answer
    return [
        Card("asks.html", mine),
        Card("decided.html", list(counted_decisions(person).order_by("-attested_at")[:4])),
    ]


def trusted(person: Any) -> list[Card]:
    """The certified metrics that one may see."""
    certified = Metric.objects.visible_to(person).filter(thing__state="certified")
    return [Card("trusted.html", list(certified.order_by("-certified_at")[:MOST]))]


def lede_of(wanted: list[dict[str, Any]], *, has_desk: bool = False) -> str:
    """How much is asked of one, in a sentence.

    Args:
        wanted: what is asked of one by name.
        has_desk: whether the page has parts of a role, which tell what waits there themselves.
    """
    if not wanted and has_desk:
        return _("What waits, and how your things are doing.")
    if not wanted:
        return _("Nothing is asked of you now. Ask for data when a decision needs it.")
    return ngettext("%(n)d thing is asked of you.", "%(n)d things are asked of you.", len(wanted)) % {"n": len(wanted)}


def asked_of(person: Any) -> list[dict[str, Any]]:
    """What waits for this person: confirmations, attestations, reviews."""
    mine = Standing.objects.unrestricted("one's own standings say what is asked of one").filter(
        person=person, reason="decision_maker", thing__kind="decision", thing__state="proposed"
    )
    found = [
        {"mark": _("Attest"), "obj": decision, "why": _("You are named as the one who decides.")}
        for decision in Decision.objects.visible_to(person).filter(pk__in=mine.values("thing_id"))[:MOST]
    ]
    for request in my_requests(person).filter(thing__state__in=["delivered", "needs_info"])[:MOST]:
        why = _("Say whether the answer came.") if request.state == "delivered" else _("The data team has a question.")
        found.append(
            {"mark": _("Confirm") if request.state == "delivered" else _("Answer"), "obj": request, "why": why}
        )
    for slot in reviews_waiting_for(person)[:MOST]:
        why = _("You review it as %(role)s.") % {"role": slot.get_role_display()}
        found.append({"mark": _("Review"), "obj": slot.prd, "why": why})
    for grant in coverage.to_decide(person):
        found.append({"mark": _("Access"), "obj": grant, "why": _("Decide on it as who answers for the data.")})
    for waiting in waiting_in_place(person)[:MOST]:
        found.append(
            {"mark": _("Deputy"), "obj": waiting.paper, "why": _("In the place of %(name)s.") % {"name": waiting.giver}}
        )
    for grant in coverage.grants_of(person):
        found.append({"mark": _("Your access"), "obj": grant, "why": _why(grant)})
    return found


def _why(grant: Any) -> str:
    if grant.state == "suspended":
        return str(grant.get_suspended_for_display())
    return _("ends after %(day)s; renew it if you still need it") % {"day": day(grant.ends_on)}


PARTS = (
    Part("asks", gettext_lazy("Your asks"), asks),
    Part("trusted", gettext_lazy("Numbers you may trust"), trusted, aside=True),
)
