"""Plan, dry run, apply, verify, revert on a real PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from urllib.parse import quote

import orjson
import psycopg
import pytest

from governance.enforcement import apply as applying
from governance.enforcement.session import sitting
from guard.refusals import Blocked
from tests.governance.enforcement.shop import superuser_secret


def test_each_grade_reads_its_views_and_a_mask_above_its_level(enforced):
    ann, bob = enforced.role("ann"), enforced.role("bob")
    rows = enforced.ask(ann, "SELECT * FROM v_l2.cust ORDER BY id")
    assert len(rows) == 20
    number, city, name, phone, born = rows[0]
    assert (number, city, born) == (1, "Ostend", None)
    assert len(name) == len(phone) == 32 and name != phone and "Person" not in name
    assert enforced.ask(bob, "SELECT name, phone FROM v_l4.cust WHERE id = 1") == [("Person 1", "000-1")]
    assert enforced.ask(ann, "SELECT count(*) FROM v_l2.cust") == [(20,)]
    for login, text in ((ann, "SELECT * FROM v_l4.cust"), (ann, "SELECT id FROM crm.cust"), (bob, "TABLE crm.cust")):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            enforced.ask(login, text)


def test_a_mask_is_an_hmac_with_a_key_that_readers_cannot_reach(enforced):
    with enforced.super() as top:
        inner, outer = top.execute("SELECT inner_pad, outer_pad FROM throughline_keep.mask_key").fetchone()
        assert top.execute("SELECT count(*) FROM throughline_keep.mask_key").fetchone() == (1,)
    key = bytes(byte ^ 0x36 for byte in inner)
    assert key == bytes(byte ^ 0x5C for byte in outer) and len(set(key)) > 20
    shown = enforced.ask(enforced.role("ann"), "SELECT phone FROM v_l2.cust WHERE id = 7")
    assert shown == [(hmac.new(key, b"000-7", hashlib.sha256).hexdigest()[:32],)]
    for grade in (2, 4):
        login = enforced.role("ann" if grade == 2 else "bob")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            enforced.ask(login, "SELECT * FROM throughline_keep.mask_key")


def test_after_apply_nothing_is_left_to_do_and_verify_finds_nothing(enforced):
    assert enforced.plan().statements == ()
    assert enforced.drift() == {"wider": [], "narrower": [], "unknown": []}


def test_a_dry_run_changes_nothing(shop):
    before = shop.world()
    plan = shop.plan()
    with sitting(shop.name) as link:
        trial = applying.dry_run(link, plan, shop.aim)
    assert trial.statements == len(plan.statements) > 20
    assert shop.world().digest == before.digest


def test_77_revert_restores_bit_equal_access_lists(shop):
    lists = (
        "SELECT relname, relacl::text, relowner, relrowsecurity FROM pg_class"
        " WHERE relnamespace = 'crm'::regnamespace ORDER BY 1"
    )
    columns = "SELECT attrelid::regclass::text, attname, attacl::text FROM pg_attribute WHERE attacl IS NOT NULL"
    ann, bob = shop.role("ann"), shop.role("bob")
    shop.do(
        f"GRANT SELECT, INSERT ON crm.cust TO {bob} WITH GRANT OPTION", f"GRANT SELECT (id, city) ON crm.cust TO {ann}",
        f"GRANT UPDATE ON crm.cust TO {ann}", f"GRANT USAGE ON SCHEMA crm TO {ann}, {bob}",
        "GRANT SELECT ON crm.region TO PUBLIC",
    )  # fmt: skip
    with shop.sign_in(bob) as link:
        link.execute(f"GRANT SELECT ON crm.cust TO {ann}")
    with shop.super() as top:
        before = top.execute(lists).fetchall(), top.execute(columns).fetchall()
    first = shop.world()
    plan = shop.apply()
    with shop.super() as top:
        assert (top.execute(lists).fetchall(), top.execute(columns).fetchall()) != before
    back = shop.revert(plan)
    assert back.state(ours=shop.names.schemas) == first.state(ours=shop.names.schemas)
    with shop.super() as top:
        assert (top.execute(lists).fetchall(), top.execute(columns).fetchall()) == before
        assert top.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE %s", [f"tl_{shop.name}%"]).fetchone() == (
            0,
        )


def test_77_a_revert_that_would_not_be_exact_leaves_everything(enforced):
    plan = enforced.plan()
    standing = enforced.world().digest
    first = replace(plan, inverse=("DROP VIEW v_l5.region",))
    with pytest.raises(Blocked) as refused:
        enforced.revert(first)
    assert refused.value.code == "revert-inexact"
    assert enforced.world().digest == standing


def test_a_superuser_as_the_enforcement_login_does_the_same(shop, monkeypatch):
    """Not advised, and some have nothing else; its superuser is named, its owner role has no member."""
    url = f"postgres://postgres:{quote(superuser_secret())}@{quote(shop.host, safe='')}/{shop.database}"
    monkeypatch.setenv(f"WAREHOUSE_{shop.name.upper()}_ADMIN_URL", url)
    ann, bob = shop.role("ann"), shop.role("bob")
    shop.do(f"GRANT SELECT ON crm.cust TO {bob} WITH GRANT OPTION", f"GRANT USAGE ON SCHEMA crm TO {bob}")
    with shop.sign_in(bob) as link:
        link.execute(f"GRANT SELECT ON crm.cust TO {ann}")
    before = shop.world()
    plan = shop.apply()
    assert shop.drift() == {"wider": [], "narrower": [], "unknown": []}
    assert shop.ask(bob, "SELECT phone FROM v_l4.cust WHERE id = 1") == [("000-1",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        shop.ask(ann, "SELECT phone FROM v_l4.cust")
    shop.grades = {ann: 2}
    second = shop.apply()
    assert shop.drift()["wider"] == [] and second.statements
    shop.revert(second)
    shop.before, shop.after = orjson.loads(orjson.dumps(before.state(ours=shop.names.schemas))), shop.world().digest
    assert shop.revert(plan).state(ours=shop.names.schemas) == before.state(ours=shop.names.schemas)
