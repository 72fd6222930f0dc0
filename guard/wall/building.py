"""Building the wall: after every migrate, as the owner, from the registry of governed models."""

# ruff: noqa: S608 - the statements are put together from names of our own registry
from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import connections
from psycopg import sql

from guard import policy
from guard.wall import BEYOND, functions, named_beyond, walled_models

# The product's own functions: triggers and what they call.
_OURS = """
SELECT p.prosrc, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = 'public' AND p.prokind = 'f' AND p.proname NOT LIKE 'guard\\_wall\\_%'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY p.oid
"""
# Standings stand here as text and not behind a function: for one row PostgreSQL looks them up, for many it reads the
# reader's own once. Who left has no ceilings.
_STANDS = f"""EXISTS (SELECT FROM {BEYOND}.guard_standing s WHERE s.thing_id = {{row}}id AND {{who}}
     AND s.grade >= {{grade}} AND (s.until IS NULL OR s.until > statement_timestamp()))"""
_OPEN = """(({row}level <= ((SELECT guard_wall_ceilings({grade})) ->> {row}domain_id::text)::int
    OR ((SELECT guard_wall_ceilings({grade})) IS NOT NULL AND ({person} OR {team})))
   AND ((SELECT guard_wall_rules({grade})) IS NULL
        OR NOT guard_wall_closed({row}id, (SELECT guard_wall_rules({grade})))))"""


def opens(grade: int, row: str = "") -> str:
    """Whether the reader has this grade on a row of things, as a condition; `row` is the name that it has there."""
    words = {"grade": int(grade), "row": f"{row or 'guard_thing'}."}
    person = _STANDS.format(who=f"s.person_id = {functions.READER}", **words)
    team = _STANDS.format(who="s.team_id = ANY ((SELECT guard_wall_teams())::bigint[])", **words)
    return _OPEN.format(person=person, team=team, **words)


def condition_of(model: Any) -> str:
    """What the wall asks of a row: the grade that its table needs, on each thing that it belongs to.

    Args:
        model: a governed model with its POLICY_PATHS and POLICY_GRADE.

    Returns:
        A condition over the table's columns, the one that `guard.doors.reading.visible_q` has for the least action.
    """
    grade = max(policy.EXISTS, getattr(model, "POLICY_GRADE", 0))
    parts = []
    for path in model.POLICY_PATHS:
        if not path:
            parts.append(opens(grade))
            continue
        its_thing = f"{BEYOND}.guard_thing w WHERE w.id = {_thing_id(model, path)}"
        parts.append(f"EXISTS (SELECT FROM {its_thing} AND {opens(grade, 'w')})")
    return " AND ".join(parts)


def _thing_id(model: Any, path: str) -> str:
    """The column, or the chain of them, that leads from a row to its thing's id."""
    fields, at = [], model
    for name in path.split("__"):
        field = at._meta.get_field(name)
        fields.append((at, field))
        at = field.related_model
    while len(fields) > 1 and fields[-1][1].primary_key:  # the key of a governed object is its thing's
        fields.pop()
    first = fields.pop(0)[1]
    found = f"{model._meta.db_table}.{first.column}"
    for number, (owner, field) in enumerate(fields):
        name, table = f"p{number}", f"{BEYOND}.{owner._meta.db_table}"
        found = f"(SELECT {name}.{field.column} FROM {table} {name} WHERE {name}.{owner._meta.pk.column} = {found})"
    return found


def statements(app: str) -> list[str]:
    """The whole wall as SQL, for the role that the product works as; without row level security when that is empty."""
    made = [f"DROP SCHEMA IF EXISTS {BEYOND} CASCADE", f"CREATE SCHEMA {BEYOND}"]
    made += [f"CREATE VIEW {BEYOND}.{table} AS SELECT * FROM public.{table}" for table in walled_models()]
    made.append(functions.text())
    if app:
        made.append(f"GRANT USAGE ON SCHEMA {BEYOND} TO {app}")
        made.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {BEYOND} TO {app}")
    for table, model in walled_models().items() if app else ():
        made += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS wall ON {table}",
            f"DROP POLICY IF EXISTS owner ON {table}",
            f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
            f"CREATE POLICY wall ON {table} TO {app} USING ({condition_of(model)})",
        ]
    return made


def build(using: str = "default", **_kwargs: Any) -> None:
    """After migrations, as the owner: make the wall what the registry asks for; nothing when it is already.

    Where one role does both (refused by a system check outside DEBUG) there are the views and no wall.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        if "guard_standing" not in connection.introspection.table_names(cursor):
            return
        cursor.execute("SELECT current_user")
        app = settings.DATABASE_APP_ROLE
        app = "" if not app or cursor.fetchone()[0] == app else sql.Identifier(app).as_string()
        wanted = statements(app)
        wanted += _readdressed(cursor)
        digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
        cursor.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [BEYOND])
        if (cursor.fetchone() or ("",))[0] == digest:
            return
        for statement in wanted:
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON SCHEMA {BEYOND} IS '{digest}'")


def _readdressed(cursor: Any) -> list[str]:
    """The product's own functions with governed tables named beyond the wall: a rule of the database counts every row.

    They are written anew instead of being given a search path: with one, PostgreSQL puts none of them into the query
    that calls it, and sets and takes back the path at each call.
    """
    cursor.execute(_OURS)
    found = []
    for source, whole in cursor.fetchall():
        plain = source.replace(f"{BEYOND}.", "")
        moved = named_beyond(plain)
        if moved != plain:
            found.append(whole.replace(source, moved))
    return found


def _plain_again(cursor: Any) -> None:
    """The product's own functions as migrations wrote them."""
    cursor.execute(_OURS)
    for source, whole in cursor.fetchall():
        if f"{BEYOND}." in source:
            cursor.execute(whole.replace(source, source.replace(f"{BEYOND}.", "")))


def take_down(using: str = "default", plan: Any = (), **_kwargs: Any) -> None:
    """Before migrations that change something: views would hold on to columns, and the owner needs every row.

    Until the wall stands again the product finds no schema beyond it: what fails meanwhile fails closed.
    """
    if not plan:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relrowsecurity AND c.relkind = 'r'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP POLICY IF EXISTS wall ON {table}")
        _plain_again(cursor)
        cursor.execute(f"DROP SCHEMA IF EXISTS {BEYOND} CASCADE")
