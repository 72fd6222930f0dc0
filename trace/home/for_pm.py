"""Priya's questions: what blocks my next launch, and did the last one matter?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from demand.models import Request
from guard import clock, gates
from guard.kinds import url_of
from guard.models import Standing
from metrics.models import Metric
from prds.models import Prd
from prds.sources import prepare
from prds.states import APPROVAL_GATES, PrdState
from trace.home.page import Section
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


def sections(person: Any) -> tuple[str, list[Section]]:
    """The data PM's home."""
    blocked = blockers(person)
    triage = Request.objects.visible_to(person).filter(thing__state__in=["submitted", "triage"])
    oldest = triage.order_by("thing__created_at").first()
    lapsing = Metric.objects.visible_to(person).filter(
        thing__state="certified", certified_until__lte=clock.now().date() + SOON
    )
    due = decisions_due(person)
    mine = sum(blocker.is_mine for blocker in blocked)
    lede = (
        ngettext("%(n)d thing stands in the way, ", "%(n)d things stand in the way, ", len(blocked))
        % {"n": len(blocked)}
        + ngettext("%(n)d of them waits for you.", "%(n)d of them wait for you.", mine) % {"n": mine}
        if blocked
        else _("Nothing stands in the way of your PRDs.")
    )
    return lede, [
        Section("blockers.html", blocked),
        Section("matter.html", products_of_interest(person, limit=6)),
        Section("triage.html", {"count": triage.count(), "oldest": oldest}, aside=True),
        Section("look_back.html", due, aside=True),
        Section("lapsing.html", list(lapsing.order_by("certified_until")[:MOST]), aside=True),
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
