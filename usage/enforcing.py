"""What usage tells enforcement: which logins are whose, and which tables everybody is known to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from governance.enforcement.labels import register_logins, tables_of
from governance.enforcement.replay import MOST, Query, reading_of, register_queries
from usage.models import PersonLogin, ShapeTable, UsageEvent

DAYS = 90
WHY = "a dry run tries what is known to be asked; its report names roles and tables to whoever may see all of them"


def agreed_logins() -> Iterable[tuple[str, int]]:
    """Logins that stand for a person."""
    return PersonLogin.objects.values_list("login", "person_id")


def known_queries(warehouse: Any) -> Iterable[Query]:
    """One query for each login and shape of the last days. No text of a query is kept: its tables stand for it."""
    places = tables_of(warehouse)
    since = timezone.now() - timedelta(days=DAYS)
    asked = UsageEvent.objects.filter(at__gte=since).exclude(login="").values("login", "shape")
    newest = list(
        asked.annotate(last=Max("at")).order_by("-last").values_list("login", "shape__id", "shape__fingerprint")[:MOST]
    )
    reads: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = ShapeTable.objects.unrestricted(WHY).filter(shape__in={row[1] for row in newest}, is_write=False)
    for shape, dataset in rows.values_list("shape_id", "dataset_id"):
        if dataset in places:
            reads[shape].append(places[dataset])
    for login, shape, fingerprint in newest:
        if tables := reads.get(shape):
            yield reading_of(login, sorted(tables), fingerprint[:12])


register_logins(agreed_logins)
register_queries(known_queries)
