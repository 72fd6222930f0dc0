"""What lets more people see more than the baseline: approved transformations bound to SQL, masks, grants, feeds."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from catalog.sql_text import hash_of_sql
from exchange.gate.approved import Approved
from exchange.gate.baseline import Baseline, make_baseline, read_baseline, write_baseline
from exchange.gate.formats import FORMATS
from exchange.gate.model import Finding, Options
from exchange.gate.reading import read_paths
from exchange.gate.rules import check
from tests.exchange.gate.make import contract, judge, manifest, node, told, write

SOURCE = "CREATE TABLE ods.cust (\n  id_card text, -- level: L5\n  city text -- level: L2\n);\n"
MADE = (
    "CREATE VIEW dwd.cust AS\nSELECT\n  hmac(id_card, 'k', 'sha256') AS buyer, -- level: L2\n"
    "  city -- level: L2\nFROM ods.cust"
)
TODAY = date(2026, 11, 23)


def approved(**more: object) -> Baseline:
    """A baseline in which the catalogue says that this statement may lower the column."""
    facts = {
        "source": "ods.cust.id_card", "target": "dwd.cust.buyer", "lowers_to": 2, "sql": hash_of_sql(MADE, "postgres"),
        "until": "2026-12-31", "key": "ATT-1001",
    } | more  # fmt: skip
    return Baseline(transformations=[Approved(**facts)])  # type: ignore[arg-type]


def held(folder: Path, text: str, baseline: Baseline | None) -> list[Finding]:
    file = write(folder, "ddl.sql", text)
    return list(check(read_paths([str(file)], Options("postgres", {})), baseline=baseline, today=TODAY))


def test_a_lower_level_passes_by_the_sql_that_was_approved_for_it(tmp_path: Path) -> None:
    assert [one.rule for one in held(tmp_path, SOURCE + MADE + ";", None)] == ["GATE-3"]
    assert held(tmp_path, SOURCE + MADE + ";", approved()) == []


def test_layout_and_comments_of_the_sql_may_change_and_nothing_else(tmp_path: Path) -> None:
    other = MADE.replace("\nSELECT\n ", " SELECT\n\n").replace("FROM", "\n-- the customers\nFROM")
    assert held(tmp_path, SOURCE + other + ";", approved()) == []
    (found,) = held(tmp_path, SOURCE + MADE.replace("hmac(id_card, 'k', 'sha256')", "id_card") + ";", approved())
    assert (found.rule, found.file, found.line) == ("GATE-3", str(tmp_path / "ddl.sql"), 7)
    assert "ATT-1001 was approved for other SQL" in found.sentence


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"until": "2026-11-22"}, "ended on 2026-11-22"),
        ({"lowers_to": 3}, "lets L3 through"),
        ({"target": "dwd.cust.city"}, "is L5."),
        ({"source": "ods.other.id_card"}, "is L5."),
    ],
)
def test_an_approval_reaches_no_further_than_it_says(tmp_path: Path, more: dict[str, object], why: str) -> None:
    (found,) = held(tmp_path, SOURCE + MADE + ";", approved(**more))
    assert found.rule == "GATE-3"
    assert why in found.sentence


def test_a_model_of_dbt_is_bound_by_its_compiled_sql(tmp_path: Path) -> None:
    sql = "select md5(id_card) as buyer from db.main.cust"

    def project(compiled: str) -> Path:
        cust = node("cust", {"id_card": "L5"}, compiled_code="select 1 as id_card")
        model = node("orders", {"buyer": "L2"}, ("model.shop.cust",), compiled_code=compiled)
        return write(tmp_path, "target/manifest.json", manifest(cust, model))

    baseline = approved(source="db.main.cust.id_card", target="db.main.orders.buyer", sql=hash_of_sql(sql, "duckdb"))
    for compiled, rules in ((sql, []), (sql.replace("md5(id_card)", "id_card"), ["GATE-3"])):
        material = read_paths([str(project(compiled))], Options())
        found = check(material, baseline=baseline, today=TODAY)
        assert [one.rule for one in found if one.rule == "GATE-3"] == rules, compiled


@pytest.mark.parametrize(
    ("insert", "line"),
    [
        ("INSERT INTO dwd.t SELECT day, pan FROM ods.pay;", 9),
        ("INSERT INTO dwd.t (who, day) SELECT pan, day FROM ods.pay;", 9),
        ("WITH q AS (SELECT day, pan FROM ods.pay)\nINSERT INTO dwd.t SELECT * FROM q;", 10),
        ("INSERT INTO dwd.t (who) SELECT pan FROM ods.pay WHERE day > 1;", 9),
    ],
)
def test_what_is_inserted_is_as_strict_as_what_it_comes_from(tmp_path: Path, insert: str, line: int) -> None:
    tables = (
        "CREATE TABLE ods.pay (\n  day int, -- level: L1\n  pan text -- level: L4\n);\n"
        "CREATE TABLE dwd.t (\n  day int, -- level: L1\n  who text -- level: L2\n);\n"
    )
    found = [one for one in held(tmp_path, tables + insert, None) if one.rule == "GATE-3"]
    assert [(one.line, "dwd.t.who is L2" in one.sentence) for one in found] == [(line, True)]


def test_a_table_made_by_select_takes_the_levels_and_stars_of_its_sources(tmp_path: Path) -> None:
    made = (
        "CREATE TABLE dwd.t AS SELECT pan AS who -- level: L2\nFROM ods.pay;\n"
        "CREATE TABLE dwd.all AS\nSELECT * FROM ods.pay;\n"
    )
    found = held(tmp_path, "CREATE TABLE ods.pay (pan text -- level: L4\n);\n" + made, None)
    assert {(one.rule, one.line) for one in found} >= {("GATE-3", 3), ("GATE-8", 6)}


def test_a_star_into_another_table_is_a_star_too(tmp_path: Path) -> None:
    tables = "CREATE TABLE ods.pay (pan text -- level: L4\n);\nCREATE TABLE dwd.t (pan text -- level: L4\n);\n"
    found = held(tmp_path, tables + "INSERT INTO dwd.t\nSELECT * FROM ods.pay;", None)
    assert told(found) == [("GATE-8", 6)]


def test_values_and_inserts_into_what_is_not_here_are_no_fault(tmp_path: Path) -> None:
    text = "CREATE TABLE a.t (x int -- level: L1\n);\nINSERT INTO a.t VALUES (1);\nINSERT INTO b.t SELECT x FROM a.t;"
    assert held(tmp_path, text, None) == []


def baseline_of(folder: Path, name: str, text: str) -> Baseline:
    """What a run over the earlier files keeps, through a file of its own."""
    material = read_paths([str(write(folder / "before", name, text))], Options())
    file = folder / "levels.json"
    write_baseline(file, make_baseline(material.tables, None, material.rights))
    return read_baseline(file)


T = "CREATE TABLE pay.card (\n  pan text -- level: L4 mask: keyed_hash\n);\n"


@pytest.mark.parametrize(
    ("now", "rules"),
    [
        ("mask: keyed_hash", []),
        ("mask: drop", []),
        ("mask: tokenise", []),
        ("mask: partial", ["GATE-14"]),
        ("mask: none", ["GATE-14"]),
        ("", ["GATE-14"]),
        ("mask: of_our_own", ["GATE-14"]),
    ],
)
def test_a_mask_is_not_taken_off_or_made_milder(tmp_path: Path, now: str, rules: list[str]) -> None:
    baseline = baseline_of(tmp_path, "ddl.sql", T)
    found = judge(write(tmp_path, "ddl.sql", T.replace("mask: keyed_hash", now)), baseline=baseline)
    assert told(found) == [(rule, 2) for rule in rules]


GRANTED = T + "GRANT SELECT ON pay.card TO auditors;\n"


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ("", []),
        ("GRANT SELECT ON pay.card TO auditors;", []),
        ("GRANT SELECT ON pay.card TO interns;", ["GATE-13"]),
        ("GRANT SELECT ON pay.card TO PUBLIC;", ["GATE-13"]),
        ("GRANT UPDATE ON pay.card TO auditors;", ["GATE-13"]),
        ("GRANT ALL PRIVILEGES ON pay.card TO auditors;", ["GATE-13"]),
        ("GRANT SELECT ON ALL TABLES IN SCHEMA pay TO interns;", ["GATE-13"]),
        ("GRANT auditors TO interns;", ["GATE-13"]),
        ("GRANT SELECT ON pay.card TO interns;\nREVOKE SELECT ON pay.card FROM interns;", []),
    ],
)
def test_a_grant_that_was_not_in_the_baseline_is_breaking(tmp_path: Path, more: str, rules: list[str]) -> None:
    baseline = baseline_of(tmp_path, "ddl.sql", GRANTED)
    found = judge(write(tmp_path, "ddl.sql", GRANTED + more), baseline=baseline)
    assert [one.rule for one in found] == rules
    assert [one.line for one in found] in ([], [5])


def test_fewer_grants_and_new_tables_are_no_widening(tmp_path: Path) -> None:
    baseline = baseline_of(tmp_path, "ddl.sql", GRANTED)
    new = "CREATE TABLE pay.new (day int -- level: L1\n);\nGRANT SELECT ON pay.new TO interns;\n"
    assert judge(write(tmp_path, "ddl.sql", T + new), baseline=baseline) == []


def test_grants_and_masks_of_a_dbt_project_are_held_too(tmp_path: Path) -> None:
    def project(where: str, grants: list[str], mask: str) -> Path:
        made = node("card", {"pan": "L4"}, compiled_code="select 1 as pan")
        made["config"]["grants"] = {"select": grants}
        made["columns"]["pan"]["meta"]["mask"] = mask
        return write(tmp_path, f"{where}/manifest.json", manifest(made))

    before = read_paths([str(project("before", ["auditors"], "hmac"))], Options())
    baseline = make_baseline(before.tables)
    found = judge(project("now", ["auditors", "interns"], "partial"), baseline=baseline)
    assert {one.rule for one in found} == {"GATE-13", "GATE-14"}
    assert judge(project("same", ["auditors"], "hmac"), baseline=baseline) == []


def test_roles_and_masks_of_a_contract_are_held_too(tmp_path: Path) -> None:
    def text(role: str, mask: str) -> str:
        column = (
            "    - name: pan\n      classification: L4\n      customProperties:\n"
            f"      - property: mask\n        value: {mask}\n"
        )
        return contract(column) + f"roles:\n- role: auditors\n  access: read\n{role}"

    baseline = baseline_of(tmp_path, "c.yaml", text("", "drop"))
    assert judge(write(tmp_path, "c.yaml", text("", "drop")), baseline=baseline) == []
    found = judge(write(tmp_path, "c.yaml", text("- role: interns\n  access: read\n", "partial")), baseline=baseline)
    assert {one.rule for one in found} == {"GATE-13", "GATE-14"}


def test_a_baseline_from_before_masks_and_grants_were_kept_compares_neither(tmp_path: Path) -> None:
    baseline = Baseline(levels={"pay.card": {"": None, "pan": 4}})
    assert judge(write(tmp_path, "ddl.sql", GRANTED), baseline=baseline) == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("transformations", [{"source": "a.b"}]),
        ("transformations", [Approved("a", "b", 5, "0" * 64, "2026-01-01", "ATT-1").as_dict()]),
        ("transformations", {}),
        ("masks", {"t": []}),
        ("grants", {"t": {"select": "x"}}),
    ],
)  # fmt: skip
def test_a_baseline_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, part: str, value: object) -> None:
    text = json.dumps(
        {"format": "throughline-gate-baseline", "version": 1, "levels": {}, "removed": {}, part: value}, indent=1
    )
    file = write(tmp_path, "levels.json", text)
    with pytest.raises(ValueError, match=rf"levels\.json:[0-9]+: .*{part}"):
        read_baseline(file)


def test_writing_again_keeps_what_was_approved(tmp_path: Path) -> None:
    old = approved()
    material = read_paths([str(write(tmp_path, "ddl.sql", GRANTED))], Options())
    file = tmp_path / "levels.json"
    write_baseline(file, make_baseline(material.tables, old, material.rights))
    first = file.read_bytes()
    again = read_baseline(file)
    assert again.transformations == old.transformations
    write_baseline(file, again)
    assert file.read_bytes() == first


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
def test_every_format_names_rule_file_and_line(tmp_path: Path, form: str) -> None:
    baseline = baseline_of(tmp_path, "ddl.sql", GRANTED)
    changed = GRANTED.replace("mask: keyed_hash", "mask: none") + "GRANT SELECT ON pay.card TO interns;"
    found = judge(write(tmp_path, "ddl.sql", changed), baseline=baseline)
    said = FORMATS[form](found, [str(tmp_path / "ddl.sql")])
    for rule, line in (("GATE-13", 5), ("GATE-14", 2)):
        assert rule in said
        assert str(line) in said
    assert "ddl.sql" in said
