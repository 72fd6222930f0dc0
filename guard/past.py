"""Rows of the policy as they were at a moment: kept by triggers of the database, put together here.

Every change of a tracked row leaves what the row was until then (`guard.models.Past`); a row that came leaves that it
was not there before. So the state at a moment is the first thing that was kept after it, or the row as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps

#: Tracked tables, and the columns of each that no decision of the policy looks at (nor may a password lie about here).
LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "guard_thing": ("uid", "title", "updated_at", "row_version"),
    "guard_standing": (),
    "guard_grade": (),
    "people_clearance": (),
    "people_membership": (),
    "people_roleheld": (),
    "people_user": ("password", "last_login", "name", "email", "job", "date_joined"),
}
_EVENTS = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows",
    "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows",
}


def remember(table: str) -> str:
    """SQL of the triggers that keep the past of a table; for a migration."""
    left_out = "{" + ",".join(LEFT_OUT[table]) + "}"
    return "\n".join(
        f"CREATE TRIGGER {table}_past_{event.lower()} AFTER {event} ON {table} {tables}\n"
        f"    FOR EACH STATEMENT EXECUTE FUNCTION guard_remember('{left_out}');"
        for event, tables in _EVENTS.items()
    )


def forget(table: str) -> str:
    """SQL that drops them."""
    return "\n".join(f"DROP TRIGGER {table}_past_{event.lower()} ON {table};" for event in _EVENTS)


def rows_at(model: Any, at: datetime, **which: Any) -> list[dict[str, Any]]:
    """The rows of a tracked table as they were.

    Args:
        model: of the table.
        at: the moment.
        which: columns by name that a row must have had, such as ``thing_id=7``; they are among those that never change.

    Returns:
        Rows by column name, without those that are left out; times are text in ISO form.

    Raises:
        KeyError: the table is not tracked.
    """
    table = model._meta.db_table
    left_out, key = set(LEFT_OUT[table]), model._meta.pk.column
    past = apps.get_model("guard", "Past").objects.filter(relation=table)
    now = {row[key]: _plain(row, left_out) for row in _current(model).filter(**which).values()}
    wanted = past.filter(**{f"row__{name}": value for name, value in which.items()}).values("row_id") if which else None
    later = past.filter(until__gt=at)
    if wanted is not None:
        later = later.filter(row_id__in=set(wanted.values_list("row_id", flat=True)) | set(now))
    first: dict[int, dict[str, Any] | None] = {}
    for row_id, row in later.order_by("id").values_list("row_id", "row"):
        first.setdefault(row_id, row)
    return [row for row in ({**now, **first}).values() if row is not None]


def _current(model: Any) -> Any:
    rows = model.objects
    if hasattr(rows, "unrestricted"):
        return rows.unrestricted("what was is put together from every row; whoever asks answers for access")
    return rows.all()


def _plain(row: Mapping[str, Any], left_out: Iterable[str]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in left_out
    }
