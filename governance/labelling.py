"""Categories under review: reading what is proposed, counting what it would mean, carrying out what was decided."""

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
from guard.levels import LOWEST
from guard.memory import once
from guard.models import Category
from guard.refusals import Invalid

APPROVED = Label.State.APPROVED
_WHY = "an act works on rows that it was handed"


@dataclass(frozen=True)
class Change:
    """One category that a column gets or loses."""

    column: Column
    category: Category
    is_removal: bool

    @property
    def pair(self) -> tuple[int | None, int]:
        """(what counts by approval, what is proposed), as for a level: it chooses who must agree."""
        floor = self.category.floor or LOWEST
        return (floor, LOWEST) if self.is_removal else (floor, floor)


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
    return {
        column.pk: {str(label.category) for label in said[column.pk] if label.category and label.state == APPROVED}
        for column in columns
    }


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
        found += [Change(columns[name], asked[pk], False) for pk in sorted(asked.keys() - approved.keys())]
        found += [Change(columns[name], approved[pk], True) for pk in sorted(approved.keys() - asked.keys())]
    return found


def write(review: LevelReview, changes: Iterable[Change]) -> None:
    """Put the categories into a review in hand, instead of those that stood there."""
    ReviewLabel.objects.unrestricted(_WHY).filter(review=review).delete()
    ReviewLabel.objects.bulk_create(
        [
            ReviewLabel(
                review=review, column=one.column, column_name=one.column.name, category=one.category,
                change=ReviewLabel.Change.REMOVE if one.is_removal else ReviewLabel.Change.ADD,
            )
            for one in changes
        ]
    )  # fmt: skip


@once
def of_review(review: LevelReview) -> list[ReviewLabel]:
    """The categories of a review in hand."""
    rows = ReviewLabel.objects.unrestricted(_WHY).filter(review=review)
    return list(rows.select_related("category__scheme"))


def say(by: Any, changes: Iterable[Change], reason: str, review: str) -> None:
    """Label the columns with what is added: it counts at once."""
    for one in changes:
        if not one.is_removal:
            said = Said(reason=reason, review=review)
            label_column(by=by, column=one.column, category=str(one.category), said=said)


@once
def standing(review: LevelReview) -> dict[tuple[int, int], Label]:
    """Current labels by (column, category), of the columns that a review speaks of."""
    ids = {row.column_id for row in of_review(review)}
    if not ids:
        return {}
    columns = {column.pk: column for column in all_columns(review.dataset_id)}
    found = {}
    for column_id, several in labels.of_dataset(review.dataset_id).items():
        for label in several:
            if label.category_id and column_id in ids & columns.keys():
                label.column, label.dataset = columns[column_id], columns[column_id].dataset
                found[column_id, label.category_id] = label
    return found


def ended_by(review: LevelReview) -> list[int]:
    """Ids of the labels that approving it would end."""
    there = standing(review)
    rows = [there.get((row.column_id, row.category_id)) for row in of_review(review) if row.is_removal]
    return [label.pk for label in rows if label]


def proposers_of(review: LevelReview) -> set[int]:
    """Who said what the review would approve; none of them approves it."""
    return {label.by_id for label in _proposed(review) if label.by_id}


def is_as_proposed(review: LevelReview) -> bool:
    """Whether every category that it adds is said of its column, and every one that it takes away is approved there."""
    there = standing(review)
    return all(
        (label := there.get((row.column_id, row.category_id))) is not None
        and (not row.is_removal or label.state == APPROVED)
        for row in of_review(review)
    )


def apply(review: LevelReview, counts: Any) -> None:
    """Approve what is added and end what is taken away; the dataset settles."""
    there = standing(review)
    said = Said(reason=review.reason, review=str(review.key))
    for row in of_review(review):
        label = there[row.column_id, row.category_id]
        if row.is_removal:
            labels.follow(label, Label.State.ENDED, said)
        elif label.state == Label.State.PROPOSED:
            labels.follow(label, Label.State.APPROVED, said)
        counts[f"category {row.get_change_display()}"] += 1
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
    """Take back what the review added; what raised a level stays for the reviewers (catalog refuses)."""
    for label in _proposed(review):
        withdraw_label(by=by, label=label, reason=reason)


def wanted_by(review: LevelReview) -> dict[str, set[str]]:
    """What a review in hand wants each of its columns to have, as `changes_to` reads it."""
    rows = of_review(review)
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
        Invalid: a category that the review added is not among the changes any more.
    """
    kept = {(one.column.pk, one.category.pk) for one in changes if not one.is_removal}
    for label in _proposed(review):
        if (label.column_id, label.category_id) not in kept:
            raise Invalid(
                errors={"categories": [_("%(what)s counts already. Reviewers can reject it.") % {"what": label}]}
            )


def _proposed(review: LevelReview) -> list[Label]:
    there = standing(review)
    rows = [there.get((row.column_id, row.category_id)) for row in of_review(review) if not row.is_removal]
    return [label for label in rows if label and label.state == Label.State.PROPOSED]
