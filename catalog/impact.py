"""What a change of levels would do, before anybody does it: pure reading, counted under the policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now

from catalog.lineage import Users, by_kind
from catalog.models import Column, Dataset
from catalog.supposing import would_be
from guard.doors import grade_of
from guard.models import Standing, Thing
from guard.policy import COLUMNS
from guard.refusals import Absent, Invalid
from guard.ripple import Shift

_WHY = "an impact is computed from every level and shows only what the reader may see"


@dataclass(frozen=True)
class Asked:
    """What is known to be asked of a dataset: kinds of queries over so many days, and how many people ask them.

    `people` is None where so few ask that counting them out would name them.
    """

    queries: int = 0
    people: int | None = 0
    days: int = 0


ASKED: list[Callable[[Dataset, Any], Asked]] = []


def register_asked(told: Callable[[Dataset, Any], Asked]) -> None:
    """A higher room says what is asked of a dataset, as one reader may know it."""
    ASKED.append(told)


@dataclass(frozen=True)
class Impact:
    """What would follow.

    Args:
        before, after: ranks of the dataset.
        affected: things whose level would change, by kind, as the reader may see them.
        grants: live grants on the dataset and on the affected things that the reader may see.
        people: how many people hold these grants.
        asked: what is known to be asked of the dataset, which whoever loses sight of it can ask no more.
    """

    before: int
    after: int
    affected: list[Users]
    grants: int
    people: int
    asked: Asked

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
            "queries": self.asked.queries,
            "askers": self.asked.people,
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
    known = set(Column.objects.visible_to(by).filter(dataset=dataset).values_list("name", flat=True))
    problems = [name for name, rank in columns.items() if name not in known or rank not in range(1, 6)]
    if problems or not columns:
        raise Invalid(errors={"columns": [f"{name}: unknown column or level" for name in problems] or ["Name one."]})
    changed = would_be(dataset, columns)
    own = changed.get(dataset.pk, Shift(dataset.level, dataset.level))
    things = list(Thing.objects.unrestricted(_WHY).filter(pk__in=changed.keys() - {dataset.pk}))
    affected = by_kind(by, things)
    seen = [thing.pk for users in affected for thing in users.things]
    grants = Standing.objects.unrestricted(_WHY).filter(
        Q(until__isnull=True) | Q(until__gt=Now()), thing_id__in=[dataset.pk, *seen], reason="grant"
    )
    people = set(grants.values_list("person_id", flat=True)) - {None}
    asked = next((told(dataset, by) for told in ASKED), Asked())
    return Impact(own.before, own.after, affected, grants.count(), len(people), asked)
