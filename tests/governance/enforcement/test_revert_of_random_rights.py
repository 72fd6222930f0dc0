"""Revert gives back exactly what was there, whatever rights people had given each other before."""

from __future__ import annotations

import random

import pytest

from governance.enforcement.wanted import Label

PLACES = ("TABLE crm.cust", "TABLE crm.region", "TABLE crm.odd", "SCHEMA crm", "DATABASE {database}")
WORDS = {
    "TABLE": ("SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "SELECT (id)", "UPDATE (id)"),
    "SCHEMA": ("USAGE", "CREATE"), "DATABASE": ("TEMPORARY", "CONNECT"),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_77_revert_after_random_rights_is_exact(shop, seed):
    dice = random.Random(seed)  # noqa: S311 - the same rights every time
    people = [shop.role("ann"), shop.role("bob"), "PUBLIC"]
    shop.do('CREATE TABLE crm.odd (id int, "we""ird" text)', "CREATE MATERIALIZED VIEW crm.copy AS TABLE crm.odd")
    for _turn in range(14):
        place, who = dice.choice(PLACES).format(database=shop.database), dice.choice(people)
        option = " WITH GRANT OPTION" if who != "PUBLIC" and dice.random() < 0.4 else ""
        shop.do(f"GRANT {dice.choice(WORDS[place.split()[0]])} ON {place} TO {who}{option}")
    if dice.random() < 0.5:
        shop.do(f"ALTER DEFAULT PRIVILEGES IN SCHEMA crm GRANT SELECT ON TABLES TO {people[0]} WITH GRANT OPTION")
    if dice.random() < 0.5:
        shop.do(
            "ALTER TABLE crm.odd ENABLE ROW LEVEL SECURITY", "CREATE POLICY own ON crm.odd FOR SELECT USING (id > 1)"
        )
    if seed % 2:
        shop.labels = (*shop.labels, Label("crm", "odd", {"id": 4}))
    before = shop.world()
    first = shop.apply()
    assert shop.drift()["wider"] == []
    second_before = shop.world()
    kept = (shop.before, shop.after, shop.texts, shop.known_before)
    shop.grades = {shop.role("ann"): 5}
    shop.labels = (Label("crm", "cust", {"id": 1, "city": 4, "name": 1, "phone": 1, "born": 1}), *shop.labels[1:])
    second = shop.apply()
    back = shop.revert(second)
    assert back.state(ours=shop.names.schemas) == second_before.state(ours=shop.names.schemas)
    shop.before, shop.texts, shop.known_before = kept[0], kept[2], kept[3]
    shop.after = back.digest
    assert shop.revert(first).state(ours=shop.names.schemas) == before.state(ours=shop.names.schemas)
