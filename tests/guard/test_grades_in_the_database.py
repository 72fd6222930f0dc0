"""The table of grades: what shipped, what no statement may leave behind, and how it comes to the policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from guard.doors import grade_of
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.grades import CLOSED, Grades, Senseless, read
from guard.models import Domain, GradeRow, Thing
from guard.refusals import DoorError
from people.models import User
from tests.properties.grades import SHIPPED, tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Any:
    """The owner of the tables, in a transaction that is taken back."""
    role = django_settings.DATABASE_OWNER
    link = psycopg.connect(
        host=role["HOST"], port=role["PORT"] or None, user=role["USER"], password=role["PASSWORD"] or None,
        dbname=connection.settings_dict["NAME"],
    )  # fmt: skip
    yield link
    link.rollback()
    link.close()


def test_the_table_ships_with_the_meaning_that_the_code_had() -> None:
    assert GradeRow.in_force() == SHIPPED
    for rank in range(6):
        for level in range(1, 6):
            as_it_was = 4 if rank >= level else int(rank >= {1: 1, 2: 1, 3: 2, 4: 2, 5: 4}[level] and rank > 0)
            assert SHIPPED.given(rank, level) == as_it_was, (rank, level)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE guard_grade SET clearance = 5 WHERE level = 3 AND grade = 2", "rise_with_grades"),
        ("UPDATE guard_grade SET clearance = NULL WHERE level = 3 AND grade = 2", "rise_with_grades"),
        ("UPDATE guard_grade SET clearance = 5 WHERE level = 3", "rise_with_levels|by_two"),
        ("UPDATE guard_grade SET clearance = 1 WHERE level = 5 AND grade = 1", "rise_with_levels"),
        ("UPDATE guard_grade SET clearance = NULL WHERE level = 1", "rise_with_levels"),
        ("UPDATE guard_grade SET clearance = 6 WHERE level = 5 AND grade = 4", "known_clearance"),
        ("UPDATE guard_grade SET clearance = 0 WHERE level = 1 AND grade = 1", "known_clearance"),
        ("UPDATE guard_grade SET level = 6 WHERE level = 5 AND grade = 6", "known_level|whole"),
        ("DELETE FROM guard_grade WHERE level = 5", "whole"),
        ("TRUNCATE guard_grade", "whole"),
        ("INSERT INTO guard_grade (level, grade) VALUES (1, 1)", "once"),
    ],
)
def test_no_statement_leaves_a_senseless_table_whoever_writes(owner: Any, statement: str, fault: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        owner.execute(statement)
    assert any(part in str(refused.value.diag.constraint_name) for part in fault.split("|"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables)
def test_the_second_wall_goes_by_the_table_that_is_in_the_database(owner: Any, table: Grades) -> None:
    """Ceilings of every clearance and grade, in a transaction of the owner that is taken back."""
    with owner.transaction(force_rollback=True):
        owner.execute("ALTER TABLE guard_grade DISABLE TRIGGER USER")
        rows = [(level, grade) for level in range(1, 6) for grade in range(1, 7)]
        for (level, grade), sign in zip(rows, table.text, strict=True):
            clearance = None if sign == "-" else int(sign)
            owner.execute(
                "UPDATE guard_grade SET clearance = %s WHERE level = %s AND grade = %s", [clearance, level, grade]
            )
        (where,) = owner.execute(
            "INSERT INTO guard_domain (slug, name, description) VALUES ('w', 'w', '') RETURNING id"
        ).fetchone()
        for rank in range(6):
            (who,) = owner.execute(
                "INSERT INTO people_user (username, name, email, job, password, is_active, is_service, date_joined)"
                " VALUES (%s, 'w', '', '', '', true, false, now()) RETURNING id", [f"w{rank}"],
            ).fetchone()  # fmt: skip
            if rank:
                owner.execute(
                    "INSERT INTO people_clearance (person_id, domain_id, rank) VALUES (%s, %s, %s)", [who, where, rank]
                )
            owner.execute(f"SET LOCAL throughline.reader = '{who}'")
            for needed in range(1, 7):
                (found,) = owner.execute("SELECT guard_wall_ceilings(%s)", [needed]).fetchone()
                assert found[str(where)] == table.ceiling(rank, needed), (rank, needed)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE guard_grade SET clearance = 2 WHERE level = 3 AND grade = 2",  # a name below the level
        "UPDATE guard_grade SET clearance = 5 WHERE level = 5 AND grade = 5",  # a sample by clearance alone
        "UPDATE guard_grade SET clearance = 1 WHERE level = 1 AND grade = 6",
    ],
)
def test_not_even_the_owner_opens_more_than_the_level_without_votes(owner: Any, statement: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        owner.execute(statement)
    assert refused.value.diag.constraint_name == "governance_grades_by_two"


def test_a_migration_may_narrow(owner: Any) -> None:
    owner.execute("UPDATE guard_grade SET clearance = NULL WHERE level = 5 AND grade >= 3")
    owner.execute("UPDATE guard_grade SET clearance = 3 WHERE level = 4 AND grade = 1")
    found = owner.execute(
        "SELECT string_agg(coalesce(clearance::text, '-'), '' ORDER BY level, grade) FROM guard_grade"
    )
    assert read(found.fetchone()[0]).row(5) == (4, 5, None, None, None, None)


def test_while_one_change_of_it_is_under_way_no_other_passes_beside_it(
    owner: Any, as_owner: Callable[[str], Any]
) -> None:  # fmt: skip
    """Two that are sensible each could be senseless together: they wait for one another."""
    free = "SELECT pg_try_advisory_xact_lock(748232)"
    assert as_owner(free).fetchone()[0]
    owner.execute("UPDATE guard_grade SET clearance = 3 WHERE level = 4 AND grade = 1")
    assert not as_owner(free).fetchone()[0]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: GradeRow.objects.filter(level=5, grade=1).update(clearance=5),
        lambda: GradeRow.objects.filter(level=3, grade=2).update(clearance=2),
        lambda: GradeRow.objects.filter(level=5, grade=6).update(grade=1),
        lambda: GradeRow.objects.all().delete(),
        lambda: GradeRow.objects.bulk_create([GradeRow(level=1, grade=1, clearance=1)]),
    ],
)
def test_the_app_changes_none_of_it_without_votes(attempt: Callable[[], Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        attempt()


def test_a_row_is_saved_inside_acts_only() -> None:
    with pytest.raises(DoorError):
        GradeRow.objects.get(level=1, grade=1).save()


def test_the_grades_come_with_the_principal_and_cost_no_statement(growth: Domain, priya: User) -> None:
    token = CURRENT.set(Acting("test.ground", priya))
    thing = Thing.objects.create(kind="stone", key="STO-1", title="x", domain=growth, declared=3, level=3)
    CURRENT.reset(token)
    for fetch in (lambda: User.objects.with_rights(priya.pk), lambda: User.objects.get(pk=priya.pk)):
        reader = fetch()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert reader.principal.grades == SHIPPED
            assert reader.principal.grades is read(SHIPPED.text)
        assert len(asked) <= 1
    assert grade_of(reader, thing) == 4
    with CaptureQueriesContext(connection) as asked:
        list(Thing.objects.visible_to(reader))
    assert len(asked) == 1


def test_without_a_table_nothing_is_decided_and_nobody_is_who_is_not_there() -> None:
    for text in ("", "1" * 29, "x" * 30, "6" * 30):
        with pytest.raises(Senseless):
            read(text)
    assert User(pk=0, username="nobody").principal.grades == CLOSED


def test_a_senseless_value_cannot_be_made() -> None:
    with pytest.raises(Senseless, match="grades"):
        SHIPPED.with_row(3, (3, 2, 3, 3, None, None))
    with pytest.raises(Senseless, match="levels"):
        SHIPPED.with_row(3, (3, 3, 3, 3, None, None))
    with pytest.raises(Senseless, match="form"):
        Grades.of({(1, 1): 1})
