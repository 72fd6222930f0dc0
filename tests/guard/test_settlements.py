"""A backup was restored: checkpoints that break with the ledger are set aside by two people, and stay."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from governance.actions import settling
from guard import checkpoints, ledger, settlements, signing
from guard.models import Domain, Entry
from guard.refusals import Absent, Denied, Invalid, Stale
from people.models import User
from tests.guard.ground import find_stone

LOOK = "a test looks at the record"
WHY = "The backup of Sunday was restored by the database team."


@pytest.fixture
def folder(settings: Any, tmp_path: Path, growth: Domain, omar: User) -> Path:
    """A ledger that agrees with one checkpoint and breaks with two: it was restored to before them."""
    settings.STATE_DIR, settings.CHECKPOINT_KEY = tmp_path / "state", ""
    settings.CHECKPOINT_DIR = str(tmp_path / "outside")
    signing.make_key()
    for number in range(3):
        find_stone(by=omar, title=f"s{number}", domain=growth)
    found = tmp_path / "outside"
    found.mkdir()
    (found / "2026-01-01.json").write_bytes(checkpoints.sealed(checkpoints.take()))
    for day, more in (("2026-01-02", 40), ("2026-01-03", 50)):
        lost(found, day, more)
    return found


def lost(folder: Path, day: str, more: int) -> None:
    """A checkpoint that saw entries which are not there any more."""
    seen = checkpoints.Checkpoint(ledger.verify().count + more, "e" * 64, "f" * 64, f"{day}T00:00:00+00:00")
    (folder / f"{day}.json").write_bytes(checkpoints.sealed(seen))


def verify(manage: Callable[..., str]) -> str:
    return manage("ledger", "verify")


def broken(manage: Callable[..., str]) -> int:
    with pytest.raises((SystemExit, CommandError)) as ended:
        verify(manage)
    return int(getattr(ended.value, "code", None) or getattr(ended.value, "returncode", 0))


def test_to_verify_looks_into_the_folder_of_checkpoints_without_being_told(
    folder: Path, manage: Callable[..., str], settings: Any
) -> None:
    assert broken(manage) == 1
    for day in ("2026-01-02", "2026-01-03"):
        (folder / f"{day}.json").unlink()
    assert "1 checkpoints agree" in verify(manage)
    settings.CHECKPOINT_DIR = str(folder / "nowhere")
    assert "agree" not in verify(manage)


def test_two_people_set_aside_what_breaks_and_every_file_stays_and_is_named(
    folder: Path, manage: Callable[..., str], grace: User, sol: User
) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    name, found = settling.doubt_checkpoints(by=grace, reason=WHY)
    assert [one.name for one in found] == ["2026-01-02.json", "2026-01-03.json"]
    assert broken(manage) == 1  # one person alone has changed nothing
    file = settling.settle(by=sol, doubt=name)
    said = verify(manage)
    assert "2 checkpoints agree" in said  # the one from before, and the settlement's own
    assert "set aside by grace and sol" in said
    assert WHY in said
    assert "2026-01-02.json, 2026-01-03.json" in said
    assert {one.name: one.read_bytes() for one in folder.iterdir() if one != file} == before
    line = Entry.objects.unrestricted(LOOK).get(verb=settlements.SETTLED)
    told = json.loads(line.payload)
    assert (told["by"], told["doubted_by"], told["reason"]) == ("sol", "grace", WHY)
    assert [one["sha256"] for one in told["checkpoints"]] == [
        settlements.digest_of(folder / f"2026-01-0{day}.json") for day in (2, 3)
    ]


def test_one_person_alone_sets_nothing_aside(folder: Path, manage: Callable[..., str], grace: User) -> None:
    name, _found = settling.doubt_checkpoints(by=grace, reason=WHY)
    with pytest.raises(Denied):
        settling.settle(by=grace, doubt=name)
    assert broken(manage) == 1


@pytest.mark.parametrize("who", ["omar", "otto", "ada"])
def test_only_governance_and_security_settle(folder: Path, cast: dict[str, User], who: str) -> None:
    with pytest.raises(Denied):
        settling.doubt_checkpoints(by=cast[who], reason=WHY)
    name, _found = settling.doubt_checkpoints(by=cast["grace"], reason=WHY)
    with pytest.raises(Denied):
        settling.settle(by=cast[who], doubt=name)


def test_a_doubt_needs_a_reason_and_something_that_breaks(folder: Path, grace: User) -> None:
    with pytest.raises(Invalid):
        settling.doubt_checkpoints(by=grace, reason=" ")
    for day in ("2026-01-02", "2026-01-03"):
        (folder / f"{day}.json").unlink()
    with pytest.raises(Invalid):
        settling.doubt_checkpoints(by=grace, reason=WHY)


def test_what_came_after_the_first_had_spoken_is_not_agreed_to_with_it(folder: Path, grace: User, sol: User) -> None:
    name, _found = settling.doubt_checkpoints(by=grace, reason=WHY)
    lost(folder, "2026-01-04", 60)
    with pytest.raises(Stale):
        settling.settle(by=sol, doubt=name)
    with pytest.raises(Absent):
        settling.settle(by=sol, doubt="0123456789ab")


def test_a_settlement_counts_as_a_checkpoint_from_then_on(
    folder: Path, manage: Callable[..., str], grace: User, sol: User
) -> None:
    file = settling.settle(by=sol, doubt=settling.doubt_checkpoints(by=grace, reason=WHY)[0])
    (own,) = settlements.standing([folder])[1]
    assert own.checkpoint.count == ledger.verify().count
    later = checkpoints.compare(ledger.Verdict(own.checkpoint.count - 1, "x"), own.checkpoint)
    assert later.broken is not None
    checkpoints.write_daily()  # the nightly work goes on where it had stopped
    assert len(list(folder.glob("*.json"))) == 4
    assert file.exists()


@pytest.mark.parametrize("field", ["aside", "people", "reason", "entry", "hash", "checkpoint"])
def test_a_settlement_that_was_changed_is_refused(
    folder: Path, manage: Callable[..., str], grace: User, sol: User, field: str
) -> None:
    file = settling.settle(by=sol, doubt=settling.doubt_checkpoints(by=grace, reason=WHY)[0])
    facts = json.loads(file.read_text())
    facts[field] = {"aside": {}, "people": ["grace", "gus"], "reason": "other", "entry": 1, "hash": "0" * 64,
                    "checkpoint": {**facts["checkpoint"], "count": 1}}[field]  # fmt: skip
    file.write_text(json.dumps(facts))
    assert broken(manage) == 1


def test_a_line_in_the_ledger_without_the_signed_file_sets_nothing_aside(
    folder: Path, manage: Callable[..., str], grace: User, sol: User
) -> None:
    """Who rules the database can write lines, and cannot sign."""
    name, _found = settling.doubt_checkpoints(by=grace, reason=WHY)
    settling.settle_checkpoints(by=sol, doubt=name)
    assert broken(manage) == 1
    settling.settle(by=sol, doubt=name)  # what broke off between line and file is finished
    assert "set aside by" in verify(manage)


def test_a_settlement_whose_line_was_lost_by_another_restore_breaks_and_can_be_settled(
    folder: Path, manage: Callable[..., str], grace: User, sol: User, gus: User
) -> None:
    facts = {
        "version": 1, "entry": 10**6, "hash": "a" * 64, "people": ["grace", "sol"], "reason": WHY,
        "aside": {settlements.digest_of(folder / "2026-01-02.json"): "2026-01-02.json"},
        "checkpoint": {"count": 1, "head": "b" * 64, "root": "c" * 64, "at": "2026-01-02T10:00:00+00:00"},
    }  # fmt: skip
    signature = signing.sign(settlements._message(facts))
    whole = facts | {"key": signing.public_key(), "signature": signature}
    (folder / "2026-01-02-1000000.settlement").write_text(json.dumps(whole))
    assert broken(manage) == 1
    name, found = settling.doubt_checkpoints(by=gus, reason="A second backup was restored.")
    assert len(found) == 3
    settling.settle(by=sol, doubt=name)
    assert "set aside by gus and sol" in verify(manage)


def test_a_chain_that_does_not_hold_is_never_settled(
    folder: Path, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlements, "verify", lambda: ledger.Verdict(2, "x", 3, "was changed after it was written"))
    with pytest.raises(ValueError, match="was changed"):
        settling.doubt_checkpoints(by=grace, reason=WHY)


def test_the_word_of_the_command_line_goes_the_same_way(
    folder: Path, manage: Callable[..., str], grace: User, sol: User
) -> None:
    with pytest.raises(SystemExit):
        manage("govern", "checkpoints", "list", "--by", "grace")
    said = manage("govern", "checkpoints", "doubt", "--reason", WHY, "--by", "grace")
    name = said.rsplit("agree ", maxsplit=1)[1].strip()
    assert "2026-01-02.json: entry" in said
    assert "Set aside" in manage("govern", "checkpoints", "agree", name, "--by", "sol")
    listed = manage("govern", "checkpoints", "list", "--by", "sol")
    assert "set aside by grace + sol" in listed
    with pytest.raises(CommandError):
        manage("govern", "checkpoints", "list", "--by", "otto")
