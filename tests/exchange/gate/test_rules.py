"""Each rule of the gate: what it finds, where, and what it lets pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.gate.personal import looks_personal
from tests.exchange.gate.make import contract, judge, manifest, node, told, write


def test_it_passes_what_is_labelled(tmp_path: Path) -> None:
    path = write(tmp_path, "a.sql", "create table t (\n a int, -- level: L1\n b text -- level: restricted\n);")
    assert judge(path, strict=True) == []


def test_it_warns_of_a_column_without_level_and_refuses_it_when_strict(tmp_path: Path) -> None:
    path = write(tmp_path, "c.yaml", contract("  - name: a\n    classification: L2\n  - name: b\n"))
    (mild,), (strict,) = judge(path), judge(path, strict=True)
    assert (mild.rule, mild.line, mild.severity, strict.severity) == ("GATE-1", 11, "warning", "error")


@pytest.mark.parametrize("word", ["L9", "secrett", "0", "3"])
def test_it_refuses_an_unknown_word_and_never_takes_it_for_the_lowest(tmp_path: Path, word: str) -> None:
    text = contract(f'  - name: a\n    classification: "{word}"\n')
    path = write(tmp_path, "c.yaml", text)
    below = write(tmp_path, "v.sql", "create view v as select a -- level: L1\n from orders;")
    assert [f.rule for f in judge(path, below)] == ["GATE-2", "GATE-4"]
    assert judge(path)[0].is_error and judge(path)[0].line == 10


def test_it_knows_the_words_of_the_organisation(tmp_path: Path) -> None:
    path = write(tmp_path, "c.yaml", contract("  - name: a\n    classification: geheim\n"))
    assert told(judge(path)) == [("GATE-2", 10)]
    assert judge(path, words={"geheim": 4}) == []


TABLE = "create table app.users (\n id int, -- level: L1\n nick text, -- level: L4\n spare text -- level: L1\n);\n"


@pytest.mark.parametrize(
    "query",
    [
        "create view v as select id, nick as shown -- level: L2\n from app.users;",
        "create table v as with s as (select * from app.users) select upper(nick) as shown -- level: L2\n from s;",
        "create view v (shown) as select nick from app.users; comment on column v.shown is 'level: L2';",
        "create view v as select spare as shown -- level: L2\n from app.users union select nick from app.users;",
        "create view v as select (select max(nick) from app.users u) as shown -- level: L2\n;",
        "create view w as select nick as n -- level: L4\n from app.users;"
        "create view v as select n as shown --level: L2\n from w;",
    ],
)
def test_it_refuses_a_column_below_the_column_it_comes_from(tmp_path: Path, query: str) -> None:
    path = write(tmp_path, "a.sql", TABLE + query)
    found = [f for f in judge(path) if f.rule == "GATE-3"]
    assert len(found) == 1 and "v.shown is L2" in found[0].sentence
    assert "app.users.nick, from" in found[0].sentence or "w.n, from" in found[0].sentence
    assert found[0].line >= 6 and found[0].is_error


def test_it_lets_pass_what_comes_from_milder_columns_only(tmp_path: Path) -> None:
    query = "create view v as select count(*) as n, -- level: L1\n u.id as uid -- level: L1\n from app.users u;"
    assert judge(write(tmp_path, "a.sql", TABLE + query), strict=True) == []


def test_what_comes_from_an_unlabelled_column_counts_as_l4(tmp_path: Path) -> None:
    path = write(tmp_path, "a.sql", "create table t (a int);\ncreate view v as select a as b -- level: L2\n from t;")
    assert told(judge(path)) == [("GATE-1", 1), ("GATE-4", 2)]
    assert all(f.is_error for f in judge(path, strict=True))


def test_a_contract_names_where_a_column_comes_from(tmp_path: Path) -> None:
    table = write(tmp_path, "t.sql", "create table raw.users (nick text -- level: L4\n);")
    text = contract("  - name: a\n    classification: L2\n    transformSourceObjects: [raw.users.nick]\n")
    path = write(tmp_path, "c.yaml", text)
    assert told(judge(path, table)) == [("GATE-3", 10)]


def test_a_dbt_model_follows_its_compiled_sql(tmp_path: Path) -> None:
    source = node("users", {"id": "L1", "nick": "L4"}, kind="source", identifier="users")
    sql = 'select id, nick as shown from "db"."main"."users"'
    good = node("good", {"id": "L1", "shown": "L4"}, ("source.shop.users",), compiled_code=sql)
    bad = node("bad", {"id": "L1", "shown": "L3"}, ("source.shop.users",), compiled_code=sql)
    path = write(tmp_path, "target/manifest.json", manifest(source, good, bad))
    (found,) = judge(path.parent)
    assert found.rule == "GATE-3" and "bad.shown is L3" in found.sentence
    text = path.read_text().splitlines()
    assert '"shown": {' in text[found.line - 1]


def test_a_dbt_model_that_is_not_compiled_is_held_to_its_parents(tmp_path: Path) -> None:
    source = node("users", {"nick": "L4"}, kind="source", identifier="users")
    bad = node("bad", {"shown": "L3"}, ("source.shop.users",))
    good = node("good", {"shown": "L3", "other": "L4"}, ("source.shop.users",))
    path = write(tmp_path, "manifest.json", manifest(source, bad, good))
    (found,) = judge(path)
    assert found.rule == "GATE-3" and "main.bad is L3" in found.sentence


def test_it_names_the_line_of_the_projects_own_yaml(tmp_path: Path) -> None:
    model = node("users", {"nick": "L9"}, patch_path="shop://models/schema.yml")
    write(tmp_path, "dbt_project.yml", "name: shop\n")
    yaml = "version: 2\nmodels:\n- name: users\n  columns:\n  - name: id\n  - name: nick\n    meta: {level: L9}\n"
    write(tmp_path, "models/schema.yml", yaml)
    write(tmp_path, "target/manifest.json", manifest(model))
    (found,) = judge(tmp_path)
    assert (found.rule, found.line, Path(found.file)) == ("GATE-2", 6, tmp_path / "models/schema.yml")


def test_a_path_of_the_manifest_cannot_lead_out_of_the_project(tmp_path: Path) -> None:
    yaml = "models:\n- name: users\n  columns:\n  - name: nick\n"
    outside = write(tmp_path, "elsewhere.yml", yaml)
    model = node("users", {"nick": "L9"}, patch_path="shop://../../elsewhere.yml")
    path = write(tmp_path, "project/target/manifest.json", manifest(model))
    (found,) = judge(path)
    assert outside.is_file() and found.file == str(path)


@pytest.mark.parametrize(
    "name",
    [
        "email",
        "customer_email",
        "e_mail",
        "idCard",
        "id_card_no",
        "phone",
        "mobile_number",
        "身份证号",
        "客户手机号",
        "sfzh",
    ],
)
def test_a_personal_looking_name_without_level_is_an_error(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, "c.yaml", contract(f"  - name: {name}\n"))
    assert told(judge(path)) == [("GATE-7", 9)] and judge(path)[0].is_error
    assert judge(write(tmp_path, "d.yaml", contract(f"  - name: {name}\n    classification: L3\n"))) == []


@pytest.mark.parametrize(
    "name", ["email_sent_at", "phone_count", "is_email_valid", "ip_address", "hotel", "order_id", "订单号"]
)
def test_a_name_about_something_else_is_not_taken_for_personal(name: str) -> None:
    assert looks_personal(name) is None


def test_it_refuses_select_star_from_a_restricted_table_at_its_line(tmp_path: Path) -> None:
    text = TABLE + "create view v as\nselect *\nfrom app.users;\n"
    found = [f for f in judge(write(tmp_path, "a.sql", text)) if f.rule == "GATE-8"]
    assert [(f.line, f.is_error) for f in found] == [(8, True)]


def test_a_star_counts_through_what_stands_between(tmp_path: Path) -> None:
    text = TABLE + "create view v as with s as (select * from app.users) select * from s;"
    assert "GATE-8" in [f.rule for f in judge(write(tmp_path, "a.sql", text))]


def test_a_star_that_does_not_reach_the_output_is_no_finding(tmp_path: Path) -> None:
    text = TABLE + "create view v as with s as (select * from app.users) select id -- level: L1\n from s;"
    assert judge(write(tmp_path, "a.sql", text)) == []
    mild = "create table t (a int -- level: L3\n); create view v as select * from t;"
    assert [f.rule for f in judge(write(tmp_path, "b.sql", mild))] == ["GATE-1"]


def test_select_star_of_a_dbt_model_is_named_in_the_models_file(tmp_path: Path) -> None:
    source = node("users", {"nick": "L4"}, kind="source", identifier="users")
    model = node(
        "copy", {"nick": "L4"}, ("source.shop.users",), original_file_path="models/copy.sql",
        compiled_code='-- made\n\nselect * from "db"."main"."users"', raw_code="select\n  *\nfrom {{ source() }}",
    )  # fmt: skip
    write(tmp_path, "models/copy.sql", "select\n  *\nfrom {{ source() }}")
    write(tmp_path, "target/manifest.json", manifest(source, model))
    found = [f for f in judge(tmp_path / "target") if f.rule == "GATE-8"]
    assert [(Path(f.file).name, f.line) for f in found] == [("copy.sql", 2)]


@pytest.mark.parametrize("tag", ["pci-dss:cvv", "pci-dss:track", "PCI-DSS:PIN", "pci-dss:sad"])
def test_it_refuses_prohibited_categories_at_any_level(tmp_path: Path, tag: str) -> None:
    path = write(tmp_path, "c.yaml", contract(f"  - name: a\n    classification: L5\n    tags: ['{tag}']\n"))
    assert told(judge(path)) == [("GATE-9", 10)]
    sql = write(tmp_path, "a.sql", f"create table t (a text -- level: L5 tags: {tag}\n);")
    assert told(judge(sql)) == [("GATE-9", 1)]


def test_a_level_is_not_below_the_floor_of_its_category(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.sql",
        "create table t (a text, -- level: L4; tags: pci-dss:pan\n b text -- level: L5 tags: pci-dss:pan\n);",
    )
    assert told(judge(path)) == [("GATE-10", 1)]


def test_a_table_of_which_no_column_is_known_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "manifest.json", manifest(node("empty", {})))
    assert [f.rule for f in judge(path)] == ["GATE-12"]


def test_it_tells_all_faults_in_one_run(tmp_path: Path) -> None:
    write(
        tmp_path,
        "a.sql",
        "create table t (email text,\n b int -- level: L9\n);\ncreate table ((;\ncreate table u (c int);",
    )
    write(tmp_path, "b.yaml", contract("  - name: phone\n"))
    write(tmp_path, "c.yaml", "a: [")
    rules = [f.rule for f in judge(tmp_path)]
    assert rules == ["GATE-7", "GATE-2", "GATE-11", "GATE-1", "GATE-7", "GATE-11"]
