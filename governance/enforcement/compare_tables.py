"""Differences in tables: owners, rights on tables and columns, row policies; and what nobody put in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from governance.enforcement import acl
from governance.enforcement.acl import Item, foreign
from governance.enforcement.names import POLICY
from governance.enforcement.quoting import dotted, ident
from governance.enforcement.steps import NARROWER, UNKNOWN, WIDER, Beyond, Phase, Place, Step, Target, Undo
from governance.enforcement.wanted import Guarded, Wanted
from governance.enforcement.world import STORED, TABLES, Policy, Relation, World

_COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


def tables(world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """Every table of the catalogue, and every partition of one."""
    for key, guarded in wanted.tables.items():
        relation = world.relations[key]
        if not world.may_act_for(relation.owner):
            yield Beyond(WIDER, "unreachable", ".".join(key), relation.owner)
        elif guarded.is_protected:
            yield from _protected(relation, wanted)
        else:
            yield from _open(relation, guarded, wanted)
        for column in wanted.unlabelled.get(key, ()):
            yield Beyond(UNKNOWN, "column-unknown", f"{'.'.join(key)}.{column}")


def _protected(relation: Relation, wanted: Wanted) -> Iterator[Step]:
    """Owned by a role that nobody signs in as, nobody else's to read, and empty to whoever is let in by mistake."""
    owner, thing = wanted.names.owner, f"{relation.schema}.{relation.name}"
    if relation.owner != owner and relation.kind in STORED:
        yield _own(relation, owner)
    yield from foreign_rights(relation, {owner}, WIDER)
    if relation.kind not in STORED and relation.owner != owner:
        yield from _let_read(relation, owner)
    if relation.kind in TABLES:
        if not relation.rls:
            yield rls(relation, "ENABLE", "DISABLE", WIDER, "rls-off")
        if not relation.forced:
            yield rls(relation, "FORCE", "NO FORCE", WIDER, "rls-unforced")
        expected = keeper_policy(owner)
        for policy in relation.policies:
            if policy != expected:
                yield _drop_policy(relation, policy)
        if expected not in relation.policies:
            yield Step(
                Phase.POLICIES, "make-policy", (_create_policy(relation, expected),), NARROWER, "policy-missing", thing,
                undo=(f"DROP POLICY {ident(POLICY)} ON {dotted(*relation.key)}",), undo_phase=Undo.POLICIES,
                facts={"key": relation.key, "policy": expected},
            )  # fmt: skip


def _open(relation: Relation, guarded: Guarded, wanted: Wanted) -> Iterator[Step]:
    """Public and internal tables keep their readers; nobody may give rights on, and readers only read."""
    owner = wanted.names.owner
    if relation.owner != owner:
        yield from _let_read(relation, owner)
    limited = {"", *wanted.readers, *wanted.names.roles.values()}
    place = place_of(relation)
    for item in foreign(relation.acl, relation.owner):
        if item.grantee == owner:
            continue
        if item.grantable:
            yield taken(place, item, item.plain)
        elif item.grantee in limited and (bad := item.plain.replace("r", "")):
            yield taken(place, item, bad)
        if item.grantee == "" and "r" in item.plain and guarded.rank > 1 and not item.grantable:
            yield taken(place, item, "r")
    expected = keeper_policy(owner)
    if expected in relation.policies:  # it was stricter before: its readers would see nothing
        yield _drop_policy(relation, expected, NARROWER)
        if relation.forced:
            yield rls(relation, "NO FORCE", "FORCE", NARROWER, "rls-left")
        if relation.rls and len(relation.policies) == 1:
            yield rls(relation, "DISABLE", "ENABLE", NARROWER, "rls-left")


def strangers(world: World, wanted: Wanted) -> Iterator[Step | Beyond]:
    """What stands in a managed schema and in no catalogue is nobody's until somebody classified it."""
    for key in wanted.unknown:
        relation = world.relations[key]
        if not world.may_act_for(relation.owner):
            yield Beyond(UNKNOWN, "quarantine", ".".join(key), relation.owner)
            continue
        yield from foreign_rights(relation, {wanted.names.owner}, UNKNOWN, "quarantine")
        if relation.kind in TABLES and not relation.rls:
            yield rls(relation, "ENABLE", "DISABLE", UNKNOWN, "quarantine")


def copies(world: World) -> Iterator[Beyond]:
    """Views and copies elsewhere that read managed tables and that others than their owner may read."""
    for relation in world.copies:
        for item in foreign(relation.acl, relation.owner):
            yield Beyond(UNKNOWN, "copy-outside", f"{relation.schema}.{relation.name}", item.grantee)


def place_of(relation: Relation, drift: str = WIDER) -> Place:
    """A table or view, as steps name it."""
    return Place(Target("table", relation.key), f"TABLE {dotted(*relation.key)}", ".".join(relation.key), drift=drift)


def foreign_rights(relation: Relation, allowed: set[str], drift: str, code: str = "") -> Iterator[Step]:
    """Take every right on a table and on its columns from everybody but the owner."""
    place, whole = place_of(relation, drift), set()
    for item in foreign(relation.acl, relation.owner):
        if item.grantee not in allowed:
            whole.add(item.grantee)
            yield taken(place, item, item.plain, code=code)
    for number, column in enumerate(relation.columns):
        for item in foreign(relation.items_of(number), relation.owner):
            if item.grantee not in allowed and item.grantee not in whole:
                yield taken(place, item, item.plain, column=column, code=code)


def taken(place: Place, item: Item, letters: str, *, column: str = "", code: str = "") -> Step:
    """Take rights on a table or one column."""
    said = acl.words(letters, ident(column) if column else "")
    # ALL goes with the rights on single columns; rights that an older client knows no word for go too
    words = said if column or letters != item.plain else "ALL"
    return Step(
        Phase.REVOKES, "revoke", (f"REVOKE {words} ON {place.on} FROM {acl.role(item.grantee)} CASCADE",), place.drift,
        code or ("grant-option" if item.grantable else "right-extra"), place.thing, item.grantee, said,
        rights=place.target, facts={"grantee": item.grantee, "letters": letters, "column": column},
    )  # fmt: skip


def keeper_policy(owner: str) -> Policy:
    """Rows are there for the owner role and for nobody else."""
    return Policy(POLICY, "*", True, (owner,), "true", "true")


def rls(relation: Relation, word: str, back: str, drift: str, code: str) -> Step:
    """Switch row policies on, off, or on for the owner too."""
    on = f"ALTER {kind_word(relation)} {dotted(*relation.key)}"
    return Step(
        Phase.POLICIES, "rls", (f"{on} {word} ROW LEVEL SECURITY",), drift, code, ".".join(relation.key),
        undo=(f"{on} {back} ROW LEVEL SECURITY",), undo_phase=Undo.POLICIES,
        facts={"key": relation.key, "word": word},
    )  # fmt: skip


def kind_word(relation: Relation) -> str:
    """What the relation is called in ALTER."""
    return {"m": "MATERIALIZED VIEW", "v": "VIEW", "f": "FOREIGN TABLE"}.get(relation.kind, "TABLE")


def _own(relation: Relation, owner: str) -> Step:
    head = f"ALTER {kind_word(relation)} {dotted(*relation.key)} OWNER TO"
    return Step(
        Phase.OWNERS, "own", (f"{head} {ident(owner)}",), WIDER, "owner", ".".join(relation.key), relation.owner,
        undo=(f"{head} {ident(relation.owner)}",), undo_phase=Undo.OWNERS, rights=Target("table", relation.key),
        facts={"key": relation.key, "owner": owner},
    )  # fmt: skip


def _let_read(relation: Relation, owner: str) -> Iterator[Step]:
    """The views read with the rights of the owner role."""
    if any(item.grantee == owner and "r" in item.plain for item in foreign(relation.acl, relation.owner)):
        return
    yield Step(
        Phase.SCHEMA_RIGHTS, "grant", (f"GRANT SELECT ON {dotted(*relation.key)} TO {ident(owner)}",), NARROWER,
        "right-missing", ".".join(relation.key), owner, "SELECT", rights=Target("table", relation.key),
        facts={"grantee": owner, "letters": "r"},
    )  # fmt: skip


def _create_policy(relation: Relation, policy: Policy) -> str:
    parts = [
        f"CREATE POLICY {ident(policy.name)} ON {dotted(*relation.key)}",
        f"AS {'PERMISSIVE' if policy.permissive else 'RESTRICTIVE'} FOR {_COMMANDS[policy.command]}",
        f"TO {', '.join(acl.role(name) for name in policy.roles or ('',))}",
        f"USING ({policy.using})" if policy.using else "",
        f"WITH CHECK ({policy.check})" if policy.check else "",
    ]
    return " ".join(part for part in parts if part)


def _drop_policy(relation: Relation, policy: Policy, drift: str = WIDER) -> Step:
    return Step(
        Phase.POLICIES, "drop-policy", (f"DROP POLICY {ident(policy.name)} ON {dotted(*relation.key)}",), drift,
        "policy-foreign", ".".join(relation.key), ", ".join(policy.roles) or "PUBLIC", policy.name,
        undo=(_create_policy(relation, policy),), undo_phase=Undo.POLICIES,
        facts={"key": relation.key, "policy": policy},
    )  # fmt: skip
