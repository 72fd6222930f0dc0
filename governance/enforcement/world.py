"""What a warehouse really is, as data: roles, memberships, access lists, policies, views. Pure; `reading` fills it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import orjson

Key = tuple[str, str]  # schema, name
TABLES, STORED = frozenset("rp"), frozenset("rpmf")


@dataclass(frozen=True, slots=True)
class Policy:
    """A row policy of a table."""

    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: str
    check: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, partition, view or copy. Access lists are texts of items, in their order, never None.

    Args:
        kind: as in pg_class: r table, p partitioned, v view, m materialised view, f foreign table.
        parent: whose partition or child it is.
        definition: digest of a view's rewritten query and of its columns' names; empty for tables.
        version: which version of its rule the digest was taken of (number and transaction); not part of the state.
        options: such as ``security_barrier=true``.
    """

    schema: str
    name: str
    kind: str
    owner: str
    oid: int = 0
    acl: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    column_acls: tuple[str, ...] = ()
    rls: bool = False
    forced: bool = False
    parent: Key | None = None
    policies: tuple[Policy, ...] = ()
    definition: str = ""
    options: tuple[str, ...] = ()
    version: str = ""

    @property
    def key(self) -> Key:
        return (self.schema, self.name)

    def items_of(self, number: int) -> tuple[str, ...]:
        """The access list of one column."""
        text = self.column_acls[number] if self.column_acls else ""
        return tuple(text.split("\n")) if text else ()


@dataclass(frozen=True, slots=True)
class Schema:
    name: str
    owner: str
    acl: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """`comment` says whose it is; `powers` are attributes that a role of readers must not have."""

    name: str
    powers: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    role: str
    member: str
    grantor: str
    admin: bool = False
    inherit: bool = True
    set: bool = True


@dataclass(frozen=True, slots=True)
class DefaultAcl:
    """What a role's new objects get; the empty schema is everywhere. `kind` as in pg_default_acl."""

    owner: str
    schema: str
    kind: str
    acl: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function that runs with its owner's rights."""

    schema: str
    name: str
    arguments: str
    owner: str
    acl: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """Everything that enforcement looks at, in one database.

    Args:
        acts_for: roles whose objects the enforcement login may change.
        connects: roles that may connect to this database.
        logins: every role that may sign in.
        supers, bypassers: superusers; others who pass by row policies.
        copies: views and copies in schemas that are not managed, over relations that are.
        mark: the comment of the owner role, which names the last run; not part of the state.
        has_key: whether the mask key stands.
    """

    version: int
    database: str
    database_owner: str
    database_acl: tuple[str, ...]
    admin: str
    is_super: bool
    schemas: Mapping[str, Schema]
    relations: Mapping[Key, Relation]
    roles: Mapping[str, Role]
    memberships: tuple[Membership, ...] = ()
    defaults: tuple[DefaultAcl, ...] = ()
    functions: tuple[Function, ...] = ()
    copies: tuple[Relation, ...] = ()
    acts_for: frozenset[str] = frozenset()
    connects: frozenset[str] = frozenset()
    logins: frozenset[str] = frozenset()
    supers: tuple[str, ...] = ()
    bypassers: tuple[str, ...] = ()
    mark: str = ""
    has_key: bool = False

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all that a plan rests on; another digest makes a plan stale."""
        return hashlib.sha256(orjson.dumps(self.state())).hexdigest()

    def state(self, *, ours: frozenset[str] = frozenset()) -> dict[str, Any]:
        """As plain data. Relations in the schemas `ours` lose what a rebuilding cannot keep: numbers, digests."""
        return {
            "database": [self.database, self.database_owner, self.database_acl],
            "schemas": [asdict(schema) for _name, schema in sorted(self.schemas.items())],
            "relations": [_plain(relation, ours) for _key, relation in sorted(self.relations.items())],
            "roles": [asdict(replace(role, comment="")) for _name, role in sorted(self.roles.items())],
            "memberships": _members(self),
            "defaults": sorted([d.owner, d.schema, d.kind, list(d.acl)] for d in self.defaults),
            "functions": sorted([f.schema, f.name, f.arguments, f.owner, list(f.acl)] for f in self.functions),
            "copies": [_plain(relation, ours) for relation in self.copies],
            "has_key": self.has_key,
        }

    def members_of(self, role: str, *, acting: bool = False) -> set[str]:
        """Everybody who is in a role, through whichever others; `acting`: only who has its rights or can become it."""
        found: set[str] = set()
        waiting = [role]
        direct: dict[str, list[str]] = {}
        for one in self.memberships:
            if one.inherit or one.set or not acting:  # who made a role holds it with admin option alone
                direct.setdefault(one.role, []).append(one.member)
        while waiting:
            for member in direct.get(waiting.pop(), []):
                if member not in found:
                    found.add(member)
                    waiting.append(member)
        return found

    def may_act_for(self, role: str) -> bool:
        """Whether the enforcement login may change what this role owns."""
        return self.is_super or role == self.admin or role in self.acts_for


def _members(world: World) -> list[list[Any]]:
    """Who has our roles, however, and what our roles have; powers of others are not a plan's to change."""
    ours = set(world.roles).union(*(world.members_of(role) for role in world.roles))
    return sorted(
        [m.role, m.member, m.grantor, m.admin, m.inherit, m.set]
        for m in world.memberships
        if m.role in ours or m.member in world.roles
    )


def _plain(relation: Relation, ours: frozenset[str]) -> list[Any]:
    is_ours = relation.schema in ours
    return [
        relation.schema, relation.name, relation.kind, relation.owner, 0 if is_ours else relation.oid,
        relation.acl, relation.columns, relation.types, relation.column_acls, relation.rls, relation.forced,
        relation.parent, [asdict(policy) for policy in relation.policies],
        "" if is_ours else relation.definition, relation.options,
    ]  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What our own last run left, kept in our own database: whoever changes a view cannot change this.

    Args:
        views: ``schema.name`` -> (digest of the SQL that we wrote, digest of what the server made of it, number of the
            table that it reads, version of its rule).
        keepers: roles that work as the owner of the tables.
    """

    views: Mapping[Key, tuple[str, str, int, str]] = field(default_factory=dict)
    keepers: tuple[str, ...] = ()
    is_first: bool = True

    @property
    def digests(self) -> dict[str, str]:
        """Digest of a rewritten query by the version of its rule: the same version need not be read again."""
        return {version: made.split("/")[0] for _wrote, made, _oid, version in self.views.values() if version}
