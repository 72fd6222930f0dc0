"""The thread of one object, in both directions, as one reader may know it.

The walk is monotone: towards demand it only goes to earlier stations, towards decisions only to later ones, so that an
object's thread is its own and not everything that shares a dataset with it. It never passes through what the reader
may not even know of (grade 0): there the thread shows a plain gap (rulings.md, "Hidden or counted").
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from guard.doors import grades_of
from guard.doors.reading import visible_sql
from guard.models import Link, Thing
from guard.policy import READ
from guard.wall import beyond

# Kinds in the order of the thread; a walk towards decisions only climbs, one towards demand only descends.
ORDER = ("interview", "quote", "insight", "request", "prd", "product", "metric", "dataset", "decision")
BACKWARD = ("feeds",)  # an upstream dataset feeds this one: towards the sources is against the joint
NOT_WALKED = ("raises", "merged_into")  # the next turn of the thread, and what is no more
MOST_NODES = 2000
DEEPEST = 9


@dataclass(frozen=True)
class Node:
    """One object on the thread. `grade` below READ means: exists, is restricted, has no name here."""

    thing: Thing
    grade: int
    distance: int
    side: str  # here | demand | decision

    @property
    def is_restricted(self) -> bool:
        return self.grade < READ


@dataclass(frozen=True)
class Edge:
    """One joint between two shown nodes, by key; a restricted end has an empty key."""

    source_id: int
    relation: str
    target_id: int
    role: str = ""
    pinned: str = ""


@dataclass
class Thread:
    """What was found around `start`."""

    start: Thing
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    is_cut: bool = False

    def of_kind(self, *kinds: str) -> list[Node]:
        """Nodes of these kinds, named ones first."""
        return sorted((n for n in self.nodes if n.thing.kind in kinds), key=lambda n: (n.is_restricted, n.thing.key))


_WHY = "the walk follows joints only between things that the reader may know of"
# what a decision rests on, as far as the reader may know of it
_EVIDENCE = """
SELECT l.target_id FROM guard_link l JOIN guard_thing ON guard_thing.id = l.target_id
 WHERE l.source_id = %s AND l.relation <> ALL(%s) AND ({policy})
"""

# one joint further, on either side of where one stands
_STEP = """
    SELECT guard_thing.id, p.n
      FROM {side} w
      JOIN LATERAL (
            SELECT target_id AS next, relation <> ALL(%s) AS onward FROM guard_link
             WHERE source_id = w.id AND relation <> ALL(%s)
             UNION ALL
            SELECT source_id, relation = ANY(%s) FROM guard_link
             WHERE target_id = w.id AND relation <> ALL(%s)) l ON true
      JOIN guard_thing ON guard_thing.id = l.next
      JOIN place p ON p.kind = guard_thing.kind
     WHERE ({turn}) AND ({{policy}})
"""

_LATER = _STEP.format(side="later", turn="p.n > w.n OR (p.n = w.n AND l.onward)")
_EARLIER = _STEP.format(side="earlier", turn="p.n < w.n OR (p.n = w.n AND NOT l.onward)")
_WALK = """
WITH RECURSIVE place(kind, n) AS (SELECT * FROM unnest(%s::text[]) WITH ORDINALITY),
later(id, n) AS (
    SELECT t.id, p.n FROM guard_thing t JOIN place p ON p.kind = t.kind WHERE t.id = ANY({start})
  UNION {later}),
earlier(id, n) AS (
    SELECT t.id, p.n FROM guard_thing t JOIN place p ON p.kind = t.kind WHERE t.id = ANY({back})
  UNION {earlier})
SELECT found.id, found.side FROM (
    SELECT id, 'decision' AS side FROM later UNION ALL SELECT id, 'demand' FROM earlier
) found LIMIT %s
"""


def walk(thing: Thing, actor: Any, direction: str = "both") -> tuple[dict[int, str], bool]:
    """The ids on the thread, each with its side, and whether the walk was cut at `MOST_NODES`.

    A decision stands at the end, and what it rests on has data behind it: its thread goes on from there to the
    datasets, and never to other decisions on the same data.
    """
    is_decision = thing.kind == ORDER[-1]
    with connection.cursor() as cursor:
        cursor.execute(*walk_sql(thing, actor))
        rows = cursor.fetchall()
    sides = {pk: "demand" if is_decision else side for pk, side in rows}
    sides = {pk: side for pk, side in sides.items() if direction in ("both", side)}
    sides[thing.pk] = "here"
    return sides, len(rows) > MOST_NODES


def walk_sql(thing: Thing, actor: Any) -> tuple[str, list[Any]]:
    """The walk as one statement that gives (id, side), and its parameters."""
    policy, parameters = visible_sql(actor, "exists")
    starts: list[Any] = [[thing.pk]]
    start, places, back = "%s", list(ORDER), "%s"
    if thing.kind == ORDER[-1]:
        start, places = f"ARRAY({_EVIDENCE.format(policy=policy)})", list(ORDER[:-1])
        starts = [thing.pk, list(NOT_WALKED), *parameters]
        back = f"(%s::bigint || {start})"
    joints = [list(BACKWARD), list(NOT_WALKED), list(BACKWARD), list(NOT_WALKED)]
    onward = [*joints, *parameters]
    before = [thing.pk, *starts] if thing.kind == ORDER[-1] else starts
    later, earlier = (step.format(policy=policy) for step in (_LATER, _EARLIER))
    sql = beyond(_WHY, _WALK.format(later=later, earlier=earlier, start=start, back=back), "guard_link")
    return sql, [places, *starts, *onward, *before, *onward, MOST_NODES + 1]


def thread_of(thing: Thing, actor: Any, *, direction: str = "both", depth: int = DEEPEST) -> Thread:
    """The thread of one object.

    Args:
        thing: where it starts; the reader may see it.
        actor: the reader.
        direction: both, demand or decision.
        depth: joints away from the start, 1 to 9.

    Returns:
        Nodes with their distance and the joints among them; restricted nodes keep their kind and lose their name
        when they are shown (`as_dict`, `mermaid`).
    """
    sides, is_cut = walk(thing, actor, direction)
    things = {t.pk: t for t in Thing.objects.visible_to(actor, "exists").filter(pk__in=sides)}
    things[thing.pk] = thing
    grades = grades_of(actor, things.values())
    edges = [
        Edge(*row)
        for row in Link.objects.visible_to(actor, "exists")
        .filter(source_id__in=things, target_id__in=things)
        .exclude(relation__in=NOT_WALKED)
        .order_by("pk")
        .values_list("source_id", "relation", "target_id", "role", "pinned")
    ]
    distance = _distances(thing.pk, edges)
    thread = Thread(thing, is_cut=is_cut)
    for pk, found in things.items():
        if distance.get(pk, DEEPEST + 1) <= depth:
            thread.nodes.append(Node(found, grades[pk], distance[pk], sides.get(pk, "here")))
    shown = {node.thing.pk for node in thread.nodes}
    thread.edges = [edge for edge in edges if edge.source_id in shown and edge.target_id in shown]
    return thread


def _distances(start: int, edges: list[Edge]) -> dict[int, int]:
    beside: dict[int, set[int]] = defaultdict(set)
    for edge in edges:
        beside[edge.source_id].add(edge.target_id)
        beside[edge.target_id].add(edge.source_id)
    found, frontier, steps = {start: 0}, [start], 0
    while frontier:
        steps += 1
        frontier = [pk for pk in {n for f in frontier for n in beside[f]} if pk not in found]
        found |= dict.fromkeys(frontier, steps)
    return found
