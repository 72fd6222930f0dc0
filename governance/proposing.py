"""What the verbs of level reviews share: reading a proposal, writing it down, telling those who decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.actions import propose_column_level
from catalog.models import Column, Dataset
from governance import approvers, labelling, other_levels, reviewing
from governance.models import LevelReview, ReviewItem, ReviewLabel
from governance.states import ReviewState
from guard import levels as ladder
from guard import things
from guard.policy import COLUMNS
from guard.refusals import Blocked, Invalid

_WHY = "an act works on rows that it was handed"
Categories = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Wanted:
    """A proposal that holds together: levels and labels of columns, a lower floor for the dataset, or all of it."""

    dataset: Dataset
    columns: Mapping[str, Column]
    levels: Mapping[str, int]
    floor: int | None
    reason: str
    labels: Sequence[labelling.Change] = ()

    @property
    def pairs(self) -> list[tuple[int | None, int]]:
        """(what counts by approval, what is proposed), of columns and floor."""
        found = [(self.columns[name].level, rank) for name, rank in self.levels.items()]
        found += [change.pair for change in self.labels]
        return found if self.floor is None else [*found, (self.dataset.declared_level, self.floor)]

    @property
    def is_lowering(self) -> bool:
        """Whether anything would count less than was approved or declared, here or in the scheme that it is of."""
        falls = any(before is not None and rank < before for before, rank in self.pairs)
        return falls or any(change.is_milder for change in self.labels)

    def fields(self) -> dict[str, Any]:
        """What the review says of itself."""
        return {
            "reason": self.reason, "is_lowering": self.is_lowering, "rank": reviewing.strictest(self.pairs),
            "schema_hash": self.dataset.schema_hash, "floor": self.floor,
            "floor_before": None if self.floor is None else self.dataset.declared_level,
        }  # fmt: skip


def read(
    dataset: Dataset, levels: Mapping[str, int], categories: Categories, others: other_levels.Others,
    *, floor: int | None, reason: str,
) -> Wanted:  # fmt: skip
    """Read a proposal.

    Args:
        dataset: fresh.
        levels: rank by name of column; may be empty when something else is proposed.
        categories: the whole set of codes by name of column; columns that are not named keep theirs.
        others: levels of other schemes by scheme, by name of column (`other_levels.changes_to`).
        floor: the milder floor of the dataset, or None.
        reason: why; ten characters at least for a lowering.

    Raises:
        Invalid: nothing proposed, unknown columns, levels or categories, a floor that is none, or a lowering without a
            reason.
    """
    columns = _columns(dataset, levels, [*categories, *others])
    changes = [*labelling.changes_to(columns, categories), *other_levels.changes_to(columns, others)]
    if not levels and not changes and floor is None:
        raise Invalid(errors={"levels": [_("Propose a level or a label for one column at least.")]})
    wanted = Wanted(dataset, columns, levels, floor, reason.strip(), changes)
    if floor is not None and (fault := floor_fault(dataset, levels, floor)):
        raise Invalid(errors={"floor": [fault]})
    if wanted.is_lowering and len(wanted.reason) < 10:
        raise Invalid(errors={"reason": [_("Say in a sentence why a milder level is right.")]})
    return wanted


def floor_fault(dataset: Dataset, levels: Mapping[str, int], floor: int) -> str:
    """Why this cannot be the dataset's new floor; empty when it can: milder than now, never below its columns."""
    if floor not in range(ladder.LOWEST, ladder.HIGHEST + 1):
        return _("Levels go from L1 to L5.")
    if dataset.declared_level is None:
        return _("It has no level of its own above its columns. Propose levels for the columns.")
    if floor >= dataset.declared_level:
        return _("It is declared L%(level)d. A stricter one is declared at once, without a review.") % {
            "level": dataset.declared_level
        }
    if floor < (needed := reviewing.needed_by_columns(dataset, levels)):
        return _("Its columns need L%(level)d, so the dataset cannot be milder than that.") % {"level": needed}
    return ""


def _columns(dataset: Dataset, levels: Mapping[str, int], others: Collection[str]) -> dict[str, Column]:
    names = [*dict.fromkeys([*levels, *others])]
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset, name__in=names)
    found = {column.name: column for column in rows.select_related("dataset__thing__domain")}
    faults = [_("There is no column %(name)s.") % {"name": name} for name in names if name not in found]
    faults += [_("%(name)s: levels go from L1 to L5.") % {"name": name} for name, rank in levels.items()
               if rank not in range(1, 6)]  # fmt: skip
    if faults:
        raise Invalid(errors={"levels": faults})
    return found


def refuse_if_open(wanted: Wanted) -> None:
    """A column, and a floor, is under one review at a time."""
    rows = ReviewItem.objects.unrestricted("a column is under one review at a time").filter(
        review__thing__state=ReviewState.OPEN, column__in=[column.pk for column in wanted.columns.values()]
    )
    labelled = ReviewLabel.objects.unrestricted("a column is under one review at a time").filter(
        review__thing__state=ReviewState.OPEN, column__in=[column.pk for column in wanted.columns.values()]
    )
    other = rows.select_related("review__thing").first() or labelled.select_related("review__thing").first()
    if other is not None:
        raise Blocked(
            _("%(name)s is under review in %(key)s already.")
            % {"name": other.column_name, "key": other.review.key},
            code="under-review",
        )  # fmt: skip
    floors = LevelReview.objects.unrestricted("a floor is under one review at a time").filter(
        dataset=wanted.dataset, thing__state=ReviewState.OPEN, floor__isnull=False
    )
    if wanted.floor is not None and (open_one := floors.select_related("thing").first()) is not None:
        raise Blocked(_("The floor is under review in %(key)s already.") % {"key": open_one.key}, code="under-review")


def write_items(review: LevelReview, wanted: Wanted) -> None:
    """One row a column, and the hash that votes bind."""
    columns = wanted.columns
    items = [
        ReviewItem(
            review=review, column=columns[name], column_name=name, before=columns[name].level, rank=rank,
            direction=reviewing.direction_of(columns[name].level, rank),
        )
        for name, rank in sorted(wanted.levels.items(), key=lambda pair: columns[pair[0]].position)
    ]  # fmt: skip
    ReviewItem.objects.bulk_create(items)
    labelling.write(review, wanted.labels)
    triples = [(item.column_id, item.before, item.rank) for item in items]
    said = {
        "floor": None if review.floor is None else [review.floor_before, review.floor],
        "labels": sorted(one.said for one in wanted.labels),
    }
    reviewing.put(
        review,
        content_hash=reviewing.hash_of(review.dataset.key, review.reason, review.schema_hash, triples, said),
    )


def propose_each(by: Any, wanted: Wanted, review: str) -> None:
    """Propose at each column, where a stricter level and a category count at once."""
    with keeping_sight(by, wanted.dataset):
        for name, rank in wanted.levels.items():
            propose_column_level(by=by, column=wanted.columns[name], rank=rank, reason=wanted.reason)
        labelling.say(by, wanted.labels, wanted.reason, review)


@contextmanager
def keeping_sight(by: Any, dataset: Dataset) -> Iterator[None]:
    """The first of several raises may hide the dataset from who proposes them: let them finish, and no longer."""
    things.give(dataset, reason="proposing", grade=COLUMNS, person=by)
    yield
    things.end_standing(dataset, reason="proposing", person=by)


def call_reviewers(review: LevelReview) -> list[Any]:
    """Give sight to the owner and stewards; without any, the governance leads are told."""
    keepers = approvers.holders(review.dataset, "owner") + approvers.holders(review.dataset, "steward")
    others = [person for person in keepers if person.pk != review.proposer_id]
    for person in others:
        things.give(review, reason="reviewer", grade=COLUMNS, person=person)
    leads = [p for p in approvers.holders(review.dataset, "governance_lead") if p.pk != review.proposer_id]
    called = others if others and not review.is_lowering else [*others, *leads]
    return list({person.pk: person for person in called}.values())
