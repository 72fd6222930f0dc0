"""The login by which the product itself reads: given its grade and nothing else, and attacked like a reader."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from catalog import warehouse as connections
from governance.enforcement.labels import aim_of
from governance.enforcement.limits import LIMITS
from governance.enforcement.sentences import SENTENCES
from governance.scanner import sampling
from guard.models import Domain
from people.models import User
from tests.governance import make
from tests.governance.enforcement.shop import SECRET, Shop

Denied = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def reader(shop: Shop, monkeypatch: Any) -> str:
    """The product's login, which may read every table before anything is enforced; the strictest table is L4."""
    login = shop.add_login("product")
    shop.do(f"GRANT USAGE ON SCHEMA crm TO {login}", f"GRANT SELECT ON ALL TABLES IN SCHEMA crm TO {login}")
    url = f"postgres://{login}:{quote(SECRET)}@{quote(shop.host, safe='')}/{shop.database}"
    monkeypatch.setenv(f"WAREHOUSE_{shop.name.upper()}_URL", url)
    assert connections.reading_login(shop.name) == login
    shop.product = login
    return login


def table(shop: Shop, name: str = "crm.cust", level: int = 4) -> Any:
    return SimpleNamespace(warehouse=SimpleNamespace(name=shop.name), qualified_name=name, level=level)


def values(shop: Shop, *columns: str, **about: Any) -> dict[str, set[str | None]]:
    return {read.name: set(read.values) for read in sampling.sampled(table(shop, **about), columns)}


def test_the_plan_gives_it_the_grade_in_which_nothing_is_masked_and_takes_everything_else(
    shop: Shop, reader: str
) -> None:
    shop.apply()
    assert shop.drift() == {"wider": [], "narrower": [], "unknown": []}
    assert shop.ask(reader, "SELECT phone, name FROM v_l4.cust WHERE id = 1") == [("000-1", "Person 1")]
    for statement in (
        "SELECT id FROM crm.cust", "TABLE throughline_keep.mask_key", "SELECT id FROM v_l3.cust",
        "SELECT id FROM v_l5.cust", f"SET ROLE {shop.grade(4)}", f"SET ROLE {shop.names.owner}",
        "CREATE TEMPORARY TABLE t (n int)", "CREATE TABLE public.t (n int)", "INSERT INTO v_l4.cust (id) VALUES (99)",
    ):  # fmt: skip
        with pytest.raises((Denied, psycopg.errors.FeatureNotSupported)):
            shop.ask(reader, statement)


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        ("GRANT USAGE ON SCHEMA crm TO {0}; GRANT SELECT (phone) ON crm.cust TO {0}", "right-extra"),
        ("GRANT pg_read_all_data TO {0}", "predefined"),
        ("GRANT {owner} TO {0}", "keeper-extra"),
        ("GRANT SELECT ON throughline_keep.mask_key TO {0}", "key-read"),
        ("CREATE ROLE back_{mark}; GRANT SELECT ON crm.cust TO back_{mark}; GRANT back_{mark} TO {0}", ""),
    ],
)
def test_an_attack_that_lets_it_read_a_closed_table_is_found(
    shop: Shop, reader: str, attack: str, found: str
) -> None:  # fmt: skip
    """By the lists, and live: whatever the way, the server is asked what this login may read."""
    shop.apply()
    with shop.super() as top:
        top.execute(attack.format(reader, owner=shop.names.owner, mark=shop.mark))
    wider = shop.drift()["wider"]
    thing = "throughline_keep.mask_key" if found == "key-read" else "crm.cust"
    assert ("probe-reads", thing, "product") in wider
    assert not found or found in {code for code, _thing, who in wider if who == "product"}


def test_what_it_lacks_is_found_and_given_again(shop: Shop, reader: str) -> None:
    shop.apply()
    shop.do(f"REVOKE {shop.grade(4)} FROM {reader}")
    assert shop.drift()["narrower"] == [("member-missing", shop.grade(4), "product")]
    shop.apply()
    assert shop.drift() == {"wider": [], "narrower": [], "unknown": []}


def test_a_second_grade_is_taken_from_it(shop: Shop, reader: str) -> None:
    shop.apply()
    shop.do(f"GRANT {shop.grade(5)} TO {reader} WITH INHERIT TRUE, SET FALSE")
    assert ("member-extra", shop.grade(5), "product") in shop.drift()["wider"]
    shop.apply()
    assert shop.drift()["wider"] == []


def test_it_is_put_back_to_the_bit(shop: Shop, reader: str) -> None:
    first = shop.world()
    plan = shop.apply()
    back = shop.revert(plan)
    assert back.state(ours=shop.names.schemas) == first.state(ours=shop.names.schemas)
    assert shop.ask(reader, "SELECT phone FROM crm.cust WHERE id = 1") == [("000-1",)]


def test_one_that_reads_past_every_grade_is_named(shop: Shop, reader: str) -> None:
    shop.product = shop.admin
    shop.apply()
    assert ("product-admin", shop.admin, "admin") in shop.drift()["wider"]
    shop.product = reader
    shop.apply()
    with shop.super() as top:
        top.execute(f"ALTER ROLE {reader} SUPERUSER")
    assert ("product-super", reader, "product") in shop.drift()["wider"]


def test_a_persons_login_is_not_raised_by_it_and_is_named(shop: Shop, reader: str) -> None:
    """Somebody who set the product's address to their own login would have every level by the next plan."""
    ann = shop.role("ann")
    shop.product = ann
    shop.apply()
    assert shop.drift()["wider"] == [("product-person", ann, "ann")]
    with pytest.raises(Denied):
        shop.ask(ann, "SELECT phone FROM v_l4.cust")


def test_the_scanner_reads_a_closed_table_by_the_view_that_masks_nothing(shop: Shop, reader: str) -> None:
    before = values(shop, "phone", "city")
    shop.apply()
    assert values(shop, "phone", "city") == before
    assert "000-1" in before["phone"] and before["city"] == {"Ostend"}
    assert values(shop, "label", name="crm.region", level=2) == {"label": {"north", "south"}}


def test_masked_values_are_not_taken_for_values(shop: Shop, reader: str) -> None:
    """Judged by their tokens, columns would look clean: a view that masks anything is not read at all."""
    shop.apply()
    shop.do(f"REVOKE {shop.grade(4)} FROM {reader}", f"GRANT {shop.grade(2)} TO {reader}")
    assert shop.ask(reader, "SELECT phone FROM v_l2.cust WHERE id = 1") != [("000-1",)]
    (read,) = sampling.sampled(table(shop), ["phone"])
    assert (read.fault, read.values) == ("unreadable", ())


def test_what_this_does_not_protect_and_each_finding_have_words() -> None:
    assert "product" in {code for code, _what, _instead in LIMITS}
    assert {"product-super", "product-admin", "product-keeps", "product-person"} <= set(SENTENCES)


def test_the_aim_of_a_warehouse_names_whom_its_address_signs_in_as(
    growth: Domain, omar: User, grace: User, monkeypatch: Any
) -> None:
    made = make.orders(omar, growth, grace, {"id": 1})
    monkeypatch.delenv("WAREHOUSE_SHOP_URL", raising=False)
    assert aim_of(made.warehouse).product == ""
    monkeypatch.setenv("WAREHOUSE_SHOP_URL", "postgres://shop%5Freader:x@localhost/shop")
    assert aim_of(made.warehouse).product == "shop_reader"
