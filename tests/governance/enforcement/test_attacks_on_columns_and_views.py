"""Attacks 55 to 60, 64, 65: columns, views, masks, copies, statistics."""

from __future__ import annotations

import psycopg
import pytest

Denied = psycopg.errors.InsufficientPrivilege
LEAK = """CREATE FUNCTION {where}.leak(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
$$ BEGIN RAISE NOTICE 'saw %', t; RETURN true; END $$"""


def test_55_select_star_and_count_work_in_the_grades_schema(enforced):
    """A column grant on the table itself breaks `SELECT *`; the grade's views of the same name do not."""
    ann = enforced.role("ann")
    link = enforced.sign_in(ann)
    link.execute("SET search_path TO v_l2")
    assert len(link.execute("SELECT * FROM cust").description) == 5
    assert link.execute("SELECT count(*) FROM cust").fetchone() == (20,)


def test_56_a_new_column_is_hidden_and_found(enforced):
    enforced.do("ALTER TABLE crm.cust ADD COLUMN diagnosis text DEFAULT 'flu'")
    ann, bob = enforced.role("ann"), enforced.role("bob")
    for login, view in ((ann, "v_l2.cust"), (bob, "v_l4.cust")):
        link = enforced.sign_in(login)
        assert "diagnosis" not in [c.name for c in link.execute(f"SELECT * FROM {view} LIMIT 0").description]
    assert ("column-unknown", "crm.cust.diagnosis", "") in enforced.drift()["unknown"]
    enforced.apply()
    rows = enforced.ask(ann, "SELECT DISTINCT diagnosis FROM v_l2.cust")
    assert len(rows) == 1 and rows != [("flu",)]  # what nobody classified counts as L4: masked for L2


def test_56_select_on_a_whole_protected_table_is_found_and_taken(enforced):
    """A table-level SELECT would show a new column at once."""
    ann = enforced.role("ann")
    enforced.do(f"GRANT USAGE ON SCHEMA crm TO {ann}", f"GRANT SELECT ON crm.cust TO {ann}")
    assert ("right-extra", "crm.cust", "ann") in enforced.drift()["wider"]
    assert enforced.ask(ann, "SELECT count(*) FROM crm.cust") == [(0,)]  # the second wall: no policy lets them see rows
    enforced.apply()
    with pytest.raises(Denied):
        enforced.ask(ann, "SELECT count(*) FROM crm.cust")


def test_57_a_cheap_function_does_not_see_below_the_barrier(enforced):
    """Even where somebody gave readers a function, the barrier keeps it from rows and values below the view."""
    enforced.do(LEAK.format(where="public"), f"GRANT USAGE ON SCHEMA public TO {enforced.role('ann')}")
    link = enforced.sign_in(enforced.role("ann"))
    said: list[str] = []
    link.add_notice_handler(lambda notice: said.append(notice.message_primary))
    link.execute("SELECT id FROM v_l2.cust WHERE public.leak(name) AND city = 'Ostend'").fetchall()
    assert said and not any("Person" in line for line in said)


def test_57_readers_make_nothing(enforced):
    link = enforced.sign_in(enforced.role("ann"))
    for statement in (
        LEAK.format(where="public"), LEAK.format(where="v_l2"), "CREATE TEMPORARY TABLE t (n int)",
        "CREATE VIEW public.v AS SELECT 1", "CREATE SCHEMA s", "CREATE ROLE r",
        "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ):  # fmt: skip
        with pytest.raises(Denied):
            link.execute(statement)


def test_57_temporary_objects_and_create_for_public_are_found(enforced):
    enforced.do(f"GRANT TEMPORARY ON DATABASE {enforced.database} TO PUBLIC", "GRANT CREATE ON SCHEMA public TO PUBLIC")
    wider = enforced.drift()["wider"]
    assert ("right-extra", enforced.database, "") in wider and ("right-extra", "public", "") in wider
    assert any(code == "probe-makes" for code, _thing, _who in wider)
    enforced.apply()
    assert enforced.drift()["wider"] == []


def test_57_a_view_that_lost_its_barrier_is_found_and_made_anew(enforced):
    enforced.do("ALTER VIEW v_l2.cust RESET (security_barrier)")
    assert ("view-changed", "v_l2.cust") in [row[:2] for row in enforced.drift()["wider"]]
    enforced.apply()
    assert enforced.drift()["wider"] == []


def test_57_a_view_that_was_rewritten_is_found_by_its_hash(enforced):
    enforced.do("CREATE OR REPLACE VIEW v_l2.cust WITH (security_barrier=true) AS"
                " SELECT id, city, name, phone, born FROM crm.cust")  # fmt: skip
    assert enforced.ask(enforced.role("ann"), "SELECT name FROM v_l2.cust WHERE id = 1") == [("Person 1",)]
    wider = enforced.drift()["wider"]
    assert ("view-changed", "v_l2.cust") in [row[:2] for row in wider]
    assert any(code == "probe-unmasked" for code, _thing, _who in wider)
    plan = enforced.apply()
    assert enforced.ask(enforced.role("ann"), "SELECT name FROM v_l2.cust WHERE id = 1") != [("Person 1",)]
    enforced.revert(plan)  # exact, even though what it gives back was wrong
    assert enforced.ask(enforced.role("ann"), "SELECT name FROM v_l2.cust WHERE id = 1") == [("Person 1",)]


def test_58_a_filter_on_a_masked_column_sees_the_mask(enforced):
    ann = enforced.role("ann")
    assert enforced.ask(ann, "SELECT id FROM v_l2.cust WHERE phone = '000-1'") == []
    assert enforced.ask(ann, "SELECT id FROM v_l2.cust WHERE born < date '2000-01-01'") == []
    token = enforced.ask(ann, "SELECT phone FROM v_l2.cust WHERE id = 1")[0][0]
    assert enforced.ask(ann, f"SELECT id FROM v_l2.cust WHERE phone = '{token}'") == [(1,)]


@pytest.mark.parametrize(
    "statement", ["CREATE MATERIALIZED VIEW crm.copy AS TABLE crm.cust", "CREATE TABLE crm.copy AS TABLE crm.cust"]
)
def test_59_a_copy_starts_in_quarantine(enforced, statement):
    ann, bob = enforced.role("ann"), enforced.role("bob")
    enforced.do(f"GRANT USAGE ON SCHEMA crm TO {ann}, {bob}", statement)
    for login in (ann, bob):  # nobody's from the first moment
        with pytest.raises(Denied):
            enforced.ask(login, "SELECT * FROM crm.copy")
    enforced.do(f"GRANT SELECT ON crm.copy TO {ann}")
    assert ("quarantine", "crm.copy", "ann") in enforced.drift()["unknown"]
    enforced.apply()
    with pytest.raises(Denied):
        enforced.ask(ann, "SELECT * FROM crm.copy")
    assert enforced.drift()["unknown"] == []


def test_59_a_view_in_another_schema_over_a_managed_table_is_found(enforced):
    ann = enforced.role("ann")
    enforced.do("CREATE SCHEMA side", "CREATE VIEW side.peek AS SELECT phone FROM crm.cust",
                f"GRANT USAGE ON SCHEMA side TO {ann}", f"GRANT SELECT ON side.peek TO {ann}")  # fmt: skip
    assert ("copy-outside", "side.peek", "ann") in enforced.drift()["unknown"]


def test_60_statistics_show_readers_no_values(enforced):
    with enforced.super() as top:
        top.execute("ANALYZE crm.cust")
        assert top.execute("SELECT count(*) FROM pg_stats WHERE schemaname = 'crm'").fetchone()[0] > 0
    for login in ("ann", "bob"):
        rows = enforced.ask(
            enforced.role(login), "SELECT tablename, attname FROM pg_stats WHERE schemaname IN ('crm', 'v_l2', 'v_l4')"
            " AND tablename = 'cust'",
        )  # fmt: skip
        assert rows == []


def test_60_a_server_that_leaks_statistics_is_named(shop, monkeypatch):
    from dataclasses import replace

    from governance.enforcement.compare_roles import powers

    world = shop.world()
    wanted = shop.aim.wanted(world)
    assert not [one for one in powers(world, wanted) if one.code == "old-server"]
    for version in (150_013, 170_005, 160_009):
        assert [one.code for one in powers(replace(world, version=version), wanted)] == ["old-server"]


def test_64_readers_insert_nothing_so_no_key_tells_what_exists(enforced):
    link = enforced.sign_in(enforced.role("bob"))
    for statement in ("INSERT INTO v_l4.cust (id) VALUES (1)", "INSERT INTO crm.cust (id) VALUES (1)",
                      "UPDATE v_l4.cust SET city = 'x'", "DELETE FROM v_l4.cust"):  # fmt: skip
        with pytest.raises(Denied):
            link.execute(statement)
    enforced.do(f"GRANT INSERT ON v_l4.cust TO {enforced.role('bob')}")
    assert ("right-extra", "v_l4.cust", "bob") in enforced.drift()["wider"]
    enforced.apply()
    assert enforced.drift()["wider"] == []


def test_65_an_invoker_view_gives_a_reader_nothing(enforced):
    ann = enforced.role("ann")
    enforced.do("CREATE SCHEMA side", "CREATE VIEW side.invoker WITH (security_invoker) AS SELECT phone FROM crm.cust",
                f"GRANT USAGE ON SCHEMA side, crm TO {ann}", f"GRANT SELECT ON side.invoker TO {ann}")  # fmt: skip
    with pytest.raises(Denied):
        enforced.ask(ann, "SELECT * FROM side.invoker")
    assert ("copy-outside", "side.invoker", "ann") in enforced.drift()["unknown"]


def test_57_columns_of_a_view_that_changed_their_names_are_found(enforced):
    """Renaming leaves the rewritten query as it was: names have a digest of their own."""
    enforced.do("ALTER VIEW v_l2.cust RENAME COLUMN name TO n", "ALTER VIEW v_l2.cust RENAME COLUMN city TO name")
    assert ("view-changed", "v_l2.cust") in [row[:2] for row in enforced.drift()["wider"]]
    plan = enforced.apply()
    assert enforced.drift()["wider"] == []
    enforced.revert(plan)
    assert ("view-changed", "v_l2.cust") in [row[:2] for row in enforced.drift()["wider"]]


def test_57_a_view_that_was_put_back_as_it_was_is_still_looked_at(enforced):
    """Another version of the rule is read again, whatever is remembered of the one before."""
    with enforced.super() as top:
        text = top.execute("SELECT pg_get_viewdef('v_l2.cust'::regclass)").fetchone()[0]
    enforced.do("CREATE OR REPLACE VIEW v_l2.cust WITH (security_barrier=true) AS"
                " SELECT id, city, name, phone, born FROM crm.cust")  # fmt: skip
    assert ("view-changed", "v_l2.cust") in [row[:2] for row in enforced.drift()["wider"]]
    enforced.do(f"CREATE OR REPLACE VIEW v_l2.cust WITH (security_barrier=true) AS {text}")
    assert [row for row in enforced.drift()["wider"] if row[0] == "probe-unmasked"] == []
