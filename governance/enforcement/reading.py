"""Reads the true state of a warehouse from PostgreSQL's own catalogue, in a few queries for any number of tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import psycopg

from governance.enforcement.compare_roles import PREDEFINED
from governance.enforcement.names import KEEP, KEY_TABLE, Names
from governance.enforcement.world import (
    DefaultAcl,
    Function,
    Key,
    Membership,
    Policy,
    Relation,
    Role,
    Schema,
    World,
)

Link = psycopg.Connection[Any]

_DATABASE = """
SELECT d.datname, pg_get_userbyid(d.datdba), coalesce(d.datacl, acldefault('d', d.datdba))::text[],
       current_setting('server_version_num')::int, session_user::text,
       (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
FROM pg_database AS d WHERE d.datname = current_database()
"""
_SCHEMAS = """
SELECT nspname, pg_get_userbyid(nspowner), coalesce(nspacl, acldefault('n', nspowner))::text[]
FROM pg_namespace WHERE nspname = ANY(%s)
"""
# One row a relation: names, types and access lists of its columns are folded on the server.
RELATIONS = """
SELECT n.nspname, c.relname, c.relkind::text, pg_get_userbyid(c.relowner), c.oid::int8,
       coalesce(c.relacl, acldefault('r', c.relowner))::text[], a.names, a.types, a.acls,
       c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
       CASE WHEN c.relkind IN ('v', 'm') THEN
            (SELECT md5(string_agg(r.ev_action::text, '')) FROM pg_rewrite AS r WHERE r.ev_class = c.oid)
            || '/' || md5(a.names::text) END
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
    SELECT array_agg(t.attname::text ORDER BY t.attnum) AS names,
           array_agg(CASE WHEN y.typtype = 'd' THEN format_type(y.typbasetype, y.typtypmod)
                          ELSE format_type(t.atttypid, t.atttypmod) END ORDER BY t.attnum) AS types,
           CASE WHEN count(t.attacl) > 0 THEN array_agg(coalesce(array_to_string(t.attacl, E'\n'), '')
                                                        ORDER BY t.attnum) END AS acls
    FROM pg_attribute AS t JOIN pg_type AS y ON y.oid = t.atttypid
    WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
) AS a ON true
WHERE (n.nspname = ANY(%(schemas)s) OR c.oid = ANY(%(children)s::oid[])) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.oid = ANY(%(plain)s::oid[])
"""
# The grades' views are five times as many. Where every column has the same list it is sent once, the others are read
# like any relation. A rule that is the very version which we have a digest of is not read again: to change a view makes
# a new version of its rule. Names of columns have a digest of their own: renaming one leaves the rule as it was.
_PLAIN_VIEWS = """
SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner), c.oid::int8,
       coalesce(c.relacl, acldefault('r', c.relowner))::text[], c.reloptions, a.names,
       array_to_string(a.list, E'\n'), md5(a.names::text),
       r.version, CASE WHEN NOT r.version = ANY(%(versions)s) THEN (SELECT md5(string_agg(w.ev_action::text, ''))
                       FROM pg_rewrite AS w WHERE w.ev_class = c.oid) END
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN LATERAL (
    SELECT array_agg(t.attname::text ORDER BY t.attnum) AS names, min(t.attacl::text)::aclitem[] AS list
    FROM pg_attribute AS t WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
    HAVING count(t.attacl) = count(*) AND min(t.attacl::text) = max(t.attacl::text)
) AS a ON true
JOIN LATERAL (
    SELECT string_agg(w.oid::text || ':' || w.xmin::text, ' ') AS version FROM pg_rewrite AS w WHERE w.ev_class = c.oid
) AS r ON true
WHERE c.relkind = 'v' AND n.nspname = ANY(%(ours)s)
"""
# Partitions and children, however deep, also those that lie in other schemas.
_PARENTS = """
WITH RECURSIVE part AS (
    SELECT i.inhrelid, i.inhparent FROM pg_inherits AS i JOIN pg_class AS p ON p.oid = i.inhparent
    JOIN pg_namespace AS n ON n.oid = p.relnamespace WHERE n.nspname = ANY(%(schemas)s)
    UNION SELECT i.inhrelid, i.inhparent FROM pg_inherits AS i JOIN part ON part.inhrelid = i.inhparent
)
SELECT n.nspname, c.relname, pn.nspname, p.relname, c.oid::int8 FROM part AS i
JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_class AS p ON p.oid = i.inhparent JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
WHERE c.relkind IN ('r', 'p', 'f')
"""
_POLICIES = """
SELECT n.nspname, c.relname, p.polname, p.polcmd::text, p.polpermissive,
       (SELECT array_agg(CASE WHEN r = 0 THEN '' ELSE pg_get_userbyid(r)::text END) FROM unnest(p.polroles) AS r),
       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%(schemas)s) OR c.oid = ANY(%(children)s::oid[]) ORDER BY p.polname
"""
_ROLES = """
SELECT r.rolname, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolreplication, r.rolbypassrls,
       coalesce(shobj_description(r.oid, 'pg_authid'), ''),
       pg_has_role(session_user, r.oid, 'USAGE') AND pg_has_role(session_user, r.oid, 'SET'),
       has_database_privilege(r.oid, current_database(), 'CONNECT')
FROM pg_roles AS r
"""
_MEMBERSHIPS = """
WITH RECURSIVE reached AS (
    SELECT oid FROM pg_roles WHERE rolname = ANY(%(roles)s)
    UNION SELECT m.member FROM pg_auth_members AS m JOIN reached AS r ON r.oid = m.roleid
)
SELECT pg_get_userbyid(m.roleid), pg_get_userbyid(m.member), pg_get_userbyid(m.grantor), m.admin_option,
       m.inherit_option, m.set_option
FROM pg_auth_members AS m
WHERE m.roleid IN (SELECT oid FROM reached)
   OR m.member IN (SELECT oid FROM pg_roles WHERE rolname = ANY(%(ours)s))
"""
_DEFAULTS = """
SELECT pg_get_userbyid(d.defaclrole), coalesce(n.nspname, ''), d.defaclobjtype::text, d.defaclacl::text[]
FROM pg_default_acl AS d LEFT JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
"""
_FUNCTIONS = """
SELECT n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), pg_get_userbyid(p.proowner),
       coalesce(p.proacl, acldefault('f', p.proowner))::text[]
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prokind IN ('f', 'w')
"""
_COPIES = """
SELECT DISTINCT n.nspname, c.relname, c.relkind::text, pg_get_userbyid(c.relowner),
       coalesce(c.relacl, acldefault('r', c.relowner))::text[]
FROM pg_rewrite AS w JOIN pg_class AS c ON c.oid = w.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
JOIN pg_class AS b ON b.oid = d.refobjid JOIN pg_namespace AS bn ON bn.oid = b.relnamespace
WHERE bn.nspname = ANY(%(schemas)s) AND b.oid <> c.oid AND NOT n.nspname = ANY(%(schemas)s)
"""
_POWERS = ("LOGIN", "SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS")


def settle(link: Link, *, seconds: int = 300) -> None:
    """Names that we read or write mean the same to everybody; nothing waits for ever. Until the transaction ends."""
    link.execute("SET LOCAL search_path TO pg_catalog, pg_temp")
    link.execute("SET LOCAL standard_conforming_strings TO on")
    link.execute("SET LOCAL lock_timeout TO '5s'")
    link.execute(f"SET LOCAL statement_timeout TO '{int(seconds)}s'")


def read(link: Link, names: Names, managed: Iterable[str], digests: Mapping[str, str] | None = None) -> World:
    """The world as it is now.

    Args:
        link: as the enforcement login, inside a transaction that `settle` began.
        names: of what enforcement makes.
        managed: schemas whose tables are under enforcement.
        digests: of rules that need not be read again, by version (`Known.digests`).
    """
    schemas = sorted({*managed, *names.schemas})
    asked = {"schemas": schemas, "ours": sorted(names.schemas)}
    [(database, owner, acl, version, admin, is_super)] = link.execute(_DATABASE).fetchall()
    relations = _relations(link, asked, digests or {})
    roles = link.execute(_ROLES).fetchall()
    kept, memberships = _roles(roles, names), _memberships(link, names)
    return World(
        version=version, database=database, database_owner=owner, database_acl=tuple(acl), admin=admin,
        is_super=is_super, relations=relations, roles=kept, memberships=memberships,
        schemas=_schemas(link, {*schemas, "public", *(key[0] for key in relations)}),
        defaults=tuple(sorted(
            (DefaultAcl(o, s, k, tuple(a)) for o, s, k, a in link.execute(_DEFAULTS).fetchall()),
            key=lambda one: (one.owner, one.schema, one.kind),
        )),
        functions=tuple(sorted(
            (Function(s, n, g, o, tuple(a)) for s, n, g, o, a in link.execute(_FUNCTIONS).fetchall()),
            key=lambda one: (one.schema, one.name, one.arguments),
        )),
        copies=tuple(sorted(
            (Relation(s, n, k, o, acl=tuple(a)) for s, n, k, o, a in link.execute(_COPIES, asked).fetchall()),
            key=lambda one: one.key,
        )),
        acts_for=frozenset(row[0] for row in roles if row[8]),
        connects=frozenset(row[0] for row in roles if row[9]),
        logins=frozenset(row[0] for row in roles if row[1]),
        supers=tuple(sorted(row[0] for row in roles if row[2])),
        bypassers=tuple(sorted(row[0] for row in roles if row[6] and not row[2])),
        mark=next((row[7] for row in roles if row[0] == names.owner), ""),
        has_key=(KEEP, KEY_TABLE) in relations,
    )  # fmt: skip


def _schemas(link: Link, names: Iterable[str]) -> dict[str, Schema]:
    rows = link.execute(_SCHEMAS, [sorted(names)]).fetchall()
    return {name: Schema(name, owner, tuple(acl)) for name, owner, acl in rows}


def _roles(rows: list[tuple[Any, ...]], names: Names) -> dict[str, Role]:
    return {
        row[0]: Role(row[0], tuple(word for word, on in zip(_POWERS, row[1:7], strict=True) if on), row[7])
        for row in rows
        if row[0] in names.ours
    }


def _memberships(link: Link, names: Names) -> tuple[Membership, ...]:
    asked = {"roles": [*names.ours, *PREDEFINED], "ours": list(names.ours)}
    found = (Membership(*row) for row in link.execute(_MEMBERSHIPS, asked).fetchall())
    return tuple(sorted(found, key=lambda one: (one.role, one.member, one.grantor)))


def _relations(link: Link, asked: dict[str, Any], digests: Mapping[str, str]) -> dict[Key, Relation]:
    children = link.execute(_PARENTS, asked).fetchall()
    parents = {(row[0], row[1]): (row[2], row[3]) for row in children}
    asked = {**asked, "children": [row[4] for row in children]}
    policies: dict[Key, list[Policy]] = {}
    for schema, table, name, command, permissive, roles, using, check in link.execute(_POLICIES, asked).fetchall():
        named = tuple(role for role in roles or () if role)
        policies.setdefault((schema, table), []).append(
            Policy(name, command, permissive, named, using or "", check or "")
        )
    found = {one.key: one for one in _plain_views(link, asked, digests)}
    asked = {**asked, "plain": [one.oid for one in found.values()]}
    for row in link.execute(RELATIONS, asked).fetchall():
        key = (row[0], row[1])
        found[key] = Relation(
            row[0], row[1], row[2], row[3], row[4], tuple(row[5]), tuple(row[6] or ()), tuple(row[7] or ()),
            tuple(row[8] or ()), row[9], row[10], parents.get(key), tuple(policies.get(key, ())), row[12] or "",
            tuple(row[11] or ()),
        )  # fmt: skip
    return found


def _plain_views(link: Link, asked: dict[str, Any], digests: Mapping[str, str]) -> Iterator[Relation]:
    """The grades' views on whose columns one list stands."""
    shared: dict[tuple[str, int], tuple[str, ...]] = {}
    rows = link.execute(_PLAIN_VIEWS, {**asked, "versions": list(digests)}).fetchall()
    for schema, name, owner, oid, acl, options, names, items, named, version, digest in rows:
        lists = shared.get((items, len(names)))
        if lists is None:
            lists = shared[items, len(names)] = (items,) * len(names)
        yield Relation(
            schema, name, "v", owner, oid, tuple(acl), tuple(names), column_acls=lists, version=version or "",
            definition=f"{digest or digests.get(version, '')}/{named}", options=tuple(options or ()),
        )  # fmt: skip


def view_texts(link: Link, views: Iterable[Relation]) -> dict[Key, str]:
    """The queries of views, as the server writes them."""
    oids = {one.oid: one.key for one in views if one.kind in ("v", "m")}
    rows = link.execute("SELECT oid::int8, pg_get_viewdef(oid) FROM pg_class WHERE oid = ANY(%s::oid[])", [list(oids)])
    return {oids[oid]: text for oid, text in rows.fetchall()}
