"""The ledger: who did what, when, why, under which rule; refusals too. Append-only and hash-chained by the database.

The hash of an entry is SHA-256 over the previous hash and the entry's own fields, joined by line feeds (`link_text`);
a small program with the same ten lines can verify a dump without anything of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from django.apps import apps
from django.db import connection
from structlog.contextvars import get_contextvars

from guard import clock

if TYPE_CHECKING:
    from guard.models.ledger import Entry

GENESIS = "0" * 64
SLACK = timedelta(seconds=5)  # a server that corrects its clock steps back by so much at most


def canonical(body: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces: the same facts always give the same bytes."""
    return orjson.dumps(body, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def write(
    *,
    verb: str,
    by: Any,
    outcome: str,
    thing: Any = None,
    body: Mapping[str, Any] | None = None,
    rows: Sequence[Mapping[str, Any]] = (),
    at: datetime | None = None,
) -> int:
    """Append one entry; called by the doors only.

    Args:
        verb: ledger code.
        by: the actor.
        outcome: ``done`` or ``refused``.
        thing: the subject, or None.
        body: facts; no value of a restricted column, no secret, no title.
        rows: details of a bulk act, kept beside the entry under one digest.
        at: when it occurred, if not now.

    Returns:
        The entry's number.
    """
    at = at or clock.loaded_at()
    lines = [canonical(row) for row in rows]
    facts: dict[str, Any] = {"by": by.principal.username, **(body or {})}
    if thing is not None:
        facts["thing"] = thing.key
    if request_id := get_contextvars().get("request_id"):
        facts["request_id"] = request_id
    if at is not None:
        facts["loaded"] = True
    if lines:
        facts["details"] = {"count": len(lines), "sha256": digest(lines)}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO guard_entry (occurred_at, actor_id, verb, outcome, thing_id, payload)"
            " VALUES (coalesce(%s, clock_timestamp()), %s, %s, %s, %s, %s) RETURNING id",
            [at, by.principal.user_id, verb, outcome, thing.pk if thing is not None else None, canonical(facts)],
        )
        entry_id: int = cursor.fetchone()[0]
        if lines:
            with cursor.copy("COPY guard_entrydetail (entry_id, position, payload) FROM STDIN") as copy:
                for position, line in enumerate(lines):
                    copy.write_row((entry_id, position, line))
    return entry_id


def digest(lines: Iterable[str]) -> str:
    """SHA-256 over the rows of a bulk act, each ended by a line feed."""
    sha = hashlib.sha256()
    for line in lines:
        sha.update(line.encode())
        sha.update(b"\n")
    return sha.hexdigest()


def announce(code: str, entry_id: int, thing: Any) -> None:
    """Hand the entry to whoever reacts to its code, after commit, through the outbox."""
    from guard import reactions

    reactions.publish(code, entry_id, thing)


def link_text(entry: Entry) -> str:
    """What is hashed; migration 0003 has the same in SQL."""
    return "\n".join(link_parts(entry))


def link_parts(entry: Entry) -> list[str]:
    """The hashed fields in order."""
    return [
        entry.prev_hash,
        str(entry.pk),
        str(_microseconds(entry.recorded_at)),
        str(_microseconds(entry.occurred_at)),
        str(entry.actor_id or ""),
        entry.verb,
        entry.outcome,
        str(entry.thing_id or ""),
        entry.payload,
    ]


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond


@dataclass(frozen=True)
class Verdict:
    """What verifying found: how many entries, the head, and the first broken one with its fault."""

    count: int
    head: str
    broken: int | None = None
    fault: str = ""


def verify() -> Verdict:
    """Walk the whole chain and every detail row.

    Returns:
        A verdict; `broken` is the number of the first entry whose chain, fields or details do not hold.
    """
    expected_id, head, latest = 1, GENESIS, None
    entries = (
        apps.get_model("guard", "Entry")
        .objects.unrestricted("verifying reads every entry and shows none")
        .order_by("id")
    )
    for entry in entries.iterator(chunk_size=2000):
        fault = _fault(entry, expected_id, head)
        if not fault and latest is not None and entry.recorded_at < latest - SLACK:
            fault = "is dated before an entry ahead of it: the clock was set back"
        if fault:
            return Verdict(expected_id - 1, head, entry.pk, fault)
        expected_id, head, latest = entry.pk + 1, entry.hash, max(latest or entry.recorded_at, entry.recorded_at)
    return Verdict(expected_id - 1, head)


def _fault(entry: Entry, expected_id: int, head: str) -> str:
    if entry.pk != expected_id:
        return f"entry {expected_id} is missing"
    if entry.prev_hash != head:
        return "does not continue the entry before it"
    if hashlib.sha256(link_text(entry).encode()).hexdigest() != entry.hash:
        return "was changed after it was written"
    promised = orjson.loads(entry.payload).get("details")
    if promised:
        rows = apps.get_model("guard", "EntryDetail").objects.unrestricted("verifying reads every entry and shows none")
        lines = list(rows.filter(entry_id=entry.pk).order_by("position").values_list("payload", flat=True))
        if len(lines) != promised["count"] or digest(lines) != promised["sha256"]:
            return "has details that were changed after it was written"
    return ""


def history_of(thing: Any, actor: Any, limit: int = 50) -> list[Entry]:
    """The newest entries on one thing that the actor may see."""
    rows = apps.get_model("guard", "Entry").objects.visible_to(actor).filter(thing_id=thing.pk).select_related("actor")
    return list(rows[:limit])
