"""Nothing that somebody writes into a column makes the scanner run away: ways are counted, values are cut."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance import scanner
from governance.scanner import guards
from governance.scanner.guards import LONGEST, WAYS, linear, parser, ways_through
from governance.scanner.verdict import judge

HOME = Path(scanner.__file__).parent
PURE = ["checksums.py", "guards.py", "shapes.py", "names.py", "verdict.py", "lexicon/__init__.py",
        *(f"detectors/{path.name}" for path in (HOME / "detectors").glob("*.py"))]  # fmt: skip


@pytest.mark.parametrize(
    "pattern", [r"(a+)+b", r"(\w*)*@", r"x*", r"(a|aa){30}", r"(?:\d{1,9}){9}", r"(a{1,50}){1,50}"]
)
def test_a_pattern_that_could_run_away_cannot_be_made(pattern: str) -> None:
    with pytest.raises(ValueError):
        linear(pattern)


def test_every_pattern_of_the_detectors_has_few_ways_through() -> None:
    found = [value for path in PURE if path.startswith("detectors/") and "__init__" not in path
             for value in vars(_module(path)).values() if isinstance(value, re.Pattern)]  # fmt: skip
    assert len(found) >= 12
    assert max(ways_through(parser.parse(pattern.pattern)) for pattern in found) <= WAYS


@pytest.mark.parametrize("path", PURE)
def test_patterns_are_made_by_linear_only_and_no_framework_is_known(path: str) -> None:
    tree = ast.parse((HOME / path).read_text(encoding="utf-8"))
    imported = {
        name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & {"django", "rest_framework", "catalog", "guard", "socket", "urllib", "requests"}
    compiled = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "compile"]
    assert len(compiled) == (1 if path == "guards.py" else 0)


def test_a_long_name_is_cut_before_its_words_are_looked_for() -> None:
    from governance.scanner.names import words_of

    assert sum(map(len, words_of("aA" * 100_000))) <= 200


HOSTILE = ["a" * 100_000, "a@" * 50_000, "1" * 100_000, "-" * 100_000, "1-" * 50_000, " " * 100_000, "路" * 100_000,
           "(0" * 50_000, "+" + "1 " * 50_000, "a." * 50_000, ":" * 100_000, "Aa " * 30_000, "\u0301" * 100_000,
           "0" * 15 + "x" * 100_000, "4" * 19 + " " * 9999, "ﷺ" * 10_000]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["c1", "email", "phone", "address", "full_name", "birth_date", "id_card", "ip", "iban"]
)
def test_a_long_hostile_value_is_cut_before_any_recogniser_sees_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = guards.is_junk
    monkeypatch.setattr(guards, "is_junk", lambda text: seen.append(len(text)) or real(text))
    said = judge(name, [f"{number}{text}" for text in HOSTILE for number in range(10, 14)], year=2026)
    assert said.rows == len(HOSTILE) * 4 and max(seen) <= LONGEST


def test_a_match_costs_at_most_its_ways_times_the_length() -> None:
    # counted, not timed: the engine tries at most ways_through() readings of at most LONGEST signs
    assert WAYS * LONGEST < 1_000_000


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.lists(st.one_of(st.none(), st.text(max_size=300)), max_size=30))
def test_any_name_and_any_values_give_a_verdict(name: str, values: list[str | None]) -> None:
    assert judge(name, values, year=2026).state in ("found", "clean", "unknown")


def _module(path: str) -> object:
    import importlib

    return importlib.import_module(f"governance.scanner.{path.removesuffix('.py').replace('/', '.')}")
