"""What the benchmarks stand on: made people, a made catalogue, a clock, and the statements that a request sends."""

from __future__ import annotations

import logging
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from catalog.actions import add_warehouse
from catalog.loading import ColumnRow, DatasetRow
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain
from guard.wall import tell
from guard.wall.tripwire import readers_of
from people.models import Clearance, Role, RoleHeld, User

SIZES = {"small": 20_000, "large": 1_000_000}  # datasets, of ten columns each
LOOK = "a benchmark looks at what it made"
_SYLLABLES = ("ba", "co", "di", "fe", "gu", "ha", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "ze")


def domain(slug: str) -> Domain:
    """A domain of one benchmark."""
    return Domain.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def person(username: str, where: Domain, *roles: str, rank: int = 5) -> User:
    """An account with roles and a clearance in one domain."""
    made = User.objects.filter(username=username).first()
    if made is not None:
        return made
    made = User(username=username, name=username.title())
    made.set_unusable_password()
    made.save()
    token = CURRENT.set(Acting("bench.ground", made))
    try:
        for role in roles:
            RoleHeld.objects.create(person=made, role=role)
        Clearance.objects.create(person=made, domain=where, rank=rank)
    finally:
        CURRENT.reset(token)
    return made


@cache
def catalogue(scale: str) -> tuple[User, Any, Domain, list[DatasetRow]]:
    """Who loads, the warehouse, the domain and the rows of the large catalogue; nothing is loaded yet."""
    where = domain("bulk")
    loader = person("bench-loader", where, Role.DATA_ENGINEER, Role.GOVERNANCE_LEAD)
    warehouse = add_warehouse(by=loader, name="bulk", domain=where)
    return loader, warehouse, where, list(_rows(SIZES[scale]))


def _rows(count: int) -> Iterator[DatasetRow]:
    dice = random.Random(20)  # noqa: S311 - the same data every time
    words = vocabulary()
    for number in range(count):
        told = " ".join(dice.choices(words, weights=[1 / (n + 1) for n in range(len(words))], k=12))
        columns = [ColumnRow(f"{words[(number + n * 7) % len(words)]}_{n}", "integer", told[:40]) for n in range(10)]
        yield DatasetRow(f"bulk.t_{number:07d}", columns, description=f"Table {number}: {told}.")


def vocabulary() -> list[str]:
    """256 invented words, the first ones used most."""
    return [f"{a}{b}rin" for a in _SYLLABLES for b in _SYLLABLES]


def median_ms(run: Callable[[], Any], times: int = 7) -> float:
    """Median of so many runs after one that warms up, in ms."""
    return medians_ms(run, times=times)[0]


def medians_ms(*runs: Callable[[], Any], times: int = 7) -> list[float]:
    """The median of each, taken in turns, so that what else the machine does falls on all of them alike."""
    found: list[list[float]] = [[] for _run in runs]
    for run in runs:
        run()
    for _turn in range(times):
        for run, took in zip(runs, found, strict=True):
            began = time.perf_counter()
            run()
            took.append((time.perf_counter() - began) * 1000)
    return [statistics.median(took) for took in found]


def client_of(user: User) -> Client:
    """A signed-in client; what requests log is not printed between the figures."""
    logging.disable(logging.CRITICAL)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def get(client: Client, url: str, status: int = 200) -> Any:
    """The answer; any other status than the expected one ends the benchmark."""
    answer = client.get(url, follow=False)
    if answer.status_code != status:
        raise SystemExit(f"{url} answered {answer.status_code}: {answer.content[:300]!r}")
    return answer


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements sent meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def signed_in_floor(client: Client) -> list[tuple[str, Any]]:
    """What every signed-in request sends before its view does anything: session, user, principal."""
    with override_settings(ROOT_URLCONF="bench._floor"):
        get(client, "/floor/")
        with statements() as sent:
            get(client, "/floor/")
    return sent


def without_record(sent: list[tuple[str, Any]]) -> tuple[list[tuple[str, Any]], int]:
    """The statements of a request, and how many more wrote down that it opened something of level 4 or above."""
    counted = [one for one in sent if "INSERT INTO guard_entry" not in one[0]]
    return counted, len(sent) - len(counted)


def replay(sent: list[tuple[str, Any]]) -> None:
    """Send statements again and read what they give, as who read it then (guard.wall)."""
    with connection.cursor() as cursor:
        for sql, params in sent:
            for reader in readers_of(sql):
                tell(reader)
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()


def owner() -> Any:
    """A connection as the owner of the tables: floors need tables of their own."""
    at = settings.DATABASE_OWNER
    return psycopg.connect(
        host=at["HOST"],
        port=at["PORT"] or None,
        user=at["USER"],
        password=at["PASSWORD"] or None,
        dbname=connection.settings_dict["NAME"],
        autocommit=True,
    )
