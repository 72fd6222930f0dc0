"""What labels of a retired scheme become in the scheme that follows it: found by the crosswalk, shown with its way.

A level follows the crosswalk, also through schemes that are retired too, to levels of schemes in use; the house scheme
is no successor, since every level counts there anyway. A category is followed by the one of the same code in a version
of its scheme that is in use. The labels of the retired scheme stay and count on, so nothing gets milder by this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F

from catalog.models import Label
from guard.models import Category, Crosswalk, Level, Scheme

MOST = 2000  # labels that one run looks at
_WHY = "a retired scheme is followed for every column, whoever may see it"
_OPEN = (Label.State.PROPOSED, Label.State.APPROVED)


@dataclass(frozen=True)
class Successor:
    """What one label becomes.

    Args:
        label: of the retired scheme, with its column, dataset and domain at hand.
        what: the level or category of a scheme in use.
        way: names of each step, from the label to `what`.
    """

    label: Label
    what: Level | Category
    way: Sequence[str]


def ways(start: int, steps: Mapping[int, Sequence[int]], ends: frozenset[int]) -> dict[int, list[int]]:
    """Every end that is reached from a start, with the shortest way to it; ends on circles. Pure.

    Args:
        start: id of a level.
        steps: where each level leads.
        ends: levels at which a way is over.
    """
    found: dict[int, list[int]] = {}
    seen, waiting = {start}, [[start]]
    while waiting:
        way = waiting.pop(0)
        for one in steps.get(way[-1], ()):
            if one in seen:
                continue
            seen.add(one)
            if one in ends:
                found[one] = [*way, one]
            else:
                waiting.append([*way, one])
    return found


def waiting(after: int = 0) -> tuple[list[Successor], int]:
    """What is still to be proposed, of the next labels in the order of their making.

    Args:
        after: id of the last label that was looked at.

    Returns:
        What was never said of these columns before, and the id of the last label looked at; 0 when there are no more.
    """
    if not Scheme.objects.filter(status=Scheme.Status.RETIRED).exists():
        return [], 0
    rows = Label.objects.unrestricted(_WHY).filter(
        pk__gt=after, scheme__status=Scheme.Status.RETIRED, superseded_at__isnull=True, state__in=_OPEN,
        column__dataset=F("dataset"),  # the column is still there
    )  # fmt: skip
    labels = list(
        rows.select_related("scheme", "level", "category", "column__dataset__thing__domain").order_by("pk")[:MOST]
    )
    found = [*_levels(labels), *_categories(labels)]
    return _unsaid(found), labels[-1].pk if len(labels) == MOST else 0


def _levels(labels: Iterable[Label]) -> list[Successor]:
    wanted = [label for label in labels if label.level_id is not None]
    if not wanted:
        return []
    steps: dict[int, list[int]] = {}
    places: dict[int, Level] = {}
    walks = Crosswalk.objects.filter(target__scheme__is_house=False).select_related("source__scheme", "target__scheme")
    for walk in walks.order_by("pk"):
        steps.setdefault(walk.source_id, []).append(walk.target_id)
        places |= {walk.source_id: walk.source, walk.target_id: walk.target}
    ends = frozenset(pk for pk, level in places.items() if level.scheme.status == Scheme.Status.CURRENT)
    return [
        Successor(label, places[end], [_name(places[pk]) for pk in way])
        for label in wanted
        for end, way in ways(int(label.level_id or 0), steps, ends).items()
    ]


def _categories(labels: Iterable[Label]) -> list[Successor]:
    wanted = [label for label in labels if label.category is not None]
    codes = {label.scheme.code for label in wanted}
    if not codes:
        return []
    rows = Category.objects.filter(scheme__code__in=codes, scheme__status=Scheme.Status.CURRENT)
    there = {(row.scheme.code, row.code): row for row in rows.select_related("scheme")}
    return [
        Successor(label, there[key], [f"{label.scheme.code} {label.scheme.version}: {key[1]}", _name(there[key])])
        for label in wanted
        if label.category is not None and (key := (label.scheme.code, label.category.code)) in there
    ]


def _unsaid(found: Sequence[Successor]) -> list[Successor]:
    """Without what was ever said of the column, whatever was decided then, and without what is milder than agreed."""
    columns = {one.label.column_id for one in found}
    if not columns:
        return []
    said: set[tuple[int, str, int]] = set()
    agreed: dict[tuple[int, int], int] = {}
    rows = Label.objects.unrestricted(_WHY).filter(column__in=columns).select_related("level")
    for label in rows:
        said.add(_key(label.column_id, label.what))
        if label.level is not None and label.superseded_at is None and label.state == Label.State.APPROVED:
            agreed[label.column_id, label.scheme_id] = label.level.rank
    left = []
    for one in found:
        key = _key(one.label.column_id, one.what)
        standing = agreed.get((one.label.column_id, one.what.scheme_id), 0)
        if key not in said and (not isinstance(one.what, Level) or one.what.rank > standing):
            said.add(key)
            left.append(one)
    return left


def _key(column_id: int, what: Level | Category) -> tuple[int, str, int]:
    return column_id, what._meta.model_name or "", what.pk


def _name(what: Level | Category) -> str:
    return f"{what.scheme.code} {what.scheme.version}: {what.code}"
