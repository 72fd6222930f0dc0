"""What would change if columns had other levels: which things rise or fall, and who gains or loses sight of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Column, Dataset
from guard import ledger, levels
from guard.doors import grades_of
from guard.models import Link, Standing, Thing
from guard.policy import READ
from people.models import Clearance, Membership, User

PAPERWORK = ("review", "grant")  # they follow their dataset; nobody asks what becomes of them
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


def impact_of(dataset: Dataset, ranks: Mapping[str, int], reader: Any, *, floor: int | None = None) -> Impact:
    """Compute what other levels of columns would change.

    Args:
        dataset: whose columns.
        ranks: approved rank by name of column, as it would be; other columns stay as they count now.
        reader: hidden things are counted, not named; people are named to all who may see the dataset.
        floor: what the dataset itself would be declared; None leaves it as it is.

    Returns:
        The impact on the dataset and on all that carries its level, up every joint.
    """
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset).values_list("name", "rank")
    after = {name: ranks.get(name, rank) for name, rank in rows}
    found = _ripple(dataset, after, dataset.declared_level if floor is None else floor)
    grades = grades_of(reader, [change.thing for change in found])
    seen = [change for change in found if grades[change.thing.pk] >= READ]
    gain, lose = _readers(found)
    return Impact(seen, len(found) - len(seen), gain, lose, _digest(found, gain, lose, ranks, floor))


def _ripple(dataset: Dataset, after: Mapping[str, int], declared: int | None) -> list[Change]:
    """The dataset and everything above it whose level would change; the bound on rounds ends cycles."""
    thing = Thing.objects.unrestricted(_WHY).get(pk=dataset.pk)
    needed = levels.high_water(after.values()) if after else levels.effective(declared)
    now = {thing.pk: thing.level}
    then = {thing.pk: max(needed, declared or levels.LOWEST)}
    things, waiting, rounds = {thing.pk: thing}, [thing.pk], 0
    while waiting and rounds < 10_000:
        rounds += 1
        target = waiting.pop()
        for source_id in _sources(target):
            if source_id == dataset.pk:
                continue
            source = things.setdefault(source_id, Thing.objects.unrestricted(_WHY).get(pk=source_id))
            if source.kind in PAPERWORK:
                continue
            rank = max(source.declared, _carried(source_id, dataset, after, then))
            if rank != then.get(source_id, source.level):
                now[source_id], then[source_id] = source.level, rank
                waiting.append(source_id)
    return [Change(things[pk], now[pk], rank) for pk, rank in then.items() if rank != now[pk]]


def _sources(target_id: int) -> list[int]:
    joints = Link.objects.unrestricted(_WHY).filter(target_id=target_id).exclude(carries="none")
    return list(joints.values_list("source_id", flat=True).distinct())


def _carried(source_id: int, dataset: Dataset, after: Mapping[str, int], then: Mapping[int, int]) -> int:
    joints = Link.objects.unrestricted(_WHY).filter(source_id=source_id).exclude(carries="none")
    found = []
    for carries, rank, columns, target_id, level in joints.values_list(
        "carries", "carried_rank", "columns", "target_id", "target__level"
    ):
        if carries == "part" and target_id == dataset.pk:
            found.append(levels.high_water(after.get(name) for name in columns))
        else:
            found.append(rank if carries == "part" else then.get(target_id, level))
    return levels.high_water(found)


def _readers(changes: Iterable[Change]) -> tuple[list[User], list[User]]:
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
            if person_id in standing[change.thing.pk] or (rank >= change.before) == (rank >= change.after):
                continue
            (gain if rank >= change.after else lose).add(person_id)
    people = {person.pk: person for person in User.objects.filter(pk__in=gain | lose)}
    named = [[people[pk] for pk in sorted(ids, key=lambda pk: people[pk].name)] for ids in (gain, lose)]
    return named[0], named[1]


def _clearances() -> dict[int, dict[int | None, int]]:
    """The highest rank of each active person by domain, own and through teams."""
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    members: dict[int, list[int]] = defaultdict(list)
    for team_id, person_id in Membership.objects.filter(person__is_active=True).values_list("team_id", "person_id"):
        members[team_id].append(person_id)
    rows = Clearance.objects.exclude(person__is_active=False).values_list("person_id", "team_id", "domain_id", "rank")
    for person_id, team_id, domain_id, rank in rows:
        for one in [person_id] if person_id else members[team_id]:
            found[one][domain_id] = max(rank, found[one].get(domain_id, 0))
    return found


def _digest(
    changes: list[Change], gain: list[User], lose: list[User], ranks: Mapping[str, int], floor: int | None
) -> str:
    body: dict[str, Any] = {
        "changes": sorted([change.thing.pk, change.before, change.after] for change in changes),
        "gain": sorted(person.pk for person in gain),
        "lose": sorted(person.pk for person in lose),
        "ranks": sorted(ranks.items()),
    }
    if floor is not None:
        body["floor"] = floor
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()
