"""Carries steps out on a `World` in memory: what PostgreSQL does, as far as the pure parts rest on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from governance.enforcement import acl
from governance.enforcement.names import KEEP, KEY_TABLE
from governance.enforcement.steps import Step, Target
from governance.enforcement.world import DefaultAcl, Membership, Relation, Role, Schema, World

FULL = {"table": "arwdDxtm", "schema": "UC", "database": "CTc", "function": "X"}


def run(world: World, steps: Iterable[Step]) -> World:
    """The world after the steps."""
    for step in steps:
        world = _DO[step.do](world, step)
    return world


def _list_of(world: World, target: Target) -> tuple[tuple[str, ...], str]:
    """The access list and the owner of an object."""
    if target.kind == "table":
        found: Any = world.relations[target.names[0], target.names[1]]
    elif target.kind == "schema":
        found = world.schemas[target.names[0]]
    else:
        return world.database_acl, world.database_owner
    return found.acl, found.owner


def _with_list(world: World, target: Target, items: tuple[str, ...]) -> World:
    if target.kind == "table":
        key = (target.names[0], target.names[1])
        return replace(world, relations={**world.relations, key: replace(world.relations[key], acl=items)})
    if target.kind == "schema":
        name = target.names[0]
        return replace(world, schemas={**world.schemas, name: replace(world.schemas[name], acl=items)})
    return replace(world, database_acl=items)


def _without(items: Iterable[str], grantee: str, letters: str) -> tuple[str, ...]:
    kept = []
    for text in items:
        item = acl.parse(text)
        if item.grantee == grantee:
            left = "".join(c for c in item.plain if c not in letters)
            if not left:
                continue
            kept.append(acl.written(grantee, left, item.grantor))
        else:
            kept.append(text)
    return tuple(kept)


def _revoke(world: World, step: Step) -> World:
    target, who, letters = step.rights, step.facts["grantee"], step.facts["letters"]
    column = step.facts.get("column", "")
    items, _owner = _list_of(world, target)
    if not column:
        world = _with_list(world, target, _without(items, who, letters))
    if target.kind != "table":
        return world
    relation = world.relations[target.names[0], target.names[1]]
    # ALL on the table takes every right on its columns too
    gone = "".join(acl.RIGHTS) if step.sql[0].startswith("REVOKE ALL ") else letters
    lists = [
        "\n".join(_without(relation.items_of(n), who, gone) if column in ("", name) else relation.items_of(n))
        for n, name in enumerate(relation.columns)
    ]
    return _with_columns(world, relation, lists)


def _with_columns(world: World, relation: Relation, lists: list[str]) -> World:
    changed = replace(relation, column_acls=tuple(lists) if any(lists) else ())
    return replace(world, relations={**world.relations, relation.key: changed})


def _grant(world: World, step: Step) -> World:
    items, owner = _list_of(world, step.rights)
    who, letters = step.facts["grantee"], step.facts["letters"]
    held = "".join(acl.parse(t).plain for t in items if acl.parse(t).grantee == who)
    both = "".join(sorted(set(held) | set(letters)))
    rest = [text for text in items if acl.parse(text).grantee != who]
    return _with_list(world, step.rights, (*rest, acl.written(who, both, owner)))


def _grant_columns(world: World, step: Step) -> World:
    relation = world.relations[step.facts["key"]]
    lists = []
    for number, name in enumerate(relation.columns):
        items = list(relation.items_of(number))
        if name in step.facts["columns"]:
            items = [text for text in items if acl.parse(text).grantee != step.facts["grantee"]]
            items.append(acl.written(step.facts["grantee"], "r", relation.owner))
        lists.append("\n".join(items))
    return _with_columns(world, relation, lists)


def _own(world: World, step: Step) -> World:
    relation = world.relations[step.facts["key"]]
    items = []
    for text in relation.acl:
        item = acl.parse(text)
        name = {relation.owner: step.facts["owner"]}
        items.append(
            acl.written(name.get(item.grantee, item.grantee), item.rights, name.get(item.grantor, item.grantor))
        )
    changed = replace(relation, owner=step.facts["owner"], acl=tuple(items))
    return replace(world, relations={**world.relations, relation.key: changed})


def _rls(world: World, step: Step) -> World:
    word = step.facts["word"]
    change = {
        "ENABLE": {"rls": True},
        "DISABLE": {"rls": False},
        "FORCE": {"forced": True},
        "NO FORCE": {"forced": False},
    }
    changed = replace(world.relations[step.facts["key"]], **change[word])
    return replace(world, relations={**world.relations, step.facts["key"]: changed})


def _policies(world: World, step: Step) -> World:
    relation, policy = world.relations[step.facts["key"]], step.facts["policy"]
    rest = tuple(p for p in relation.policies if p != policy)
    kept = (*rest, policy) if step.do == "make-policy" else rest
    return replace(world, relations={**world.relations, relation.key: replace(relation, policies=kept)})


def _make_role(world: World, step: Step) -> World:
    name = step.facts["name"]
    roles = {**world.roles, name: Role(name, (), step.facts["comment"])}
    return replace(world, roles=roles, acts_for=world.acts_for | {name})


def _alter_role(world: World, step: Step) -> World:
    name = step.facts["name"]
    return replace(world, roles={**world.roles, name: replace(world.roles[name], powers=())})


def _join(world: World, step: Step) -> World:
    one = Membership(step.facts["role"], step.facts["member"], world.admin, False, True, step.facts["set"])
    return replace(world, memberships=(*world.memberships, one))


def _leave(world: World, step: Step) -> World:
    return replace(world, memberships=tuple(m for m in world.memberships if m != step.facts["membership"]))


def _make_schema(world: World, step: Step) -> World:
    name, owner = step.facts["name"], step.facts["owner"]
    made = Schema(name, owner, (acl.written(owner, FULL["schema"], owner),))
    return replace(world, schemas={**world.schemas, name: made})


def _make_key(world: World, step: Step) -> World:
    owner = step.facts["owner"]
    table = Relation(KEEP, KEY_TABLE, "r", owner, acl=(acl.written(owner, FULL["table"], owner),))
    schema = Schema(KEEP, owner, (acl.written(owner, FULL["schema"], owner),))
    return replace(
        world, has_key=True, relations={**world.relations, table.key: table}, schemas={**world.schemas, KEEP: schema}
    )


def _make_view(world: World, step: Step) -> World:
    view, owner = step.facts["view"], step.facts["owner"]
    made = Relation(
        *view.key, "v", owner, 7, (acl.written(owner, FULL["table"], owner),), view.columns,
        definition=f"server made {view.digest}", options=("security_barrier=true",),
    )  # fmt: skip
    return replace(world, relations={**world.relations, view.key: made})


def _drop_view(world: World, step: Step) -> World:
    gone = step.facts["relation"].key
    return replace(world, relations={key: r for key, r in world.relations.items() if key != gone})


def _revoke_default(world: World, step: Step) -> World:
    one: DefaultAcl = step.facts["default"]
    rest = tuple(d for d in world.defaults if (d.owner, d.schema, d.kind) != (one.owner, one.schema, one.kind))
    here = next((d for d in world.defaults if d not in rest), one)
    left = _without(here.acl, step.facts["grantee"], "".join(acl.RIGHTS))
    return replace(world, defaults=(*rest, replace(here, acl=left)))


_DO = {
    "make-role": _make_role, "alter-role": _alter_role, "join": _join, "leave": _leave, "make-schema": _make_schema,
    "make-key": _make_key, "make-view": _make_view, "drop-view": _drop_view, "revoke": _revoke, "grant": _grant,
    "grant-columns": _grant_columns, "own": _own, "rls": _rls, "make-policy": _policies, "drop-policy": _policies,
    "revoke-default": _revoke_default,
}  # fmt: skip
