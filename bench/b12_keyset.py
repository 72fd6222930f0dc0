"""B12: a page deep in a list costs what the first one costs."""

from __future__ import annotations

from urllib.parse import quote

from bench import _ground
from bench.b03_import import loaded
from bench.results import Result
from catalog.models import Dataset
from people.models import Role
from web import keyset

ORDER, SIZE = "-thing__updated_at", 50


def run(scale: str) -> list[Result]:
    """The deepest full page of the catalogue against the first, over the API and as a page; OFFSET beside it."""
    loaded(scale)
    with _ground.owner() as link:
        link.execute("VACUUM ANALYZE")
    where = _ground.domain("bulk")
    reader = _ground.person("bench-reader", where, Role.DATA_PM)
    client = _ground.client_of(reader)
    rows = Dataset.objects.visible_to(reader).filter(thing__kind="dataset").order_by(ORDER, "-pk")
    depth = rows.count() - SIZE - 1
    last = rows[depth - 1]
    cursor = keyset.encode(ORDER, last.thing.updated_at, last.pk)
    offset = _ground.medians_ms(*(lambda at=at: list(rows[at : at + SIZE]) for at in (0, depth)))
    alone = _ground.medians_ms(
        *(lambda mark=mark: keyset.cut(rows, ORDER, cursor=mark, size=SIZE) for mark in ("", cursor)), times=21
    )
    results = [
        Result(
            "B12",
            f"web.keyset page at depth {depth} / at 0",
            alone[1] / alone[0],
            limit=2,
            floor={
                "ms at 0": alone[0],
                "ms deep": alone[1],
                "OFFSET, ms at 0": offset[0],
                "OFFSET, ms deep": offset[1],
            },
        )
    ]
    for name, path in (("API list", "/api/v1/datasets/"), ("page", "/catalog/datasets/")):
        deep = f"{path}?cursor={quote(cursor)}"
        first, at_end = _ground.medians_ms(*(lambda url=url: _ground.get(client, url) for url in (path, deep)))
        results.append(
            Result(
                "B12",
                f"{name} of datasets at depth {depth} / at 0",
                at_end / first,
                limit=2,
                floor={"ms at 0": first, "ms deep": at_end},
            )
        )
    return results
