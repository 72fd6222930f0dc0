"""The inbox of who decides on levels: what waits for them, item by item, and what may be agreed to together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import Label
from governance import approvers, reviewing
from governance.models import LevelReview, ReviewItem, ReviewLabel, Vote
from governance.models.labelling import Place
from governance.states import ReviewState
from guard.doors import held_by, opened_all, standings
from guard.refusals import Absent

MOST = 50  # reviews in one batch: more than a person reads in one go
ALONE_FROM = 4  # rank from which a review is decided by itself, unless the level's row says otherwise


@dataclass
class Waiting:
    """One review of the inbox, with what it changes and why it cannot be agreed to together with others."""

    review: LevelReview
    items: list[ReviewItem] = field(default_factory=list)
    labels: list[ReviewLabel] = field(default_factory=list)
    alone: str = ""

    @property
    def pick(self) -> str:
        """What a form sends for it: the key and the hash of what was shown."""
        return f"{self.review.key}:{self.review.content_hash}"


def why_alone(review: LevelReview) -> str:
    """Why a review is decided by itself; empty when it may be agreed to with others."""
    if review.is_lowering or review.floor is not None:
        return _("it lowers something.")
    if is_alone(review.rank):
        return _("it speaks of L%(rank)d.") % {"rank": review.rank}
    return ""


def is_alone(rank: int) -> bool:
    """Whether the house scheme asks that a level is decided one by one (`decided_alone` of its row; else from L4)."""
    return bool(approvers.rules_of(rank).get("decided_alone", rank >= ALONE_FROM))


def waiting_for(person: Any, limit: int = MOST) -> list[Waiting]:
    """Open reviews on which this person's agreement may count, oldest first; so many queries whatever their number.

    Args:
        person: who looks; what they proposed, edited or agreed to already is not there.
        limit: at most so many.
    """
    rows = LevelReview.objects.visible_to(person, "columns").filter(thing__state=ReviewState.OPEN)
    rows = rows.exclude(proposer=person).exclude(editor=person)
    rows = reviewing.told_to(rows, person).order_by("thing__created_at")
    reviews = list(rows[: 2 * limit])
    items, labels = _items(person, reviews), _labels(person, reviews)
    out = _proposed_by(person, items, labels) | _agreed(person, reviews)
    standings.expect(review.dataset_id for review in reviews)
    mine = [review for review in reviews if review.pk not in out and _is_asked(person, review)][:limit]
    opened_all(person, [thing for review in mine for thing in (review, review.dataset)])
    return [Waiting(one, items[one.pk], labels[one.pk], why_alone(one)) for one in mine]


def _is_asked(person: Any, review: LevelReview) -> bool:
    """Whether the matrix of its level asks for somebody like this person, as holder or as stand-in."""
    rules = approvers.rules_of(review.rank)
    names = {*rules["approvers"], *rules.get("stand_ins", ()), *(["governance_lead"] if review.is_lowering else [])}
    held = {standing.reason for standing in held_by(person, review.dataset.thing)}
    return bool(names & (held | set(person.principal.roles)))


def _items(person: Any, reviews: Sequence[LevelReview]) -> dict[Any, list[ReviewItem]]:
    found: dict[Any, list[ReviewItem]] = defaultdict(list)
    rows = ReviewItem.objects.visible_to(person).filter(review__in=reviews)
    for item in rows.annotate(proposed_by=F("column__proposed_by")):
        found[item.review_id].append(item)
    return found


def _labels(person: Any, reviews: Sequence[LevelReview]) -> dict[Any, list[ReviewLabel]]:
    found: dict[Any, list[ReviewLabel]] = defaultdict(list)
    rows = ReviewLabel.objects.visible_to(person).filter(review__in=reviews)
    for label in rows.select_related("category__scheme", "level__scheme"):
        found[label.review_id].append(label)
    return found


def _proposed_by(
    person: Any, items: Mapping[Any, Sequence[Any]], labels: Mapping[Any, Sequence[ReviewLabel]]
) -> set[Any]:
    """Reviews of which this person proposed a level or a label at its column."""
    out = {pk for pk, several in items.items() if any(item.proposed_by == person.pk for item in several)}
    # what a review takes away may be decided by who had said it
    places = {label.place: pk for pk, several in labels.items() for label in several if not label.is_removal}
    if places:
        rows = Label.objects.unrestricted(
            "who proposed a label does not decide on it, whether they see it or not"
        ).filter(by=person, state=Label.State.PROPOSED, superseded_at=None, column__in={one.column for one in places})
        said = (Place(*row) for row in rows.values_list("column_id", "category_id", "level_id"))
        out |= {places[place] for place in said if place in places}
    return out


def _agreed(person: Any, reviews: Sequence[LevelReview]) -> set[Any]:
    """Reviews on which this person voted as they are now."""
    hashes = {review.pk: review.content_hash for review in reviews}
    rows = Vote.objects.visible_to(person).filter(thing__in=hashes, person=person)
    return {pk for pk, content in rows.values_list("thing_id", "content_hash") if hashes[pk] == content}


def chosen(person: Any, keys: Collection[str]) -> list[LevelReview]:
    """The named reviews, in the order of their keys.

    Raises:
        Absent: one is not there, or not for this person.
    """
    rows = LevelReview.objects.visible_to(person, "columns").filter(thing__key__in=set(keys))
    found = {review.key: review for review in rows.select_related("thing__domain", "dataset__thing__domain")}
    if len(found) < len(set(keys)):
        raise Absent()
    return [found[key] for key in sorted(found)]


def sizes(reviews: Iterable[LevelReview]) -> dict[Any, int]:
    """Columns by review."""
    rows = (
        ReviewItem.objects.unrestricted("an act works on rows that it was handed")
        .filter(review__in=list(reviews))
        .values_list("review_id", flat=True)
    )
    return dict(Counter(rows))
