"""Differences in rights on the database, on schemas, on functions, and on what will be made later."""

from __future__ import annotations

from collections.abc import Iterator

from governance.enforcement import acl
from governance.enforcement.acl import Item, foreign
from governance.enforcement.compare_roles import kept
from governance.enforcement.names import KEEP, Names
from governance.enforcement.quoting import dotted, ident
from governance.enforcement.steps import NARROWER, WIDER, Beyond, Phase, Place, Step, Target
from governance.enforcement.wanted import Wanted
from governance.enforcement.world import DefaultAcl, Function, Known, Schema, World

DEFAULT_WORDS = {"r": "TABLES", "S": "SEQUENCES", "f": "FUNCTIONS", "T": "TYPES", "n": "SCHEMAS", "L": "LARGE OBJECTS"}


def database(world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """Grades may connect; readers and PUBLIC may make nothing, not even for the time of a session."""
    may = world.may_act_for(world.database_owner)
    place = Place(Target("database", (world.database,)), f"DATABASE {ident(world.database)}", world.database, may)
    limited = {"", *wanted.names.roles.values(), *wanted.readers}
    held = set()
    for item in foreign(world.database_acl, world.database_owner):
        if "c" in item.plain:
            held.add(item.grantee)
        if item.grantee in limited and (bad := _letters(item, "TC")):
            yield _taken(place, item, bad)
    for name in wanted.names.roles.values():
        if name not in held:
            yield _given(place, name, "c")


def schemas(world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """Nobody but the owner's people makes anything in a managed schema; the owner role gets in."""
    owner = wanted.names.owner
    limited = {"", *wanted.names.roles.values(), *wanted.readers}
    homes = {*wanted.managed, *(key[0] for key in wanted.tables)}  # a partition may live in another schema
    for name in sorted({*homes, "public"}):
        schema = world.schemas.get(name)
        if schema is None:
            continue
        place = _of_schema(name, world.may_act_for(schema.owner))
        held = ""
        for item in foreign(schema.acl, schema.owner):
            if item.grantee == owner:
                held += item.plain
            elif item.grantable:
                yield _taken(place, item, item.plain)
            elif item.grantee in limited and "C" in item.plain:
                yield _taken(place, item, "C")
        if name in homes and schema.owner != owner and not {"U", "C"} <= set(held):
            yield _given(place, owner, "UC", Phase.SCHEMA_RIGHTS)


def grade_schema(schema: Schema | None, wanted: Wanted, grade: int) -> Iterator[Step | Beyond]:
    """Who may look into a grade's schema: its role, and logins with a grant there."""
    names = wanted.names
    name = names.schema(grade)
    people = {who for view in wanted.views.values() if view.grade == grade for who, _columns in view.personal}
    expected, held = {names.role(grade), *people}, set()
    place = _of_schema(name)
    for item in foreign(schema.acl if schema else (), names.owner):
        if item.grantee in expected and item.rights == "U":
            held.add(item.grantee)
        else:
            yield _taken(place, item, item.plain)
    for who in sorted(expected - held):
        yield _given(place, who, "U")


def keep_schema(schema: Schema, names: Names) -> Iterator[Step | Beyond]:
    """Nobody looks into the schema of the key."""
    for item in foreign(schema.acl, names.owner):
        yield _taken(_of_schema(KEEP), item, item.plain)


def _of_schema(name: str, may: bool = True) -> Place:
    return Place(Target("schema", (name,)), f"SCHEMA {ident(name)}", name, may)


def defaults(world: World, wanted: Wanted, known: Known) -> Iterator[Step | Beyond]:
    """What will be made in a managed schema is nobody's to read until it is in the catalogue."""
    for one in world.defaults:
        if one.schema and one.schema not in {*wanted.managed, *wanted.names.schemas}:
            continue
        if one.kind not in "rf":
            continue
        for item in foreign(one.acl, one.owner):
            yield _default_taken(one, item, world.may_act_for(one.owner))
    owner, may = wanted.names.owner, set(kept(world, wanted, known)) | {wanted.names.owner}
    for name in sorted(may):
        mine = next((d for d in world.defaults if (d.owner, d.schema, d.kind) == (name, "", "f")), None)
        if mine is None and (name == owner or world.may_act_for(name)):
            # without a word PostgreSQL lets everybody call a new function
            made = DefaultAcl(name, "", "f", (acl.written(name, "X", name), acl.written("", "X", name)))
            yield _default_taken(made, Item("", "X", name), True)


def functions(world: World, wanted: Wanted, known: Known) -> Iterator[Step | Beyond]:
    """A function that runs as the owner, as one of its people or as a superuser is called by nobody else."""
    names = wanted.names
    strong = {names.owner, world.admin, *kept(world, wanted, known), *world.supers, *world.bypassers}
    for one in world.functions:
        if one.owner not in strong:
            continue
        for item in foreign(one.acl, one.owner):
            if item.grantee in strong:
                continue
            yield _function_taken(one, item, world.may_act_for(one.owner))


def _function_taken(one: Function, item: Item, may: bool) -> Step | Beyond:
    place = Place(
        Target("function", (one.schema, one.name, one.arguments)),
        f"FUNCTION {dotted(one.schema, one.name)}({one.arguments})", f"{one.schema}.{one.name}({one.arguments})", may,
    )  # fmt: skip
    return _taken(place, item, item.plain, "function")


def _default_taken(one: DefaultAcl, item: Item, may: bool) -> Step | Beyond:
    words = DEFAULT_WORDS[one.kind]
    thing = f"{one.owner}: {words.lower()}{' in ' + one.schema if one.schema else ''}"
    if not may:
        return Beyond(WIDER, "default-rights", thing, item.grantee, item.plain)
    head = default_head(one.owner, one.schema)
    return Step(
        Phase.DEFAULTS, "revoke-default", (f"{head} REVOKE ALL ON {words} FROM {acl.role(item.grantee)}",), WIDER,
        "default-rights", thing, item.grantee, acl.words(item.plain),
        rights=Target("default", (one.owner, one.schema, one.kind)),
        facts={"default": one, "grantee": item.grantee},
    )  # fmt: skip


def default_head(owner: str, schema: str) -> str:
    """How a statement on default privileges begins."""
    return f"ALTER DEFAULT PRIVILEGES FOR ROLE {ident(owner)}{' IN SCHEMA ' + ident(schema) if schema else ''}"


def _letters(item: Item, wanted: str) -> str:
    return "".join(letter for letter in item.plain if letter in wanted)


def _taken(place: Place, item: Item, letters: str, code: str = "right-extra") -> Step | Beyond:
    if not place.may:
        return Beyond(WIDER, code, place.thing, item.grantee, acl.words(letters))
    code = "grant-option" if item.grantable and code == "right-extra" else code
    revoke = f"REVOKE {acl.words(letters)} ON {place.on} FROM {acl.role(item.grantee)} CASCADE"
    return Step(
        Phase.REVOKES, "revoke", (revoke,), WIDER, code, place.thing, item.grantee, acl.words(letters),
        rights=place.target, facts={"grantee": item.grantee, "letters": letters},
    )  # fmt: skip


def _given(place: Place, who: str, letters: str, phase: Phase = Phase.GRANTS) -> Step | Beyond:
    if not place.may:
        return Beyond(NARROWER, "right-missing", place.thing, who, acl.words(letters))
    return Step(
        phase, "grant", (f"GRANT {acl.words(letters)} ON {place.on} TO {acl.role(who)}",), NARROWER, "right-missing",
        place.thing, who, acl.words(letters), rights=place.target, facts={"grantee": who, "letters": letters},
    )  # fmt: skip
