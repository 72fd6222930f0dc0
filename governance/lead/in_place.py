"""What waits for somebody as a deputy, with whose place it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from governance import approvers, coverage, deputising, papers
from governance.models import Attestation, Decision, LevelReview, Vote
from governance.states import AttestationState, ReviewState
from guard import things
from guard.doors import standings
from guard.memory import once
from guard.models import Standing
from people.models import RoleHeld, User

MOST = 50  # papers of each sort that are looked through
_WHY = "who holds a seat is asked of the standings themselves"


@dataclass(frozen=True)
class InPlace:
    """A paper that waits for one person's seat, and somebody else may fill it."""

    paper: Any
    giver: User

    @property
    def dataset(self) -> Any:
        """The dataset whose people hold the seats."""
        return papers.dataset_of(self.paper)

    @property
    def decision(self) -> str:
        """What sort of decision it is, in words."""
        return str(Decision(things.thing_of(self.paper).kind).label)


@once
def waiting_in_place(person: Any) -> list[InPlace]:
    """The open papers that somebody sees and on which a seat of who named them is asked for, oldest first.

    One statement where nobody named them, else as many whatever the number of papers. The vote itself looks closer.
    """
    places = deputising.places_of(person)
    waiting = [paper for rows in _open(person) for paper in rows] if places else []
    givers = {place.giver_id: place.giver for place in places}
    held, done = _held(givers, waiting), _spoken(waiting)
    found = {}
    for paper in waiting:
        dataset, kind = papers.dataset_of(paper), things.thing_of(paper).kind
        out = done[paper.pk] | _own(paper)
        for place in places:
            reaches = place.domain_id in (None, dataset.thing.domain_id) and place.decision in ("", kind)
            asked = _asked(paper) & held[place.giver_id, dataset.pk]
            if reaches and asked and not {person.pk, place.giver_id} & out:
                found[paper.pk, place.giver_id] = InPlace(paper, place.giver)
    return list(found.values())


def _open(person: Any) -> Iterator[Sequence[Any]]:
    reviews = LevelReview.objects.visible_to(person, "columns").filter(thing__state=ReviewState.OPEN)
    reviews = reviews.select_related("thing__domain", "dataset__thing__domain", "proposer")
    yield list(reviews.order_by("thing__created_at")[:MOST])
    yield list(coverage.waiting_grants(person)[:MOST])
    attestations = Attestation.objects.visible_to(person).filter(thing__state=AttestationState.OPEN)
    attestations = attestations.select_related("thing__domain", "source_dataset__thing__domain", "proposer")
    yield list(attestations.order_by("thing__created_at")[:MOST])


def _own(paper: Any) -> set[int]:
    names = ("proposer_id", "editor_id", "requester_id")
    return {pk for name in names if (pk := getattr(paper, name, None)) is not None}


def _asked(paper: Any) -> set[str]:
    """Roles and standings that the matrix of its level asks for, as holder or as stand-in."""
    grant = things.thing_of(paper).kind == Decision.GRANT
    rules = approvers.rules_of(max(paper.level if grant else paper.rank, 1))
    more = {"governance_lead"} if getattr(paper, "is_lowering", False) or hasattr(paper, "lowers_to") else set()
    return {*rules["approvers"], *rules.get("stand_ins", ()), *more}


def _held(givers: Collection[int], waiting: Sequence[Any]) -> dict[tuple[int, int], set[str]]:
    """By giver and dataset: the roles of the one, and their standings on the other, through teams too."""
    held: dict[tuple[int, int], set[str]] = defaultdict(set)
    if not waiting:
        return held
    datasets = {papers.dataset_of(paper).pk for paper in waiting}
    for giver, role in RoleHeld.objects.filter(person__in=givers).values_list("person_id", "role"):
        for pk in datasets:
            held[giver, pk].add(role)
    rows = Standing.objects.unrestricted(_WHY).filter(standings.live(), thing__in=datasets)
    rows = rows.filter(Q(person__in=givers) | Q(team__memberships__person__in=givers), reason__in=approvers.STANDINGS)
    for pk, reason, own, through in rows.values_list("thing_id", "reason", "person_id", "team__memberships__person_id"):
        held[own or through, pk].add(reason)
    return held


def _spoken(waiting: Sequence[Any]) -> dict[int, set[int]]:
    """By paper: who has spoken on it as it is now."""
    hashes = {paper.pk: paper.content_hash for paper in waiting}
    spoken: dict[int, set[int]] = defaultdict(set)
    rows = Vote.objects.unrestricted("who has spoken on a paper is counted, whoever looks").filter(thing__in=hashes)
    for vote in rows if hashes else ():
        if vote.content_hash == hashes[vote.thing_id]:
            spoken[vote.thing_id] |= vote.voices
    return spoken
