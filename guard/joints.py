"""The joints of a few things and the rows that they lead to, read once a request for rules and pages.

Rules judge all joints, whoever looks: what is found here is filtered for the reader before anything of it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from guard import memory
from guard.doors import standings
from guard.models import Link
from guard.wall import beyond

_WHY = "a rule judges whoever looks; the reader's view of its findings is filtered"
M = TypeVar("M", bound=Model)
_CLOSURE = """
WITH RECURSIVE reached(id) AS (
    SELECT unnest(%s::bigint[])
  UNION
    SELECT {far} FROM reached JOIN guard_link ON {near} = reached.id AND relation = ANY(%s)
) SELECT id FROM reached ORDER BY id
"""


def joints_from(things: Iterable[Any], *relations: str) -> list[Link]:
    """The joints of these relations at whose near end these things stand, with the far ends, in order."""
    return _joints("source_id", "target", things, relations)


def joints_into(things: Iterable[Any], *relations: str) -> list[Link]:
    """The joints of these relations at whose far end these things stand, with the near ends, in order."""
    return _joints("target_id", "source", things, relations)


def _joints(end: str, other: str, things: Iterable[Any], relations: tuple[str, ...]) -> list[Link]:
    ids, store = ids_of(things), memory.standing()
    known: dict[int, list[Link]] = {} if store is None else store.answers.setdefault(("guard.joints", end), {})
    missing = [pk for pk in ids if pk not in known]
    if missing:
        standings.expect(missing)
        rows = Link.objects.unrestricted(_WHY).filter(**{f"{end}__in": missing})
        if store is None:
            rows = rows.filter(relation__in=relations)
        known |= {pk: [] for pk in missing}
        for row in rows.select_related(f"{other}__domain").order_by("pk"):
            known[getattr(row, end)].append(row)
            standings.expect([getattr(row, f"{other}_id")])
    return sorted((row for pk in ids for row in known[pk] if row.relation in relations), key=lambda row: row.pk)


@memory.once
def closure(things: Iterable[Any], *relations: str, into: bool = False) -> list[int]:
    """The ids of these things and of all that they reach over these relations, in one statement; ends on cycles.

    Args:
        things: where it starts: ids, things or governed objects, in a list.
        relations: codes walked.
        into: against the joints, from far end to near end.
    """
    near, far = ("target_id", "source_id") if into else ("source_id", "target_id")
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _CLOSURE.format(near=near, far=far)), [ids_of(things), list(relations)])
        return [row[0] for row in cursor.fetchall()]


def rows_of(model: type[M], ids: Iterable[int]) -> dict[int, M]:
    """Governed rows by id, each read once a request."""
    store, wanted = memory.standing(), list(dict.fromkeys(ids))
    known: dict[int, M | None] = {} if store is None else store.answers.setdefault(("guard.rows", model), {})
    missing = [pk for pk in wanted if pk not in known]
    if missing:
        found = model.objects.unrestricted(_WHY).in_bulk(missing)  # type: ignore[attr-defined]
        known |= {pk: found.get(pk) for pk in missing}
        standings.expect(found)
    return {pk: row for pk in wanted if (row := known[pk]) is not None}


def ids_of(things: Iterable[Any]) -> list[int]:
    """The ids of things, governed objects or ids, once each."""
    return list(dict.fromkeys(thing if isinstance(thing, int) else int(thing.pk) for thing in things))
