"""What was agreed on in the catalogue passes the gate by the SQL that it is bound to, and by no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from guard import ledger
from guard.models import Domain, Entry
from people.models import User
from tests.governance import lineage
from tests.governance.lineage import agree, hashed, propose
from tests.governance.make import orders

VIEW = "CREATE VIEW shop.dwd_cust AS SELECT hmac(id_card, 'k', 'sha256') AS cust FROM shop.ods_cust"
LABELLED = VIEW.replace("AS cust FROM", "AS cust -- level: L2\nFROM") + ";"
SOURCE = "CREATE TABLE shop.ods_cust (\n  id_card text -- level: L4\n);\n"


@pytest.fixture
def agreed(growth: Domain, cast: dict[str, User]) -> str:
    """A transformation that two people agreed to; its key."""
    ods = orders(cast["omar"], growth, cast["grace"], {"id_card": 4}, "shop.ods_cust", owner=cast["tom"])
    dwd = orders(cast["omar"], growth, cast["grace"], {"cust": 2}, "shop.dwd_cust", owner=cast["ravi"])
    way = lineage.join(cast["omar"], ods, "id_card", dwd, "cust", sql=VIEW)
    found = propose(cast["ravi"], way, hashed())
    for person in (cast["tom"], cast["gus"]):
        found = agree(found, person)
    assert found.state == "live"
    return found.key


def check(manage: Callable[..., str], folder: Path, sql: str) -> tuple[int, str]:
    file = folder / "ddl.sql"
    file.write_text(sql)
    with pytest.raises(SystemExit) as ended:
        manage("govern", "check", str(file), "--baseline", str(folder / "levels.json"))
        raise SystemExit(0)
    return int(ended.value.code or 0), str(file)


def test_the_gate_lets_the_approved_sql_pass_and_stops_it_once_it_is_edited(
    agreed: str, manage: Callable[..., str], tmp_path: Path
) -> None:
    manage("govern", "baseline", "shop", "--by", "grace", "--output", str(tmp_path / "levels.json"))
    kept = json.loads((tmp_path / "levels.json").read_text())
    (row,) = kept["transformations"]
    assert (row["source"], row["target"], row["lowers_to"], row["key"]) == (
        "shop.ods_cust.id_card", "shop.dwd_cust.cust", 2, agreed,
    )  # fmt: skip
    assert kept["levels"]["shop.ods_cust"]["id_card"] == 4
    assert check(manage, tmp_path, SOURCE + LABELLED)[0] == 0
    assert check(manage, tmp_path, SOURCE + LABELLED.replace("hmac(id_card, 'k', 'sha256')", "id_card"))[0] == 1


def test_what_ended_or_lost_its_sql_is_not_handed_out(agreed: str, cast: dict[str, User], manage: Any) -> None:
    from governance import actions

    found = lineage.attestation(lineage.Attestation.objects.unrestricted(lineage.LOOK).get(thing__key=agreed))
    actions.end_attestation(by=cast["gus"], attestation=found, reason="The key was published.")
    assert "transformations" not in json.loads(manage("govern", "baseline", "shop", "--by", "grace"))


def test_somebody_below_gets_nothing_and_who_takes_it_out_is_written_down(
    agreed: str, cast: dict[str, User], manage: Callable[..., str]
) -> None:
    with pytest.raises(CommandError):
        manage("govern", "baseline", "shop", "--by", "otto")
    priya = json.loads(manage("govern", "baseline", "shop", "--by", "priya"))
    assert ("shop.ods_cust" in priya["levels"], "transformations" in priya) == (False, False)
    before = Entry.objects.unrestricted(lineage.LOOK).filter(verb=ledger.READ).count()
    manage("govern", "baseline", "shop", "--by", "grace")
    lines = Entry.objects.unrestricted(lineage.LOOK).filter(verb=ledger.READ, actor=cast["grace"])
    assert lines.count() > before
    assert all('"door":"export"' in line.payload for line in lines)
