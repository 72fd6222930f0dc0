"""Labels under review: reading what is proposed, counting what it would mean, carrying out what was decided.

Categories are read here, levels of other schemes than the house's in `governance.other_levels`; what was decided is
carried out here for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog import labels
from catalog.actions import label_column, withdraw_label
from catalog.labels import Said, category_named
from catalog.levels import all_columns, settle_dataset
from catalog.models import Column, Label
from governance.models import LevelReview, ReviewLabel
from governance.models.labelling import Place
from guard.levels import LOWEST
from guard.memory import once
from guard.models import Category, Level, Scheme
from guard.refusals import Invalid

APPROVED = Label.State.APPROVED
_WHY = "an act works on rows that it was handed"


@dataclass(frozen=True)
class Change:
    """One category, or level of another scheme, that a column gets or loses.

    Args:
        column: with its dataset at hand.
        what: the category or the level.
        is_removal: whether it goes.
        counts: the house rank that `what` asks for.
        left: the house rank that takes the place of what goes.
        is_milder: in its own scheme, whatever it counts as here.
    """

    column: Column
    what: Category | Level
    is_removal: bool
    counts: int
    left: int = LOWEST
    is_milder: bool = False

    @classmethod
    def of_category(cls, column: Column, category: Category, is_removal: bool) -> Change:
        """A category that comes or goes."""
        return cls(column, category, is_removal, category.floor or LOWEST)

    @property
    def pair(self) -> tuple[int | None, int]:
        """(what counts by approval, what is proposed), as for a level: it chooses who must agree."""
        return (self.counts, self.left) if self.is_removal else (self.counts, self.counts)

    @property
    def place(self) -> Place:
        """Which label of which column it speaks of."""
        if isinstance(self.what, Category):
            return Place(self.column.pk, self.what.pk, None)
        return Place(self.column.pk, None, self.what.pk)

    @property
    def said(self) -> list[Any]:
        """What a vote agrees to; a level with the version of its scheme."""
        if isinstance(self.what, Category):
            return [self.column.pk, str(self.what), self.is_removal]
        scheme = self.what.scheme
        return [self.column.pk, f"{scheme.code}@{scheme.version}:{self.what.code}", self.is_removal]


def category_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every category in use by scheme, as a form offers them."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for category in Category.objects.filter(scheme__status="current").select_related("scheme"):
        grouped.setdefault(category.scheme.name, []).append((str(category), category.word))
    return list(grouped.items())


def approved_categories(columns: Iterable[Column]) -> dict[int, set[str]]:
    """Codes of approved categories by column."""
    columns = list(columns)
    said = labels.current_of(columns)
    return {column.pk: approved_in(said[column.pk]) for column in columns}


def approved_in(said: Iterable[Label]) -> set[str]:
    """Codes of approved categories among the current labels of one column."""
    return {str(label.category) for label in said if label.category and label.state == APPROVED}


def changes_to(columns: Mapping[str, Column], wanted: Mapping[str, Collection[str]]) -> list[Change]:
    """What has to change so that each named column has just these approved categories.

    Args:
        columns: by name; those that `wanted` names are among them.
        wanted: codes (``scheme:code``) by name of column, the whole set.

    Raises:
        Invalid: a code that no scheme knows.
    """
    named = {code: category_named(code) for codes in wanted.values() for code in codes}
    current = labels.current_of(columns[name] for name in wanted)
    found = []
    for name, codes in wanted.items():
        approved = {
            label.category.pk: label.category
            for label in current[columns[name].pk]
            if label.category and label.state == APPROVED
        }
        asked = {named[code].pk: named[code] for code in codes}
        column = columns[name]
        found += [Change.of_category(column, asked[pk], False) for pk in sorted(asked.keys() - approved.keys())]
        found += [Change.of_category(column, approved[pk], True) for pk in sorted(approved.keys() - asked.keys())]
    return found


def write(review: LevelReview, changes: Iterable[Change]) -> None:
    """Put the labels into a review in hand, instead of those that stood there."""
    ReviewLabel.objects.unrestricted(_WHY).filter(review=review).delete()
    ReviewLabel.objects.bulk_create(
        [
            ReviewLabel(
                review=review, column=one.column, column_name=one.column.name,
                category=one.what if isinstance(one.what, Category) else None,
                level=one.what if isinstance(one.what, Level) else None,
                change=ReviewLabel.Change.REMOVE if one.is_removal else ReviewLabel.Change.ADD,
            )
            for one in changes
        ]
    )  # fmt: skip


@once
def of_review(review: LevelReview) -> list[ReviewLabel]:
    """The labels of a review in hand."""
    rows = ReviewLabel.objects.unrestricted(_WHY).filter(review=review)
    return list(rows.select_related("category__scheme", "level__scheme"))


def say(by: Any, changes: Iterable[Change], reason: str, review: str) -> None:
    """Label the columns with what is added: it counts at once."""
    said = Said(reason=reason, review=review)
    for one in changes:
        if one.is_removal:
            continue
        if isinstance(one.what, Category):
            label_column(by=by, column=one.column, category=str(one.what), said=said)
        elif one.what.scheme.status == Scheme.Status.CURRENT:  # of a version that is not, only what stands already
            scheme = f"{one.what.scheme.code}@{one.what.scheme.version}"
            label_column(by=by, column=one.column, scheme=scheme, level=one.what.code, said=said)


@once
def standing(review: LevelReview) -> dict[Place, Label]:
    """Current labels of the columns that a review speaks of, but levels of the house scheme."""
    ids = {row.column_id for row in of_review(review)}
    if not ids:
        return {}
    columns = {column.pk: column for column in all_columns(review.dataset_id)}
    found = {}
    for column_id, several in labels.of_dataset(review.dataset_id).items():
        for label in several:
            if column_id in ids & columns.keys() and not label.is_house_level:
                label.column, label.dataset = columns[column_id], columns[column_id].dataset
                found[Place(column_id, label.category_id, label.level_id)] = label
    return found


def ended_by(review: LevelReview) -> list[int]:
    """Ids of the labels that approving it would end."""
    there = standing(review)
    rows = [there.get(row.place) for row in of_review(review) if row.is_removal]
    return [label.pk for label in rows if label]


def proposers_of(review: LevelReview) -> set[int]:
    """Who said what the review would approve; none of them approves it."""
    return {label.by_id for label in _proposed(review) if label.by_id}


def is_as_proposed(review: LevelReview) -> bool:
    """Whether all that it adds is said of its column, and all that it takes away stands there.

    A category that goes is an approved one. A level that goes may be a proposal, too: it counts where it is stricter.
    """
    there = standing(review)
    return all(
        (label := there.get(row.place)) is not None
        and (not row.is_removal or label.state == APPROVED or row.level_id is not None)
        for row in of_review(review)
    ) and not _is_taken(review, there)


def _is_taken(review: LevelReview, there: Mapping[Place, Label]) -> bool:
    """Whether another level of the same scheme was approved meanwhile, which the review does not take away."""
    rows = [row for row in of_review(review) if row.level_id is not None]
    kept = {row.place for row in rows if row.is_removal}
    wanted = {(row.column_id, row.scheme.pk): row.place for row in rows if not row.is_removal}
    return any(
        label.level_id is not None and label.state == APPROVED and place not in kept
        and wanted.get((place.column, label.scheme_id), place) != place
        for place, label in there.items()
    )  # fmt: skip


def apply(review: LevelReview, counts: Any) -> None:
    """End what is taken away and approve what is added; the dataset settles."""
    there = standing(review)
    said = Said(reason=review.reason, review=str(review.key))
    # what goes first: one level of a scheme is approved at a time
    for row in sorted(of_review(review), key=lambda row: not row.is_removal):
        label = there[row.place]
        if row.is_removal:
            labels.follow(label, Label.State.ENDED if label.state == APPROVED else Label.State.REJECTED, said)
        elif label.state == Label.State.PROPOSED:
            labels.follow(label, APPROVED, said)
        counts[f"{'category' if row.category_id else 'label'} {row.get_change_display()}"] += 1
    if there:
        settle_dataset(review.dataset)


def reject(review: LevelReview, reason: str) -> None:
    """Let go of what was proposed and not approved; what it had raised goes back."""
    proposed = _proposed(review)
    for label in proposed:
        labels.follow(label, Label.State.REJECTED, Said(reason=reason, review=str(review.key)))
    if proposed:
        settle_dataset(review.dataset)


def withdraw(by: Any, review: LevelReview, reason: str) -> None:
    """Take back what the review added; what raised a level stays for the reviewers (catalog refuses).

    A level that was said before, as by a scheme that ended, stands as it stood.
    """
    for label in _proposed(review):
        if label.level_id is None or label.review_key == review.key:
            withdraw_label(by=by, label=label, reason=reason)


def wanted_by(review: LevelReview) -> dict[str, set[str]]:
    """What a review in hand wants each of its columns to have, as `changes_to` reads it."""
    rows = [row for row in of_review(review) if row.category_id is not None]
    columns = Column.objects.unrestricted(_WHY).filter(pk__in={row.column_id for row in rows})
    approved = {column.name: codes for column in columns for codes in [approved_categories([column])[column.pk]]}
    for row in rows:
        if row.column_name in approved:
            change = approved[row.column_name]
            (change.discard if row.is_removal else change.add)(str(row.category))
    return approved


def refuse_dropped(review: LevelReview, changes: Iterable[Change]) -> None:
    """What a proposal added counts already, so its editor cannot quietly drop it.

    Raises:
        Invalid: what the review added is among the changes neither as added nor, for a level, as taken away: another
            level of its scheme may take its place, which is a lowering where it is milder.
    """
    kept = {one.place for one in changes if not one.is_removal or isinstance(one.what, Level)}
    for label in _proposed(review):
        if Place(label.column_id, label.category_id, label.level_id) not in kept:
            raise Invalid(
                errors={"categories": [_("%(what)s counts already. Reviewers can reject it.") % {"what": label}]}
            )


def _proposed(review: LevelReview) -> list[Label]:
    there = standing(review)
    rows = [there.get(row.place) for row in of_review(review) if not row.is_removal]
    return [label for label in rows if label and label.state == Label.State.PROPOSED]
