"""Rules as a file: the same bytes each time, compared and proposed, never believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management.base import CommandError
from hypothesis import given, settings

from governance.models import PolicyChange, Rule
from governance.rules import files
from guard.models import Domain
from guard.rules.tree import read
from guard.rules.vocabulary import SIGHT
from people.models import User
from tests.governance.rules.made import REASON, agree, body, example, in_force, rule
from tests.guard.rules import drawn

Manage = Callable[..., str]


def words(manage: Manage, *given: str, by: str = "grace") -> str:
    return manage("govern", "rules", *given, "--by", by)


@pytest.fixture
def two(grace: User, gus: User, growth: Domain) -> list[Rule]:
    in_force(grace, gus)
    in_force(
        grace, gus, code="a-mask", title="样本须脱敏 für alle", effect="mask", action="raw", kinds=[], mode="dry_run",
        when={"ge": [{"attr": "resource.level"}, 4]},
        examples=[example("deny", 4), example("allow", 3)],
    )  # fmt: skip
    return [rule(), rule("a-mask")]


def test_the_same_rules_give_the_same_bytes_there_and_back(two: list[Rule], manage: Manage, tmp_path: Path) -> None:
    first, second = tmp_path / "one.yaml", tmp_path / "two.yaml"
    words(manage, "export", str(first))
    assert "In step" in words(manage, "plan", str(first))
    assert "In step" in words(manage, "apply", str(first))
    words(manage, "export", str(second))
    assert first.read_bytes() == second.read_bytes()
    assert "样本须脱敏" in first.read_text(encoding="utf-8") and "&" not in first.read_text(encoding="utf-8")
    assert files.text_of(two) == files.text_of(list(reversed(two)))
    as_json = tmp_path / "one.json"
    as_json.write_text(json.dumps(yaml.safe_load(first.read_text(encoding="utf-8"))), encoding="utf-8")
    assert "In step" in words(manage, "plan", str(as_json))


@settings(max_examples=100, deadline=None)
@given(tree=drawn.trees)
def test_every_condition_comes_back_from_a_file_as_it_was(tree: Any) -> None:
    text = yaml.dump({"version": 1, "rules": [{"code": "x", "when": tree}]}, Dumper=files._Dumper, sort_keys=False)
    assert files.read_text(text)[0]["when"] == tree
    assert read(files.read_text(text)[0]["when"], SIGHT) == read(tree, SIGHT)


def edited(path: Path, **given: Any) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    next(one for one in data["rules"] if one["code"] == "columns-for-privacy").update(given)
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def test_apply_proposes_and_does_not_decide(
    two: list[Rule], manage: Manage, tmp_path: Path, gus: User, sol: User
) -> None:  # fmt: skip
    path = tmp_path / "rules.yaml"
    words(manage, "export", str(path))
    edited(path, mode="warn")
    with pytest.raises(SystemExit):
        words(manage, "plan", str(path))
    assert "proposed" in words(manage, "apply", str(path), "--reason", REASON)
    assert rule().mode == "block"
    assert "waits already" in words(manage, "apply", str(path), "--reason", REASON)
    found = PolicyChange.objects.unrestricted("a test looks").get(thing__state="open")
    agree(found, gus, sol)
    assert rule().mode == "warn" and "In step" in words(manage, "plan", str(path))


def test_an_approval_that_the_file_claims_is_looked_up_and_never_replayed(
    two: list[Rule], manage: Manage, tmp_path: Path, gus: User, sol: User, grace: User
) -> None:  # fmt: skip
    """The first version was agreed to once; a file that says so again does not bring it back."""
    from governance import actions

    path = tmp_path / "rules.yaml"
    words(manage, "export", str(path))
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["rules"][1]["approved_in"].startswith("CHG-")
    agree(actions.propose_rule(by=grace, body=body(mode="off"), reason=REASON), gus, sol)
    assert "proposed" in words(manage, "apply", str(path), "--reason", REASON)
    assert rule().mode == "off"


def test_a_difference_is_shown_with_its_fields_and_faults(two: list[Rule], manage: Manage, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    words(manage, "export", str(path))
    edited(path, mode="warn", when={"eq": [{"attr": "resource.colour"}, 1]})
    with pytest.raises(SystemExit):
        words(manage, "apply", str(path), "--reason", REASON)
    assert not PolicyChange.objects.unrestricted("a test looks").filter(thing__state="open").exists()
    found = files.differences(files.read_text(path.read_text(encoding="utf-8")), User.objects.get(username="grace"))
    assert [(one.code, one.kind, list(one.fields)) for one in found] == [("columns-for-privacy", "faulty", ["when"])]
    only = files.differences([], User.objects.get(username="grace"))
    assert [one.kind for one in only] == ["only-here", "only-here"]
    assert files.differences([], User.objects.get(username="otto")) == []


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nrules: [&a {code: x}, *a]\n",
        "version: 1\nrules: []\nrules: []\n",
        "version: 2\nrules: []\n",
        "rules: []\n",
        "version: 1\nrules: [1]\n",
        "version: 1\nrules: [{code: x}, {code: x}]\n",
        "!!python/object/apply:os.system ['true']\n",
        "[" * 5_000,
        "a: b: c",
        "x" * 2_000_001,
    ],
)
def test_a_file_of_another_form_or_with_tricks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        files.read_text(text)


def test_otto_exports_nothing_and_proposes_nothing(
    two: list[Rule], manage: Manage, tmp_path: Path, otto: User
) -> None:  # fmt: skip
    path, his = tmp_path / "rules.yaml", tmp_path / "his.yaml"
    words(manage, "export", str(path))
    words(manage, "export", str(his), by="otto")
    assert "columns-for-privacy" not in his.read_text(encoding="utf-8")
    edited(path, mode="off")
    with pytest.raises(SystemExit):
        words(manage, "apply", str(path), "--reason", REASON, by="otto")
    assert change_count() == 2
    with pytest.raises(CommandError):
        words(manage, "plan")


def change_count() -> int:
    return PolicyChange.objects.unrestricted("a test looks").count()
