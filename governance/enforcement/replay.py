"""Replays what people are known to ask, as the roles that ask it: EXPLAIN checks rights and names and runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from governance.enforcement.quoting import dotted, ident
from governance.enforcement.reading import Link
from governance.enforcement.world import World

MOST = 2_000
_TEXTS = """
SELECT pg_get_userbyid(s.userid)::text, s.query, s.queryid::text, sum(s.calls)::int8
FROM {schema}.pg_stat_statements AS s
JOIN pg_roles AS r ON r.oid = s.userid
WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND s.query ~* '^\\s*(select|with|table|values)\\M' AND r.rolname <> session_user
GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT %s
"""


@dataclass(frozen=True)
class Query:
    """A query that somebody is known to ask.

    Args:
        role: who asks; the role's rights are what is tried.
        text: SQL, with $1 … in the place of values.
        name: how it is named for people: a number of the server, or a fingerprint. Never its values.
        reads: tables, for people.
    """

    role: str
    text: str
    name: str
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replay:
    """Queries that worked before and would not work afterwards; how many were tried, and which could not be."""

    breaks: tuple[dict[str, str], ...]
    replayed: int
    not_replayed: int


Provider = Callable[[Any], Iterable[Query]]
PROVIDERS: list[Provider] = []


def register_queries(provider: Provider) -> None:
    """Add a source of known queries: ``fn(warehouse) -> queries``. A room above this one registers what it measures."""
    if provider not in PROVIDERS:
        PROVIDERS.append(provider)


def known(warehouse: Any) -> list[Query]:
    """What all sources know, each query once."""
    found = (query for provider in PROVIDERS for query in provider(warehouse))
    return list(dict.fromkeys(found))[:MOST]


def reading_of(role: str, tables: Sequence[tuple[str, str]], name: str) -> Query:
    """A query that stands for one of which only the tables are known."""
    text = f"SELECT count(*) FROM {', '.join(dotted(*table) for table in tables)}"  # noqa: S608 - quoted names
    return Query(role, text, name, tuple(".".join(table) for table in tables))


def of_server(link: Link, world: World) -> list[Query]:
    """What the server itself remembers of this database, when it keeps statistics and shows them to us."""
    row = link.execute(
        "SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace"
        " WHERE e.extname = 'pg_stat_statements'"
    ).fetchone()
    if row is None:
        return []
    try:
        with link.transaction():
            rows = link.execute(_TEXTS.format(schema=ident(row[0])), [MOST]).fetchall()
    except psycopg.Error:
        return []  # installed and not loaded, or not ours to read
    managed = {key[1] for key in world.relations}
    return [
        Query(role, text, number)
        for role, text, number, _calls in rows
        if text != "<insufficient privilege>" and any(name in text for name in managed)
    ]


def try_all(link: Link, queries: Sequence[Query], world: World) -> list[str | None]:
    """The class of the fault of each query, empty when it works, None when it could not be tried as its role."""
    found: dict[int, str | None] = {}
    by_role: dict[str, list[int]] = {}
    for number, query in enumerate(queries):
        by_role.setdefault(query.role, []).append(number)
    for role, numbers in by_role.items():
        found |= _as_role(link, role, [(n, queries[n]) for n in numbers], world)
    return [found.get(number) for number in range(len(queries))]


class _Back(Exception):
    """Undoes the change of role."""


def _as_role(link: Link, role: str, queries: Sequence[tuple[int, Query]], world: World) -> dict[int, str | None]:
    found: dict[int, str | None] = {number: None for number, _query in queries}
    try:
        with link.transaction():
            become(link, role, world)
            for number, query in queries:
                if ";" not in query.text.rstrip().rstrip(";"):  # one statement, whatever was written
                    found[number] = _fault(link, query)
            raise _Back
    except _Back:
        pass
    except psycopg.Error:
        return dict.fromkeys(found)
    return found


def become(link: Link, role: str, world: World) -> None:
    """Act as a role until the transaction is undone; the membership that this needs is undone with it."""
    if not world.is_super and role != world.admin:
        link.execute(f"GRANT {ident(role)} TO {ident(world.admin)} WITH INHERIT FALSE, SET TRUE")
    link.execute(f"SET LOCAL ROLE {ident(role)}")
    link.execute('SET LOCAL search_path TO "$user", public')


def _fault(link: Link, query: Query) -> str:
    explain = "EXPLAIN (GENERIC_PLAN) " if "$1" in query.text else "EXPLAIN "
    try:
        with link.transaction():
            link.execute((explain + query.text.rstrip().rstrip(";")).encode())
    except psycopg.Error as fault:
        return fault.sqlstate or type(fault).__name__
    return ""


def compared(queries: Sequence[Query], before: Sequence[str | None], after: Sequence[str | None]) -> Replay:
    """What worked before and does not afterwards."""
    breaks, tried = [], 0
    for query, first, second in zip(queries, before, after, strict=True):
        tried += first is not None and second is not None
        if first == "" and second:
            breaks.append({"role": query.role, "name": query.name, "reads": ", ".join(query.reads), "code": second})
    return Replay(tuple(breaks), tried, len(queries) - tried)
