"""Who stands in for whom: the one place of the rule.

A deputy fills the seat of who named them, by that person's role or standing at that moment, and by their own sight. Two
people of whom one stands in for the other count as one: in whatever seats, they have one voice (DEP-1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from governance import approvers, papers
from governance.models import Decision, Delegation
from guard import clock, things
from guard.doors.places import keeps_places
from guard.gates import Finding, gate
from guard.memory import once
from people.models import Role, User

DEP = "DEP-1"


@keeps_places
def giver_for(by: Any, named: str, thing: Any) -> User | None:
    """The person in whose place `by` may decide on a thing now; the delegation is held until the act ends.

    Whoever ends it meanwhile waits for this act, or was first: then the row is read as it is after that.
    """
    if Role.AUDITOR in by.principal.roles or "\0" in named:
        return None
    rows = Delegation.objects.live(clock.now()).covering(papers.domain_of(thing), thing.kind)
    rows = rows.filter(deputy=by.pk, giver__username=named, decision__in=["", *papers.SORTS.keys() & {thing.kind}])
    held = rows.select_related("giver").select_for_update(of=("self",)).first() if thing.kind in papers.SORTS else None
    return held.giver if held is not None else None


@once
def places_of(person: Any) -> list[Delegation]:
    """The delegations by which somebody stands in for others today."""
    if Role.AUDITOR in person.principal.roles:
        return []
    rows = Delegation.objects.live(clock.now()).filter(deputy=person.pk)
    return list(rows.select_related("giver", "domain").order_by("pk"))


def places_for(person: Any, paper: Any) -> list[User]:
    """In whose place somebody may decide on a paper, as far as it is offered; the vote itself looks closer."""
    thing, dataset = things.thing_of(paper), papers.dataset_of(paper)
    givers = {
        one.giver_id: one.giver for one in places_of(person)
        if one.domain_id in (None, dataset.thing.domain_id) and one.decision in ("", thing.kind)
    }  # fmt: skip
    if not givers or person.pk in papers.sort_of(paper).barred(paper) or papers.has_spoken(paper, person):
        return []
    wanted = {name for slot in papers.slots_of(paper) for name in slot.fits}
    able = approvers.capacities(list(givers), dataset.thing)
    return [one for pk, one in givers.items() if able[pk] & wanted and not _said(paper, person, one)]


def counted_with(people: set[int], domain_id: int | None, decision: str) -> dict[int, str]:
    """Names by id of everybody of whom one of these people is the deputy, or who is the deputy of one of them."""
    rows = Delegation.objects.live(clock.now()).covering(domain_id, decision)
    rows = rows.filter(Q(giver__in=people) | Q(deputy__in=people)).select_related("giver", "deputy")
    return {one.pk: str(one) for row in rows for one in (row.giver, row.deputy)}


def no_second_voice(paper: Any, actor: Any, facts: Mapping[str, Any]) -> Iterator[Finding]:
    """Neither where one of the two proposed, asked or edited last, nor where one of them voted."""
    yield from _said(paper, actor, facts.get("seat", actor))


def _said(paper: Any, actor: Any, seat: Any) -> list[Finding]:
    """What stands in the way of this voice; one's own proposal and one's own vote are told by other rules."""
    domain_id, kind = papers.dataset_of(paper).thing.domain_id, things.thing_of(paper).kind
    known = {seat.pk: str(seat)} | counted_with({actor.pk, seat.pk}, domain_id, kind)
    barred = papers.sort_of(paper).barred(paper)
    votes = [vote for vote in papers.votes_of(paper) if vote.person_id != actor.pk]
    spoken = {pk for vote in votes for pk in vote.voices}
    if actor.pk in spoken:
        return [Finding(DEP, _("Somebody decided in your place already."))]
    out = []
    for pk, name in known.items():
        if pk != actor.pk and pk in barred:
            out.append(Finding(DEP, _ASKED % {"name": name}))
        elif pk != actor.pk and pk in spoken:
            out.append(Finding(DEP, _SPOKE % {"name": name}))
    return out


_ASKED = lazy("%(name)s proposed or asked for this; you count as one person while one stands in for the other.")
_SPOKE = lazy("%(name)s decided on this; you count as one person while one stands in for the other.")

for _kind in Decision:
    gate(DEP, kind=_kind.value, title=lazy("Who stands in for another adds no voice"), law=True)(no_second_voice)
