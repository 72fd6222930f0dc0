"""What a level review says, who may not decide on it, and whether enough people agreed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, F, When

from catalog.levels import all_columns
from catalog.models import Column
from catalog.supposing import counts_after
from governance import approvers, labelling
from governance.approvers import Slot
from governance.models import LevelReview, ReviewItem, ReviewLabel, Vote
from governance.preview import Impact, impact_of
from guard import ledger, levels
from guard.doors import visible_q
from guard.memory import once
from guard.policy import READ

_DATASET = "dataset__thing"
_WHY = "an act works on rows that it was handed"


def told_to(rows: Any, reader: Any) -> Any:
    """Reviews with what may be said to a reader of their dataset.

    Who proposed a level, or reviews it, keeps sight of the review, also when the dataset rose above what they may read.

    Args:
        rows: opened level reviews.
        reader: the person.

    Returns:
        The rows with `may_read_dataset`, and `dataset_name`: its title, else its key. Lists sort and search by that.
    """
    may = visible_q(reader.principal, READ, _DATASET)
    return rows.select_related("thing__domain", "dataset__thing__domain", "proposer").annotate(
        may_read_dataset=Case(When(may, then=True), default=False, output_field=BooleanField()),
        dataset_name=Case(When(may, then=F(f"{_DATASET}__title")), default=F(f"{_DATASET}__key")),
    )


def direction_of(before: int | None, rank: int) -> str:
    """Whether a proposal is a first label, a raise, a confirmation or a lowering."""
    if before is None:
        return ReviewItem.Direction.FIRST
    if rank == before:
        return ReviewItem.Direction.SAME
    return ReviewItem.Direction.UP if rank > before else ReviewItem.Direction.DOWN


def strictest(pairs: Iterable[tuple[int | None, int]]) -> int:
    """The strictest level that a proposal speaks of: it chooses who must agree."""
    return levels.high_water(rank for before, after in pairs for rank in (before or after, after))


def hash_of(
    dataset_key: str, reason: str, schema_hash: str, pairs: Iterable[tuple[int, int | None, int]],
    said: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """SHA-256 over what a vote agrees to: reason, schema, (column, approved, proposed) of every item, and what else."""
    body: dict[str, Any] = {
        "dataset": dataset_key, "reason": reason.strip(), "schema": schema_hash, "items": sorted(pairs)
    }  # fmt: skip
    body |= {name: value for name, value in (said or {}).items() if value}
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()


@once
def items_of(review: LevelReview) -> list[ReviewItem]:
    """The items of a review in hand."""
    return list(ReviewItem.objects.unrestricted(_WHY).filter(review=review))


def labels_for(reader: Any, review: LevelReview) -> list[ReviewLabel]:
    """The labels of a review that a reader may see."""
    rows = ReviewLabel.objects.visible_to(reader).filter(review=review)
    return list(rows.select_related("category__scheme", "level__scheme"))


def columns_of(review: LevelReview) -> dict[int, Column]:
    """The columns that its items speak of, as they are now; one that went is missing."""
    wanted = {item.column_id for item in items_of(review)}
    return {column.pk: column for column in all_columns(review.dataset_id) if column.pk in wanted}


@once
def votes_of(thing: Any, content_hash: str) -> list[Vote]:
    """The votes that still count: those on exactly this content."""
    rows = Vote.objects.unrestricted(_WHY).filter(thing=thing, content_hash=content_hash)
    return list(rows.select_related("person", "on_behalf_of"))


def votes_shown(reader: Any, paper: Any) -> list[Vote]:
    """All votes on a paper that a reader may see, those on what it said before too."""
    rows = Vote.objects.visible_to(reader).filter(thing=paper.thing)
    return list(rows.select_related("person", "on_behalf_of"))


def agreements(thing: Any, content_hash: str, out: Collection[int]) -> dict[int, Vote]:
    """The agreements that count, by who holds the seat: of people who work here, and of nobody who may not decide.

    A vote in somebody's place fills their seat; whoever spoke, or was spoken for, is counted once.
    """
    found: dict[int, Vote] = {}
    spoken = set(out)
    for vote in votes_of(thing, content_hash):
        at_work = vote.person.is_active and vote.seat.is_active
        if vote.verdict == Vote.Verdict.APPROVE and at_work and not vote.voices & spoken:
            spoken |= vote.voices
            found[vote.seat.pk] = vote
    return found


def tallied(slots: Sequence[Slot], said: Mapping[int, Vote], dataset: Any) -> Tally:
    """The slots as these agreements fill them."""
    return Tally(slots, approvers.assign(slots, [vote.seat for vote in said.values()], dataset), said)


def barred_from(review: LevelReview) -> set[int]:
    """Who may not decide: who proposed, who edited last, and who proposed any of the levels at its column."""
    proposers = {column.proposed_by_id for column in columns_of(review).values() if column.proposed_by_id}
    return {review.proposer_id, review.editor_id, *proposers, *labelling.proposers_of(review)}


def slots_of(review: LevelReview) -> list[Slot]:
    """One other person for a first label or a raise; for a lowering the level's matrix, two people at least."""
    if not review.is_lowering:
        return [approvers.one_of(review.rank)]
    return approvers.slots_for(review.dataset, review.rank, barred_from(review), at_least=2)


@dataclass(frozen=True)
class Tally:
    """How far a decision got: the slots, who fills them, which are open, and the votes by who holds the seat."""

    slots: Sequence[Slot]
    filled: Mapping[int, Any]
    said: Mapping[int, Vote] = field(default_factory=dict)

    @property
    def open(self) -> list[Slot]:
        return [slot for number, slot in enumerate(self.slots) if number not in self.filled]

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """(word of the slot, who spoke or None, in whose place or None), for pages."""
        found = []
        for number, slot in enumerate(self.slots):
            seat = self.filled.get(number)
            vote = self.said.get(seat.pk) if seat is not None else None
            word = approvers.SLOT_WORDS.get(slot.name, _reviewer())
            found.append((word, vote.person if vote else seat, vote.on_behalf_of if vote else None))
        return found


def _reviewer() -> Any:
    from django.utils.translation import gettext_lazy as _

    return _("Another person")


def tally_of(review: LevelReview) -> Tally:
    """Count the votes that still hold."""
    said = agreements(review.thing, review.content_hash, barred_from(review))
    return tallied(slots_of(review), said, review.dataset)


@once
def impact_of_review(review: LevelReview, reader: Any) -> Impact:
    """What approving it would change, from what counts now."""
    ended = labelling.ended_by(review)
    return impact_of(review.dataset, proposed_by(review), reader, floor=review.floor, ended=ended)


def proposed_by(review: LevelReview) -> dict[str, int]:
    """Proposed rank by name of column."""
    return {item.column_name: item.rank for item in items_of(review)}


def needed_by_columns(dataset: Any, proposed: Mapping[str, int]) -> int:
    """The rank that the columns of a dataset need once these levels hold; without columns they need nothing."""
    counts, together = counts_after(dataset, proposed)
    return max([*counts.values(), together], default=levels.LOWEST) or levels.LOWEST


def is_as_proposed(review: LevelReview) -> bool:
    """Whether the schema and the proposed levels are still what the review says."""
    if review.dataset.schema_hash != review.schema_hash:
        return False
    if review.floor is not None and review.dataset.declared_level != review.floor_before:
        return False
    if not labelling.is_as_proposed(review):
        return False
    columns = columns_of(review)
    return all(
        (column := columns.get(item.column_id)) is not None
        and column.level == item.before
        and (column.proposed_level or column.level) == item.rank
        for item in items_of(review)
    )


def put(review: LevelReview, **fields: Any) -> None:
    """Write fields of a review in hand; only inside an act."""
    LevelReview.objects.unrestricted(_WHY).filter(pk=review.pk).update(**fields)
    for name, value in fields.items():
        setattr(review, name, value)
