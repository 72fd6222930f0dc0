"""What a change of levels would do, before anybody does it: pure reading, counted under the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now

from catalog.levels import floor_of
from catalog.lineage import Users, by_kind
from catalog.models import Column, Dataset
from guard import levels
from guard.doors import grade_of
from guard.models import Link, Standing, Thing
from guard.policy import COLUMNS
from guard.refusals import Absent, Invalid

_WHY = "an impact is computed from every level and shows only what the reader may see"


@dataclass(frozen=True)
class Impact:
    """What would follow.

    Args:
        before, after: ranks of the dataset.
        affected: things whose level would change, by kind, as the reader may see them.
        grants: live grants on the dataset and on the affected things that the reader may see.
        people: how many people hold these grants.
    """

    before: int
    after: int
    affected: list[Users]
    grants: int
    people: int

    def as_dict(self) -> dict[str, Any]:
        """For the API."""
        return {
            "before": f"L{self.before}",
            "after": f"L{self.after}",
            "affected": [
                {"kind": u.kind, "keys": [t.key for t in u.things], "count": len(u.things) + u.hidden,
                 "restricted": u.hidden}
                for u in self.affected
            ],
            "grants": self.grants,
            "people": self.people,
        }  # fmt: skip


def preview(*, by: Any, dataset: Dataset, columns: Mapping[str, int]) -> Impact:
    """Compute what changing levels of columns would change elsewhere; writes nothing.

    Args:
        by: who asks; must see the columns.
        dataset: whose columns.
        columns: new ranks by column name.

    Raises:
        Absent: the columns are hidden from `by`.
        Invalid: unknown columns or ranks.
    """
    if grade_of(by, dataset.thing) < COLUMNS:
        raise Absent()
    ranks = dict(Column.objects.visible_to(by).filter(dataset=dataset).values_list("name", "rank"))
    problems = [name for name, rank in columns.items() if name not in ranks or rank not in range(1, 6)]
    if problems or not columns:
        raise Invalid(errors={"columns": [f"{name}: unknown column or level" for name in problems] or ["Name one."]})
    wanted = {**ranks, **columns}
    after = max(levels.high_water(wanted.values()), dataset.declared_level or 1)
    changed = _flood(dataset, after, wanted)
    things = list(Thing.objects.unrestricted(_WHY).filter(pk__in=changed.keys() - {dataset.pk}))
    affected = by_kind(by, things)
    seen = [thing.pk for users in affected for thing in users.things]
    grants = Standing.objects.unrestricted(_WHY).filter(
        Q(until__isnull=True) | Q(until__gt=Now()), thing_id__in=[dataset.pk, *seen], reason="grant"
    )
    people = set(grants.values_list("person_id", flat=True)) - {None}
    return Impact(dataset.level or floor_of(dataset), after, affected, grants.count(), len(people))


def _flood(dataset: Dataset, after: int, ranks: Mapping[str, int]) -> dict[int, int]:
    """New ranks by thing id of all that would change, by the rule of guard.things.settle."""
    new: dict[int, int] = {dataset.pk: after}
    waiting = [dataset.pk]
    rounds = 0
    while waiting and rounds < 10_000:
        rounds += 1
        current = waiting.pop()
        joints = Link.objects.unrestricted(_WHY).filter(target_id=current).exclude(carries="none")
        for source in Thing.objects.unrestricted(_WHY).filter(pk__in=joints.values("source_id")):
            rank = _rank_of(source, new, dataset.pk, ranks)
            if rank != new.get(source.pk, source.level):
                new[source.pk] = rank
                waiting.append(source.pk)
    return {pk: rank for pk, rank in new.items() if pk != dataset.pk or rank != dataset.level}


def _rank_of(source: Thing, new: Mapping[int, int], start: int, ranks: Mapping[str, int]) -> int:
    joints = Link.objects.unrestricted(_WHY).filter(source=source).exclude(carries="none")
    found = [source.declared]
    for joint in joints.select_related("target"):
        if joint.carries == "part" and joint.target_id == start and joint.columns:
            found.append(levels.high_water(ranks.get(name) for name in joint.columns))
        elif joint.carries == "part":
            found.append(joint.carried_rank)
        else:
            found.append(new.get(joint.target_id, joint.target.level))
    return max(found)
