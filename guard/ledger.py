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
READ = "thing.read"  # the verb of a line that tells who opened something strict
READS_TOGETHER = 15 * 60  # seconds; a page, its late pieces and a second look are one reading (decision 0021)
PATIENCE = "15s"  # an act may hold the chain for so long before a reader is told to come again
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


_READS = """
INSERT INTO guard_entry (occurred_at, actor_id, verb, outcome, thing_id, payload, fold)
SELECT clock_timestamp(), %(reader)s, %(verb)s, 'done', one.thing_id, one.payload, one.thing_id || slot.said
  FROM unnest(%(things)s::bigint[], %(payloads)s::text[]) WITH ORDINALITY AS one (thing_id, payload, number),
       (SELECT concat(':', %(reader)s::bigint, ':', %(door)s::text, ':',
                      floor(extract(epoch FROM now()) / %(together)s)::bigint) AS said,
               set_config('lock_timeout', %(patience)s, true) AS patience OFFSET 0) AS slot
 WHERE NOT EXISTS (SELECT FROM guard_entry AS before WHERE before.fold = one.thing_id || slot.said)
 ORDER BY one.number
    ON CONFLICT (fold) WHERE fold IS NOT NULL DO NOTHING
"""


def write_reads(*, by: Any, door: str, things: Sequence[Any]) -> int:
    """Append one line for each thing that was opened; called by `guard.doors.opening` only.

    The same person, thing and door have one line in a quarter of an hour (of the clock): the database holds that, so
    the pieces of a page that arrive together cannot both write. One statement, which is a transaction of its own.

    Args:
        by: the reader.
        door: by which way out.
        things: of which more than name, owner and level is shown.

    Returns:
        How many lines were new.
    """
    request_id = get_contextvars().get("request_id")
    facts = {"by": by.principal.username, "door": door, **({"request_id": request_id} if request_id else {})}
    with connection.cursor() as cursor:
        cursor.execute(
            _READS,
            {"reader": by.principal.user_id, "verb": READ, "door": door, "together": READS_TOGETHER,
             "patience": PATIENCE, "things": [thing.pk for thing in things],
             "payloads": [canonical({**facts, "thing": thing.key, "level": thing.level}) for thing in things]},
        )  # fmt: skip
        return int(cursor.rowcount)


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
    """The newest entries on one thing that the actor may see: what was done to it, without who only read it."""
    return list(_on(thing, actor).exclude(verb=READ)[:limit])


def readers_of(thing: Any, actor: Any, limit: int = 50) -> list[Entry]:
    """The newest lines that tell who opened a thing, as far as the actor may know: see `LedgerQuerySet.visible_to`."""
    return list(_on(thing, actor).filter(verb=READ)[:limit])


def _on(thing: Any, actor: Any) -> Any:
    rows = apps.get_model("guard", "Entry").objects.visible_to(actor)
    return rows.filter(thing_id=thing.pk).select_related("actor")
