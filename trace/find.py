"""From what somebody typed to one thing that they may see."""

from __future__ import annotations

from typing import Any

from guard.doors import opened
from guard.models import Thing
from guard.refusals import Absent


def thing_named(key: str, actor: Any) -> Thing:
    """The thing with this key, dataset name or metric code.

    Raises:
        Absent: it is not there, or not for this reader; the two look alike.
    """
    from catalog.models import Dataset
    from metrics.models import Metric

    found = Thing.objects.visible_to(actor).filter(key__iexact=key).first()
    if found is None:
        dataset = Dataset.objects.visible_to(actor).filter(qualified_name__iexact=key).first()
        metric = None if dataset else Metric.objects.visible_to(actor).filter(code__iexact=key).first()
        governed = dataset or metric
        found = governed.thing if governed else None
    if found is None:
        raise Absent()
    return opened(actor, found)  # the thread of a thing says what it rests on and what follows from it
