"""`ledger verify`: a chain that is sound in itself may still be shorter or other than it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from guard import checkpoints, ledger
from guard.ledger import Verdict
from guard.models import Domain
from people.models import User
from tests.guard.ground import find_stone


@pytest.fixture
def three(growth: Domain, omar: User) -> None:
    for number in range(3):
        find_stone(by=omar, title=f"s{number}", domain=growth)


def test_it_verifies_the_chain_and_prints_the_head(three: None, manage: Callable[..., str]) -> None:
    said = manage("ledger", "verify")
    assert ledger.verify().head in said
    assert said.startswith(f"{ledger.verify().count} entries verified")


def test_a_checkpoint_of_the_same_chain_holds_also_after_it_grew(
    three: None, manage: Callable[..., str], tmp_path: Path, growth: Domain, omar: User
) -> None:
    file = tmp_path / "head.json"
    manage("ledger", "checkpoint", str(file))
    find_stone(by=omar, title="later", domain=growth)
    assert "entries verified" in manage("ledger", "verify", "--checkpoint", str(file))


def test_it_finds_a_cut_tail_and_a_rewritten_chain(three: None, manage: Callable[..., str], tmp_path: Path) -> None:
    verdict = ledger.verify()
    longer = {"count": verdict.count + 2, "head": "0" * 64}
    other = {"count": verdict.count, "head": "f" * 64}
    assert checkpoints.compare(verdict, longer).broken == verdict.count + 1
    assert "rewritten" in checkpoints.compare(verdict, other).fault
    file = tmp_path / "head.json"
    for seen in (longer, other):
        file.write_text(f'{{"count": {seen["count"]}, "head": "{seen["head"]}"}}')
        with pytest.raises(SystemExit) as ended:
            manage("ledger", "verify", "--checkpoint", str(file))
        assert ended.value.code == 1


def test_a_broken_chain_is_reported_before_any_checkpoint() -> None:
    broken = Verdict(2, "x", 3, "was changed after it was written")
    assert checkpoints.compare(broken, {"count": 9, "head": "y"}) is broken


def test_it_refuses_a_file_that_is_no_checkpoint(three: None, manage: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(CommandError, match="is not a checkpoint") as refused:
        manage("ledger", "verify", "--checkpoint", str(tmp_path / "x.json"))
    assert refused.value.returncode == 2
