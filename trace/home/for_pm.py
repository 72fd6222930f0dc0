"""Priya's questions: what blocks my next launch, and did the last one matter?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Window
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from demand.models import Request
from guard import clock, gates
from guard.kinds import url_of
from guard.models import Standing
from metrics.models import Metric
from prds.models import Prd
from prds.sources import prepare
from prds.states import APPROVAL_GATES, PrdState
from trace.home.page import Card, Part
from usage.models import Decision
from usage.rates import products_of_interest

MOST = 5
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Blocker:
    """One line of "what stands in the way"."""

    finding: gates.Finding
    title: str
    url: str
    since: Any
    is_mine: bool


def in_the_way(person: Any) -> list[Card]:
    """What blocks one's open PRDs."""
    blocked = blockers(person)
    mine = sum(blocker.is_mine for blocker in blocked)
    lede = ngettext("%(n)d thing stands in the way, ", "%(n)d things stand in the way, ", len(blocked)) % {
        "n": len(blocked)
    } + ngettext("%(n)d of them waits for you.", "%(n)d of them wait for you.", mine) % {"n": mine}
    return [Card("blockers.html", blocked, lede if blocked else "")]


def matter(person: Any) -> list[Card]:
    """Whether live products are used."""
    return [Card("matter.html", products_of_interest(person, limit=6))]


def soon(person: Any) -> list[Card]:
    """New demand, decisions to look back on, certifications that lapse."""
    triage = Request.objects.visible_to(person).filter(thing__state__in=["submitted", "triage"])
    first = triage.annotate(all=Window(Count("pk"))).order_by("thing__created_at").first()
    lapsing = Metric.objects.visible_to(person).filter(
        thing__state="certified", certified_until__lte=clock.now().date() + SOON
    )
    return [
        Card("triage.html", {"count": first.all if first else 0, "oldest": first}),
        Card("look_back.html", decisions_due(person)),
        Card("lapsing.html", list(lapsing.order_by("certified_until")[:MOST])),
    ]


def blockers(person: Any) -> list[Blocker]:
    """What keeps this person's open PRDs from approval, by gate, with who can help."""
    written = Standing.objects.unrestricted("one's own standings say which PRDs are one's own").filter(
        person=person, reason__in=["author", "contributor"], thing__kind="prd"
    )
    open_states = [PrdState.DRAFT, PrdState.IN_REVIEW, PrdState.CHANGES_REQUESTED]
    prds = Prd.objects.visible_to(person).filter(pk__in=written.values("thing_id"), thing__state__in=open_states)
    found = []
    judged = list(prds.order_by("-thing__updated_at")[:MOST])
    prepare(judged)
    for prd in judged:
        results = gates.judge(prd, APPROVAL_GATES, person)
        for finding in gates.errors_of(results):
            is_mine = str(person) in finding.who
            found.append(Blocker(finding, prd.title, url_of(prd), prd.thing.updated_at, is_mine))
    found.sort(key=lambda blocker: not blocker.is_mine)
    return _without_repeats(found)[:12]


def _without_repeats(found: list[Blocker]) -> list[Blocker]:
    """At most two lines a PRD and gate: the PRD's own page has them all."""
    seen: dict[tuple[str, str], int] = {}
    kept = []
    for blocker in found:
        key = (blocker.url, blocker.finding.id)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= 2:
            kept.append(blocker)
    return kept


def decisions_due(person: Any) -> list[Decision]:
    """Attested decisions whose day to look back has come or comes within a month."""
    rows = Decision.objects.visible_to(person).filter(
        Q(thing__state="accepted") | Q(thing__state="implemented"), review_on__lte=clock.now().date() + SOON
    )
    return list(rows.order_by("review_on")[:MOST])


ROLES = ("data_pm",)
PARTS = (
    Part("blockers", _("What stands in the way"), in_the_way, ROLES, size="tall"),
    Part("matter", _("Did it matter?"), matter, ROLES),
    Part("soon", _("New demand"), soon, ROLES, aside=True),
)
