"""What would change if columns had other levels: which things rise or fall, and who gains or loses sight of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from catalog.models import ColumnEdge, Dataset
from catalog.supposing import would_be, would_let
from guard import ledger
from guard.doors import grades_of
from guard.grades import Grades
from guard.models import Standing, Thing
from guard.policy import READ
from guard.ripple import Shift
from people.models import Clearance, Membership, User

PAPERWORK = ("review", "grant", "attestation")  # they follow their dataset; nobody asks what becomes of them
_WHY = "a preview counts what a reader may not see and names nothing of it"


@dataclass(frozen=True)
class Change:
    """One thing whose level would change."""

    thing: Thing
    before: int
    after: int

    @property
    def is_rise(self) -> bool:
        return self.after > self.before


@dataclass
class Impact:
    """Everything that would change, as one reader may know it; `digest` is over all of it, also the hidden part."""

    changes: list[Change] = field(default_factory=list)
    hidden: int = 0
    gain: list[User] = field(default_factory=list)
    lose: list[User] = field(default_factory=list)
    digest: str = ""

    @property
    def rises(self) -> list[Change]:
        return [change for change in self.changes if change.is_rise]

    @property
    def falls(self) -> list[Change]:
        return [change for change in self.changes if not change.is_rise]


def impact_of(
    dataset: Dataset, ranks: Mapping[str, int], reader: Any, *, floor: int | None = None, ended: Collection[int] = ()
) -> Impact:
    """Compute what other levels of columns would change.

    Args:
        dataset: whose columns.
        ranks: approved rank by name of column, as it would be; other columns stay as they count now.
        reader: hidden things are counted, not named; people are named to all who may see the dataset.
        floor: what the dataset itself would be declared; None leaves it as it is.
        ended: ids of labels that would hold no more.

    Returns:
        The impact on the dataset and on all that carries its level, up every joint.
    """
    said = {"ranks": sorted(ranks.items()), "floor": floor, "ended": sorted(ended)}
    return _impact(_changes(would_be(dataset, ranks, floor, ended)), reader, said)


def impact_of_letting(edge: ColumnEdge, rank: int, reader: Any) -> Impact:
    """What it would change if a piece of lineage let no more than a rank through (0: nothing), as `impact_of`."""
    return _impact(_changes(would_let(edge, rank)), reader, {"edge": edge.pk, "rank": rank})


def _impact(found: list[Change], reader: Any, said: Mapping[str, Any]) -> Impact:
    grades = grades_of(reader, [change.thing for change in found])
    seen = [change for change in found if grades[change.thing.pk] >= READ]
    gain, lose = _readers(found, reader.principal.grades)
    return Impact(seen, len(found) - len(seen), gain, lose, _digest(found, gain, lose, said))


def _changes(shifts: Mapping[int, Shift]) -> list[Change]:
    """The dataset and everything above it whose level would change, but for the paperwork."""
    rows = Thing.objects.unrestricted(_WHY).filter(pk__in=shifts).exclude(kind__in=PAPERWORK).order_by("pk")
    return [Change(thing, shifts[thing.pk].before, shifts[thing.pk].after) for thing in rows]


def _readers(changes: Iterable[Change], in_force: Grades) -> tuple[list[User], list[User]]:
    """People for whom some changed thing appears, and for whom some disappears (by clearance; standings stay)."""
    changes = list(changes)
    if not changes:
        return [], []
    cleared = _clearances()
    standing: dict[int, set[int]] = defaultdict(set)
    rows = Standing.objects.unrestricted(_WHY).filter(
        thing__in=[change.thing.pk for change in changes], grade__gte=READ, person__isnull=False
    )
    for thing_id, person_id in rows.values_list("thing_id", "person_id"):
        standing[thing_id].add(person_id)
    gain: set[Any] = set()
    lose: set[Any] = set()
    for change in changes:
        for person_id, by_domain in cleared.items():
            rank = max(by_domain.get(None, 0), by_domain.get(change.thing.domain_id, 0))
            before, after = (in_force.given(rank, level) >= READ for level in (change.before, change.after))
            if person_id not in standing[change.thing.pk] and before != after:
                (gain if after else lose).add(person_id)
    people = {person.pk: person for person in User.objects.filter(pk__in=gain | lose)}
    named = [[people[pk] for pk in sorted(ids, key=lambda pk: people[pk].name)] for ids in (gain, lose)]
    return named[0], named[1]


def _clearances() -> dict[int, dict[int | None, int]]:
    """The highest rank of each active person by domain, own and through teams."""
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    in_team = ArraySubquery(
        Membership.objects.filter(team_id=OuterRef("team_id"), person__is_active=True).values("person_id")
    )
    rows = Clearance.objects.exclude(person__is_active=False).values_list("person_id", in_team, "domain_id", "rank")
    for person_id, members, domain_id, rank in rows:
        for one in [person_id] if person_id else members:
            found[one][domain_id] = max(rank, found[one].get(domain_id, 0))
    return found


def _digest(changes: list[Change], gain: list[User], lose: list[User], said: Mapping[str, Any]) -> str:
    body = {
        "changes": sorted([change.thing.pk, change.before, change.after] for change in changes),
        "gain": sorted(person.pk for person in gain),
        "lose": sorted(person.pk for person in lose),
        **said,
    }
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()
