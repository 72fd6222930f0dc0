"""Checkpoints: what the ledger was, signed, kept outside the database: a rewritten chain or a cut tail shows."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from guard import merkle, outbox, signing
from guard.ledger import GENESIS, Verdict, verify

log = logging.getLogger(__name__)
WHY = "verifying reads every entry and shows none"
# An entry gets its time when it is written and shows when its transaction ends: that long may lie between.
LONGEST_TRANSACTION = timedelta(minutes=15)


class Forged(ValueError):
    """A checkpoint whose signature does not hold, or two that cannot both be true."""


@dataclass(frozen=True)
class Checkpoint:
    """The ledger at one moment: number of entries, hash of the last, Merkle root over all their hashes, when (UTC)."""

    count: int
    head: str
    root: str
    at: str
    name: str = ""

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        return f"throughline checkpoint 1\n{self.count}\n{self.head}\n{self.root}\n{self.at}\n".encode()

    @property
    def taken_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


def hashes(count: int | None = None) -> list[str]:
    """The hashes of the first `count` entries, or of all, in order."""
    rows = apps.get_model("guard", "Entry").objects.unrestricted(WHY).order_by("id")
    rows = rows if count is None else rows.filter(pk__lte=count)
    return list(rows.values_list("hash", flat=True).iterator(chunk_size=5000))


def take() -> Checkpoint:
    """Verify the chain and say what it is now.

    Raises:
        ValueError: when the chain does not hold; a broken one is no checkpoint.
    """
    at = timezone.now().astimezone(UTC).isoformat(timespec="seconds")  # before reading: later entries are later
    verdict = verify()
    if verdict.broken is not None:
        raise ValueError(f"Entry {verdict.broken} {verdict.fault}.")
    root = merkle.root_of(merkle.rows_of(hashes(verdict.count)))
    return Checkpoint(verdict.count, verdict.head, root, at)


def sealed(taken: Checkpoint) -> bytes:
    """The file of a checkpoint: its facts, the public key and the signature, one line of JSON."""
    facts: dict[str, Any] = asdict(taken)
    del facts["name"]
    facts |= {"version": 1, "key": signing.make_key(), "signature": signing.sign(taken.message)}
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS) + b"\n"


def read(path: Path, key: str | None = None) -> Checkpoint:
    """Read a checkpoint file.

    Args:
        path: of the file.
        key: the public key to trust, in hexadecimal; None for this installation's own. What the file says of its key
            is never believed.

    Raises:
        Forged: the key did not sign it.
        ValueError: when it is none.
    """
    try:
        found = orjson.loads(path.read_bytes())
        taken = Checkpoint(
            int(found["count"]), str(found["head"]), str(found["root"]), str(found["at"]), name=path.name
        )
        signature, _moment = str(found["signature"]), taken.taken_at
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as fault:
        raise ValueError(f"{path.name} is not a checkpoint: {fault}") from None
    if not signing.holds(taken.message, signature, key or signing.public_key()):
        raise Forged(f"{path.name} is forged: the signature does not hold")
    return taken


def contradiction(taken: Sequence[Checkpoint]) -> str:
    """What two of the checkpoints, the oldest first, say against each other: a fork; empty when nothing."""
    for earlier, later in pairwise(taken):
        if later.count < earlier.count:
            return f"fork: {later.name} saw {later.count} entries after {earlier.name} saw {earlier.count}"
    seen: dict[int, Checkpoint] = {}
    for one in taken:
        other = seen.setdefault(one.count, one)
        if (other.head, other.root) != (one.head, one.root):
            return f"fork: {other.name} and {one.name} saw different entries {one.count}"
    return ""


def compare(verdict: Verdict, taken: Checkpoint) -> Verdict:
    """Hold a chain that is sound in itself against what was seen of it before.

    Args:
        verdict: of `guard.ledger.verify`.
        taken: the ledger as it was; its signature was checked by `read`.

    Returns:
        The verdict, broken where the chain is shorter than it was, is another one, or goes back behind that moment.
    """
    if verdict.broken is not None:
        return verdict
    if verdict.count < taken.count:
        fault = f"is missing: the checkpoint saw {taken.count} entries"
        return Verdict(verdict.count, verdict.head, verdict.count + 1, fault)
    seen = hashes(taken.count)
    if (seen[-1] if seen else GENESIS) != taken.head or merkle.root_of(merkle.rows_of(seen)) != taken.root:
        fault = "is not the entry that the checkpoint saw: rewritten, or restored and continued"
        return Verdict(verdict.count, verdict.head, taken.count, fault)
    later = apps.get_model("guard", "Entry").objects.unrestricted(WHY).filter(pk__gt=taken.count)
    back = later.filter(recorded_at__lt=taken.taken_at - LONGEST_TRANSACTION).order_by("id").first()
    if back is not None:
        fault = "is younger than the checkpoint and dated before it: the clock was set back"
        return Verdict(verdict.count, verdict.head, back.pk, fault)
    return verdict


@outbox.nightly("guard.checkpoint")
def write_daily() -> None:
    """One checkpoint a day into CHECKPOINT_DIR; a ledger that breaks with the last one gets none; that is logged."""
    folder = Path(settings.CHECKPOINT_DIR)
    file = folder / f"{timezone.now().astimezone(UTC):%Y-%m-%d}.json"
    if file.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    from guard import settlements

    standing, _settled = settlements.standing([folder])
    taken = take()
    if standing:
        verdict = compare(Verdict(taken.count, taken.head), standing[-1])
        if verdict.broken is not None:
            name = standing[-1].name
            log.error("ledger breaks with its checkpoint", extra={"entry": verdict.broken, "checkpoint": name})
            return
    write_once(file, sealed(taken))


def write_once(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, never over another.

    Raises:
        FileExistsError: it is there.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_bytes(content)
    try:
        os.link(part, file)
    finally:
        part.unlink()
