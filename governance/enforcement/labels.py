"""What enforcement aims at, from the catalogue, the people and the grants of our own database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg

from catalog import warehouse as connections
from catalog.models import Column, Dataset, Warehouse
from catalog.names import split_name
from governance.enforcement.aim import Aim
from governance.enforcement.names import Names
from governance.enforcement.wanted import Label, Personal
from governance.granting import stopped
from governance.models import Grant
from governance.states import GrantState
from guard import clock
from people.models import Clearance, User

WHY = "enforcement covers every table of a warehouse, whoever asks for it"
Logins = Callable[[], Iterable[tuple[str, int]]]
LOGINS: list[Logins] = []


def register_logins(provider: Logins) -> None:
    """Add a source of agreed logins: ``fn() -> (login, id of the person)``; the username counts always."""
    if provider not in LOGINS:
        LOGINS.append(provider)


def aim_of(warehouse: Warehouse) -> Aim:
    """What the levels, clearances and running grants of today ask of one warehouse."""
    datasets = list(
        Dataset.objects.unrestricted(WHY)
        .filter(warehouse=warehouse)
        .values_list("pk", "qualified_name", "declared_level", "thing__key", "thing__domain_id", "thing__level")
    )
    rows = Column.objects.unrestricted(WHY).filter(dataset__warehouse=warehouse).order_by().values("dataset_id")
    folded = rows.annotate(names=ArrayAgg("name", order_by="id"), ranks=ArrayAgg("rank", order_by="id"))
    columns = {
        dataset: dict(zip(names, ranks, strict=True))
        for dataset, names, ranks in folded.values_list("dataset_id", "names", "ranks")
    }
    labels, keys = [], {}
    for pk, name, floor, key, _domain, level in datasets:
        schema, table = place_of(name)
        keys[pk] = (schema, table)
        ranks = columns.get(pk, {})
        labels.append(Label(schema, table, ranks, floor_of(floor, level, ranks.values()), key))
    logins = _logins()
    return Aim(
        Names(warehouse.name), tuple(labels), _grades(logins, {row[4] for row in datasets}),
        tuple(_personal(warehouse, keys, logins)), connections.reading_login(warehouse.name),
    )  # fmt: skip


def floor_of(declared: int | None, level: int, ranks: Iterable[int]) -> int:
    """What a whole table is at least: declared, or when it counts for more than any of its columns.

    Birth date, sex and postcode together say more than each: a table that a combination raised is not for a grade that
    may see each of them.
    """
    return max(declared or 0, level if level > max(ranks, default=level) else 0)


def place_of(qualified_name: str) -> tuple[str, str]:
    """Schema and table of a canonical name (catalog.names); without a schema it is ``public``."""
    parts = [part.text for part in split_name(qualified_name)]
    return (parts[-2] if len(parts) > 1 else "public", parts[-1] if parts else qualified_name)


def _logins() -> dict[str, User]:
    """Who signs in as whom: people by username, and by the logins that somebody agreed for them."""
    people = {user.pk: user for user in User.objects.filter(is_active=True)}
    found = {user.username: user for user in people.values()}
    for provider in LOGINS:
        for login, pk in provider():
            if pk in people:
                found[login] = people[pk]
    return found


def _grades(logins: dict[str, User], domains: set[int]) -> dict[str, int]:
    """One rank for a whole warehouse: what the person is cleared for in every domain that has a table there."""
    cleared: dict[int, dict[int | None, int]] = defaultdict(dict)
    own = Clearance.objects.filter(person__isnull=False).values_list("person_id", "domain_id", "rank")
    by_team = Clearance.objects.filter(team__isnull=False)
    for person, domain, rank in (*own, *by_team.values_list("team__memberships__person", "domain_id", "rank")):
        cleared[person][domain] = max(rank, cleared[person].get(domain, 0))
    grades = {}
    for login, user in logins.items():
        ranks = cleared.get(user.pk, {})
        everywhere = ranks.get(None, 0)
        if rank := min((max(everywhere, ranks.get(domain, 0)) for domain in domains), default=0):
            grades[login] = rank
    return grades


def _personal(warehouse: Warehouse, keys: dict[int, tuple[str, str]], logins: dict[str, User]) -> Iterable[Personal]:
    """Grants that run at this moment, and that nothing stops: what a rule would suspend opens nothing, even before."""
    rows = Grant.objects.unrestricted(WHY).filter(
        ~stopped(), dataset__warehouse=warehouse, thing__state=GrantState.GRANTED, ended_at=None, mode="query",
        periods__period__contains=clock.now(),
    )  # fmt: skip
    by_person: dict[int, list[str]] = defaultdict(list)
    for login, user in logins.items():
        by_person[user.pk].append(login)
    for grant in rows.select_related("thing").order_by("pk"):
        for login in by_person.get(grant.requester_id, ()):
            yield Personal(login, keys[grant.dataset_id], grant.opened_rank or 1, tuple(grant.columns), grant.thing.key)


def tables_of(warehouse: Any) -> dict[int, tuple[str, str]]:
    """Schema and table by dataset, for rooms that know which datasets a query read."""
    rows = Dataset.objects.unrestricted(WHY).filter(warehouse=warehouse).values_list("pk", "qualified_name")
    return {pk: place_of(name) for pk, name in rows}
