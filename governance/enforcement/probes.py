"""Live proof, role by role: what the server really lets each grade do, whatever the lists say. Everything is undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg

from governance.enforcement.names import GRADES, KEEP, KEY_TABLE
from governance.enforcement.quoting import dotted, ident
from governance.enforcement.reading import Link
from governance.enforcement.replay import become
from governance.enforcement.steps import NARROWER, WIDER, Beyond
from governance.enforcement.wanted import View, Wanted
from governance.enforcement.world import World

_READABLE = """
SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = ANY(%s::oid[]) AND has_any_column_privilege(c.oid, 'SELECT') LIMIT 20
"""
_BY_PRODUCT = """
SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = ANY(%(closed)s::oid[]) AND has_any_column_privilege(%(login)s, c.oid, 'SELECT') LIMIT 20
"""
_SAMPLE = 200


def probe(link: Link, world: World, wanted: Wanted) -> Iterator[Beyond]:
    """Try, as each grade, what must not work and what must.

    Args:
        link: inside a transaction that will be undone.
    """
    closed = [world.relations[key].oid for key, table in wanted.tables.items() if table.is_protected]
    for grade in GRADES:
        role = wanted.names.role(grade)
        if role not in world.roles:
            continue
        views = [view for view in wanted.views.values() if view.grade == grade and view.key in world.relations]
        yield from _as_grade(link, world, role, views, closed)
    yield from _by_product(link, world, wanted, closed)
    yield from _masks(link, world, wanted)


def _by_product(link: Link, world: World, wanted: Wanted, closed: Sequence[int]) -> Iterator[Beyond]:
    """Whether the product's own login reads a closed table, or the key, past its grade's views, by whatever way."""
    login = wanted.product
    if not login or login == world.admin or login in world.supers:  # named already; they read everything
        return
    key = [one.oid for at, one in world.relations.items() if at == (KEEP, KEY_TABLE)]
    rows = link.execute(_BY_PRODUCT, {"closed": [*closed, *key], "login": login}).fetchall()
    for (thing,) in rows:
        yield Beyond(WIDER, "probe-reads", thing, login)


class _Back(Exception):
    """Ends a probe; what it did is undone."""


def _as_grade(link: Link, world: World, role: str, views: Sequence[View], closed: Sequence[int]) -> Iterator[Beyond]:
    found: list[Beyond] = []
    try:
        with link.transaction():
            become(link, role, world)
            rows = link.execute(_READABLE, [list(closed)]).fetchall() if closed else []
            found += [Beyond(WIDER, "probe-reads", thing, role) for (thing,) in rows]
            found += [Beyond(WIDER, "probe-makes", role, role, what) for what in _makes(link)]
            if _works(link, f"TABLE {dotted(KEEP, KEY_TABLE)}"):
                found.append(Beyond(WIDER, "key-read", KEEP, role))
            for view in views[:1]:
                columns = ", ".join(ident(column) for column in view.columns)
                look = f"SELECT {columns} FROM {dotted(*view.key)} LIMIT 0"  # noqa: S608 - quoted names
                if not _works(link, look):
                    found.append(Beyond(NARROWER, "probe-blind", ".".join(view.key), role))
                if _works(link, f"INSERT INTO {dotted(*view.key)} DEFAULT VALUES"):
                    found.append(Beyond(WIDER, "probe-makes", ".".join(view.key), role, "INSERT"))
            raise _Back
    except _Back:
        pass
    except psycopg.errors.InsufficientPrivilege:
        found.append(Beyond(NARROWER, "probe-not-possible", role, role))
    yield from found


def _makes(link: Link) -> Iterator[str]:
    for word, statement in (
        ("CREATE TEMPORARY TABLE", "CREATE TEMPORARY TABLE throughline_probe (n int)"),
        ("CREATE TABLE", "CREATE TABLE public.throughline_probe (n int)"),
        ("CREATE SCHEMA", "CREATE SCHEMA throughline_probe"),
        ("CREATE ROLE", "CREATE ROLE throughline_probe"),
    ):
        if _works(link, statement):
            yield word


def _works(link: Link, statement: str) -> bool:
    try:
        with link.transaction(force_rollback=True):
            link.execute(statement.encode())
    except psycopg.Error:
        return False
    return True


def _masks(link: Link, world: World, wanted: Wanted) -> Iterator[Beyond]:
    """Whether any masked column of a grade shows a value of its table; the answer alone leaves the server."""
    seen: set[int] = set()
    for view in wanted.views.values():
        if not view.masked or view.grade in seen or view.key not in world.relations:
            continue
        seen.add(view.grade)
        column = ident(view.masked[0])
        shown, kept = dotted(*view.key), dotted(*view.table)
        statement = (
            f"SELECT EXISTS (SELECT 1 FROM (SELECT {column}::text AS shown FROM {shown} LIMIT {_SAMPLE}) AS v"  # noqa: S608
            f" JOIN (SELECT {column}::text AS kept FROM {kept} LIMIT {_SAMPLE}) AS t ON v.shown = t.kept)"
        )
        try:
            with link.transaction(force_rollback=True):
                link.execute(f"SET LOCAL ROLE {ident(wanted.names.owner)}")
                row = link.execute(statement.encode()).fetchone()
        except psycopg.Error:
            continue
        if row and row[0]:
            yield Beyond(
                WIDER, "probe-unmasked", f"{'.'.join(view.key)}.{view.masked[0]}", wanted.names.role(view.grade)
            )
