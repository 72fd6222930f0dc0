"""Attacks 61 to 63 and 66 to 72: names, partitions, owners, powers, functions, grant options, swaps, cursors."""

from __future__ import annotations

import psycopg
import pytest

from governance.enforcement.limits import LIMITS
from governance.enforcement.wanted import Label

Denied = psycopg.errors.InsufficientPrivilege


def test_61_names_and_estimates_cannot_be_hidden_and_are_named_so(enforced):
    """Shown and named as unprotectable: this is what the page of limits says, and here is why."""
    ann = enforced.role("ann")
    names = enforced.ask(
        ann, "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE n.nspname = 'crm' AND a.attname = 'phone'",
    )  # fmt: skip
    assert names == [("phone",)]
    assert enforced.ask(ann, "SELECT reltuples IS NOT NULL FROM pg_class WHERE relname = 'cust' LIMIT 1") == [(True,)]
    text = enforced.ask(
        ann, "SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = 'cust' AND relkind = 'v' LIMIT 1"
    )
    with enforced.super() as top:
        pads = top.execute("SELECT encode(inner_pad, 'hex'), encode(outer_pad, 'hex') FROM throughline_keep.mask_key")
        assert not any(pad in str(text) for pad in pads.fetchone())
    said = {code for code, _what, _instead in LIMITS}
    assert {"names", "estimates", "view-text", "superusers", "fetched", "equal-tokens"} <= said


def test_61_a_table_of_another_level_has_no_view_for_a_lower_grade(enforced):
    enforced.do("CREATE TABLE crm.case_file (id int, note text)")
    enforced.labels = (*enforced.labels, Label("crm", "case_file", {"id": 5, "note": 5}))
    enforced.apply()
    with enforced.super() as top:
        rows = top.execute("SELECT schemaname FROM pg_views WHERE viewname = 'case_file'").fetchall()
    assert rows == [("v_l5",)]


def test_62_a_partition_is_no_way_round_its_table(shop):
    shop.do("CREATE TABLE crm.visit (id int, ward text, note text) PARTITION BY LIST (ward)",
            "CREATE TABLE crm.visit_a PARTITION OF crm.visit FOR VALUES IN ('a')",
            "CREATE SCHEMA parts", "CREATE TABLE parts.visit_b PARTITION OF crm.visit FOR VALUES IN ('b')",
            "INSERT INTO crm.visit VALUES (1, 'a', 'secret'), (2, 'b', 'secret')")  # fmt: skip
    ann = shop.role("ann")
    shop.do(f"GRANT USAGE ON SCHEMA crm, parts TO {ann}", f"GRANT SELECT ON crm.visit_a, parts.visit_b TO {ann}")
    shop.labels = (*shop.labels, Label("crm", "visit", {"id": 2, "ward": 2, "note": 4}))
    plan = shop.apply()
    for part in ("crm.visit_a", "parts.visit_b"):
        with pytest.raises(Denied):
            shop.ask(ann, f"SELECT * FROM {part}")
    shop.do(f"GRANT SELECT ON crm.visit_a, parts.visit_b TO {ann}")
    assert shop.ask(ann, "SELECT * FROM crm.visit_a") == shop.ask(ann, "SELECT * FROM parts.visit_b") == []
    found = shop.drift()["wider"]
    assert {("right-extra", "crm.visit_a", "ann"), ("right-extra", "parts.visit_b", "ann")} <= set(found)
    shop.do("CREATE TABLE crm.visit_c PARTITION OF crm.visit FOR VALUES IN ('c')")
    assert ("rls-off", "crm.visit_c", "") in shop.drift()["wider"]  # a new partition is part of it at once
    assert plan.statements


def test_63_the_owner_cannot_sign_in_and_policies_hold_for_it_too(enforced):
    with enforced.super() as top:
        rows = top.execute(
            "SELECT r.rolcanlogin, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
            " JOIN pg_roles r ON r.oid = c.relowner WHERE c.oid = 'crm.cust'::regclass"
        ).fetchall()
    assert rows == [(False, True, True)]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("ALTER TABLE crm.cust NO FORCE ROW LEVEL SECURITY", "rls-unforced"),
        ("ALTER TABLE crm.cust DISABLE ROW LEVEL SECURITY", "rls-off"),
        ("CREATE POLICY all_see ON crm.cust USING (true)", "policy-foreign"),
        ("ALTER TABLE crm.cust OWNER TO CURRENT_USER", "owner"),
        ("ALTER ROLE {owner} LOGIN", "role-powers"),
    ],
)
def test_63_a_loosened_table_is_found_mended_and_given_back(enforced, statement, code):
    enforced.do(statement.format(owner=enforced.names.owner))
    wider = enforced.drift()["wider"]
    assert code in [row[0] for row in wider]
    before = enforced.world()
    plan = enforced.apply()
    assert enforced.drift()["wider"] == []
    back = enforced.revert(plan)
    assert back.state(ours=enforced.names.schemas) == before.state(ours=enforced.names.schemas)


@pytest.mark.parametrize("role", ["pg_read_all_data", "pg_read_server_files", "pg_execute_server_program"])
def test_66_members_of_predefined_roles_are_found(enforced, role):
    ann = enforced.role("ann")
    with enforced.super() as top:
        top.execute(f"GRANT {role} TO {ann}")
    assert ("predefined", role, "ann") in enforced.drift()["wider"]
    if role == "pg_read_all_data":  # the second wall holds for the tables, not for the other grades' views
        assert enforced.ask(ann, "SELECT count(*) FROM crm.cust") == [(0,)]
        assert ("probe-reads", "crm.cust", f"tl_{enforced.name}_l2") not in enforced.drift()["wider"]


def test_66_a_grade_with_a_power_is_found_by_the_live_probe_too(enforced):
    with enforced.super() as top:
        top.execute(f"GRANT pg_read_all_data TO {enforced.grade(1)}")
    wider = enforced.drift()["wider"]
    assert ("probe-reads", "crm.cust", enforced.grade(1)) in wider
    assert ("key-read", "throughline_keep", enforced.grade(1)) in wider


def test_66_a_role_that_passes_by_policies_is_found(enforced):
    with enforced.super() as top:
        top.execute(f"ALTER ROLE {enforced.role('ann')} BYPASSRLS")
    assert ("bypass", enforced.role("ann"), "ann") in enforced.drift()["wider"]


def test_67_a_function_that_runs_as_the_owner_is_found_and_closed(enforced):
    ann = enforced.role("ann")
    enforced.do(
        "CREATE FUNCTION public.give(n bigint) RETURNS text LANGUAGE sql SECURITY DEFINER"
        " AS 'SELECT phone FROM crm.cust WHERE id = n'", "GRANT EXECUTE ON FUNCTION public.give TO PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {ann}",
    )  # fmt: skip
    assert enforced.ask(ann, "SELECT public.give(1)") == [("000-1",)]  # this is what the finding is about
    assert ("function", "public.give(n bigint)", "") in enforced.drift()["wider"]
    plan = enforced.apply()
    with pytest.raises(Denied):
        enforced.ask(ann, "SELECT public.give(1)")
    enforced.revert(plan)
    assert enforced.ask(ann, "SELECT public.give(1)") == [("000-1",)]


def test_67_a_new_function_of_the_owner_is_nobodys_to_call(enforced):
    ann = enforced.role("ann")
    make = (
        "CREATE FUNCTION crm.give() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT phone FROM crm.cust LIMIT 1'"
    )
    enforced.do(f"SET ROLE {enforced.names.owner}", make, "RESET ROLE", f"GRANT USAGE ON SCHEMA crm TO {ann}")
    with pytest.raises(Denied):
        enforced.ask(ann, "SELECT crm.give()")


def test_68_a_grant_option_is_drift_and_goes_with_all_that_came_of_it(enforced):
    bob = enforced.role("bob")
    enforced.do(f"GRANT SELECT ON v_l4.cust TO {bob} WITH GRANT OPTION")
    with enforced.sign_in(bob) as link:
        link.execute("GRANT SELECT ON v_l4.cust TO PUBLIC")
    wider = enforced.drift()["wider"]
    assert ("grant-option", "v_l4.cust", "bob") in wider and ("right-extra", "v_l4.cust", "") in wider
    before = enforced.world()
    plan = enforced.apply()
    assert enforced.drift()["wider"] == []
    back = enforced.revert(plan)  # with the giver of each right, as it was
    assert back.state(ours=enforced.names.schemas) == before.state(ours=enforced.names.schemas)


def test_69_a_swap_by_renaming_fails_closed_and_both_tables_are_found(enforced):
    ann = enforced.role("ann")
    enforced.do("CREATE TABLE crm.cust__new (id bigint PRIMARY KEY, city text, name text, phone text, born date)",
                "INSERT INTO crm.cust__new VALUES (99, 'Ghent', 'New', '000-99', NULL)",
                "ALTER TABLE crm.cust RENAME TO cust__old", "ALTER TABLE crm.cust__new RENAME TO cust")  # fmt: skip
    for table in ("cust", "cust__old"):
        with pytest.raises(Denied):
            enforced.ask(ann, f"SELECT * FROM crm.{table}")
    drift = enforced.drift()
    assert ("owner", "crm.cust") in [row[:2] for row in drift["wider"]]
    assert "v_l2.cust" in [
        thing for code, thing, _who in drift["wider"] if code == "view-changed"
    ]  # it reads the old one
    enforced.apply()
    assert enforced.ask(ann, "SELECT id, city FROM v_l2.cust") == [(99, "Ghent")]
    assert enforced.drift() == {"wider": [], "narrower": [], "unknown": []}


def test_70_taking_a_right_ends_the_sessions_of_whoever_loses_it(enforced):
    """A cursor that was opened before goes on giving rows after a REVOKE: so the session goes."""
    bob = enforced.role("bob")
    link = enforced.sign_in(bob)
    link.execute("BEGIN")
    link.execute("DECLARE c CURSOR WITH HOLD FOR SELECT phone FROM v_l4.cust")
    link.execute("COMMIT")
    assert link.execute("FETCH 1 FROM c").fetchone() is not None
    enforced.grades = {enforced.role("ann"): 2}
    enforced.apply()
    assert enforced.done.ended == (bob,) and enforced.done.not_ended == ()
    with pytest.raises(psycopg.OperationalError):
        link.execute("FETCH 1 FROM c")
    with pytest.raises(Denied):
        enforced.ask(bob, "SELECT phone FROM v_l4.cust")


def test_71_what_an_event_trigger_cannot_see_a_full_verification_finds(enforced):
    """GRANT tells a trigger no object and CREATE ROLE none at all: the truth is read from the catalogue."""
    ann = enforced.role("ann")
    with enforced.super() as top:
        top.execute("CREATE TABLE public.seen (tag text)")
        insert = "INSERT INTO public.seen SELECT object_identity FROM pg_event_trigger_ddl_commands()"
        top.execute(
            f"CREATE FUNCTION public.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN {insert}; END $$"
        )
        top.execute("CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION public.note()")
        top.execute(f"GRANT SELECT ON crm.cust TO {ann}")
        top.execute(f"CREATE ROLE {enforced.role('eve')} LOGIN BYPASSRLS")
        top.execute(f"GRANT CONNECT ON DATABASE {enforced.database} TO {enforced.role('eve')}")
        assert top.execute(
            "SELECT count(*) FROM public.seen WHERE tag LIKE '%cust%' OR tag LIKE '%eve%'"
        ).fetchone() == (0,)
    wider = enforced.drift()["wider"]
    assert ("right-extra", "crm.cust", "ann") in wider and ("bypass", enforced.role("eve"), "eve") in wider


def test_72_default_privileges_that_open_new_tables_are_found_and_taken(enforced):
    ann = enforced.role("ann")
    enforced.do(f"ALTER DEFAULT PRIVILEGES IN SCHEMA crm GRANT SELECT ON TABLES TO {ann}")
    assert "default-rights" in [code for code, _thing, who in enforced.drift()["wider"] if who == "ann"]
    before = enforced.world()
    plan = enforced.apply()
    enforced.do("CREATE TABLE crm.later AS SELECT 'secret' AS x", f"GRANT USAGE ON SCHEMA crm TO {ann}")
    with pytest.raises(Denied):
        enforced.ask(ann, "SELECT * FROM crm.later")
    enforced.do("DROP TABLE crm.later", f"REVOKE USAGE ON SCHEMA crm FROM {ann}")
    back = enforced.revert(plan)
    assert back.state(ours=enforced.names.schemas) == before.state(ours=enforced.names.schemas)


def test_72_rights_of_public_are_found_and_taken(enforced):
    enforced.do(
        "GRANT SELECT ON crm.cust TO PUBLIC",
        "GRANT SELECT (phone) ON v_l4.cust TO PUBLIC",
        "GRANT USAGE ON SCHEMA v_l4 TO PUBLIC",
    )
    wider = enforced.drift()["wider"]
    assert {("right-extra", thing, "") for thing in ("crm.cust", "v_l4.cust", "v_l4")} <= set(wider)
    enforced.apply()
    assert enforced.drift()["wider"] == []


def test_72_members_by_another_role_and_with_admin_option_are_found(enforced):
    ann, bob = enforced.role("ann"), enforced.role("bob")
    enforced.do(f"GRANT {bob} TO {ann} WITH INHERIT TRUE")  # nested: ann has what bob has
    enforced.do(f"GRANT {enforced.grade(2)} TO {ann} WITH ADMIN TRUE")
    wider = enforced.drift()["wider"]
    assert ("member-through", enforced.grade(4), "ann") in wider
    assert ("member-admin", enforced.grade(2), "ann") in wider
    enforced.do(f"REVOKE {bob} FROM {ann}")
    plan = enforced.apply()
    assert enforced.drift()["wider"] == []
    assert plan.preview["counts"]["loses"] >= 1


def test_72_somebody_put_into_the_owner_role_is_found_and_taken_out(enforced):
    ann = enforced.role("ann")
    enforced.do(f"GRANT {enforced.names.owner} TO {ann}")
    assert enforced.ask(ann, "SELECT phone FROM crm.cust WHERE id = 1") == [("000-1",)]
    assert ("keeper-extra", enforced.names.owner, "ann") in enforced.drift()["wider"]
    enforced.apply()
    with pytest.raises(Denied):
        enforced.ask(ann, "SELECT phone FROM crm.cust WHERE id = 1")
