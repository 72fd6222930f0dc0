"""The floors hold: imports go down, keys point down, nothing is called utils, no file outgrows its reader."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from statistics import median

import pytest

from tests.house.ground import FLOORS, HEIGHT, ROOMS, ROOT, own_models, said, sources, tree_of

# A standing, an entry, a job and a waiver name a person: guard stands below people and knows only the key.
NAMES_ITS_HOLDER = {("guard", "people")}
BIG_TABLES = {"script"}  # no room of the product
FORBIDDEN_NAMES = {"core", "common", "utils", "helpers", "services", "misc", "shared"}
MOST_LINES, MOST_TEST_LINES, MOST_FUNCTION_LINES = 400, 500, 60


def test_the_import_contracts_hold() -> None:
    program = ROOT / ".venv" / "bin" / "lint-imports"
    command = [str(program)] if program.exists() else [sys.executable, "-m", "importlinter.cli", "lint-imports"]
    ran = subprocess.run(
        [*command, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]


def test_every_room_of_the_design_stands_on_its_floor() -> None:
    assert [room for floor in FLOORS for room in floor] == ROOMS
    assert all((ROOT / room / "apps.py").exists() for room in ROOMS)


def test_foreign_keys_point_down() -> None:
    """String keys do not hide: what counts is where the key arrives."""
    wrong = []
    for model in own_models():
        here = model._meta.app_label
        for field in model._meta.get_fields(include_hidden=True):
            if not (field.is_relation and field.concrete and field.related_model):
                continue
            there = field.related_model._meta.app_label
            if there not in HEIGHT or there == here or (here, there) in NAMES_ITS_HOLDER:
                continue
            if HEIGHT[there] >= HEIGHT[here]:
                wrong.append(f"{model.__name__}.{field.name} -> {there}")
    assert wrong == []


def test_files_stay_small_enough_to_be_read() -> None:
    long = {}
    for path in sources():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        limit = MOST_TEST_LINES if said(path).startswith("tests/") else MOST_LINES
        if lines > limit:
            long[said(path)] = lines
    assert long == {}


def test_the_median_file_of_the_product_is_short() -> None:
    sizes = [len(path.read_text().splitlines()) for path in sources(*ROOMS) if path.stat().st_size > 0]
    assert median(sizes) <= 120
    assert sum(size <= 250 for size in sizes) >= 0.9 * len(sizes)


def test_functions_stay_short() -> None:
    long = []
    for path in sources(*ROOMS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                start = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
                length = (node.end_lineno or 0) - (start or 0)
                if length > MOST_FUNCTION_LINES:
                    long.append(f"{said(path)}:{node.name} {length}")
    assert long == []


def test_nothing_is_named_after_nothing() -> None:
    found = [
        said(path) for path in sources(*ROOMS) if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES
    ]
    assert found == []


UNFINISHED = ("TO" + "DO", "FIX" + "ME", "XX" + "X ", "NotImplemented" + "Error", "coming " + "soon")


@pytest.mark.parametrize("word", UNFINISHED)
def test_nothing_is_left_unfinished(word: str) -> None:
    """The rules about PRDs speak of such words as data; they say so in their own lists."""
    found = [
        said(path)
        for path in sources(*ROOMS, "config", "script")
        if word in path.read_text(encoding="utf-8") and "lint" not in path.parts and path.stem != "lint"
    ]
    assert found == []


def test_there_are_no_signals_among_our_own_rooms() -> None:
    """What follows from an act is a reaction to its ledger code, so the record says why it happened."""
    allowed = {"guard/apps.py"}  # rights of the app's role, after migrations
    found = {
        said(path)
        for path in sources(*ROOMS)
        if "django.db.models.signals" in path.read_text() or "django.dispatch" in path.read_text()
    }
    assert found <= allowed
