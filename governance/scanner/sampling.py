"""Reads a capped sample of a table through the warehouse's reading connection. The values stay with the caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from psycopg import sql

from catalog import warehouse
from catalog.models import Dataset
from catalog.names import split_name
from governance.enforcement.names import GRADES, Names
from governance.scanner.guards import LONGEST
from guard.refusals import Refusal

SAMPLE_ROWS, LOOKED_ROWS, AT_ONCE = 2000, 20_000, 25
# The table itself where the login may read it; where it is closed, the view of a grade that masks nothing of it; and
# where there is none, the table all the same: then each column says that it cannot be read.
_WHERE = """
WITH base AS (
    SELECT c.oid, c.relnamespace, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')),
seen AS (
    SELECT b.oid, b.relnamespace, b.nspname, b.relname, 0 AS turn FROM base b
    UNION
    SELECT v.oid, v.relnamespace, g.nspname, v.relname, 1 FROM base b
      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = b.oid
       AND d.classid = 'pg_rewrite'::regclass
      JOIN pg_rewrite w ON w.oid = d.objid
      JOIN pg_class v ON v.oid = w.ev_class AND v.relkind = 'v'
      JOIN pg_namespace g ON g.oid = v.relnamespace AND g.nspname = ANY(%s))
SELECT s.nspname, s.relname, ARRAY(SELECT a.attname::text FROM pg_attribute a
                                    WHERE a.attrelid = s.oid AND a.attnum > 0 AND NOT a.attisdropped)
  FROM (SELECT *, has_any_column_privilege(oid, 'SELECT') AS is_open FROM seen) s
 WHERE has_schema_privilege(s.relnamespace, 'USAGE') AND (s.is_open OR s.turn = 0)
 ORDER BY NOT s.is_open, s.turn, s.nspname DESC LIMIT 1
"""


class NotThere(Refusal):
    """The table is not in the warehouse, or the reading login may not see it."""

    status = 422
    code = "table-away"

    def default_sentence(self) -> str:
        return _("The warehouse does not show this table to the reading login.")


class NotReadable(Refusal):
    """A warehouse that is no PostgreSQL."""

    status = 422
    code = "dialect"

    def default_sentence(self) -> str:
        return _("Only PostgreSQL warehouses can be scanned.")


@dataclass(frozen=True)
class Read:
    """The values of one column; `fault` says why there are none: absent or unreadable."""

    name: str
    values: Sequence[str | None]
    fault: str = ""


def refuse_unless_readable(dataset: Dataset) -> None:
    """Refuse before any work is started.

    Raises:
        NotReadable: no PostgreSQL.
        NoAddress: none for reading.
    """
    if dataset.warehouse.dialect not in ("postgres", "postgresql"):
        raise NotReadable()
    if not warehouse.has_address(dataset.warehouse.name):
        raise warehouse.NoAddress()


def sampled(dataset: Dataset, names: Sequence[str]) -> Iterator[Read]:
    """Read every named column: at most SAMPLE_ROWS rows, by chance of the first LOOKED_ROWS, each value cut short.

    Args:
        dataset: with its warehouse at hand.
        names: of columns, as the catalogue has them.

    Raises:
        Unreachable, Failed: as the warehouse answers (catalog.warehouse).
        NotThere: the table is not there.
    """
    place = dataset.warehouse.name
    table, there = _found(place, dataset)
    folded = {name.lower(): name for name in there}
    found = {name: name if name in there else folded.get(name.lower()) for name in names}
    present = [name for name in names if found[name]]
    for start in range(0, len(present), AT_ONCE):
        yield from _chunk(place, table, {name: str(found[name]) for name in present[start : start + AT_ONCE]})
    yield from (Read(name, (), "absent") for name in names if not found[name])


def table_of(dataset: Dataset) -> tuple[str, str]:
    """Schema and table, as the catalogue has them."""
    parts = [part.text for part in split_name(dataset.qualified_name)]
    return (parts[-2] if len(parts) > 1 else "public", parts[-1])


def _found(place: str, dataset: Dataset) -> tuple[sql.Identifier, set[str]]:
    """What the reading login may read of a table: itself, or a view that masks nothing of it; and its columns.

    Raises:
        NotThere: neither.
    """
    whole = [Names.schema(grade) for grade in GRADES if grade >= dataset.level]
    rows = warehouse.read_as(place, _WHERE, [*table_of(dataset), whole]).rows
    if not rows:
        raise NotThere()
    schema, name, columns = rows[0]
    return sql.Identifier(schema, name), set(columns)


def _chunk(place: str, table: sql.Identifier, columns: dict[str, str]) -> Iterator[Read]:
    try:
        rows = _rows(place, table, list(columns.values()))
    except warehouse.Failed:
        if len(columns) == 1:
            yield from (Read(name, (), "unreadable") for name in columns)
            return
        for name, real in columns.items():  # one column that may not be read does not hide the others
            yield from _chunk(place, table, {name: real})
        return
    for number, name in enumerate(columns):
        yield Read(name, [row[number] for row in rows])


def _rows(place: str, table: sql.Identifier, columns: Sequence[str]) -> Sequence[tuple[Any, ...]]:
    cut = sql.SQL(", ").join(
        sql.SQL("left({}::text, {})").format(sql.Identifier(name), sql.Literal(LONGEST + 1)) for name in columns
    )
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL(
        "SELECT {cut} FROM (SELECT {names} FROM {table} LIMIT {looked}) AS looked ORDER BY random() LIMIT {most}"
    ).format(cut=cut, names=names, table=table, looked=sql.Literal(LOOKED_ROWS), most=sql.Literal(SAMPLE_ROWS))
    text = statement.as_string().replace("%", "%%")
    return warehouse.read_as(place, text, most=SAMPLE_ROWS).rows
