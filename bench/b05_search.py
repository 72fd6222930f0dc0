"""B5: the search endpoint beside the statements of its own search, sent alone."""

from __future__ import annotations

import statistics

from bench import _ground
from bench.b03_import import loaded
from bench.results import Result
from catalog.actions.loads import index_loaded
from catalog.models import Dataset, SearchDocument
from people.models import Role


def run(scale: str) -> list[Result]:
    """Seven words from common to rare, seven runs each."""
    loaded(scale)
    loader, _warehouse, where, _rows = _ground.catalogue(scale)
    _index(loader)
    reader = _ground.person("bench-reader", where, Role.DATA_PM)
    client = _ground.client_of(reader)
    floor = _ground.signed_in_floor(client)
    words = _ground.vocabulary()
    texts = [
        words[0],
        words[3],
        words[40],
        words[200],
        f"{words[0]} {words[1]}",
        f"{words[30]} {words[60]}",
        "table 777",
    ]
    endpoint, alone, everything = [], [], []
    for text in texts:
        url = f"/api/v1/search/?q={text.replace(' ', '+')}"
        _ground.get(client, url)
        with _ground.statements() as sent:
            _ground.get(client, url)
        own = sent[len(floor) :]
        in_turns = _ground.medians_ms(
            lambda url=url: _ground.get(client, url),
            lambda own=own: _ground.replay(own),
            lambda sent=sent: _ground.replay(sent),
        )
        for figures, figure in zip((endpoint, alone, everything), in_turns, strict=True):
            figures.append(figure)
    ratios = [a / b for a, b in zip(endpoint, alone, strict=True)]
    beside = {
        "endpoint, ms": statistics.median(endpoint),
        "its SQL, ms": statistics.median(alone),
        "with sign-in's SQL, ms": statistics.median(everything),
        "least ratio": min(ratios),
        "greatest ratio": max(ratios),
        "documents": SearchDocument.objects.unrestricted(_ground.LOOK).count(),
    }
    return [Result("B5", "search endpoint / its own SQL, median", statistics.median(ratios), limit=1.5, floor=beside)]


def _index(loader: object) -> None:
    """What a large load leaves to the worker."""
    ids = list(Dataset.objects.unrestricted(_ground.LOOK).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), 3000):
        index_loaded(by=loader, ids=ids[start : start + 3000])
    with _ground.owner() as link:
        link.execute("VACUUM ANALYZE")
