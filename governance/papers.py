"""What people vote on, seen alike (reviews, requests for access, attestations): whose seats, who may not, who spoke."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance import attesting, granting, reviewing
from governance.approvers import Slot
from governance.models import Attestation, Decision, Grant, LevelReview, Vote
from guard import clock, things
from guard.doors import acting

_WHY = "whose seats a paper has is judged whoever looks"


@dataclass(frozen=True)
class Sort:
    """One sort of paper.

    Args:
        model: of the paper.
        seats: ORM field of the dataset whose people decide.
        barred: ids of who proposed, asked or edited last.
        tally: the slots, and who fills them.
    """

    model: Any
    seats: str
    barred: Callable[[Any], set[int]]
    tally: Callable[[Any], reviewing.Tally]


SORTS: Mapping[str, Sort] = {
    Decision.REVIEW: Sort(LevelReview, "dataset", reviewing.barred_from, reviewing.tally_of),
    Decision.GRANT: Sort(Grant, "dataset", lambda grant: {grant.requester_id}, granting.tally_of),
    Decision.ATTESTATION: Sort(Attestation, "source_dataset", attesting.barred_from, attesting.tally_of),
}


def sort_of(paper: Any) -> Sort:
    """What sort of paper something is.

    Raises:
        KeyError: people do not vote on it, or nobody stands in for them there.
    """
    return SORTS[things.thing_of(paper).kind]


def dataset_of(paper: Any) -> Any:
    """The dataset whose people hold the seats."""
    return getattr(paper, sort_of(paper).seats)


def domain_of(thing: Any) -> int | None:
    """The domain of the dataset whose people hold the seats of a paper; None of what is no such paper."""
    sort = SORTS.get(thing.kind)
    if sort is None:
        return None
    rows = sort.model.objects.unrestricted(_WHY).filter(pk=thing.pk)
    found: int | None = rows.values_list(f"{sort.seats}__thing__domain_id", flat=True).first()
    return found


def slots_of(paper: Any) -> Sequence[Slot]:
    """Whose agreement the paper needs."""
    return sort_of(paper).tally(paper).slots


def votes_of(paper: Any) -> list[Vote]:
    """The votes that count on a paper as it is now."""
    return reviewing.votes_of(things.thing_of(paper), paper.content_hash)


def said_by(paper: Any, by: Any) -> str:
    """The verdict that somebody gave in the seat in which they act now; empty when they gave none."""
    seat = acting().seat_of(by).pk
    return next((vote.verdict for vote in votes_of(paper) if vote.person_id == by.pk and vote.seat.pk == seat), "")


def has_spoken(paper: Any, by: Any) -> bool:
    """Whether somebody voted, in whatever seat."""
    return any(vote.person_id == by.pk for vote in votes_of(paper))


def cast(paper: Any, slot: str, verdict: str, reason: str) -> None:
    """Write the vote of the act under way, in whoever's place it is."""
    now = acting()
    Vote.objects.create(
        thing=things.thing_of(paper), person=now.by, on_behalf_of=now.place, slot=slot, verdict=verdict,
        reason=reason, at=clock.now(), content_hash=paper.content_hash,
    )  # fmt: skip
