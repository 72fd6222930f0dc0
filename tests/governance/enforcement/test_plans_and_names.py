"""Tests 73 to 78, and 50 for identifiers: interruption, two at once, stale plans, drift, collisions, names."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from governance.enforcement.compare import Collision
from governance.enforcement.session import Busy, changing, sitting
from governance.enforcement.wanted import Label, Personal
from guard.refusals import Blocked, Stale


def test_73_an_apply_that_is_interrupted_midway_leaves_nothing(shop):
    before, plan, ran = shop.world(), shop.plan(), []

    def cut(statement: str) -> None:
        ran.append(statement)
        if len(ran) == len(plan.statements) // 2:
            with shop.super() as top:
                top.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [shop.admin])

    with pytest.raises(Blocked) as refused:
        shop.apply(plan, watch=cut)
    assert refused.value.code == "warehouse-lost" and len(ran) > 10
    assert shop.world().digest == before.digest


def test_73_a_statement_that_fails_midway_leaves_nothing(shop):
    before, plan = shop.world(), shop.plan()
    broken = replace(plan, statements=(*plan.statements[:-2], "SELECT 1/0", *plan.statements[-2:]))
    with pytest.raises(Blocked) as refused:
        shop.apply(broken)
    assert "22012" in refused.value.sentence
    assert shop.world().digest == before.digest


def test_73_a_plan_that_cannot_be_taken_back_is_not_carried_out(shop):
    before, plan = shop.world(), shop.plan()
    with pytest.raises(Blocked) as refused:
        shop.apply(replace(plan, inverse=plan.inverse[:-1]))
    assert refused.value.code == "revert-inexact"
    assert shop.world().digest == before.digest


def test_74_of_two_applies_at_once_one_is_refused(shop):
    plan = shop.plan()
    with sitting(shop.name) as first, changing(first):
        with pytest.raises(Busy):
            shop.apply(plan)
    shop.apply(plan)


def test_74_a_table_in_use_is_a_refusal_and_not_a_wait_for_ever(shop):
    plan = shop.plan()
    with shop.super() as top, top.transaction():
        top.execute("LOCK TABLE crm.cust IN ACCESS SHARE MODE")
        with pytest.raises(Busy):
            shop.apply(plan)
    assert "tl_" not in str(shop.ask(shop.admin, "SELECT nspacl FROM pg_namespace WHERE nspname = 'crm'"))


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE crm.cust ADD COLUMN more text", "GRANT SELECT ON crm.cust TO {ann}", "CREATE TABLE crm.more (n int)"],
)
def test_75_a_plan_is_refused_when_the_world_changed_since(shop, change):
    plan = shop.plan()
    shop.do(change.format(ann=shop.role("ann")))
    with pytest.raises(Stale):
        shop.apply(plan)


def test_75_a_plan_is_refused_when_levels_changed_since(shop):
    plan = shop.plan()
    shop.labels = (Label("crm", "cust", {"id": 2, "city": 4, "name": 3, "phone": 4, "born": 4}), *shop.labels[1:])
    with pytest.raises(Stale):
        shop.apply(plan)


def test_75_a_run_is_not_reverted_over_later_changes(enforced):
    plan = enforced.plan()
    first = enforced.known_before
    enforced.do(f"GRANT SELECT ON crm.cust TO {enforced.role('ann')}")
    with pytest.raises(Stale):
        enforced.revert(plan)
    assert first.is_first


def test_76_narrower_is_not_wider(enforced):
    enforced.do(f"REVOKE SELECT (city) ON v_l2.cust FROM {enforced.grade(2)}")
    less = [(code, "v_l2.cust", enforced.grade(2)) for code in ("right-missing", "probe-blind")]
    assert enforced.drift() == {"wider": [], "narrower": less, "unknown": []}
    enforced.do("DROP VIEW v_l4.cust", "CREATE TABLE crm.surprise (n int)",
                f"GRANT SELECT ON crm.cust TO {enforced.role('bob')}")  # fmt: skip
    drift = enforced.drift()
    assert ("view-missing", "v_l4.cust", enforced.grade(4)) in drift["narrower"]
    assert drift["unknown"] == [("quarantine", "crm.surprise", "")]
    assert drift["wider"] == [("right-extra", "crm.cust", "bob")]
    enforced.apply()
    assert enforced.drift() == {"wider": [], "narrower": [], "unknown": []}


@pytest.mark.parametrize("schema", ["pg_catalog", "information_schema", "pg_toast", "v_l3", "throughline_keep"])
def test_78_system_schemas_and_our_own_are_never_managed(shop, schema):
    shop.labels = (*shop.labels, Label(schema, "pg_authid", {"rolname": 1}))
    with pytest.raises(ValueError, match=schema):
        shop.plan()


def test_78_a_role_of_our_name_that_somebody_else_made_is_refused(shop):
    shop.do(f"CREATE ROLE {shop.grade(3)}")
    with pytest.raises(Collision, match=shop.grade(3)):
        shop.plan()
    with pytest.raises(Collision):
        shop.verify()


def test_78_a_schema_of_our_name_that_somebody_else_made_is_refused(shop):
    shop.do("CREATE SCHEMA v_l4")
    with pytest.raises(Collision, match="v_l4"):
        shop.plan()


AWKWARD = ('we"ird; DROP TABLE crm.cust; --', "客户", "ünï' || cödé", "Upper Case", "x" * 63)


def test_50_identifiers_with_quotes_unicode_and_full_length_are_only_names(shop):
    schema, column = 'sch"ema', 'co"l; --'
    quoted = '"' + schema.replace('"', '""') + '"'
    shop.do(f"CREATE SCHEMA {quoted}")
    login = shop.role("ann")
    for name in AWKWARD:
        table = f'{quoted}."{name.replace(chr(34), chr(34) * 2)}"'
        shop.do(f'CREATE TABLE {table} ("co""l; --" text, "%s" bigint)', f"INSERT INTO {table} VALUES ('secret', 7)")
    shop.labels = (*shop.labels, *(Label(schema, name, {column: 4, "%s": 2}) for name in AWKWARD))
    plan = shop.apply()
    assert shop.drift() == {"wider": [], "narrower": [], "unknown": []}
    for name in AWKWARD:
        link = shop.sign_in(login)
        rows = link.execute(psycopg.sql.SQL("SELECT * FROM v_l2.{}").format(psycopg.sql.Identifier(name))).fetchall()
        assert rows[0][1] == 7 and rows[0][0] != "secret"
        link.close()
    assert shop.ask(shop.admin, "SELECT to_regclass('crm.cust') IS NOT NULL") == [(True,)]
    shop.revert(plan)


def test_50_names_that_would_be_cut_into_one_stay_apart(shop):
    long, other = "s" * 40, "s" * 39 + "t"
    same = "n" * 40
    for schema in (long, other):
        shop.do(f"CREATE SCHEMA {schema}", f"CREATE TABLE {schema}.{same} (id int, v text)",
                f"INSERT INTO {schema}.{same} VALUES (1, '{schema}')")  # fmt: skip
    shop.labels = (*shop.labels, *(Label(schema, same, {"id": 1, "v": 1}) for schema in (long, other)))
    shop.apply()
    with shop.super() as top:
        views = [
            row[0]
            for row in top.execute("SELECT viewname FROM pg_views WHERE schemaname = 'v_l1' AND viewname LIKE 'sss%'")
        ]
    assert len(views) == 2 and all(len(view) <= 63 for view in views)
    shown = set()
    with shop.super() as top:
        for view in views:
            shown |= set(top.execute(f'SELECT v FROM v_l1."{view}"').fetchall())
    assert shown == {(long,), (other,)}


def test_50_a_name_longer_than_the_server_keeps_means_no_other_table(shop):
    name = "t" * 63
    shop.do(f"CREATE TABLE crm.{name} (secret text)")
    shop.labels = (*shop.labels, Label("crm", name + "_public", {"secret": 1}, dataset="DS-1009"))
    plan = shop.apply()
    assert not any(f'v_l1"."{name}' in statement for statement in plan.statements)
    assert shop.ask(shop.admin, f"SELECT relrowsecurity FROM pg_class WHERE relname = '{name}'") == [
        (True,)
    ]  # quarantined


def test_two_tables_of_one_name_get_views_of_their_own(shop):
    shop.do("CREATE SCHEMA ops", "CREATE TABLE ops.cust (id int)")
    shop.labels = (*shop.labels, Label("ops", "cust", {"id": 1}))
    shop.apply()
    with shop.super() as top:
        views = {row[0] for row in top.execute("SELECT viewname FROM pg_views WHERE schemaname = 'v_l2'")}
    assert views == {"crm__cust", "ops__cust", "region"}


def test_a_grant_of_one_person_opens_its_columns_and_ends(enforced):
    ann = enforced.role("ann")
    enforced.personal = (Personal(ann, ("crm", "cust"), 4, ("id", "phone")),)
    enforced.apply()
    assert enforced.ask(ann, "SELECT id, phone FROM v_l4.cust WHERE id = 3") == [(3, "000-3")]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        enforced.ask(ann, "SELECT name FROM v_l4.cust")
    assert enforced.drift() == {"wider": [], "narrower": [], "unknown": []}
    enforced.personal = ()
    assert ("right-extra", "v_l4.cust", "ann") in enforced.drift()["wider"]
    enforced.apply()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        enforced.ask(ann, "SELECT id FROM v_l4.cust")


def test_a_table_that_became_milder_gives_its_readers_their_rows(enforced):
    ann = enforced.role("ann")
    enforced.labels = (
        Label("crm", "cust", dict.fromkeys(["id", "city", "name", "phone", "born"], 2)),
        *enforced.labels[1:],
    )
    enforced.apply()
    enforced.do(f"GRANT USAGE ON SCHEMA crm TO {ann}", f"GRANT SELECT ON crm.cust TO {ann}")
    assert enforced.ask(ann, "SELECT count(*) FROM crm.cust") == [(20,)]
    assert enforced.drift()["wider"] == []


def test_a_table_of_an_owner_out_of_reach_is_named_and_left(shop):
    with shop.super() as top:
        top.execute("CREATE TABLE crm.theirs (secret text)")
    shop.labels = (*shop.labels, Label("crm", "theirs", {"secret": 4}))
    plan = shop.apply()
    assert not any("theirs" in statement for statement in plan.statements)
    assert ("unreachable", "crm.theirs", "postgres") in shop.drift()["wider"]
