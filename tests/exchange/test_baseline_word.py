"""What was agreed on in the catalogue passes the gate by the SQL that it is bound to, and by no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from catalog.models import Warehouse
from exchange.gate.baseline import read_baseline, write_baseline
from governance.models import EnforcementRun
from guard import ledger
from guard.doors import act
from guard.models import Domain, Entry
from guard.policy import Who
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


@act("test.enforced", who=Who(anyone=True), subject="warehouse")
def enforce(*, by: Any, warehouse: Warehouse) -> None:
    """As if a plan had been applied there."""
    EnforcementRun.objects.create(
        warehouse=warehouse, made_by=by, state=EnforcementRun.State.APPLIED, world_digest="0" * 64,
        wanted_digest="0" * 64,
    )  # fmt: skip


@pytest.fixture
def enforced(agreed: str, cast: dict[str, User]) -> str:
    rows = Warehouse.objects.unrestricted(lineage.LOOK).select_related("thing__domain")
    enforce(by=cast["grace"], warehouse=rows.get(name="shop"))
    return agreed


def test_what_nobody_enforces_has_no_masks_and_grants_to_compare_with(agreed: str, manage: Callable[..., str]) -> None:
    kept = json.loads(manage("govern", "baseline", "shop", "--by", "grace"))
    assert (kept["source"], "masks" in kept, "grants" in kept) == ("catalogue", False, False)


def test_an_enforced_warehouse_brings_its_masks_and_grants_and_always_the_same_bytes(
    enforced: str, manage: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "levels.json"
    manage("govern", "baseline", "shop", "--by", "grace", "--output", str(file))
    first = file.read_bytes()
    kept = json.loads(first)
    assert kept["masks"] == {"shop.ods_cust": {"id_card": "keyed_hash"}}
    roles = ["role tl_shop_l1", "role tl_shop_l2", "role tl_shop_l3", "role tl_shop_l4", "role tl_shop_l5"]
    assert kept["grants"] == {name: {} for name in ["shop.*", "shop.ods_cust", *roles, "role tl_shop_owner"]}
    manage("govern", "baseline", "shop", "--by", "grace", "--output", str(file))
    assert file.read_bytes() == first
    write_baseline(file, read_baseline(file))
    assert file.read_bytes() == first


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ("", ""),
        ("GRANT SELECT ON shop.ods_cust TO interns;", "GATE-13"),
        ("GRANT SELECT ON ALL TABLES IN SCHEMA shop TO interns;", "GATE-13"),
        ("GRANT tl_shop_l5 TO interns;", "GATE-13"),
        ("GRANT reporters TO interns;", ""),  # a role that the house does not decide about
        ("GRANT SELECT ON shop.dwd_cust TO interns;", ""),  # L2: read past the views, as before
    ],
)
def test_a_grant_past_the_plan_is_breaking(
    enforced: str, manage: Callable[..., str], tmp_path: Path, capsys: Any, more: str, rule: str
) -> None:  # fmt: skip
    manage("govern", "baseline", "shop", "--by", "grace", "--output", str(tmp_path / "levels.json"))
    code, said = check(manage, tmp_path, SOURCE + LABELLED + "\n" + more)
    assert code == (1 if rule else 0), said


@pytest.mark.parametrize(
    ("mask", "code"), [("", 0), (" mask: keyed_hash", 0), (" mask: drop", 0), (" mask: partial", 1), (" mask: none", 1)]
)
def test_a_file_says_no_milder_mask_than_the_house_and_may_say_none(
    enforced: str, manage: Callable[..., str], tmp_path: Path, mask: str, code: int
) -> None:
    manage("govern", "baseline", "shop", "--by", "grace", "--output", str(tmp_path / "levels.json"))
    source = SOURCE.replace("level: L4", f"level: L4{mask}")
    assert check(manage, tmp_path, source + LABELLED)[0] == code


def test_writing_a_baseline_from_files_does_not_write_the_houses_masks_and_grants_away(
    enforced: str, manage: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "levels.json"
    manage("govern", "baseline", "shop", "--by", "grace", "--output", str(file))
    before = json.loads(file.read_text())
    (tmp_path / "ddl.sql").write_text(SOURCE + LABELLED + "\nGRANT SELECT ON shop.ods_cust TO interns;")
    with pytest.raises(SystemExit):
        manage("govern", "check", str(tmp_path / "ddl.sql"), "--write-baseline", str(file))
        raise SystemExit(0)
    after = json.loads(file.read_text())
    assert {part: after[part] for part in ("masks", "grants", "source")} == {
        part: before[part] for part in ("masks", "grants", "source")
    }


def test_who_does_not_see_the_columns_gets_no_mask_and_no_name_of_the_table(
    enforced: str, manage: Callable[..., str]
) -> None:
    priya = json.loads(manage("govern", "baseline", "shop", "--by", "priya"))
    assert "ods_cust" not in json.dumps(priya)


def test_a_source_that_nobody_knows_is_no_baseline(tmp_path: Path) -> None:
    file = tmp_path / "levels.json"
    file.write_text(json.dumps({"format": "throughline-gate-baseline", "version": 1, "levels": {}, "removed": {},
                                "source": "somebody"}))  # fmt: skip
    with pytest.raises(ValueError, match="source"):
        read_baseline(file)
