"""The evidence pack: one zip that is checked with Python alone (`verifier.py`, a copy of which travels in it)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson

from governance.evidence.rows import PARTS, Span
from governance.evidence.segment import segment, told_of
from guard import checkpoints, clock, merkle, signing
from guard.doors import opened_all
from guard.doors.opening import EXPORT

VERIFIER = Path(__file__).with_name("verifier.py")
README = """Evidence of governance, {first} to {last}, as {reader} may see it; made at {at}.

checkpoint.json   the whole ledger at that moment: number of entries, last hash, Merkle root, signed
ledger.jsonl      the entries of these days that {reader} may see, each with its proof that it stands in the checkpoint
labels.json       what columns are labelled as: who said it, on which evidence, decided in which review
reviews.json      reviews of levels with their columns and votes
grants.json       access asked for and given, with votes
waivers.json      rules set aside, by whom, until when
enforcement.json  runs in warehouses and what verifying found (digests and counts)
manifest.json     SHA-256 of each file; manifest.sig its signature

Check it: python -I verifier.py PACK.zip PUBLIC-KEY    (the key from `manage.py ledger key`, obtained on another way)

What is proved: no file was changed since it was signed, and each entry of ledger.jsonl stands in the signed ledger.
What is not: that nothing was left out. What the reader may not see is not here. Rows of bulk acts are named by digest
only. The tables beside the ledger say what the database said when the pack was made.
"""


def span_of(*, reader: Any, first: date, last: date) -> Span:
    """The days from `first` to `last`, both included, in UTC.

    Raises:
        ValueError: it ends before it begins.
    """
    if last < first:
        raise ValueError("The days end before they begin.")
    begin = datetime.combine(first, time(), UTC)
    return Span(begin, datetime.combine(last, time(), UTC) + timedelta(days=1), reader)


def make(span: Span) -> tuple[bytes, dict[str, Any]]:
    """A pack.

    Args:
        span: days and reader.

    Returns:
        The zip, and what the record says of it: counts, digest of the manifest, length of the ledger.

    Raises:
        ValueError: the ledger's chain does not hold.
    """
    taken = checkpoints.take()
    rows = merkle.rows_of(checkpoints.hashes(taken.count))
    entries = list(segment(span, rows))
    tables = {name: part(span) for name, part in PARTS.items()}
    opened_all(span.reader, told_of(span, [*entries, tables]), door=EXPORT, in_act=True)
    last = (span.end - timedelta(days=1)).date()
    about = {
        "first": span.first.date(), "last": last, "reader": span.reader.username,
        "at": clock.now().isoformat(timespec="seconds"),
    }  # fmt: skip
    files = {
        "README.txt": README.format(**about).encode(),
        "checkpoint.json": checkpoints.sealed(taken),
        "ledger.jsonl": b"".join(orjson.dumps(entry) + b"\n" for entry in entries),
        **{name: orjson.dumps(table, option=orjson.OPT_INDENT_2) + b"\n" for name, table in tables.items()},
        "verifier.py": VERIFIER.read_bytes(),
    }
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = orjson.dumps({"about": about, "files": digests}, option=orjson.OPT_INDENT_2) + b"\n"
    seal = {"key": signing.public_key(), "signature": signing.sign(manifest)}
    files |= {"manifest.json": manifest, "manifest.sig": json.dumps(seal).encode() + b"\n"}
    counts = {"ledger": len(entries)} | {name.removesuffix(".json"): len(table) for name, table in tables.items()}
    facts = {"counts": counts, "manifest": hashlib.sha256(manifest).hexdigest(), "entries": taken.count}
    return zipped(files), facts


def zipped(files: dict[str, bytes]) -> bytes:
    """The files as a zip, the manifest first."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in sorted(files, key=lambda one: (not one.startswith("manifest"), one)):
            pack.writestr(name, files[name])
    return out.getvalue()
