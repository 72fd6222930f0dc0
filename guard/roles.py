"""What the app's database role may do: everything it needs, and nothing to the ledger but append and read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections
from psycopg import sql

READ_ONLY = (
    "django_migrations", "guard_scheme", "guard_level", "guard_crosswalk", "guard_category", "guard_combination",
    "guard_combination_categories", "guard_grade",
)  # fmt: skip
# What two people may change of these (governance.rules.data); a trigger looks for their votes.
CHANGED_BY_TWO = {
    "guard_scheme": "status", "guard_level": "rules", "guard_crosswalk": "target_id",
    "guard_category": "floor, is_prohibited", "guard_grade": "clearance",
}  # fmt: skip


def grant_app_role(using: str = "default", **_kwargs: Any) -> None:
    """After migrations, as the owner: give the app's role its rights and take the ledger's away.

    Runs on every migrate; does nothing when one role does both (refused by a system check outside DEBUG).
    """
    app = settings.DATABASE_APP_ROLE
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if not app or cursor.fetchone()[0] == app:
            return
        role = sql.Identifier(app)
        statements = [
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "REVOKE ALL ON guard_entry, guard_entrydetail FROM {role}",
            "GRANT SELECT ON guard_entry, guard_entrydetail TO {role}",
            "GRANT INSERT (occurred_at, actor_id, verb, outcome, thing_id, payload, fold) ON guard_entry TO {role}",
            "GRANT INSERT (entry_id, position, payload) ON guard_entrydetail TO {role}",
        ]
        tables = connection.introspection.table_names(cursor)
        for table in READ_ONLY:
            if table in tables:
                statements.append(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {{role}}")
        for table, columns in CHANGED_BY_TWO.items():
            if table in tables:
                statements.append(f"GRANT UPDATE ({columns}) ON {table} TO {{role}}")
        if "guard_entry" in tables:
            for statement in statements:
                cursor.execute(sql.SQL(statement).format(role=role))
