"""Empty the test database after a test that committed, as its owner, and put back what migrations had written."""

from __future__ import annotations

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

KEEP = (
    "django_migrations",
    "demand_purpose",
    "metrics_statperiod",
    "guard_scheme",
    "guard_level",
    "guard_crosswalk",
    "django_content_type",
    "auth_permission",
)


def empty_database() -> None:
    """Truncate every table but those that migrations filled."""
    connection.close()
    owner = settings.DATABASE_OWNER
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in KEEP
    ]
    with psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"] or None,
        user=owner["USER"],
        password=owner["PASSWORD"] or None,
        dbname=connection.settings_dict["NAME"],
    ) as link:
        names = sql.SQL(", ").join(sql.Identifier(table) for table in sorted(tables))
        link.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
