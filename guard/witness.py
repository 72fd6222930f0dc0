"""Why a thing has its level: the path down the joints to where the level comes from, as one reader may know it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from guard.doors import grades_of
from guard.models import Thing
from guard.policy import EXISTS, READ
from guard.relations import RELATIONS
from guard.wall import beyond

MOST = 5000  # joints that are looked at
_WHY = "a witness is judged by grade before anything of it is shown"


@dataclass(frozen=True)
class Step:
    """One thing on the way down.

    Args:
        thing: the thing.
        relation: the joint by which the one before carries its level; empty for the start.
        columns: names of the columns that the joint reads, when not all.
        rank: the rank that is explained from here on.
    """

    thing: Thing
    relation: str = ""
    columns: Sequence[str] = ()
    rank: int = 0


@dataclass(frozen=True)
class Reason:
    """One sentence of the answer; `key` is of the thing that it is about, empty where the reader may not see it."""

    sentence: str
    key: str = ""


#: ``fn(actor, step) -> sentences``: what of the thing itself gives the rank. By kind; others declare their level.
Source = Callable[[Any, Step], Sequence[str]]
_sources: dict[str, Source] = {}


def register_source(kind: str, fn: Source) -> None:
    """Name who explains the rank that things of a kind have in themselves."""
    _sources[kind] = fn


_DOWN = """
WITH RECURSIVE down (id) AS (
    SELECT %(start)s::bigint
    UNION
    SELECT l.target_id FROM down d
      JOIN guard_thing s ON s.id = d.id AND s.declared < %(rank)s
      JOIN guard_link l ON l.source_id = d.id AND l.carries = 'whole'
      JOIN guard_thing t ON t.id = l.target_id AND t.level >= %(rank)s)
SELECT l.source_id, l.target_id, l.relation, l.columns, l.carries = 'part' OR t.declared >= %(rank)s
  FROM down d JOIN guard_link l ON l.source_id = d.id JOIN guard_thing t ON t.id = l.target_id
 WHERE CASE l.carries WHEN 'part' THEN l.carried_rank >= %(rank)s WHEN 'whole' THEN t.level >= %(rank)s ELSE false END
 ORDER BY l.id LIMIT %(most)s
"""


def steps_of(thing: Thing) -> list[Step]:
    """The shortest way down from a thing to one that has the rank in itself; one query, and one for the things below.

    It is searched at reading, in the rows that count, so it cannot tell of a joint that is gone (decision 0018).
    """
    way = [] if thing.declared >= thing.level else _way(thing)
    found = Thing.objects.unrestricted(_WHY).in_bulk([joint[1] for joint in way]) if way else {}
    return [
        Step(thing, rank=thing.level),
        *(
            Step(found[below], relation, tuple(columns if isinstance(columns, list) else orjson.loads(columns)),
                 thing.level)
            for _above, below, relation, columns, _is_end in way
        ),
    ]  # fmt: skip


def _way(thing: Thing) -> list[tuple[Any, ...]]:
    """The joints of the way, nearest first; empty when none leads there among the joints looked at."""
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _DOWN), {"start": thing.pk, "rank": thing.level, "most": MOST})
        joints = cursor.fetchall()
    below: dict[int, list[tuple[Any, ...]]] = {}
    for joint in joints:
        below.setdefault(joint[0], []).append(joint)
    seen, waiting = {thing.pk}, deque[list[tuple[Any, ...]]]([[]])
    while waiting:
        way = waiting.popleft()
        at = way[-1][1] if way else thing.pk
        for joint in below.get(at, ()):
            if joint[4]:
                return [*way, joint]
            if joint[1] not in seen:
                seen.add(joint[1])
                waiting.append([*way, joint])
    return []


def because(actor: Any, thing: Thing) -> list[Reason]:
    """Why the thing has its level, in sentences.

    Args:
        actor: the reader; a thing that they may not see is "1 restricted item", or nothing at all (rulings.md).
        thing: that they may see.

    Returns:
        One reason for each joint on the way, then those of where it ends.
    """
    steps = steps_of(thing)
    grades = grades_of(actor, [step.thing for step in steps])
    reasons: list[Reason] = []
    for before, step in pairwise(steps):
        if grades[step.thing.pk] < READ:
            known = grades[step.thing.pk] == EXISTS
            reasons.append(Reason(_("It rests on 1 restricted item.") if known else _("It was found to need it.")))
            return reasons
        reasons.append(Reason(_joint(before, step), step.thing.key))
    last = steps[-1]
    own = _sources.get(last.thing.kind)
    sentences = own(actor, last) if own else [_("L%(rank)d was set for it.") % {"rank": last.rank}]
    return [*reasons, *(Reason(sentence, last.thing.key) for sentence in sentences)]


def _joint(before: Step, step: Step) -> str:
    relation = RELATIONS.get((before.thing.kind, step.relation, step.thing.kind))
    facts = {
        "near": before.thing.key, "meaning": relation.meaning if relation else step.relation,
        "far": step.thing.key, "title": step.thing.title, "rank": step.rank,
    }  # fmt: skip
    return _("%(near)s %(meaning)s %(far)s, %(title)s, and carries L%(rank)d of it.") % facts
