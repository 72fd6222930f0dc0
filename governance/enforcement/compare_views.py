"""Differences in the grades' views, their schemas, and the key of the masks."""

from __future__ import annotations

from collections.abc import Iterator

from governance.enforcement import acl, masks
from governance.enforcement.acl import foreign
from governance.enforcement.compare_rights import grade_schema, keep_schema
from governance.enforcement.compare_tables import foreign_rights, place_of, taken
from governance.enforcement.names import GRADES, KEEP, KEY_TABLE
from governance.enforcement.quoting import dotted, ident
from governance.enforcement.steps import NARROWER, UNKNOWN, WIDER, Beyond, Phase, Step, Target, Undo
from governance.enforcement.wanted import View, Wanted
from governance.enforcement.world import Known, Relation, World

BARRIER = "security_barrier=true"


def key(world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """The key is there and nobody's to read."""
    if not wanted.tables:
        return
    if not world.has_key:
        yield Step(
            Phase.KEY, "make-key", tuple(masks.make_key(wanted.names.owner)), NARROWER, "key-missing", KEEP,
            undo=tuple(masks.drop_key()), undo_phase=Undo.KEY, facts={"owner": wanted.names.owner},
        )  # fmt: skip
    if (schema := world.schemas.get(KEEP)) is not None:
        yield from keep_schema(schema, wanted.names)
    for at, relation in world.relations.items():
        if at == (KEEP, KEY_TABLE):
            yield from foreign_rights(relation, set(), WIDER, "key-read")


def schemas(world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """One schema a grade."""
    if not wanted.tables:
        return
    for grade in GRADES:
        name = wanted.names.schema(grade)
        if name not in world.schemas:
            yield Step(
                Phase.GRADE_SCHEMAS, "make-schema",
                (f"CREATE SCHEMA {ident(name)} AUTHORIZATION {ident(wanted.names.owner)}",), NARROWER, "schema-missing",
                name, undo=(f"DROP SCHEMA {ident(name)}",), undo_phase=Undo.KEY,
                facts={"name": name, "owner": wanted.names.owner},
            )  # fmt: skip
        yield from grade_schema(world.schemas.get(name), wanted, grade)


def views(world: World, wanted: Wanted, known: Known) -> Iterator[Step | Beyond]:
    """Every wanted view as it should be, and no other in a grade's schema."""
    usual: dict[tuple[str, int], tuple[str, ...]] = {}
    for at, view in wanted.views.items():
        table = world.relations[view.table]
        if not world.may_act_for(table.owner):
            continue
        relation = world.relations.get(at)
        if relation is not None and relation.kind != "v":  # never dropped: it may hold data
            yield Beyond(WIDER, "view-changed", ".".join(at), relation.owner)
            continue
        if relation is None or _is_changed(relation, view, table, wanted, known):
            yield from _make(relation, view, wanted)
            continue
        role = wanted.names.role(view.grade)
        count = (role, len(view.columns))
        if count not in usual:
            usual[count] = (acl.written(role, "r", wanted.names.owner),) * len(view.columns)
        if view.personal or relation.column_acls != usual[count] or len(relation.acl) != 1:
            yield from _rights(relation, view, wanted)
    for at, relation in world.relations.items():
        if at[0] in wanted.names.schemas and at not in wanted.views and at[0] != KEEP:
            yield from _extra(relation, world, wanted)


def _is_changed(relation: Relation, view: View, table: Relation, wanted: Wanted, known: Known) -> bool:
    """Whether the view is not the one that we made: its query, its table, its barrier or its owner."""
    made = known.views.get(view.key)
    return (
        made is None
        or made[:3] != (view.digest, relation.definition, table.oid)
        or relation.options != (BARRIER,)
        or relation.owner != wanted.names.owner
    )


def _make(relation: Relation | None, view: View, wanted: Wanted) -> Iterator[Step]:
    """Make it, or make it anew in the place of another."""
    name, owner = dotted(*view.key), ident(wanted.names.owner)
    thing = ".".join(view.key)
    if relation is not None:
        yield _drop(relation, WIDER, "view-changed")
    create = (
        f"SET LOCAL ROLE {owner}",
        f"CREATE VIEW {name} WITH (security_barrier=true) AS {view.query}",
        "RESET ROLE",
    )
    yield Step(
        Phase.VIEWS, "make-view", create, NARROWER if relation is None else WIDER,
        "view-missing" if relation is None else "view-changed", thing, wanted.names.role(view.grade),
        ", ".join(view.masked), undo=(f"DROP VIEW {name}",), undo_phase=Undo.VIEWS,
        facts={"view": view, "owner": wanted.names.owner},
    )  # fmt: skip
    yield _let(view, wanted.names.role(view.grade), view.columns)
    for login, columns in view.personal:
        yield _let(view, login, columns)


def _let(view: View, who: str, columns: tuple[str, ...]) -> Step:
    """SELECT on named columns: one that comes later is not readable by itself."""
    named = ", ".join(ident(column) for column in columns)
    return Step(
        Phase.GRANTS, "grant-columns", (f"GRANT SELECT ({named}) ON {dotted(*view.key)} TO {acl.role(who)}",), NARROWER,
        "right-missing", ".".join(view.key), who, f"SELECT ({', '.join(columns)})", rights=Target("table", view.key),
        facts={"key": view.key, "grantee": who, "columns": columns},
    )  # fmt: skip


def _rights(relation: Relation, view: View, wanted: Wanted) -> Iterator[Step]:
    """The exact rights on one view's columns."""
    expected = {wanted.names.role(view.grade): set(view.columns), **{w: set(c) for w, c in view.personal}}
    place, lost = place_of(relation), set()
    for item in foreign(relation.acl, relation.owner):
        lost.add(item.grantee)  # a right on the whole goes together with those on the columns
        yield taken(place, item, item.plain)
    held: dict[str, set[str]] = {who: set() for who in expected}
    for number, column in enumerate(relation.columns):
        for item in foreign(relation.items_of(number), relation.owner):
            if item.grantee in lost:
                continue
            if item.rights == "r" and column in expected.get(item.grantee, ()):
                held[item.grantee].add(column)
            else:
                yield taken(place, item, item.plain, column=column)
    for who, columns in expected.items():
        if missing := tuple(c for c in view.columns if c in columns - held[who]):
            yield _let(view, who, missing)


def _extra(relation: Relation, world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """A view that no level asks for goes when it is ours; anything else there is closed."""
    if relation.kind == "v" and relation.owner == wanted.names.owner:
        yield _drop(relation, WIDER, "view-extra")
    elif world.may_act_for(relation.owner):
        yield from foreign_rights(relation, set(), UNKNOWN, "quarantine")
    else:
        yield Beyond(UNKNOWN, "quarantine", ".".join(relation.key), relation.owner)


def _drop(relation: Relation, drift: str, code: str) -> Step:
    """Its old text is asked of the server when the plan is made; the pure part leaves a place for it."""
    word = {"v": "VIEW", "m": "MATERIALIZED VIEW"}.get(relation.kind, "TABLE")
    return Step(
        Phase.VIEWS, "drop-view", (f"DROP {word} {dotted(*relation.key)}",), drift, code, ".".join(relation.key),
        undo_phase=Undo.OLD_VIEWS, rights=Target("table", relation.key), facts={"relation": relation},
    )  # fmt: skip
