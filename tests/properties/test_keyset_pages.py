"""Keyset pages walk a list whole: every row once, in order, forth and back, over ties and empty values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.models import Dataset
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain, Thing
from tests.catalog import make
from web import keyset

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BEGAN = datetime(2026, 1, 5, 8, 30, 0, 123456, tzinfo=UTC)
LOOK = "a test looks at what is there"
ROWS = 9

# few values, so that most rows tie; the count of rows may be unknown
drawn = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", "Ä", "it's \\ 100%"]), st.sampled_from([None, 0, 1, 7])),
    min_size=ROWS,
    max_size=ROWS,
)
#: Own column that may be empty, columns of the Thing, and columns of other tables: each way the condition is written.
ORDERS = ["row_count", "thing__updated_at", "thing__title", "thing__domain__slug", "pk"]


class Undo(Exception):
    """Ends the world of one example."""


@pytest.fixture
def datasets(omar: Any, growth: Any) -> list[int]:
    make.load(omar, growth, make.rows(ROWS, columns=1))
    return list(Dataset.objects.unrestricted(LOOK).order_by("pk").values_list("pk", flat=True))


def write(ids: list[int], values: list[tuple[int, str, int | None]]) -> None:
    places = [Domain.objects.get_or_create(slug=f"d{n}", defaults={"name": f"d{n}"})[0] for n in (0, 1, 2)]
    token = CURRENT.set(Acting("test.drawn", None))
    try:
        for pk, (hours, title, count) in zip(ids, values, strict=True):
            Thing.objects.unrestricted(LOOK).filter(pk=pk).update(
                updated_at=BEGAN + timedelta(hours=hours), title=title, domain=places[hours]
            )
            Dataset.objects.unrestricted(LOOK).filter(pk=pk).update(row_count=count)
    finally:
        CURRENT.reset(token)


def whole(rows: Any, path: str, down: bool) -> list[int]:
    """The ids in the order that PostgreSQL itself gives the list as one, empty values last."""
    table = {row.pk: keyset.value_at(row, path) for row in rows.order_by(f"-{path}" if down else path, "pk")}
    place = {value: n for n, value in enumerate(dict.fromkeys(table.values()))}
    place[None] = len(place) + 1
    return sorted(table, key=lambda pk: (place[table[pk]], -pk if down else pk))


def forth(rows: Any, order: str, size: int) -> list[keyset.Page]:
    pages, cursor = [], ""
    for _turn in range(ROWS + 1):
        pages.append(keyset.cut(rows, order, cursor=cursor, size=size))
        cursor = pages[-1].next
        if not cursor:
            return pages
    raise AssertionError("the pages do not end")


def back(rows: Any, order: str, size: int, last: keyset.Page) -> list[keyset.Page]:
    pages = [last]
    while pages[0].previous and len(pages) <= ROWS:
        pages.insert(0, keyset.cut(rows, order, cursor=pages[0].previous, size=size))
    return pages


def ids_of(pages: list[keyset.Page]) -> list[int]:
    return [row.pk for page in pages for row in page.rows]


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("path", ORDERS)
@QUIET
@example(values=[(1, "a", None)] * ROWS, size=2)
@example(values=[(1, "a", 7)] * ROWS, size=1)
@given(values=drawn, size=st.integers(1, ROWS))
def test_every_row_comes_once_and_in_order_forth_and_back(
    datasets: list[int], path: str, sign: str, values: list[Any], size: int
) -> None:
    try:
        with transaction.atomic():
            write(datasets, values)
            rows = Dataset.objects.unrestricted(LOOK)
            expected = whole(rows, path, down=sign == "-")
            pages = forth(rows, sign + path, size)
            assert ids_of(pages) == expected
            assert pages[0].previous == ""
            assert all(len(page.rows) == size for page in pages[:-1])
            assert ids_of(back(rows, sign + path, size, pages[-1])) == expected
            raise Undo
    except Undo:
        pass


@pytest.mark.parametrize("order", ["-thing__updated_at", "thing__updated_at"])
def test_a_page_begins_in_the_index_at_its_very_row(datasets: list[int], order: str) -> None:
    write(datasets, [(1, "a", None)] * ROWS)
    rows = Dataset.objects.unrestricted(LOOK).filter(thing__kind="dataset")
    mark = keyset.cut(rows, order, size=2).next
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        keyset.cut(rows, order, cursor=mark, size=2)
    ((sql, params),) = asked
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("EXPLAIN " + sql, params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    walk = plan[plan.index("guard_thing_recent") :].splitlines()[1]
    assert "Index Cond" in walk
    assert "ROW(updated_at, id)" in walk
