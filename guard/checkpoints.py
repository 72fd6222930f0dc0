"""Checkpoints: what the ledger's head was, kept outside the database, so that a rewritten chain or a cut tail shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.utils import timezone

from guard.ledger import Verdict, verify


def take() -> dict[str, Any]:
    """Verify the chain and say how long it is and how it ends.

    Returns:
        ``count``, ``head`` and ``at``.

    Raises:
        ValueError: when the chain does not hold; a broken one is no checkpoint.
    """
    verdict = verify()
    if verdict.broken is not None:
        raise ValueError(f"Entry {verdict.broken} {verdict.fault}.")
    return {"count": verdict.count, "head": verdict.head, "at": timezone.now().isoformat(timespec="seconds")}


def read(path: Path) -> dict[str, Any]:
    """Read a checkpoint file.

    Raises:
        ValueError: when it is none.
    """
    try:
        found = orjson.loads(path.read_bytes())
        return {"count": int(found["count"]), "head": str(found["head"])}
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as fault:
        raise ValueError(f"{path.name} is not a checkpoint: {fault}") from None


def compare(verdict: Verdict, checkpoint: Mapping[str, Any]) -> Verdict:
    """Hold a chain that is sound in itself against what was seen of it before.

    Args:
        verdict: of `guard.ledger.verify`.
        checkpoint: count and head as they were.

    Returns:
        The verdict, broken where the chain is shorter than it was or has another hash at that entry.
    """
    count, head = int(checkpoint["count"]), checkpoint["head"]
    if verdict.broken is not None or count == 0:
        return verdict
    if verdict.count < count:
        return Verdict(
            verdict.count, verdict.head, verdict.count + 1, f"is missing: the checkpoint saw {count} entries"
        )
    entries = apps.get_model("guard", "Entry").objects.unrestricted("verifying reads every entry and shows none")
    if entries.values_list("hash", flat=True).get(pk=count) != head:
        return Verdict(verdict.count, verdict.head, count, "is not the entry that the checkpoint saw: rewritten")
    return verdict
