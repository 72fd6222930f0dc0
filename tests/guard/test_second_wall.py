"""Row level security under the policy: it holds where the ORM's condition was forgotten, and the tripwire says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import Q

from guard.doors import managers
from guard.models import Domain, Standing, Thing
from guard.refusals import SealedError
from guard.wall import BEYOND, MARK, SETTING, beyond, building, guarded_tables, named_beyond, reads_as, walled_models
from people.models import User
from tests.guard.ground import find_stone

pytestmark = pytest.mark.django_db
TEXTS = "SELECT count(*) FROM guard_thing"


@pytest.fixture
def stones(growth: Domain, omar: User) -> dict[int, Thing]:
    """One thing of each level."""
    return {rank: find_stone(by=omar, title=f"stone {rank}", domain=growth, level=rank) for rank in range(1, 6)}


@pytest.fixture
def as_app() -> Callable[[str], None]:
    """Run SQL as the product's role on a connection of its own."""

    def run(statement: str) -> None:
        at = connection.settings_dict
        where = {"host": at["HOST"], "port": at["PORT"] or None, "dbname": at["NAME"]}
        with psycopg.connect(user=at["USER"], password=at["PASSWORD"] or None, autocommit=True, **where) as link:
            link.execute(statement)

    return run


def levels_given(sql: str = "SELECT level FROM guard_thing", reader: int | None = None) -> set[int]:
    """What the database gives to a statement that carries no condition at all."""
    if reader is not None:
        connection.read_as(reader)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} {reads_as(reader or 0) if reader is not None else f'/* {MARK} */'}")
        return {row[0] for row in cursor.fetchall()}


def test_the_product_does_not_own_its_tables_and_every_governed_one_forces_row_level_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute(
            "SELECT relname, pg_get_userbyid(relowner) = current_user FROM pg_class"
            " WHERE relrowsecurity AND relforcerowsecurity"
        )
        forced = dict(cursor.fetchall())
    assert set(walled_models()) <= set(forced)
    assert not any(forced[table] for table in walled_models())


def test_only_the_table_of_search_is_left_out_and_says_why() -> None:
    assert set(guarded_tables()) - set(walled_models()) == {"catalog_searchdocument"}


def test_nobody_named_is_given_nothing(stones: dict[int, Thing]) -> None:
    connection.nobody_reads()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT set_config('{SETTING}', '', true)")
    for table in walled_models():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} /* {MARK} */")
            assert cursor.fetchone() == (0,), table


def test_a_statement_without_any_condition_gives_a_reader_only_what_they_may_know_of(
    stones: dict[int, Thing], otto: User, priya: User, grace: User
) -> None:
    for person in (otto, priya, grace):
        knows = set(Thing.objects.visible_to(person, "exists").filter(kind="stone").values_list("level", flat=True))
        assert levels_given("SELECT level FROM guard_thing WHERE kind = 'stone'", person.pk) == knows
    assert levels_given("SELECT level FROM guard_thing WHERE kind = 'stone'", otto.pk) != set(stones)


def test_when_the_policy_forgets_its_condition_the_wall_still_holds(
    stones: dict[int, Thing], otto: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = set(Thing.objects.visible_to(otto, "exists").values_list("pk", flat=True))
    assert not {stones[5].pk} & expected
    monkeypatch.setattr(managers, "visible_q", lambda *_args: Q())
    assert set(Thing.objects.visible_to(otto, "exists").values_list("pk", flat=True)) == expected


def test_a_standing_opens_and_its_end_closes(stones: dict[int, Thing], otto: User, omar: User) -> None:
    from guard import things
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT

    sql = "SELECT level FROM guard_thing WHERE kind = 'stone'"
    assert 5 not in levels_given(sql, otto.pk)
    token = CURRENT.set(Acting("test.given", omar))
    try:
        things.give(stones[5], reason="steward", grade=2, person=otto)
        assert 5 in levels_given(sql, otto.pk)
        things.end_standing(stones[5], reason="steward", person=otto)
    finally:
        CURRENT.reset(token)
    assert 5 not in levels_given(sql, otto.pk)


def test_a_leaver_is_given_nothing(stones: dict[int, Thing], grace: User) -> None:
    assert levels_given(reader=grace.pk)
    User.objects.filter(pk=grace.pk).update(is_active=False)
    assert levels_given(reader=grace.pk) == set()


def test_a_reader_may_not_write_past_the_wall_by_the_plain_name(stones: dict[int, Thing], otto: User) -> None:
    """A row that a reader may not know of is neither changed nor deleted nor locked by its plain name."""
    connection.read_as(otto.pk)
    mark = reads_as(otto.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE guard_thing SET title = 'x' WHERE id = %s {mark}", [stones[5].pk])
        assert cursor.rowcount == 0
        cursor.execute(f"DELETE FROM guard_standing WHERE thing_id = %s {mark}", [stones[5].pk])
        assert cursor.rowcount == 0
        cursor.execute(f"SELECT id FROM guard_thing WHERE id = %s FOR UPDATE {mark}", [stones[5].pk])
        assert cursor.fetchall() == []


def test_a_delete_over_joins_reaches_past_the_wall_like_every_write(
    stones: dict[int, Thing], otto: User, omar: User
) -> None:
    from guard import things
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT

    connection.read_as(otto.pk)
    token = CURRENT.set(Acting("test.given", omar))
    try:
        things.give(stones[5], reason="steward", grade=2, person=omar)
        rows = Standing.objects.unrestricted("a test looks past the policy").filter(
            thing__kind="stone", thing__level=5, reason="steward"
        )
        assert rows._raw_delete("default") == 1
    finally:
        CURRENT.reset(token)


def test_what_the_database_was_told_ends_with_the_transaction_and_with_a_way_back(otto: User, grace: User) -> None:
    def told() -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT current_setting('{SETTING}', true)")
            return str(cursor.fetchone()[0] or "")

    with transaction.atomic():
        connection.read_as(grace.pk)
        try:
            with transaction.atomic():
                connection.read_as(otto.pk)
                assert told() == str(otto.pk)
                raise ValueError
        except ValueError:
            pass
        assert told() == str(grace.pk)
        assert connection.reader is None  # forgotten: whoever reads next says so again
        Thing.objects.visible_to(otto).count()
        assert told() == str(otto.pk)


@pytest.mark.django_db(transaction=True)
def test_a_reader_told_outside_a_transaction_is_taken_back_when_the_request_ends(otto: User) -> None:
    Thing.objects.visible_to(otto).count()
    assert connection.reader == otto.pk
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT current_setting('{SETTING}', true)")
        assert not cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_under_a_reader_does_not_break_the_next_request(
    otto: User, as_app: Callable[[str], None]
) -> None:
    Thing.objects.visible_to(otto).count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    as_app(f"SELECT pg_terminate_backend({pid}, 60000)")
    connection.close_if_unusable_or_obsolete()
    assert connection.reader is None
    assert Thing.objects.visible_to(otto).count() == 0


def test_two_readers_in_one_transaction_are_each_given_their_own(
    stones: dict[int, Thing], otto: User, grace: User
) -> None:
    for person in (grace, otto, grace):
        seen = set(Thing.objects.visible_to(person).filter(kind="stone").values_list("level", flat=True))
        assert (5 in seen) is (person is grace)


# -- the tripwire
def test_sql_on_a_governed_table_without_a_policy_is_not_sent() -> None:
    for sql in (
        TEXTS,
        f"SELECT 1 FROM {BEYOND}.guard_thing",
        'DELETE FROM "guard_link"',
        "TABLE catalog_searchdocument",
    ):
        with pytest.raises(SealedError, match="carries nobody's policy"), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_mark_that_somebody_brings_does_not_open() -> None:
    with pytest.raises(SealedError), connection.cursor() as cursor:
        cursor.execute(f"{TEXTS} /* 000000000000 unrestricted */")


def test_sql_that_carries_another_readers_policy_is_not_sent(otto: User, grace: User) -> None:
    connection.read_as(grace.pk)
    with pytest.raises(SealedError, match="another reader's"), connection.cursor() as cursor:
        cursor.execute(f"{TEXTS} {reads_as(otto.pk)}")


def test_the_mark_shows_in_no_answer(client: Any, grace: User) -> None:
    client.force_login(grace)
    answer = client.get("/catalog/")
    assert answer.status_code == 200
    assert MARK.encode() not in answer.content


def test_sql_past_the_wall_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        beyond("because", TEXTS)


def test_names_are_moved_past_the_wall_only_where_they_are_tables() -> None:
    sql = beyond(
        "a test looks past the policy", "SELECT guard_thing.id, 'guard_thing' FROM guard_thing, \"guard_link\" l"
    )
    assert sql.startswith(f"SELECT guard_thing.id, 'guard_thing' FROM {BEYOND}.guard_thing, {BEYOND}.guard_link l")


# -- building
def test_building_again_changes_nothing_and_migrating_takes_it_down_and_up(as_owner: Callable[[str], None]) -> None:
    """The comment on the schema is the digest of the wall that stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(%s::regnamespace, 'pg_namespace')", [BEYOND])
        digest = cursor.fetchone()[0]
    assert len(digest) == 64
    statements = building.statements("somebody")
    assert sum(s.startswith("CREATE POLICY wall") for s in statements) == len(walled_models())
    assert all(" FORCE ROW LEVEL" in s or " ENABLE ROW LEVEL" in s for s in statements if s.startswith("ALTER TABLE"))


def test_functions_of_the_database_count_rows_whoever_reads() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE proname IN ('catalog_tally', 'guard_high_water_thing')"
        )
        found = dict(cursor.fetchall())
    assert len(found) == 2
    assert all(f"{BEYOND}." in source for source in found.values())
    assert all(named_beyond(source.replace(f"{BEYOND}.", "")) == source for source in found.values())


def test_the_policy_itself_reads_standings_of_others_only_past_the_wall(stones: dict[int, Thing], otto: User) -> None:
    """What an ORM query compiles to names the table of standings beyond the wall, and the things behind it."""
    sql = str(Thing.objects.visible_to(otto).query)
    assert f'"{BEYOND}"."guard_standing"' in sql
    assert 'FROM "guard_thing"' in sql
    assert f'"{BEYOND}"."guard_thing"' not in sql
    assert str(Standing.objects.unrestricted("a test looks past the policy").query).count(BEYOND) == 1


def test_a_row_is_not_lost_with_what_it_joins_beyond_its_own_thing(growth: Domain, omar: User) -> None:
    """Somebody who stands on a dataset sees it, though not the warehouse that it is in."""
    from catalog.models import Dataset
    from tests.cast import make_person
    from tests.catalog import make
    from tests.catalog.test_search import _give

    make.load(omar, growth, make.rows(1))
    dataset = Dataset.objects.visible_to(omar).get()
    reader = make_person("rita", growth, (), 0)
    _give(by=reader, dataset=dataset, person=reader, grade=2)
    rows = Dataset.objects.visible_to(reader).select_related("warehouse__thing")
    sql = str(rows.query)
    assert [row.pk for row in rows] == [dataset.pk]
    assert 'FROM "catalog_dataset"' in sql and 'JOIN "guard_thing"' in sql
    assert f'JOIN "{BEYOND}"."catalog_warehouse"' in sql
