"""A level in the baseline holds: lowering, and removing to make again milder, are breaking."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchange.gate.baseline import Baseline, make_baseline, read_baseline, write_baseline
from exchange.gate.model import Options
from exchange.gate.reading import read_paths
from tests.exchange.gate.make import judge, told, write


def table(level: str, more: str = "") -> str:
    label = f" -- level: {level}" if level else ""
    return f"create table t (\n a int{label}\n);\n{more}"


def baseline_of(path: Path, old: Baseline | None = None) -> Baseline:
    return make_baseline(read_paths([str(path)], Options()).tables, old)


def test_lowering_is_breaking_and_raising_is_not(tmp_path: Path) -> None:
    base = baseline_of(write(tmp_path, "a.sql", table("L3")))
    assert told(judge(write(tmp_path, "b.sql", table("L2")), baseline=base)) == [("GATE-5", 2)]
    assert judge(write(tmp_path, "c.sql", table("L4")), baseline=base) == []
    assert judge(write(tmp_path, "d.sql", table("L3")), baseline=base) == []


def test_taking_a_level_off_is_lowering_where_none_counts_as_less(tmp_path: Path) -> None:
    base = baseline_of(write(tmp_path, "a.sql", table("L5")))
    assert told(judge(write(tmp_path, "b.sql", table("")), baseline=base)) == [("GATE-1", 2), ("GATE-5", 2)]


def test_a_first_level_is_no_lowering(tmp_path: Path) -> None:
    base = baseline_of(write(tmp_path, "a.sql", table("")))
    assert judge(write(tmp_path, "b.sql", table("L1")), baseline=base) == []


def test_unlabelling_first_does_not_help(tmp_path: Path) -> None:
    base = baseline_of(write(tmp_path, "a.sql", table("L4")))
    base = baseline_of(write(tmp_path, "a.sql", table("")), base)
    assert told(judge(write(tmp_path, "b.sql", table("L1")), baseline=base)) == [("GATE-5", 2)]


def test_what_was_removed_cannot_come_back_milder(tmp_path: Path) -> None:
    base = baseline_of(write(tmp_path, "a.sql", table("L4")))
    base = baseline_of(write(tmp_path, "a.sql", "create table t (b int -- level: L1\n);"), base)
    base = baseline_of(write(tmp_path, "a.sql", "create table u (b int -- level: L1\n);"), base)
    assert told(judge(write(tmp_path, "b.sql", table("L2")), baseline=base)) == [("GATE-6", 2)]
    assert judge(write(tmp_path, "b.sql", table("L4")), baseline=base) == []


@pytest.mark.parametrize(
    "more",
    [
        "drop table t;\ncreate table t (a int -- level: L2\n);",
        "alter table t drop column a;\nalter table t add column a int /* level: L2 */;",
        "create or replace view t as\nselect 1 as a -- level: L2\n;",
        "\ncomment on column t.a is 'level: L2';",
    ],
)
def test_removing_and_making_again_milder_in_one_file_is_breaking(tmp_path: Path, more: str) -> None:
    found = judge(write(tmp_path, "a.sql", table("L4", more)))
    assert told(found) == [("GATE-6", 5)] and found[0].is_error


def test_the_file_is_byte_stable_and_reads_back(tmp_path: Path) -> None:
    base = baseline_of(write(tmp_path, "a.sql", table("L4")), Baseline(removed={"x": {"y": 3}}))
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    write_baseline(one, base)
    write_baseline(two, read_baseline(one))
    assert one.read_bytes() == two.read_bytes()
    assert read_baseline(one) == Baseline({"t": {"": None, "a": 4}}, {"x": {"y": 3}}, [], {}, {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.json", "2.json", "a.sql"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{]", "{}",
     '{"format": "throughline-gate-baseline", "version": 1, "levels": {"t": {"a": 9}}, "removed": {}}',
     '{"format": "throughline-gate-baseline", "version": 1, "levels": {"t": {"a": true}}, "removed": {}}'],
)  # fmt: skip
def test_a_file_that_is_no_baseline_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "base.json", text)
    with pytest.raises(ValueError, match=r"base\.json:1"):
        read_baseline(path)
