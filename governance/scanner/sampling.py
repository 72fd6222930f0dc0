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
from governance.scanner.guards import LONGEST
from guard.refusals import Refusal

SAMPLE_ROWS, LOOKED_ROWS, AT_ONCE = 2000, 20_000, 25
_THERE = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"


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
    table = table_of(dataset)
    place = dataset.warehouse.name
    try:
        there = {row[0] for row in warehouse.read_as(place, _THERE, [table.as_string()]).rows}
    except warehouse.Failed:  # a schema that the login may not use is an error, not an empty answer
        raise NotThere() from None
    if not there:
        raise NotThere()
    folded = {name.lower(): name for name in there}
    found = {name: name if name in there else folded.get(name.lower()) for name in names}
    present = [name for name in names if found[name]]
    for start in range(0, len(present), AT_ONCE):
        yield from _chunk(place, table, {name: str(found[name]) for name in present[start : start + AT_ONCE]})
    yield from (Read(name, (), "absent") for name in names if not found[name])


def table_of(dataset: Dataset) -> sql.Identifier:
    """Schema and table, quoted."""
    parts = [part.text for part in split_name(dataset.qualified_name)]
    return sql.Identifier(*parts[-2:])


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
