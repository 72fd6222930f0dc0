"""Files made to break a reader give a finding at their place, never an exception; so does every file of the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exchange.gate.formats import FORMATS
from tests.exchange.corpus import CORPUS, needs_corpus
from tests.exchange.gate.make import contract, judge, manifest, node, write

BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = 100_000
HEAD = '{"metadata": {"dbt_schema_version": "/dbt/manifest/v12.json"}, "nodes": '

HOSTILE: dict[str, str | bytes] = {
    "bomb.yaml": BOMB,
    "deep.yaml": "[" * DEEP,
    "deep.json": '{"a":' * DEEP,
    "broken.yaml": b"apiVersion: v3.1.0\nkind: \xff\xfe\n",
    "zip.yaml": b"PK\x03\x04" + bytes(range(256)) * 4,
    "zip.zip": b"PK\x03\x04" + bytes(range(256)) * 4,
    "empty.yaml": "",
    "nul.json": '{"a": "\\u0000"}',
    "two.yaml": "a: 1\n---\nb: 2\n",
    "tag.yaml": "a: !!python/object/apply:os.system [ls]\n",
    "broken.sql": b"create table t (a int -- \xff\n);",
    "deep.sql": "create table t (a int default " + "(" * DEEP + "1" + ")" * DEEP + ");",
    "long.sql": "create view v as select " + " + ".join(["a"] * DEEP) + " from t;",
    "many.sql": "create view v as select " + "-" * 1 + " not" * 3000 + " a from t;",
    "quote.sql": "create table t (a int default 'x);",
    "junk.sql": "create table \x00\x01;",
    "manifest.json": HEAD + "[" * DEEP,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_tells_the_place_of_a_hostile_file(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, HOSTILE[name])
    found = judge(path)
    assert [f.rule for f in found] == ["GATE-11"] and found[0].is_error
    assert found[0].file == str(path) and found[0].line >= 1


def test_it_names_the_line_of_a_broken_byte(tmp_path: Path) -> None:
    assert judge(write(tmp_path, "a.yaml", HOSTILE["broken.yaml"]))[0].line == 2


@pytest.mark.parametrize("name", ["big.json", "big.yaml", "big.sql", "manifest.json"])
def test_fifty_megabytes_are_a_finding(tmp_path: Path, name: str) -> None:
    text = b'{"a": [' + b"1," * 26_000_000 + b"1]}"
    assert [f.rule for f in judge(write(tmp_path, name, text))] == ["GATE-11"]


def test_a_node_that_cannot_be_read_does_not_pass_in_silence(tmp_path: Path) -> None:
    text = manifest(node("good", {"a": "L1"})).replace('"sources": {}', '"sources": {"source.shop.x.y": 5}')
    (found,) = judge(write(tmp_path, "manifest.json", text))
    assert found.rule == "GATE-11" and "source.shop.x.y" in found.sentence


def test_a_dbt_project_without_manifest_does_not_pass_in_silence(tmp_path: Path) -> None:
    write(tmp_path, "dbt_project.yml", "name: shop\n")
    write(tmp_path, "models/a.sql", "select {{ x }}")
    (found,) = judge(tmp_path)
    assert found.rule == "GATE-11" and "run dbt compile" in found.sentence


def test_names_cannot_forge_lines_or_move_the_cursor(tmp_path: Path) -> None:
    path = write(tmp_path, "c.yaml", contract('  - name: "a\\e[2J\\n::error::x]]>\\u202e<b>"\n'))
    found = judge(path)
    for name, form in FORMATS.items():
        text = form(found, [str(path)])
        assert "\x1b" not in text and "\n::error" not in text and "\u202e" not in text, name
    assert "<b>" not in FORMATS["junit"](found, [])


FILES = sorted(
    path for path in CORPUS.rglob("*") if path.is_file() and path.suffix in (".json", ".yaml", ".yml", ".sql")
)


@pytest.mark.corpus
@needs_corpus()
def test_no_file_of_the_corpus_breaks_it() -> None:
    assert len(FILES) > 200
    for path in FILES:
        found = judge(path)
        assert all(one.line >= 1 and one.file for one in found), path
        for form in FORMATS.values():
            form(found, [str(path)])
        json.loads(FORMATS["sarif"](found, [str(path)]))
