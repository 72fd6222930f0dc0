"""Pages by keyset: flat cost at any depth, where OFFSET pays for every row skipped.

Where the order's column and the id stand in one table, the condition is one row comparison, `(a, id) < (x, i)`: from
it PostgreSQL starts in the index at the very row, however many rows tie on `a` (an import gives thousands one time of
change). Elsewhere it repeats the leading bound, `a <= x AND (a < x OR id < i)` (performance.md section 3). Null values
come last in both directions.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, Q, Value
from django.db.models.expressions import Col
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the cursors beside it ("" for none)."""

    rows: list[Any]
    next: str
    previous: str


def encode(order: str, value: Any, pk: Any, *, back: bool = False) -> str:
    """A cursor: order, last value, last id, direction; opaque to others, checked on the way in."""
    raw = orjson.dumps([order, value, pk, back], default=str)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str) -> tuple[str, Any, Any, bool]:
    """Read a cursor.

    Raises:
        Invalid: for anything that `encode` did not make.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        order, value, pk, back = orjson.loads(raw)
        if not isinstance(order, str) or not isinstance(back, bool) or not isinstance(pk, (int, str)):
            raise ValueError
    except (ValueError, binascii.Error, TypeError):
        raise _invalid() from None
    return order, value, pk, back


def _invalid() -> Exception:
    from guard.refusals import Invalid

    return Invalid(errors={"cursor": [_("This page mark is from another list. Start at the first page.")]})


def field_of(model: type[Model], path: str) -> Field[Any, Any] | None:
    """The model field at the end of an ORM path, or None for an annotation."""
    field: Any = None
    for name in path.split("__"):
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return field  # type: ignore[no-any-return]


def value_at(row: Any, path: str) -> Any:
    """The value of an ORM path on a fetched row; `row` may be a mapping."""
    if isinstance(row, dict):
        return row[path]
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def cut(queryset: Any, order: str, *, cursor: str = "", size: int = 50, values: Any = None) -> Page:
    """Return one page of an opened queryset.

    Args:
        queryset: filtered and opened; its own order is replaced.
        order: one ORM path, with "-" for descending; the primary key breaks ties in the same direction.
        cursor: from `Page.next` or `Page.previous`; "" for the first page.
        size: rows a page.
        values: ``fn(queryset) -> queryset of dicts`` to fetch dicts instead of models; they must hold the order's
            path and "pk".

    Raises:
        Invalid: when the cursor belongs to another order or is not a cursor.
    """
    path, descending = order.lstrip("-"), order.startswith("-")
    field = field_of(queryset.model, path)
    nullable = bool(field is not None and field.null)
    back, after = False, None
    if cursor:
        made_for, value, pk, back = decode(cursor)
        if made_for != order:
            raise _invalid()
        after = _condition(queryset.model, field, path, value, pk, descending != back, nullable, back)
    down = descending != back
    empty_at = {"nulls_first": True} if back else {"nulls_last": True}
    lead = F(path).desc(**empty_at) if down else F(path).asc(**empty_at)
    ordered = queryset.order_by(*([lead] if nullable else [f"-{path}" if down else path]), "-pk" if down else "pk")
    if after is not None:
        ordered = ordered.filter(after)
    rows = list((values(ordered) if values else ordered)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page([], "", "")
    has_next, has_previous = (True, more) if back else (more, bool(cursor))
    return Page(
        rows,
        encode(order, value_at(rows[-1], path), _pk(rows[-1])) if has_next else "",
        encode(order, value_at(rows[0], path), _pk(rows[0]), back=True) if has_previous else "",
    )


def _pk(row: Any) -> Any:
    return row["pk"] if isinstance(row, dict) else row.pk


def _condition(  # noqa: PLR0917
    model: type[Model], field: Any, path: str, value: Any, pk: Any, down: bool, nullable: bool, back: bool
) -> Q:
    try:
        pk = model._meta.pk.to_python(pk)  # type: ignore[union-attr]
        if value is not None and field is not None:
            value = field.to_python(value)
    except (ValidationError, ValueError, TypeError):
        raise _invalid() from None
    if pk is None or (value is None and not nullable):
        raise _invalid()
    past = Q(**{"pk__lt" if down else "pk__gt": pk})
    if value is None:
        empty = Q(**{f"{path}__isnull": True}) & past
        return empty | Q(**{f"{path}__isnull": False}) if back else empty
    if field is not None and shares_id(model, path):
        keyset = Q(RowPast(F(path), Value(value, field), Value(pk, model._meta.pk), down=down))
    else:
        step, edge = ("lt", "lte") if down else ("gt", "gte")
        keyset = Q(**{f"{path}__{edge}": value}) & (Q(**{f"{path}__{step}": value}) | past)
    return keyset | Q(**{f"{path}__isnull": True}) if nullable and not back else keyset


def shares_id(model: type[Model], path: str) -> bool:
    """Whether the column at the end of `path` stands in a row that has the very primary key of `model`.

    True for a model's own columns, and for those of the Thing that a governed model's primary key points to.
    """
    *steps, _last = path.split("__")
    for name in steps:
        key: Any = model._meta.pk
        if name != key.name or not key.is_relation:
            return False
        model = key.related_model
    return True


class RowPast(Func):
    """`(column, id) < (value, pk)`, or `>`: rows past one row. The id is taken from the column's own table.

    Args:
        lead, value, pk: expressions; `lead` resolves to a column.
        down: whether the order descends.
    """

    output_field = BooleanField()
    arity = 3

    def __init__(self, *expressions: Any, down: bool = False, **extra: Any) -> None:
        super().__init__(*expressions, down=down, **extra)

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        lead: Any
        lead, *marks = self.source_expressions
        own_id = Col(lead.alias, lead.target.model._meta.pk)
        parts = [compiler.compile(part) for part in (lead, own_id, *marks)]
        a, tie, value, pk = (sql for sql, _params in parts)
        sign = "<" if self.extra["down"] else ">"
        return f"({a}, {tie}) {sign} ({value}, {pk})", [one for _sql, params in parts for one in params]


def capped_count(queryset: Any, cap: int = 1000) -> tuple[int, bool]:
    """How many rows, counted to `cap` at most; the flag says that there are more."""
    found = queryset.order_by()[: cap + 1].count()
    return min(found, cap), found > cap


__all__ = ["FieldError", "Page", "capped_count", "cut", "decode", "encode", "field_of", "value_at"]
