"""OpenLineage events: what their column lineage facets say, and SQL where they carry it instead.

Specification 2-0-2, ColumnLineageDatasetFacet 1-2-0: a field's inputs with DIRECT or INDIRECT transformations, and
since 1-2-0 inputs of the dataset as a whole. A producer that says `masking` of itself lowers nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.actions import tell_column_edges
from catalog.column_edges import EdgeRow, Told
from catalog.models import Dataset, Warehouse
from catalog.names import NameIndex
from catalog.sql_text import hash_of_sql
from exchange.columns import Known, edges_of, statements_in
from exchange.gate.read_sql import sql_dialect
from exchange.names import from_openlineage

MOST_FIELDS = 20_000  # inputs of one event
ORIGIN = "openlineage"


@dataclass(frozen=True)
class Heard:
    """What events say, by canonical name.

    Args:
        rows: edges.
        targets: datasets that the events write, in order.
        queries: (SQL, names of the outputs) where an event has a statement and no facet.
    """

    rows: Sequence[EdgeRow] = ()
    targets: Sequence[str] = ()
    queries: Sequence[tuple[str, Sequence[str]]] = ()


def read_events(events: Iterable[Any]) -> Heard:
    """Read run and dataset events.

    Raises:
        ValueError: something that is no event; the sentence says what is missing.
    """
    rows: dict[EdgeRow, None] = {}
    targets: dict[str, None] = {}
    queries: list[tuple[str, Sequence[str]]] = []
    for event in events:
        if not isinstance(event, dict) or not isinstance(event.get("eventTime"), str):
            raise ValueError("An OpenLineage event is an object with eventTime.")
        given = event.get("outputs")
        outputs = given if isinstance(given, list) else [event.get("dataset")]
        said = [output for output in outputs if isinstance(output, dict) and output.get("name")]
        sql = _at(event, "job", "facets", "sql", "query")
        digest = hash_of_sql(sql) if isinstance(sql, str) else ""
        with_facet = [output for output in said if isinstance(_at(output, "facets", "columnLineage"), dict)]
        for output in with_facet:
            rows.update(dict.fromkeys(_of_facet(output, digest)))
        targets.update((_name(output), None) for output in with_facet)
        if isinstance(sql, str) and not with_facet and said:
            queries.append((sql, [_name(output) for output in said]))
    return Heard(list(rows), list(targets), queries)


def _of_facet(output: Mapping[str, Any], digest: str) -> Iterator[EdgeRow]:
    target, facet, count = _name(output), output["facets"]["columnLineage"], 0
    fields = facet.get("fields")
    for column, said in (fields if isinstance(fields, dict) else {}).items():
        for entry in _inputs(said.get("inputFields") if isinstance(said, dict) else None):
            count += 1
            yield _edge(entry, target, "" if _is_indirect(entry) else str(column), digest)
            if count > MOST_FIELDS:
                raise ValueError("An event has more inputs than can be taken.")
    for entry in _inputs(facet.get("dataset"))[:MOST_FIELDS]:
        yield _edge(entry, target, "", digest)


def _edge(entry: Mapping[str, Any], target: str, column: str, digest: str) -> EdgeRow:
    kind = "derives" if column else "filters"
    return EdgeRow(_name(entry), str(entry["field"])[:200], target, column[:200], kind, None, digest)


def _inputs(entries: Any) -> list[Mapping[str, Any]]:
    rows = entries if isinstance(entries, list) else []
    return [entry for entry in rows if isinstance(entry, dict) and entry.get("name") and entry.get("field")]


def _is_indirect(entry: Mapping[str, Any]) -> bool:
    """Whether every transformation only chooses rows; an input without any is taken as the stricter, direct."""
    given = entry.get("transformations")
    kinds = [one.get("type") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return bool(kinds) and all(kind == "INDIRECT" for kind in kinds)


def tell(by: Any, heard: Heard, warehouse: Warehouse | None = None, *, is_all: bool = False) -> Told:
    """Write what was heard, in the warehouse in which the targets stand.

    Args:
        by: whose token or name it is.
        heard: read from events.
        warehouse: in which to look; None finds the one that knows the first target by its name.
        is_all: the events say all there is of their targets (a file); one event of many jobs never does.
    """
    names = [*heard.targets, *(name for _sql, outputs in heard.queries for name in outputs)]
    place = warehouse or _warehouse_of(by, names)
    if place is None or not names:
        return Told(unmatched=len(heard.rows) + len(heard.queries))
    known = Known.of(by, place.pk)
    full = {name: known.find(name) for name in {*names, *(row.source for row in heard.rows)}}
    rows = [
        EdgeRow(full[r.source], r.source_column, full[r.target], r.target_column, r.kind, r.confidence, r.sql_hash)
        for r in heard.rows
    ]
    targets = [full[name] for name in heard.targets]
    for sql, outputs in heard.queries:
        made, _faults = statements_in(sql, place.dialect)
        mine = [one for one in made if known.find(one.target) in {full[name] for name in outputs}]
        said, told = edges_of(mine, known, sql_dialect(place.dialect))
        rows, targets = [*rows, *said], [*targets, *told]
    return tell_column_edges(by=by, warehouse=place, origin=ORIGIN, rows=rows, targets=targets if is_all else [])


def _warehouse_of(by: Any, names: Sequence[str]) -> Warehouse | None:
    """The one warehouse in which a dataset of any of these names stands that `by` may see."""
    rows = Dataset.objects.visible_to(by, "columns").filter(qualified_name__in=list(names))
    ids = set(rows.values_list("warehouse_id", flat=True)[:50])
    if not ids:
        for pk, known in _names_by_warehouse(by).items():
            if any(NameIndex(known).resolve(name) for name in names):
                ids.add(pk)
    found: Warehouse | None = Warehouse.objects.visible_to(by).filter(pk__in=ids).first() if len(ids) == 1 else None
    return found


def _names_by_warehouse(by: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for pk, name in Dataset.objects.visible_to(by, "columns").values_list("warehouse_id", "qualified_name"):
        found.setdefault(pk, []).append(name)
    return found


def _name(entry: Mapping[str, Any]) -> str:
    return from_openlineage(str(entry.get("namespace") or ""), str(entry["name"]))[:400]


def _at(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
