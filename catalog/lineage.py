"""What feeds what, and what rests on a thing, as one reader may know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from guard.doors import grades_of
from guard.kinds import KINDS
from guard.models import Link, Thing
from guard.policy import EXISTS, READ
from guard.relations import RELATIONS
from guard.wall import beyond

DEEPEST, MOST = 9, 2000
_WHY = "the far ends are judged by grade before anything of them is shown"


@dataclass(frozen=True)
class Node:
    """A dataset up or down the stream; `distance` is negative upstream."""

    thing: Thing
    distance: int


@dataclass(frozen=True)
class Stream:
    """The neighbourhood of a dataset in the flow of data.

    Args:
        nodes: what the reader may see, nearest first.
        edges: (upstream id, downstream id) between these and the start.
        hidden_up, hidden_down: how many more there are that the reader may know of.
        is_cut: there are more than were followed.
    """

    nodes: Sequence[Node] = ()
    edges: Sequence[tuple[int, int]] = ()
    hidden_up: int = 0
    hidden_down: int = 0
    is_cut: bool = False

    @property
    def upstream(self) -> list[Node]:
        return [node for node in self.nodes if node.distance < 0]

    @property
    def downstream(self) -> list[Node]:
        return [node for node in self.nodes if node.distance > 0]


@dataclass(frozen=True)
class Users:
    """What of one kind stands on a thing: the visible ones, and how many more the reader may know of."""

    kind: str
    label: str
    things: list[Thing] = field(default_factory=list)
    hidden: int = 0


_WALK = """
WITH RECURSIVE walk (id, distance) AS (
    SELECT %s::bigint, 0
    UNION
    SELECT l.{far}, w.distance + 1 FROM walk w JOIN guard_link l ON l.{near} = w.id AND l.relation = 'feeds'
     WHERE w.distance < %s
)
SELECT id, min(distance) FROM walk WHERE distance > 0 GROUP BY id ORDER BY 2, 1 LIMIT %s
"""


def stream_of(actor: Any, start: Any, *, depth: int = 1, direction: str = "both") -> Stream:
    """Follow `feeds` from a dataset.

    Args:
        actor: who reads.
        start: the dataset or its Thing.
        depth: joints away, 1 to DEEPEST.
        direction: up, down or both.
    """
    thing = getattr(start, "thing", start)
    depth = max(1, min(depth, DEEPEST))
    distances: dict[int, int] = {}
    is_cut = False
    for word, sign, near, far in (("up", -1, "target_id", "source_id"), ("down", 1, "source_id", "target_id")):
        if direction in (word, "both"):
            found = _walk(thing.pk, near, far, depth)
            is_cut |= len(found) >= MOST
            distances.update({pk: sign * far_off for pk, far_off in found if pk != thing.pk and pk not in distances})
    things = {t.pk: t for t in Thing.objects.unrestricted(_WHY).filter(pk__in=distances)}
    grades = grades_of(actor, things.values())
    visible = {pk for pk, grade in grades.items() if grade >= READ}
    known = [distances[pk] for pk, grade in grades.items() if grade == EXISTS]
    ends = visible | {thing.pk}
    edges = Link.objects.unrestricted(_WHY).filter(relation="feeds", source__in=ends, target__in=ends)
    return Stream(
        nodes=sorted((Node(things[pk], distances[pk]) for pk in visible), key=lambda n: (abs(n.distance), n.thing.pk)),
        edges=sorted(set(edges.values_list("source_id", "target_id"))),
        hidden_up=sum(1 for distance in known if distance < 0),
        hidden_down=sum(1 for distance in known if distance > 0),
        is_cut=is_cut,
    )


def users_of(actor: Any, obj: Any) -> list[Users]:
    """What stands on a thing by any joint but `feeds`: products, metrics, PRDs, decisions; by kind."""
    thing = getattr(obj, "thing", obj)
    joints = Link.objects.unrestricted(_WHY).filter(target=thing).exclude(relation="feeds")
    return by_kind(actor, Thing.objects.unrestricted(_WHY).filter(pk__in=joints.values("source_id")))


def by_kind(actor: Any, things: Iterable[Thing]) -> list[Users]:
    """Things sorted by kind, the hidden ones counted where the reader may know of them."""
    things = list(things)
    grades = grades_of(actor, things)
    hidden = Counter(thing.kind for thing in things if grades[thing.pk] == EXISTS)
    shown: dict[str, list[Thing]] = {}
    for thing in sorted(things, key=lambda t: t.pk):
        if grades[thing.pk] >= READ:
            shown.setdefault(thing.kind, []).append(thing)
    return [
        Users(kind, str(KINDS[kind].plural), shown.get(kind, []), hidden[kind])
        for kind in KINDS
        if kind in shown or hidden[kind]
    ]


def relation_words(source_kind: str, code: str, target_kind: str) -> str:
    """How a joint reads, for tables."""
    relation = RELATIONS.get((source_kind, code, target_kind))
    return str(relation.meaning) if relation else code


def _walk(start: int, near: str, far: str, depth: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(beyond(_WHY, _WALK.format(near=near, far=far)), [start, depth, MOST])
        return list(cursor.fetchall())
