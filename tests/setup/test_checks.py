"""The checks that no tool brings find what they are for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from script.stack import check, checks
from script.stack.check_steps import STEPS, Step


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    monkeypatch.setattr(checks, "LOCKED_FROM", tmp_path / "requirements" / "locked-from.txt")
    return tmp_path


def test_a_changed_requirement_without_a_new_lock_is_found(root):
    (root / "requirements" / "app.in").write_text("Django\n")
    checks.locks(["--stamp"])
    assert checks.locks([]) == []
    (root / "requirements" / "app.in").write_text("Django\nnewcomer\n")
    assert "changed since" in checks.locks([])[0]


def test_a_pin_without_a_hash_is_found(root):
    checks.locks(["--stamp"])
    (root / "requirements" / "app.lock").write_text("django==5.2.1 \\\n    --hash=sha256:00\nbare==1.0\n")
    assert checks.locks([]) == ["app.lock: a pin has no hash"]


@pytest.mark.parametrize("line", ["--index-url https://packages.example/simple", "x @ https://packages.example/x.whl"])
def test_a_lock_that_names_a_registry_is_found(root, line):
    (root / "requirements" / "app.lock").write_text(line)
    assert checks.clean([]) == ["requirements/app.lock: names a registry"]


def test_a_path_of_one_machine_is_found(root):
    (root / "notes.md").write_text("see " + "/home/" + "somebody/project")
    assert checks.clean([]) == ["notes.md: names a folder of one machine"]


def test_a_link_that_leads_nowhere_is_found_with_its_line(root):
    (root / "docs" / "tour.md").write_text(
        "# Tour\n[there](absent.md) and `script/absent`\n[fine](tour.md#x) [out](https://x.example)\n"
    )
    assert checks.docs([]) == [
        "docs/tour.md:2: the link absent.md leads nowhere",
        "docs/tour.md:2: script/absent does not exist",
    ]


def test_a_failing_step_fails_the_check_and_an_informing_one_does_not(monkeypatch, capsys):
    steps = [
        Step("good", "passes", ["-c", "pass"]),
        Step("tells", "informs", ["-c", "raise SystemExit('a hole')"], informs=True),
        Step("later", "has no subject", ["-c", "raise SystemExit(1)"], subject="nowhere/*.none"),
    ]
    monkeypatch.setattr(check, "STEPS", steps)
    assert check.main([]) == 0
    steps.append(Step("bad", "fails", ["-c", "raise SystemExit('broken beam')"]))
    assert check.main([]) == 1
    said = capsys.readouterr().out
    assert "a hole" in said
    assert "broken beam" in said
    assert "nothing yet later" in said
    assert said.splitlines()[-1] == "script/check: failed: bad"


def test_every_step_of_the_design_is_there():
    wanted = {
        "format",
        "lint",
        "types",
        "imports",
        "templates",
        "migrations",
        "deploy",
        "docs",
        "openapi",
        "locks",
        "holes",
    }
    assert wanted <= {step.name for step in STEPS}
    assert [step.name for step in STEPS if step.informs] == ["holes"]
