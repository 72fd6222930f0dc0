"""The way by which a level came to a column: from where it begins to here, as one reader may know it."""

from __future__ import annotations

# ruff: noqa: S608 - the statements are put together from our own constants, values are parameters
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Dataset
from catalog.seeping import OWN, PASSES
from guard.doors import grades_of
from guard.policy import COLUMNS, EXISTS, READ
from guard.wall import beyond

MOST = 2000  # edges that are looked at
_WHY = "a witness is judged by grade before anything of it is shown"
_UP = f"""
WITH RECURSIVE up (id) AS (
    SELECT %(column)s::bigint
    UNION
    SELECT e.source_id FROM up u
      JOIN catalog_columnedge e ON e.target_id = u.id AND e.kind = 'derives'
      JOIN catalog_column s ON s.id = e.source_id AND least(e.cap, {PASSES.format("s")}) >= %(rank)s)
SELECT e.target_id, e.source_id, e.source_dataset_id, e.source_name, coalesce(e.held, {OWN.format("s")})
  FROM up JOIN catalog_columnedge e ON e.target_id = up.id AND e.kind = 'derives'
  LEFT JOIN catalog_column s ON s.id = e.source_id
 WHERE coalesce(e.held, least(e.cap, {PASSES.format("s")})) >= %(rank)s ORDER BY e.id LIMIT {MOST}
"""
_INTO_WHOLE = f"""
SELECT e.source_id, e.source_dataset_id, e.source_name, coalesce(e.held, {OWN.format("s")}), e.kind
  FROM catalog_columnedge e LEFT JOIN catalog_column s ON s.id = e.source_id
 WHERE e.target_dataset_id = %s AND e.target_id IS NULL
 ORDER BY coalesce(e.held, least(e.cap, {PASSES.format("s")}), 0) DESC, e.id LIMIT 1
"""


@dataclass(frozen=True)
class Place:
    """One column on the way; without a name it is the whole dataset."""

    dataset_id: int
    name: str


def way_to(column_id: int, rank: int) -> list[Place]:
    """The shortest way by which a rank arrives at a column, from where it begins; empty when it does not arrive."""
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _UP), {"column": column_id, "rank": rank})
        rows = cursor.fetchall()
    into: dict[int, list[tuple[Any, ...]]] = {}
    for target, *source in rows:
        into.setdefault(target, []).append(tuple(source))
    ways: deque[tuple[int, list[Place]]] = deque([(column_id, [])])
    seen = {column_id}
    while ways:
        at, way = ways.popleft()
        for source_id, dataset_id, name, own in into.get(at, ()):
            longer = [Place(dataset_id, name), *way]
            if own >= rank:
                return longer
            if source_id is not None and source_id not in seen:
                seen.add(source_id)
                ways.append((source_id, longer))
    return []


def way_to_whole(dataset_id: int, rank: int) -> tuple[list[Place], bool]:
    """The way by which a rank arrives at a dataset as a whole, and whether that is by a predicate."""
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _INTO_WHOLE), [dataset_id])
        row = cursor.fetchone()
    if row is None:
        return [], False
    source_id, source_dataset, name, own, kind = row
    before = way_to(source_id, rank) if source_id is not None and own < rank else []
    return [*before, Place(source_dataset, name)], kind == "filters"


def words_of(actor: Any, way: Sequence[Place]) -> str:
    """``ods.cust.id_card → dwd.cust.cust → here``; what the reader may not see is counted or left out (rulings.md)."""
    rows = Dataset.objects.unrestricted(_WHY).filter(pk__in={place.dataset_id for place in way})
    datasets = {dataset.pk: dataset for dataset in rows.select_related("thing")}
    grades = grades_of(actor, [dataset.thing for dataset in datasets.values()])
    said = []
    for grade, places in groupby(way, key=lambda place: _sight(grades[place.dataset_id])):
        several = list(places)
        if grade == EXISTS:
            said.append(ngettext("%(n)d restricted item", "%(n)d restricted items", len(several)) % {"n": len(several)})
        elif grade < EXISTS:
            said.append("…")
        else:
            said += [_name(datasets[place.dataset_id], place, grade) for place in several]
    return " → ".join([*said, _("here")])


def _sight(grade: int) -> int:
    return COLUMNS if grade >= COLUMNS else READ if grade >= READ else grade


def _name(dataset: Dataset, place: Place, grade: int) -> str:
    if grade >= COLUMNS and place.name:
        return f"{dataset.qualified_name}.{place.name}"
    return str(dataset.qualified_name)
