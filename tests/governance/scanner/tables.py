"""Tables of a pretended warehouse with invented people in them, and their datasets."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from catalog.models import Dataset
from governance.models import Scan, ScanException, ScanFinding
from governance.scanner.checksums import resident_check
from guard.models import Domain
from people.models import User
from tests.governance import make

LOOK = "a test looks at what is there"
CANARY = "11010519491231002X"  # the worked example of GB 11643-1999


def resident_ids(count: int, seed: int = 7) -> list[str]:
    rng = random.Random(seed)  # noqa: S311  # invented data
    bodies = [f"110105{rng.randint(1950, 2009)}0{rng.randint(1, 9)}1{rng.randint(0, 9)}{rng.randint(100, 999)}"
              for _ in range(count)]  # fmt: skip
    return [body + resident_check(body) for body in bodies]


def mobiles(count: int, seed: int = 7) -> list[str]:
    rng = random.Random(seed)  # noqa: S311  # invented data
    return [f"1{rng.choice('3578')}{rng.randint(10**8, 10**9 - 1)}" for _ in range(count)]


@contextmanager
def table(as_owner: Any, name: str, columns: Mapping[str, Sequence[Any]]) -> Iterator[None]:
    """A real table that the app's role may read, committed by its owner and dropped afterwards."""
    heads = ", ".join(f'"{column}" text' for column in columns)
    as_owner(f"DROP TABLE IF EXISTS {name}")
    as_owner(f"CREATE TABLE {name} ({heads})")
    as_owner(f"GRANT SELECT ON {name} TO PUBLIC")
    rows = list(zip(*columns.values(), strict=True))
    if rows:
        quoted = ["(" + ", ".join(_quoted(value) for value in row) + ")" for row in rows]
        as_owner(f"INSERT INTO {name} VALUES {', '.join(quoted)}")
    try:
        yield
    finally:
        as_owner(f"DROP TABLE IF EXISTS {name}")


def _quoted(value: Any) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def address() -> str:
    """The reading address of the pretended warehouse: this test's own database, as the app's role."""
    from urllib.parse import quote

    at = connection.settings_dict
    host = quote(at["HOST"] or "", safe="")
    port = f":{at['PORT']}" if at["PORT"] else ""
    secret = f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else ""
    return f"postgres://{at['USER']}{secret}@{host}{port}/{at['NAME']}"


def dataset(by: User, domain: Domain, grace: User, columns: Sequence[str], name: str = "public.people",
            **people: User) -> Dataset:  # fmt: skip
    """An unclassified dataset with these columns."""
    return make.orders(by, domain, grace, dict.fromkeys(columns), name=name, **people)


def fresh(found: Any) -> Dataset:
    rows = Dataset.objects.unrestricted(LOOK).select_related("thing__domain", "warehouse")
    return rows.get(pk=found.pk)


def findings(scan: Any) -> dict[str, ScanFinding]:
    rows = ScanFinding.objects.unrestricted(LOOK).select_related("review__thing__domain", "dataset__thing__domain")
    return {row.column_name: row for row in rows.filter(scan=scan.pk)}


def last_scan(found: Dataset) -> Scan:
    rows = Scan.objects.unrestricted(LOOK).select_related("review__thing__domain")
    return rows.filter(dataset=found).order_by("-pk")[0]


def exceptions(found: Dataset) -> list[ScanException]:
    return list(ScanException.objects.unrestricted(LOOK).filter(dataset=found))
