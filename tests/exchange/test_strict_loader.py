"""Uploaded YAML and JSON is read strictly: nothing guessed, nothing dropped in silence, nothing exhausts the server."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from exchange.odcs.strict import load


def rules(data: bytes | str) -> list[tuple[str, int]]:
    return [(found.rule_id, found.line) for found in load(data).problems]


def test_it_reads_dates_times_and_yes_as_text_and_keeps_how_numbers_were_written() -> None:
    loaded = load(b"day: 2022-01-15\nat: 09:00:00\nok: no\nzip: 0123\nversion: 1.10\ncount: 12\nempty:\nyes: true\n")
    assert loaded.value == {
        "day": "2022-01-15", "at": "09:00:00", "ok": "no", "zip": "0123", "version": 1.1, "count": 12, "empty": None,
        "yes": True,
    }  # fmt: skip
    assert loaded.text_of(("version",)) == "1.10"
    assert loaded.text_of(("day",)) == "2022-01-15"
    assert loaded.text_of(("nowhere", 3)) is None


def test_it_knows_the_line_of_every_value_and_of_what_holds_a_missing_one() -> None:
    loaded = load(b"a:\n  - b: 1\n    c:\n      - 2\n")
    assert loaded.line_of(("a", 0, "c", 0)) == 4
    assert loaded.line_of(("a", 0, "missing")) == 2


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"a: 1\nb: 2\na: 3\n", 3), (b'{"a": 1,\n "b": 2,\n "a": 3}', 3), (b"x:\n  - k: 1\n    k: 2\n", 3)],
)
def test_it_reports_a_key_written_twice_and_keeps_the_first(data: bytes, line: int) -> None:
    loaded = load(data)
    assert [(found.rule_id, found.line) for found in loaded.problems] == [("FILE-4", line)]
    assert "3" not in json.dumps(loaded.value)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "FILE-9"),
        (b"   \n", "FILE-9"),
        (b"\xff\xfe", "FILE-2"),
        (b"a: [1, 2", "FILE-3"),
        (b'{"a": 1,}', "FILE-3"),
        (b'{"a": tru}', "FILE-3"),
        (b'{"a": 1} x', "FILE-3"),
        (b'{"a": "\n"}', "FILE-3"),
        (b"a: 1\n---\nb: 2\n", "FILE-10"),
        (b"a: !!python/object/apply:os.system [ls]\n", "FILE-8"),
        (b"a: !custom x\n", "FILE-8"),
        (b"? [a, b]\n: c\n", "FILE-11"),
        (b"- a\n- b\n", "FILE-12"),
        (b"just text", "FILE-12"),
        (b'a: "\\0"\n', "FILE-13"),
        (b'{"a": "\\ud800"}', "FILE-13"),
        (b"a: &x [*x]\n", "FILE-7"),
        (b"a: *nobody\n", "FILE-7"),
        (b"[" * 5000, "FILE-5"),
        (b"a: " + b"[" * 100 + b"]" * 100, "FILE-5"),
    ],
)
def test_it_refuses_with_a_finding_and_never_raises(data: bytes, rule: str) -> None:
    assert [found[0] for found in rules(data)] == [rule]


def test_it_refuses_a_file_beyond_the_limit_before_parsing() -> None:
    assert [found.rule_id for found in load(b"a: 1\n" * 100, max_bytes=99).problems] == ["FILE-1"]


def test_it_refuses_aliases_that_multiply() -> None:
    names = "abcdefghij"
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n" for old, new in pairwise(names)
    )
    assert [found.rule_id for found in load(bomb).problems] == ["FILE-7"]


def test_it_merges_mappings_without_overriding_what_is_written() -> None:
    loaded = load(b"base: &b {x: 1, y: 2}\none:\n  <<: *b\n  y: 3\n")
    assert loaded.value["one"] == {"x": 1, "y": 3}


def test_it_reads_flow_style_yaml_that_only_looks_like_json() -> None:
    assert load(b"{a: 1, b: [x, y]}").value == {"a": 1, "b": ["x", "y"]}


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
    | st.floats(allow_nan=False, allow_infinity=False, width=32),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(codec="ascii", exclude_characters="\x00"), max_size=6), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from("abc"), values, max_size=3))
def test_json_means_the_same_as_to_the_standard_library(value: dict[str, Any]) -> None:
    for indent in (None, 2):
        loaded = load(json.dumps(value, indent=indent))
        assert loaded.problems == []
        assert loaded.value == value


@given(st.text(max_size=60))
def test_any_text_at_all_gives_a_document_or_a_finding(text: str) -> None:
    loaded = load(text)
    assert loaded.is_readable or loaded.problems


@given(st.text("ab:-[]{}&*!\"'#\n \t,01", max_size=40))
def test_it_never_accepts_what_the_usual_parser_cannot_read(text: str) -> None:
    loaded = load(text)
    if loaded.is_readable and not loaded.problems and text.lstrip()[:1] not in "{[":
        assert isinstance(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), dict)  # noqa: S506


def test_numbers_that_would_become_infinite_stay_text() -> None:
    found = load(b"a: 1e999\nb: .inf\nc: .nan\n").value
    assert found == {"a": "1e999", "b": ".inf", "c": ".nan"}
    assert not any(isinstance(value, float) and math.isinf(value) for value in found.values())
