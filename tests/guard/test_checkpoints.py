"""`ledger verify`: a chain that is sound in itself may still be shorter or other than it was."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import CommandError
from django.utils import timezone

from guard import checkpoints, ledger, merkle, signing
from guard.ledger import Verdict
from guard.models import Domain
from people.models import User
from tests.guard.ground import find_stone


@pytest.fixture(autouse=True)
def outside(settings: Any, tmp_path: Path) -> Path:
    """A place of this test's own for key and checkpoints."""
    settings.STATE_DIR = tmp_path / "state"
    settings.CHECKPOINT_DIR = str(tmp_path / "outside")
    settings.CHECKPOINT_KEY = ""
    return tmp_path / "outside"


@pytest.fixture
def three(growth: Domain, omar: User) -> None:
    for number in range(3):
        find_stone(by=omar, title=f"s{number}", domain=growth)


def ending(manage: Callable[..., str], *words: str) -> int:
    """The exit code of a command that does not end well."""
    with pytest.raises((SystemExit, CommandError)) as ended:
        manage("ledger", *words)
    return int(getattr(ended.value, "code", None) or getattr(ended.value, "returncode", 0))


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
    assert "1 checkpoints agree" in manage("ledger", "verify", "--checkpoint", str(file))


def test_the_secret_is_its_owners_alone_and_made_once(outside: Path, settings: Any, manage: Callable[..., str]) -> None:
    key = manage("ledger", "key")
    file = settings.STATE_DIR / signing.NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert manage("ledger", "key") == key
    settings.CHECKPOINT_KEY = file.read_text()
    file.unlink()
    assert manage("ledger", "key") == key
    assert not file.exists()


@pytest.mark.parametrize("field", ["count", "head", "root", "at", "signature"])
def test_a_forged_checkpoint_is_refused(three: None, manage: Callable[..., str], tmp_path: Path, field: str) -> None:
    """80: whoever rewrites the ledger cannot write a checkpoint to match."""
    file = tmp_path / "head.json"
    manage("ledger", "checkpoint", str(file))
    facts = json.loads(file.read_text())
    facts[field] = {
        "count": facts["count"] - 1, "head": "f" * 64, "root": "f" * 64, "at": "2020-01-01T00:00:00+00:00",
        "signature": "00" * 64,
    }[field]  # fmt: skip
    file.write_text(json.dumps(facts))
    assert ending(manage, "verify", "--checkpoint", str(file)) == 1


def test_another_key_than_the_trusted_one_is_refused(three: None, manage: Callable[..., str], tmp_path: Path) -> None:
    file, mine = tmp_path / "head.json", Ed25519PrivateKey.generate()
    facts = json.loads(checkpoints.sealed(checkpoints.take()))
    message = checkpoints.take().message.replace(checkpoints.take().at.encode(), facts["at"].encode())
    facts |= {"key": mine.public_key().public_bytes_raw().hex(), "signature": mine.sign(message).hex()}
    file.write_text(json.dumps(facts))
    assert ending(manage, "verify", "--checkpoint", str(file)) == 1
    manage("ledger", "verify", "--checkpoint", str(file), "--key", facts["key"])  # for whoever trusts that key


def test_two_checkpoints_of_one_count_with_different_heads_are_a_fork(
    three: None, manage: Callable[..., str], outside: Path
) -> None:
    """80: the same database continued twice."""
    outside.mkdir()
    taken = checkpoints.take()
    other = checkpoints.Checkpoint(taken.count, "e" * 64, taken.root, taken.at)
    (outside / "a.json").write_bytes(checkpoints.sealed(taken))
    manage("ledger", "verify", "--checkpoint", str(outside))
    (outside / "b.json").write_bytes(checkpoints.sealed(other))
    with pytest.raises(CommandError, match="fork") as refused:
        manage("ledger", "verify", "--checkpoint", str(outside))
    assert refused.value.returncode == 1


def test_a_ledger_that_got_shorter_between_two_checkpoints_is_a_fork() -> None:
    """80: a backup was restored and continued under our eyes."""
    early = checkpoints.Checkpoint(9, "a", "r", "2026-01-01T00:00:00+00:00", "early")
    late = checkpoints.Checkpoint(7, "b", "s", "2026-01-02T00:00:00+00:00", "late")
    assert "fork: late saw 7 entries after early saw 9" in checkpoints.contradiction([early, late])


def test_entries_dated_before_the_checkpoint_that_they_follow_are_found(
    three: None, growth: Domain, omar: User
) -> None:
    """80: the clock was set back after the checkpoint."""
    find_stone(by=omar, title="later", domain=growth)
    verdict = ledger.verify()
    seen = checkpoints.hashes(verdict.count - 1)
    root = merkle.root_of(merkle.rows_of(seen))
    ahead = (timezone.now() + timedelta(hours=1)).isoformat()
    found = checkpoints.compare(verdict, checkpoints.Checkpoint(len(seen), seen[-1], root, ahead))
    assert found.broken == verdict.count
    assert "clock" in found.fault


def test_a_broken_chain_is_reported_before_any_checkpoint() -> None:
    broken = Verdict(2, "x", 3, "was changed after it was written")
    taken = checkpoints.Checkpoint(9, "y", "z", "2026-01-01T00:00:00+00:00")
    assert checkpoints.compare(broken, taken) is broken


def test_it_refuses_a_file_that_is_no_checkpoint(three: None, manage: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(CommandError, match="is not a checkpoint") as refused:
        manage("ledger", "verify", "--checkpoint", str(tmp_path / "x.json"))
    assert refused.value.returncode == 2


def test_a_checkpoint_is_never_written_over_another(three: None, manage: Callable[..., str], tmp_path: Path) -> None:
    manage("ledger", "checkpoint", str(tmp_path / "x.json"))
    before = (tmp_path / "x.json").read_bytes()
    assert ending(manage, "checkpoint", str(tmp_path / "x.json")) == 2
    assert (tmp_path / "x.json").read_bytes() == before


def test_the_nightly_work_writes_one_a_day_and_none_of_a_ledger_that_breaks_with_the_last(
    three: None, outside: Path, caplog: pytest.LogCaptureFixture
) -> None:
    checkpoints.write_daily()
    checkpoints.write_daily()
    (file,) = outside.iterdir()
    assert checkpoints.read(file).count == ledger.verify().count
    other = checkpoints.Checkpoint(2, "e" * 64, "e" * 64, "2026-01-01T00:00:00+00:00")
    file.unlink()
    (outside / "2026-01-01.json").write_bytes(checkpoints.sealed(other))
    with caplog.at_level(logging.ERROR):
        checkpoints.write_daily()
    assert [one.name for one in outside.iterdir()] == ["2026-01-01.json"]
    assert "breaks with its checkpoint" in caplog.text


@pytest.mark.parametrize("size", range(1, 18))
def test_every_leaf_of_a_tree_is_proved_and_no_other(size: int) -> None:
    leaves = [f"{number:064x}" for number in range(size)]
    rows = merkle.rows_of(leaves)
    for index, one in enumerate(leaves):
        path = merkle.proof_of(rows, index)
        assert merkle.root_from(one, index, size, path) == merkle.root_of(rows)
        assert merkle.root_from("f" * 64, index, size, path) != merkle.root_of(rows)
        assert merkle.root_from(one, index, size, [*path, "00" * 32]) is None
