"""Settlements: which checkpoints break with the ledger for a reason that two people gave, such as a restored backup.

A settlement is a file beside the checkpoints, signed with their key, and names a line of the ledger; neither is
believed without the other. Checkpoints that it sets aside stay where they are and are named at each verification.
Its own checkpoint, of the ledger as it was settled, counts from then on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps

from guard import checkpoints, signing
from guard.checkpoints import WHY, Checkpoint, Forged
from guard.ledger import Verdict, verify

SETTLED = "checkpoints.settled"  # the verb of the line
ENDING = ".settlement"


@dataclass(frozen=True)
class Doubt:
    """A checkpoint that breaks with the ledger as it is: its name, the digest of its file, what it saw, the fault."""

    name: str
    sha256: str
    count: int
    head: str
    at: str
    fault: str


@dataclass(frozen=True)
class Settlement:
    """What two people set aside: digests of files with their names, who, why, the line that says so."""

    name: str
    aside: dict[str, str]
    people: tuple[str, str]
    reason: str
    entry: int
    hash: str
    checkpoint: Checkpoint


def digest_of(file: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def standing(paths: Iterable[Path], key: str | None = None) -> tuple[list[Checkpoint], list[Settlement]]:
    """The checkpoints that count, the oldest first, and the settlements that set others aside.

    Args:
        paths: files and folders.
        key: the public key to trust; None for this installation's own.

    Raises:
        Forged: a signature does not hold, or a settlement names a line that the ledger does not have.
        ValueError: a file is none of both.
    """
    files, settled, loose = _sorted(list(paths), key)
    if loose:
        raise Forged(f"{loose[0].name} {_unknown(loose[0])}")
    found = [checkpoints.read(file, key) for file in files] + [one.checkpoint for one in settled]
    return sorted(found, key=lambda one: (one.taken_at, one.count)), settled


def doubts(folder: Path) -> list[Doubt]:
    """The checkpoints of a folder that break with the ledger and were not set aside.

    Raises:
        ValueError: the chain itself does not hold; that is never settled.
        Forged: a signature does not hold.
    """
    verdict = verify()
    if verdict.broken is not None:
        raise ValueError(f"Entry {verdict.broken} {verdict.fault}.")
    files, settled, loose = _sorted([folder], None)
    seen = [(folder / one.name, one.checkpoint, _unknown(one)) for one in loose]
    taken = [(file, checkpoints.read(file)) for file in files]
    taken += [(folder / one.name, one.checkpoint) for one in settled]
    seen += [(file, one, _fault(verdict, one)) for file, one in taken]
    return [Doubt(file.name, digest_of(file), one.count, one.head, one.at, fault) for file, one, fault in seen if fault]


def _sorted(paths: list[Path], key: str | None) -> tuple[list[Path], list[Settlement], list[Settlement]]:
    """Files of checkpoints that count, settlements that hold, and settlements that the ledger knows nothing of."""
    read_all = {digest_of(file): read(file, key) for file in _files(paths, ENDING)}
    held = {digest: one for digest, one in read_all.items() if _is_known(one)}
    aside = {digest for one in held.values() for digest in one.aside}
    files = [file for file in _files(paths, ".json") if digest_of(file) not in aside]
    loose = [one for digest, one in read_all.items() if digest not in held and digest not in aside]
    return files, [one for digest, one in held.items() if digest not in aside], loose


def _files(paths: Sequence[Path], ending: str) -> list[Path]:
    inside = [file for path in paths if path.is_dir() for file in sorted(path.glob(f"*{ending}"))]
    alone = [path for path in paths if not path.is_dir() and (path.suffix == ENDING) == (ending == ENDING)]
    return inside + alone


def _is_known(one: Settlement) -> bool:
    rows = apps.get_model("guard", "Entry").objects.unrestricted(WHY)
    same = rows.filter(pk=one.entry, hash=one.hash, verb=SETTLED, outcome="done")
    return one.people[0] != one.people[1] and bool(same.exists())


def _unknown(one: Settlement) -> str:
    return f"names entry {one.entry}, which two people did not write into this ledger"


def _fault(verdict: Verdict, taken: Checkpoint) -> str:
    broken = checkpoints.compare(verdict, taken)
    return f"entry {broken.broken} {broken.fault}" if broken.broken is not None else ""


def name_of(found: Sequence[Doubt]) -> str:
    """A short name for exactly these doubts, by which a second person agrees to them."""
    return hashlib.sha256("\n".join(sorted(one.sha256 for one in found)).encode()).hexdigest()[:12]


def seal(folder: Path, entry: Any) -> Path:
    """Write the file of a settlement that stands in the ledger; harmless a second time.

    Args:
        folder: of the checkpoints.
        entry: the line, with verb `SETTLED`.

    Returns:
        The file.
    """
    said = orjson.loads(entry.payload)
    file = folder / f"{entry.recorded_at:%Y-%m-%d}-{entry.pk}{ENDING}"
    if file.exists():
        return file
    taken = checkpoints.take()
    facts = {
        "version": 1, "entry": entry.pk, "hash": entry.hash, "people": [said["doubted_by"], said["by"]],
        "reason": said["reason"], "aside": {one["sha256"]: one["name"] for one in said["checkpoints"]},
        "checkpoint": {"count": taken.count, "head": taken.head, "root": taken.root, "at": taken.at},
    }  # fmt: skip
    whole = facts | {"key": signing.public_key(), "signature": signing.sign(_message(facts))}
    checkpoints.write_once(file, orjson.dumps(whole, option=orjson.OPT_SORT_KEYS) + b"\n")
    return file


def _message(facts: dict[str, Any]) -> bytes:
    return b"throughline settlement 1\n" + orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)


def read(file: Path, key: str | None = None) -> Settlement:
    """Read a settlement.

    Raises:
        Forged: the key did not sign it.
        ValueError: when it is none.
    """
    try:
        whole = orjson.loads(file.read_bytes())
        facts = {name: value for name, value in whole.items() if name not in ("key", "signature")}
        taken = Checkpoint(**facts["checkpoint"], name=file.name)
        first, second = facts["people"]
        found = Settlement(
            file.name, dict(facts["aside"]), (first, second), str(facts["reason"]), int(facts["entry"]),
            str(facts["hash"]), taken,
        )  # fmt: skip
        signature, _moment = str(whole["signature"]), taken.taken_at
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as fault:
        raise ValueError(f"{file.name} is not a settlement: {fault}") from None
    if not signing.holds(_message(facts), signature, key or signing.public_key()):
        raise Forged(f"{file.name} is forged: the signature does not hold")
    return found
