"""One policy in two languages: what Python decides for one thing, SQL decides for all of them, on random worlds."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard import policy
from guard.doors import grade_of, grades_of
from guard.doors.acts import Acting
from guard.doors.reading import may_read, visible_q, visible_sql
from guard.doors.writing import CURRENT
from guard.grades import GRADES, LEVELS, Grades
from guard.models import Domain, Standing, Thing
from guard.policy import Held, Principal
from guard.wall import BEYOND, PASSED, building, tell
from people.models import Clearance, Membership, RoleHeld, Team, User
from tests.properties.grades import SHIPPED, tables, under

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

DOMAINS = 3
clearance = st.tuples(st.sampled_from([None, 0, 1, 2]), st.integers(1, 5))
standing = st.tuples(
    st.integers(0, 5),  # which thing
    st.sampled_from(["person", "team"]),
    st.sampled_from(["owner", "steward", "grant", "reviewer"]),
    st.integers(0, 6),
    st.sampled_from([None, -1, 1]),  # never ends, has ended, ends later
)
worlds = st.fixed_dictionaries(
    {
        "things": st.lists(st.tuples(st.integers(1, 5), st.integers(0, DOMAINS - 1)), min_size=6, max_size=6),
        "own": st.lists(clearance, max_size=3, unique_by=lambda c: c[0]),
        "team": st.lists(clearance, max_size=2, unique_by=lambda c: c[0]),
        "in_team": st.booleans(),
        "active": st.sampled_from([True, True, True, False]),
        "standings": st.lists(standing, max_size=6, unique_by=lambda s: s[:3]),
    }
)


class Undo(Exception):
    """Ends the world of one example."""


def build(world: dict[str, Any]) -> tuple[User, list[Thing], dict[int, list[Held]]]:
    """Write a drawn world; returns the person, the things, and the live standings by thing as drawn."""
    domains = [Domain.objects.create(slug=f"d{number}", name=f"d{number}") for number in range(DOMAINS)]
    user = User.objects.create(username="drawn", name="Drawn", is_active=world["active"])
    team = Team.objects.create(slug="drawn", name="Drawn")
    if world["in_team"]:
        Membership.objects.create(team=team, person=user)
    RoleHeld.objects.create(person=user, role="stakeholder")
    for holder, rows in (({"person": user}, world["own"]), ({"team": team}, world["team"])):
        for number, rank in rows:
            Clearance.objects.create(domain=None if number is None else domains[number], rank=rank, **holder)
    things = [
        Thing.objects.create(kind="stone", key=f"STO-{n}", title="x", domain=domains[d], declared=rank, level=rank)
        for n, (rank, d) in enumerate(world["things"])
    ]
    live: dict[int, list[Held]] = {}
    for which, holder_kind, reason, grade, ends in world["standings"]:
        until = None if ends is None else timezone.now() + timedelta(days=ends)
        holder = {"person": user} if holder_kind == "person" else {"team": team}
        Standing.objects.create(thing=things[which], reason=reason, grade=grade, until=until, **holder)
        if ends != -1 and (holder_kind == "person" or world["in_team"]):
            live.setdefault(things[which].pk, []).append(Held(reason, grade))
    return User.objects.get(pk=user.pk), things, live


def as_text(user: User, action: str) -> set[int]:
    """What the policy's condition as SQL text lets through."""
    condition, parameters = visible_sql(user, action)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM guard_thing WHERE {condition}", parameters)
        return {pk for (pk,) in cursor.fetchall()}


def by_the_door(user: User, needed: int) -> set[int]:
    """What the ORM's condition alone lets through: a table of grades that is only supposed is not in the database."""
    rows = Thing.objects.unrestricted("a test supposes a table of grades")
    return set(rows.filter(visible_q(user.principal, needed, "")).values_list("pk", flat=True))


def behind_the_wall(user: User, needed: int) -> set[int]:
    """What row level security alone lets through at a grade: no condition of ours is in the statement."""
    tell(user.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.id FROM {BEYOND}.guard_thing t WHERE {building.opens(needed, 't')} {PASSED}")
        return {pk for (pk,) in cursor.fetchall()}


@QUIET
@given(world=worlds, table=st.just(SHIPPED) | tables)
def test_sql_and_python_give_every_person_the_same_answer_under_every_table_of_grades(
    db: None, world: dict[str, Any], table: Grades
) -> None:
    try:
        with transaction.atomic():
            token = CURRENT.set(Acting("test.drawn", None))
            try:
                user, things, live = build(world)
            finally:
                CURRENT.reset(token)
            under(user, table)
            expected = {
                thing.pk: policy.grade(user.principal, thing.level, thing.domain_id, live.get(thing.pk, []))
                for thing in things
            }
            assert grades_of(user, things) == expected
            assert {thing.pk: grade_of(user, thing) for thing in things} == expected
            assert {thing.pk for thing in things if may_read(user, thing)} == {
                pk for pk, grade in expected.items() if grade >= policy.READ
            }
            for action, needed in policy.ACTIONS.items():
                in_python = {pk for pk, grade in expected.items() if grade >= needed}
                assert by_the_door(user, needed) == in_python, action
                if table == SHIPPED:
                    assert set(Thing.objects.visible_to(user, action).values_list("pk", flat=True)) == in_python
                    assert as_text(user, action) == in_python, action
                    assert behind_the_wall(user, needed) == in_python, action
            raise Undo
    except Undo:
        pass


def test_the_text_of_the_policy_follows_the_person_as_they_are_now(db: None) -> None:
    """It is compiled once for each reader: another clearance, and leaving, are another reader."""
    domain = Domain.objects.create(slug="d", name="d")
    user = User.objects.create(username="drawn", name="Drawn")
    token = CURRENT.set(Acting("test.drawn", None))
    try:
        thing = Thing.objects.create(kind="stone", key="STO-1", title="x", domain=domain, declared=3, level=3)
        held = Clearance.objects.create(domain=domain, rank=3, person=user)
        assert thing.pk in as_text(User.objects.get(pk=user.pk), "read")
        held.rank = 1
        held.save()
        assert thing.pk not in as_text(User.objects.get(pk=user.pk), "read")
        held.rank = 3
        held.save()
        assert thing.pk in as_text(User.objects.get(pk=user.pk), "read")
    finally:
        CURRENT.reset(token)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert as_text(User.objects.get(pk=user.pk), "read") == set()


@QUIET
@given(table=tables)
def test_the_ceiling_is_the_grade_for_every_clearance_level_and_grade(table: Grades) -> None:
    """Small enough to walk through whole: 6 clearances, 5 levels, 6 grades."""
    for rank, level, needed in itertools.product(range(6), LEVELS, GRADES):
        principal = Principal(1, "x", clearances={7: rank} if rank else {}, grades=table)
        by_grade = policy.grade(principal, level, 7) >= needed
        assert by_grade == (level <= table.ceiling(rank, needed)), (rank, level, needed)


@QUIET
@given(table=tables)
def test_the_ceiling_by_the_rows_of_a_table_is_the_ceiling_of_the_value(db: None, table: Grades) -> None:
    """What SQL alone says of the rows, for whoever decides in the database."""
    rows = [(level, grade, table.least(level, grade)) for level in LEVELS for grade in GRADES]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH guard_grade (level, grade, clearance) AS (SELECT * FROM unnest(%s::int[], %s::int[], %s::int[]))"
            " SELECT rank, needed, (SELECT coalesce(max(g.level), 0) FROM guard_grade g"
            " WHERE g.grade = needed AND g.clearance <= rank)"
            " FROM generate_series(0, 5) rank, generate_series(1, 6) needed",
            [list(column) for column in zip(*rows, strict=True)],
        )
        found = cursor.fetchall()
    assert len(found) == 36
    assert [ceiling for _r, _n, ceiling in found] == [table.ceiling(rank, needed) for rank, needed, _c in found]


@QUIET
@given(table=tables)
def test_more_clearance_never_shows_less(table: Grades) -> None:
    for level in LEVELS:
        people = [Principal(1, "x", clearances={None: rank}, grades=table) for rank in range(6)]
        grades = [policy.grade(one, level, 7) for one in people]
        assert grades == sorted(grades)
        assert grades[0] == policy.NOTHING


@QUIET
@given(table=tables)
def test_a_stricter_level_never_shows_more(table: Grades) -> None:
    for rank in range(6):
        one = Principal(1, "x", clearances={None: rank}, grades=table)
        grades = [policy.grade(one, level, 7) for level in LEVELS]
        assert grades == sorted(grades, reverse=True)


@QUIET
@given(level=st.integers(1, 5), rank=st.integers(1, 5))
def test_nobody_sees_by_clearance_who_was_not_told_any_grades(level: int, rank: int) -> None:
    assert policy.grade(Principal(1, "x", clearances={None: rank}), level, 7) == policy.NOTHING


@given(grades=st.lists(st.integers(0, 6)), rank=st.integers(0, 5), level=st.integers(1, 5))
def test_a_leaver_sees_nothing_whatever_they_held(grades: list[int], rank: int, level: int) -> None:
    leaver = Principal(1, "x", clearances={None: rank}, active=False, grades=SHIPPED)
    assert policy.grade(leaver, level, 7, [Held("owner", grade) for grade in grades]) == policy.NOTHING
    assert not policy.Who(anyone=True).permits(leaver)
