"""From the difference to SQL in order, the way back, and what it means for people. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from governance.enforcement import acl
from governance.enforcement.compare import compare
from governance.enforcement.compare_rights import DEFAULT_WORDS, default_head
from governance.enforcement.compare_roles import kept
from governance.enforcement.quoting import dotted, ident
from governance.enforcement.steps import Difference, Phase, Step, Target, Undo
from governance.enforcement.wanted import Wanted
from governance.enforcement.world import DefaultAcl, Key, Known, Relation, World

MOST_SHOWN = 500
LOSING, GAINING = {"revoke", "leave", "own"}, {"join", "grant-columns"}


@dataclass(frozen=True)
class Plan:
    """What would be done.

    Args:
        world: digest of the state that it starts from.
        wanted: digest of the levels, people and grants that it aims at.
        statements: in order.
        inverse: gives back the exact state before.
        difference: why.
        preview: who gains, who loses.
        keepers: who works as the owner afterwards.
    """

    world: str
    wanted: str
    statements: tuple[str, ...]
    inverse: tuple[str, ...]
    difference: Difference
    preview: Mapping[str, Any]
    keepers: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.statements


def make(world: World, wanted: Wanted, known: Known, old_views: Mapping[Key, str] | None = None) -> Plan:
    """The plan from `world` to `wanted`.

    Args:
        old_views: texts of views that are replaced, for the way back.

    Raises:
        Collision: a name of ours is somebody else's.
    """
    difference = compare(world, wanted, known)
    return Plan(
        world=world.digest,
        wanted=digest_of(wanted),
        statements=tuple(statement for step in difference.steps for statement in step.sql),
        inverse=tuple(inverse_of(world, difference.steps, old_views or {})),
        difference=difference,
        preview=preview_of(difference.steps),
        keepers=tuple(kept(world, wanted, known)),
    )


def replaced(difference: Difference) -> list[Relation]:
    """Views that a plan drops: their text is needed for the way back."""
    return [step.facts["relation"] for step in difference.steps if step.do == "drop-view"]


def digest_of(wanted: Wanted) -> str:
    """SHA-256 over what the levels ask for."""
    body = [
        wanted.names.warehouse,
        wanted.managed,
        sorted((key, table.rank) for key, table in wanted.tables.items()),
        sorted((key, view.digest, view.personal) for key, view in wanted.views.items()),
        sorted(wanted.members),
        wanted.unknown,
    ]
    return hashlib.sha256(orjson.dumps(body)).hexdigest()


def inverse_of(world: World, steps: Sequence[Step], old_views: Mapping[Key, str]) -> Iterator[str]:
    """Statements that take all steps back, in the order in which that can be done."""
    for phase in Undo:
        for step in reversed(steps):
            if step.undo_phase != phase:
                continue
            if step.do == "drop-view":
                yield from _old_view(step.facts["relation"], old_views)
            yield from step.undo
        if phase is Undo.RIGHTS:
            yield from _old_rights(world, steps)


def _old_view(relation: Relation, texts: Mapping[Key, str]) -> Iterator[str]:
    options = f" WITH ({', '.join(relation.options)})" if relation.options else ""
    yield f"SET LOCAL ROLE {ident(relation.owner)}"
    yield f"CREATE VIEW {dotted(*relation.key)}{options} AS {texts.get(relation.key, '').rstrip().rstrip(';')}"
    yield "RESET ROLE"


def _old_rights(world: World, steps: Sequence[Step]) -> Iterator[str]:
    """The access list of every object that was touched and stood before, item by item."""
    touched: dict[Target, dict[str, None]] = {}
    defaults: dict[Target, DefaultAcl] = {}
    for step in steps:
        if step.rights is None or step.do == "own":
            continue
        names = touched.setdefault(step.rights, {})
        if "grantee" in step.facts:
            names[step.facts["grantee"]] = None
        if "default" in step.facts:
            defaults[step.rights] = step.facts["default"]
    for target, others in touched.items():
        if target.kind == "default":
            yield from _old_default(defaults[target])
        else:
            yield from _old_list(world, target, others)


def _old_list(world: World, target: Target, others: Mapping[str, None]) -> Iterator[str]:
    """One object's list; what did not stand before has none."""
    admin = "" if world.is_super else world.admin
    name = target.names[0]
    if target.kind == "database":
        on = f"DATABASE {ident(name)}"
        yield from acl.restore(on, world.database_acl, others, owner=world.database_owner, admin=admin)
    elif target.kind == "function":
        yield from _old_function(world, target, others, admin)
    elif target.kind == "schema" and (schema := world.schemas.get(name)):
        yield from acl.restore(f"SCHEMA {ident(name)}", schema.acl, others, owner=schema.owner, admin=admin)
    elif target.kind == "table" and (relation := world.relations.get((name, target.names[1]))):
        yield from _old_table(relation, others, admin)


def _old_table(relation: Relation, others: Mapping[str, None], admin: str) -> Iterator[str]:
    on = f"TABLE {dotted(*relation.key)}"
    yield from acl.restore(on, relation.acl, others, owner=relation.owner, admin=admin)
    for number, column in enumerate(relation.columns):
        if items := relation.items_of(number):
            yield from acl.restore(on, items, (), owner=relation.owner, admin=admin, columns=ident(column))


def _old_function(world: World, target: Target, others: Mapping[str, None], admin: str) -> Iterator[str]:
    schema, name, arguments = target.names
    for one in world.functions:
        if (one.schema, one.name, one.arguments) == target.names:
            on = f"FUNCTION {dotted(schema, name)}({arguments})"
            yield from acl.restore(on, one.acl, others, owner=one.owner, admin=admin)


def _old_default(one: DefaultAcl) -> Iterator[str]:
    head, words = default_head(one.owner, one.schema), DEFAULT_WORDS[one.kind]
    items = [acl.parse(text) for text in one.acl]
    for grantee in dict.fromkeys(item.grantee for item in items):
        yield f"{head} REVOKE ALL ON {words} FROM {acl.role(grantee)}"
    for item in items:
        once = "".join(letter for letter in item.plain if letter not in item.grantable)
        for letters, tail in ((once, ""), (item.grantable, " WITH GRANT OPTION")):
            if letters:
                yield f"{head} GRANT {acl.words(letters)} ON {words} TO {acl.role(item.grantee)}{tail}"


def preview_of(steps: Sequence[Step]) -> dict[str, Any]:
    """Who gains and who loses, a line for each right; the first of them, and how many there are."""
    gains, loses = [], []
    for step in steps:
        row = {"who": step.who, "thing": step.thing, "detail": step.detail, "do": step.do}
        if step.do in LOSING:
            loses.append(row)
        elif step.do in GAINING and step.phase is not Phase.ROLES:
            gains.append(row)
    return {
        "gains": gains[:MOST_SHOWN], "loses": loses[:MOST_SHOWN],
        "losers": list(dict.fromkeys(row["who"] for row in loses if row["who"] and row["do"] != "own")),
        "counts": {"gains": len(gains), "loses": len(loses), "steps": len(steps)},
    }  # fmt: skip
