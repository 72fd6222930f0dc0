"""Empty the test database after a test that committed, as its owner, and keep what migrations had written."""

from __future__ import annotations

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

_SEEDED: dict[str, str] = {}  # tables that migrations filled, with a digest of what they wrote
_DIGEST = "SELECT coalesce(md5(string_agg(row::text, '|' ORDER BY row::text)), '') FROM {} AS row"


def _tables() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    )


def remember_what_migrations_wrote() -> None:
    """Note the tables that hold rows in a database that was only migrated; call it before the first test."""
    with connection.cursor() as cursor:
        for table in _tables():
            name = sql.Identifier(table)
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(name).as_string())
            if cursor.fetchone()[0]:
                cursor.execute(sql.SQL(_DIGEST).format(name).as_string())
                _SEEDED[table] = cursor.fetchone()[0]


def empty_database() -> None:
    """Truncate every table but those that migrations filled.

    Raises:
        AssertionError: the test left one of those as no migration had written it; later tests would meet that.
    """
    connection.close()
    owner = settings.DATABASE_OWNER
    with psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"] or None,
        user=owner["USER"],
        password=owner["PASSWORD"] or None,
        dbname=connection.settings_dict["NAME"],
    ) as link:
        names = sql.SQL(", ").join(sql.Identifier(table) for table in _tables() if table not in _SEEDED)
        link.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
        left = [
            table
            for table, before in _SEEDED.items()
            if link.execute(sql.SQL(_DIGEST).format(sql.Identifier(table))).fetchone() != (before,)
        ]
    assert not left, f"the test committed changes to what migrations wrote: {', '.join(left)}"
