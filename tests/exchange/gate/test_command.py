"""The command in a process of its own, where no database or server can be reached."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exchange.gate.make import contract, write

ROOT = Path(__file__).resolve().parents[3]
GOOD = contract("  - name: a\n    classification: L2\n")


def bare(folder: Path) -> dict[str, str]:
    """An environment without any address; what libpq would guess is a closed port."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PGHOST": "127.0.0.1",
        "PGPORT": "1",
    }


def govern_check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it where no server is named."""
    env = bare(folder) | {
        "SECRET_KEY": "g" * 60, "THROUGHLINE_LOCAL": "1", "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    argv = [sys.executable, str(ROOT / "manage.py"), "govern", "check", *words]
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "good.yaml", GOOD)
    write(tmp_path, "bad.yaml", contract("  - name: a\n    classification: L1\n  - name: phone\n"))
    write(tmp_path, "mild.yaml", contract("  - name: a\n"))
    (tmp_path / "nothing").mkdir()
    return tmp_path


def test_it_needs_no_database_and_its_exit_code_tells(folder: Path) -> None:
    clean, found = govern_check(folder, "good.yaml"), govern_check(folder, "bad.yaml", "good.yaml", "--format", "sarif")
    assert (clean.returncode, clean.stdout) == (0, "0 errors, 0 warnings in 1 files.\n"), clean.stderr
    assert found.returncode == 1 and json.loads(found.stdout)["version"] == "2.1.0"
    assert (govern_check(folder, "mild.yaml").returncode, govern_check(folder, "mild.yaml", "--strict").returncode) == (
        0,
        1,
    )


@pytest.mark.parametrize(
    "words",
    [("nothing",), ("absent.yaml",), (), ("good.yaml", "--format", "pdf"), ("good.yaml", "--dialect", "klingon"),
     ("good.yaml", "--word", "geheim"), ("good.yaml", "--baseline", "good.yaml"),
     ("good.yaml", "--write-baseline", "bad.yaml")],
)  # fmt: skip
def test_wrong_use_and_nothing_to_check_exit_2_without_traceback(folder: Path, words: tuple[str, ...]) -> None:
    before = (folder / "bad.yaml").read_bytes()
    done = govern_check(folder, *words)
    assert done.returncode == 2 and done.stderr and "Traceback" not in done.stderr
    assert (folder / "bad.yaml").read_bytes() == before


def test_a_baseline_written_by_one_run_holds_in_the_next(folder: Path) -> None:
    assert govern_check(folder, "good.yaml", "--write-baseline", "base.json").returncode == 0
    assert govern_check(folder, "good.yaml", "--baseline", "base.json").returncode == 0
    lowered = govern_check(folder, "bad.yaml", "--baseline", "base.json", "--format", "json")
    assert lowered.returncode == 1
    assert "GATE-5" in [finding["rule"] for finding in json.loads(lowered.stdout)["findings"]]


def test_the_script_starts_no_server_for_it(folder: Path) -> None:
    state = folder / "state"
    env = bare(folder) | {"STATE_DIR": str(state), "THROUGHLINE_CALLED_FROM": str(folder)}
    argv = [sys.executable, "-m", "script.stack", "manage", "govern", "check", "good.yaml"]
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "0 errors, 0 warnings in 1 files.\n"), done.stderr
    assert not (state / "pg18").exists() and not (state / "valkey").exists()
