"""A small governed world of its own: kinds and verbs that only guard's tests know."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices

from guard import things
from guard.doors import act
from guard.gates import Finding, gate
from guard.kinds import Kind, register_kind
from guard.models import Domain, Thing
from guard.policy import Who
from guard.relations import Relation, register_relation
from guard.states import Move, perform, register_moves

register_kind(Kind("stone", "STO", "Stone", "Stones"))
register_relation(Relation("rests_on", "stone", "stone", "rests on", "bears", carries="whole", joint_only=True))
register_relation(Relation("leans_on", "stone", "stone", "leans on", "props", carries="part", joint_only=True))
register_relation(Relation("touches", "stone", "stone", "touches", "touches", joint_only=True))


class State(TextChoices):
    ROUGH = "rough", "Rough"
    CUT = "cut", "Cut"
    BROKEN = "broken", "Broken"


@gate("STO-1", kind="stone", title="It has a light title")
def title_is_light(stone: Any, actor: Any, facts: Any) -> Any:
    if "heavy" in stone.title:
        yield Finding("STO-1", f"{stone.title} is too heavy.", who=("Omar Haddad",), subject=stone)


register_moves(
    "stone",
    State.ROUGH,
    State,
    [
        Move(
            "cut", frozenset({State.ROUGH}), State.CUT, "Cut", Who(roles={"data_engineer"}), ("STO-1",), "Masons cut."
        ),
        Move("break", "*", State.BROKEN, "Break", Who(roles={"data_engineer"}), needs=("reason",), is_offered=False),
    ],
)


@act("stone.found", who=Who(anyone=True))
def find_stone(*, by: Any, title: str, domain: Domain, level: int = 2, owner: Any = None) -> Thing:
    thing = things.new_thing(kind="stone", title=title, domain=domain, level=level, state=State.ROUGH)
    if owner is not None:
        things.give(thing, reason="owner", grade=6, person=owner)
    return thing


@act("stone.cut", who=Who(anyone=True), subject="stone")
def cut_stone(*, by: Any, stone: Thing, reason: str = "") -> Thing:
    return perform(stone, "cut", by=by, reason=reason)


@act("stone.joined", who=Who(anyone=True), subject="stone")
def join_stone(
    *, by: Any, stone: Thing, relation: str, on: Thing, columns: Any = (), carried_rank: int | None = None
) -> Any:
    return things.link(stone, relation, on, columns=columns, carried_rank=carried_rank)


@act("stone.weighed", who=Who(anyone=True))
def weigh_stone(*, by: Any, stone: Thing, level: int) -> int:
    return things.set_level(stone, level)


@act("stone.broken", who=Who(anyone=True), subject="stone")
def break_stone(*, by: Any, stone: Thing, reason: str = "") -> Thing:
    return perform(stone, "break", by=by, reason=reason)
