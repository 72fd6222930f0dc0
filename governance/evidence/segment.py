"""The part of the ledger that goes into a pack: the entries of a span that a reader may see, each with its proof."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from django.db.models import Q

from governance.evidence.rows import Span
from guard import ledger, merkle
from guard.models import Entry, Thing

KEY = re.compile(r"\b[A-Z]{2,4}-\d{4,}\b")
OVERSEERS = ("governance_lead", "auditor")


def segment(span: Span, rows: list[merkle.Row]) -> Iterator[dict[str, Any]]:
    """Entries recorded in the span, in order, each with the neighbours that lead from it to the signed root.

    An entry goes in only where the reader sees its thing with its columns, and every other thing that it names by key;
    one about no thing is for governance leads, auditors and whoever did it.

    Args:
        span: time and reader.
        rows: the Merkle tree of the checkpoint; later entries are not in it and stay out.
    """
    size = len(rows[0])
    seen = Entry.objects.visible_to(span.reader).filter(
        span.sees("thing") | _without_thing(span.reader), recorded_at__gte=span.first, recorded_at__lt=span.end,
        pk__lte=size,
    )  # fmt: skip
    found = [(entry, set(KEY.findall(entry.payload))) for entry in seen.order_by("id")]
    named = {key for _entry, keys in found for key in keys}
    known = _known(span, named)
    for entry, keys in found:
        if keys <= known:
            yield facts_of(entry) | {"proof": merkle.proof_of(rows, entry.pk - 1)}


def told_of(span: Span, parts: Iterable[Any]) -> list[Thing]:
    """The things of which a pack tells more than that they are there."""
    keys = {key for part in parts for key in KEY.findall(orjson.dumps(part).decode())}
    return list(Thing.objects.visible_to(span.reader, "columns").filter(key__in=keys))


def facts_of(entry: Entry) -> dict[str, Any]:
    """An entry's hashed fields by name; joined by line feeds in this order they are what its hash is over."""
    names = ("prev_hash", "id", "recorded", "occurred", "actor", "verb", "outcome", "thing", "payload")
    return dict(zip(names, ledger.link_parts(entry), strict=True)) | {"id": entry.pk}


def _without_thing(reader: Any) -> Q:
    return Q(thing=None) if reader.has_role(*OVERSEERS) else Q(thing=None, actor_id=reader.pk)


def _known(span: Span, keys: set[str]) -> set[str]:
    return set(Thing.objects.visible_to(span.reader, "columns").filter(key__in=keys).values_list("key", flat=True))
