"""Why a thing has its level: the path down the joints to where the level comes from, as one reader may know it."""

from __future__ import annotations

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

DEEPEST = 12
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
WITH RECURSIVE way (id, level, relation, columns, rank, declared, step, is_part) AS (
    SELECT id, level, ''::varchar, '[]'::jsonb, level, declared, 0, false FROM guard_thing WHERE id = %s
    UNION ALL
    SELECT n.id, n.level, n.relation, n.columns, w.rank, n.declared, w.step + 1, n.is_part
      FROM way w CROSS JOIN LATERAL (
        SELECT t.id, t.level, l.relation, l.columns, t.declared, l.carries = 'part' AS is_part
          FROM guard_link l JOIN guard_thing t ON t.id = l.target_id
         WHERE l.source_id = w.id AND l.carries <> 'none'
           AND CASE l.carries WHEN 'part' THEN l.carried_rank ELSE t.level END >= w.rank
         ORDER BY t.declared >= w.rank DESC, l.id LIMIT 1) n
     WHERE w.declared < w.rank AND NOT w.is_part AND w.step < %s)
SELECT id, relation, columns, rank FROM way ORDER BY step
"""


def steps_of(thing: Thing) -> list[Step]:
    """The way down from a thing to the one that has the rank in itself; one query, and one for the things below."""
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, [thing.pk, DEEPEST])
        rows = cursor.fetchall()
    below = [row[0] for row in rows if row[0] != thing.pk]
    found = {thing.pk: thing} | (Thing.objects.unrestricted(_WHY).in_bulk(below) if below else {})
    return [
        Step(found[pk], relation, tuple(columns if isinstance(columns, list) else orjson.loads(columns)), rank)
        for pk, relation, columns, rank in rows
    ]


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
