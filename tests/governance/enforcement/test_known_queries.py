"""The dry run replays what people are known to ask, as themselves, and names what would break."""

from __future__ import annotations

from governance.enforcement import apply as applying
from governance.enforcement.replay import Query, reading_of
from governance.enforcement.session import sitting


def run(shop, queries=()):
    plan = shop.plan()
    with sitting(shop.name) as link:
        return applying.dry_run(link, plan, shop.aim, queries).replayed


def test_queries_that_break_are_named_and_others_are_not(shop):
    ann, bob = shop.role("ann"), shop.role("bob")
    shop.do(f"GRANT USAGE ON SCHEMA crm TO {ann}, {bob}", f"GRANT SELECT ON crm.cust, crm.region TO {ann}")
    found = run(shop, [
        reading_of(ann, [("crm", "cust")], "direct"), reading_of(ann, [("crm", "region")], "open"),
        reading_of(bob, [("crm", "cust")], "never worked"), Query(ann, "SELECT 1; DROP TABLE crm.cust", "two"),
        Query(ann, "SELECT id FROM crm.cust WHERE id = $1", "with a value"), Query("nobody_there", "SELECT 1", "gone"),
    ])  # fmt: skip
    assert [(b["role"], b["name"], b["code"]) for b in found.breaks] == [
        (ann, "direct", "42501"), (ann, "with a value", "42501"),
    ]  # fmt: skip
    assert found.not_replayed == 2
    assert shop.ask(ann, "SELECT count(*) FROM crm.cust") == [(20,)]  # nothing stayed
    assert not shop.world().roles


def test_what_the_server_remembers_is_replayed_without_a_provider(shop):
    ann = shop.role("ann")
    shop.do(f"GRANT USAGE ON SCHEMA crm TO {ann}", f"GRANT SELECT ON crm.cust TO {ann}")
    for _turn in range(30):  # the server forgets what is rarely asked
        assert shop.ask(ann, "SELECT city FROM crm.cust WHERE phone = '000-3'") == [("Ostend",)]
    found = run(shop)
    assert [b["role"] for b in found.breaks] == [ann] and "000-3" not in str(found)


def test_a_query_on_the_views_that_a_new_level_closes_is_named(enforced):
    bob = enforced.role("bob")
    query = Query(bob, "SELECT name FROM v_l4.cust", "names")
    assert run(enforced, [query]).breaks == ()
    enforced.grades = {enforced.role("ann"): 2}
    assert [b["name"] for b in run(enforced, [query]).breaks] == ["names"]
