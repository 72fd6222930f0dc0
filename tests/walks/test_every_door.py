"""Everybody walks through every door: who is cleared meets what is planted, and nobody below meets one word of it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from guard.models import Domain
from people.models import User
from tests.house.doors import claims, commands, readers, reading, reasons, walking
from tests.house.doors.planting import Planted, Secret, World, governed_models
from tests.house.doors.readers import BELOW, KEEPER, Reader
from tests.house.doors.walking import Answer


def everything(reader: Reader, person: User, sets: list[Planted], folder: Path) -> Iterator[Answer]:
    """Every answer of every door; the mildest set is posted to (it stands on the strictest), the strictest is typed."""
    yield from walking.walk(person, sets, sets[:1])
    for ask, words in commands.lines(person, sets[-1:], folder):
        yield commands.typed(ask, words)


def test_who_is_cleared_meets_every_secret_behind_every_door_that_has_it(growth: Domain, tmp_path: Path) -> None:
    """The positive control of every cell; a pair without one stands in `reasons` with its reason, and that is true."""
    keeper, world, sets = readers.make(KEEPER, growth)
    walked = Walked(world, sets)
    for answer in everything(KEEPER, keeper, sets, tmp_path):
        walked.take(answer)
    assert not walked.broken, sorted(walked.broken)
    wrong = {}
    for model in [model.__name__ for model in governed_models()]:
        for door in claims.DOORS:
            met, claimed = bool(walked.cells[model, door]), reasons.why_not(model, door) is None
            if met != claimed:
                wrong[model, door] = sorted(walked.cells[model, door]) if met else "claimed and never met"
    assert not wrong, "\n".join(map(str, wrong.items()))
    unmet = {one.where for one in world.secrets if one.word not in walked.met and walked.named(one)}
    assert unmet == set(reasons.NOWHERE), unmet ^ set(reasons.NOWHERE)
    assert not {walked.secrets[word].where for word in walked.met} & set(reasons.NOWHERE)
    assert not walked.unread, f"shown without a line in the ledger: {sorted(walked.unread)}"
    silent = {route for route, _parts in walking.own_routes()} - walked.routes
    assert not silent, f"nobody asked {silent}"


@pytest.mark.parametrize("reader", BELOW, ids=lambda one: one.name)
def test_who_is_below_meets_no_secret_behind_any_door(reader: Reader, growth: Domain, tmp_path: Path) -> None:
    """Cases 1 to 16, 18 to 22, 24, 25, 27 and 28: no planted word in any byte of any answer."""
    person, world, sets = readers.make(reader, growth)
    secrets, leaks, broken = world.secrets_of(), set(), set()
    for answer in everything(reader, person, sets, tmp_path):
        if answer.status >= 500:
            broken.add((answer.ask.route, answer.ask.url))
        for word in answer.words:
            secret = secrets[word]
            if reader.is_hidden(secret):
                leaks.add((answer.ask.door, answer.ask.route, secret.where, secret.level))
    assert not leaks, sorted(leaks)
    assert not broken, sorted(broken)


class Walked:
    """What one reader met, and where."""

    def __init__(self, world: World, sets: list[Planted]) -> None:
        self.secrets = world.secrets_of()
        self.sets = {(at.level, at.state): at for at in sets}
        self.planted = {(at.level, at.state): at for at in world.sets}
        self.last = (sets[-1].level, sets[-1].state)
        self.cells: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.met: set[str] = set()
        self.routes: set[str] = set()
        self.broken: set[str] = set()
        self.unread: set[tuple[str, str]] = set()
        self._owners: dict[tuple[int, str, str], frozenset[int]] = {}

    def named(self, secret: Secret) -> bool:
        """Whether addresses name what holds it; words to search by are tried for the strictest set."""
        of = (secret.level, secret.state)
        return of == self.last if secret.field.startswith("search ") else of in self.sets

    def take(self, answer: Answer) -> None:
        """Note what one answer shows."""
        self.routes.add(answer.ask.route)
        if answer.status >= 500:
            self.broken.add(answer.ask.url)
        for word in answer.words:
            secret = self.secrets[word]
            self.met.add(word)
            self.cells[secret.model, answer.ask.door].add(answer.ask.route)
            self._found_by(answer, word)
            if reading.is_reading(answer, secret) and not self._owner(secret) & answer.read:
                self.unread.add((answer.ask.route, secret.where))

    def _owner(self, secret: Secret) -> frozenset[int]:
        """The things that a word belongs to; one of them must be recorded when it is shown."""
        which = (secret.level, secret.state, secret.model)
        if which not in self._owners:
            self._owners[which] = reading.things_of(self.planted[secret.level, secret.state], secret.model)
        return self._owners[which]

    def _found_by(self, answer: Answer, title: str) -> None:
        """A thing that is found by a word that no page shows: the word was met."""
        shown = self.secrets[title]
        for word in set(walking.WORD.findall(answer.ask.url)) if shown.field == "title" else ():
            asked = self.secrets.get(word)
            if asked and asked.field.startswith("search ") and (asked.model, asked.level) == (shown.model, shown.level):
                self.met.add(word)


def test_facets_and_counts_add_up_what_one_may_see_and_nothing_more(growth: Domain) -> None:
    """Cases 4 and 5: totals and facets, of everybody in one world."""
    keeper, world, _sets = readers.make(KEEPER, growth)
    for reader in (*BELOW, KEEPER):
        person = keeper if reader.keeps else readers.person(reader, growth)
        rank = 5 if reader.keeps else reader.rank
        assert _add_up(person, [at.level for at in world.sets if at.level <= rank]) >= 12  # kinds that the API lists


def _add_up(person: User, seen: list[int]) -> int:
    """Hold totals and facets of every list against the levels of what one person may see; how many lists there are."""
    client, levels, asked = walking.signed_in(person), Counter(f"L{level}" for level in seen), 0
    for route, parts in walking.own_routes():
        if parts or "facets" not in walking.questions(route):
            continue
        body = json.loads(client.get(f"{reverse(route)}?facets=1&count=1").content)
        assert (body["count"], body["facets"]["level"]) == (len(seen), dict(levels)), (person, route)
        assert sum(body["facets"]["state"].values()) == sum(body["facets"]["domain"].values()) == len(seen), route
        asked += 1
    return asked
