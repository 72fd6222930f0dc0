"""Who could read something on a day: the answer afterwards is what the policy answered then."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from catalog.models import Dataset
from governance import actions
from governance.asof import AsOf, who_could_read
from guard import things
from guard.doors import grade_of
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain, Past, Thing
from guard.refusals import Absent, Denied, Invalid
from people.models import Clearance, Membership, RoleHeld, Team, User
from tests.governance import make
from tests.past_the_wall import past_the_wall

LOOK = "a test looks at what is there"


def moment() -> Any:
    """The database's own clock, which writes the past."""
    with past_the_wall() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@contextmanager
def acting(person: User) -> Iterator[None]:
    """The ground on which a test writes what verbs would write."""
    token = CURRENT.set(Acting("test.ground", person))
    try:
        yield
    finally:
        CURRENT.reset(token)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def grades(answer: AsOf) -> dict[str, int]:
    return {one.person.username: one.grade for one in answer.people}


@pytest.fixture
def cards(growth: Domain, omar: User, grace: User, tom: User) -> Dataset:
    return make.orders(omar, growth, grace, {"card": 3}, name="shop.cards", owner=tom)


def test_it_tells_the_level_and_the_readers_of_that_day(
    cards: Dataset, growth: Domain, ravi: User, grace: User, priya: User
) -> None:
    before = moment()
    actions.propose_levels(by=ravi, dataset=cards, levels={"card": 5})
    after = moment()
    then, now = (who_could_read(reader=grace, key=cards.key, at=at) for at in (before, after))
    assert (then.level, now.level) == (3, 5)
    assert grades(then)["priya"] == 4 and "priya" not in grades(now)
    assert [held.reason for one in now.people if one.person.username == "tom" for held in one.standings] == ["owner"]


def test_it_tells_who_left_who_was_cleared_and_what_ended(
    cards: Dataset, growth: Domain, grace: User, sam: User, ada: User, otto: User
) -> None:
    from people.actions import clear, let_go

    before = moment()
    clear(by=grace, person=otto, domain=growth, rank=3)
    between = moment()
    let_go(by=ada, person=otto)
    after = moment()
    told = [grades(who_could_read(reader=grace, key=cards.key, at=at)).get("otto") for at in (before, between, after)]
    assert told == [None, 4, None]


def test_it_tells_the_columns_level_of_that_day(cards: Dataset, ravi: User, grace: User, tom: User) -> None:
    make.reviewed(cards, ravi, grace, {"card": 4})
    answer = who_could_read(reader=grace, key=cards.key, at=moment(), column="card")
    assert answer.column_level == 4


def test_before_it_was_there_and_in_the_future_it_says_so(cards: Dataset, grace: User) -> None:
    for at in (moment() - timedelta(days=1), moment() + timedelta(days=1)):
        with pytest.raises(Invalid):
            who_could_read(reader=grace, key=cards.key, at=at)


def test_only_those_with_the_duty_ask_and_only_about_what_they_see(
    cards: Dataset, priya: User, otto: User, mei: User, ravi: User
) -> None:
    at = moment()
    with pytest.raises(Denied):
        who_could_read(reader=priya, key=cards.key, at=at)
    with pytest.raises(Absent):
        who_could_read(reader=otto, key=cards.key, at=at)
    actions.propose_levels(by=ravi, dataset=cards, levels={"card": 5})
    with acting(mei):
        RoleHeld.objects.get_or_create(person=mei, role="auditor")  # the duty, but not cleared for what it became
    with pytest.raises(Absent):
        who_could_read(reader=fresh(mei), key=cards.key, at=at)


def test_the_past_cannot_be_made_up_changed_or_forgotten_by_the_app(cards: Dataset) -> None:
    assert Past.objects.exists()
    for statement in (
        "INSERT INTO guard_past (relation, row_id, until) VALUES ('guard_standing', 1, now())",
        "UPDATE guard_past SET until = now()",
        "DELETE FROM guard_past",
    ):
        with pytest.raises(DatabaseError, match="by the database alone"), transaction.atomic():
            with past_the_wall() as cursor:
                cursor.execute(statement)


def test_no_password_or_title_lies_in_the_past(cards: Dataset, sam: User) -> None:
    sam.set_password("another-secret")
    sam.is_active = False
    sam.save()
    rows = [row for row in Past.objects.values_list("row", flat=True) if row]
    assert rows
    assert not {"password", "email", "title", "name"} & {name for row in rows for name in row}


@pytest.mark.parametrize("seed", range(12))
def test_after_any_changes_every_moment_is_answered_as_the_policy_answered_then(
    seed: int, cast: dict[str, User], growth: Domain, cards: Dataset
) -> None:
    rolled = random.Random(seed)  # noqa: S311 - the same changes every time
    people = [cast[name] for name in ("priya", "sam", "omar", "otto", "mei", "tom", "gus")]
    team = Team.objects.create(slug="night", name="Night")
    seen: list[tuple[Any, dict[str, int]]] = []
    with acting(cast["ada"]):
        for _step in range(25):
            _change(rolled, people, team, growth, cards)
            thing = Thing.objects.unrestricted(LOOK).get(pk=cards.pk)
            now = {person.username: grade_of(fresh(person), thing) for person in people}
            seen.append((moment(), now))
    for at, then in seen:
        told = grades(who_could_read(reader=fresh(cast["grace"]), key=cards.key, at=at))
        assert {name: told.get(name, 0) for name in then} == then


def _change(rolled: random.Random, people: list[User], team: Team, growth: Domain, cards: Dataset) -> None:
    person = fresh(rolled.choice(people))
    match rolled.randrange(7):
        case 0:
            Clearance.objects.update_or_create(
                person=person, team=None, domain=rolled.choice([growth, None]), defaults={"rank": rolled.randint(1, 5)}
            )
        case 1:
            Clearance.objects.filter(person=person).delete()
        case 2:
            Membership.objects.get_or_create(team=team, person=person)
            Clearance.objects.update_or_create(team=team, person=None, domain=growth, defaults={"rank": 2})
        case 3:
            Membership.objects.filter(person=person).delete()
        case 4:
            person.is_active = not person.is_active
            person.save()
            RoleHeld.objects.get_or_create(person=person, role="data_pm")
        case 5:
            until = rolled.choice([None, moment() + timedelta(days=1), moment() - timedelta(days=1)])
            holder: dict[str, Any] = rolled.choice([{"person": person}, {"team": team}])
            things.give(cards, reason="steward", grade=rolled.randint(1, 6), until=until, **holder)
        case _:
            if rolled.random() < 0.5:
                things.end_standing(cards, reason="steward", person=person)
            else:
                things.set_level(make.dataset(cards), rolled.randint(3, 5))


def test_page_api_and_command_say_the_same(
    cards: Dataset, ravi: User, grace: User, priya: User, otto: User, manage: Any, client: Any
) -> None:
    at = moment()
    actions.propose_levels(by=ravi, dataset=cards, levels={"card": 5})
    asked = {"key": cards.key, "at": at.isoformat(), "column": "card"}
    client.force_login(grace)
    told = client.get("/api/v1/as-of/", asked).json()
    names = [one["person"] for one in told["people"]]
    assert (told["level"], "priya" in names, "otto" in names) == (3, True, False)
    text = manage("govern", "asof", cards.key, "--at", at.isoformat(), "--by", "grace", "--json")
    assert f'"person": "{names[0]}"' in text and text.count('"person"') == len(names)
    local = timezone.localtime(at).strftime("%Y-%m-%dT%H:%M:%S.%f")
    page = client.get("/governance/as-of/", asked | {"at": local}).content.decode()
    assert str(priya) in page and cards.title in page
    for person, status in ((priya, 404), (otto, 404)):
        client.force_login(person)
        assert client.get("/api/v1/as-of/", asked).status_code == status
        assert cards.title not in client.get("/governance/as-of/", asked).content.decode()
