"""What usage tells the preview of a level: how much is asked of a dataset, and by how many people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q

from catalog.impact import Asked, register_asked
from catalog.models import Dataset
from guard import clock
from guard.wall import past_the_policy
from usage.enforcing import DAYS
from usage.models import ActorKind, UsageEvent
from usage.rates import FEWEST
from usage.showing import has_duty

_WHY = "use of a dataset whose columns the reader sees; only counts leave this module"


def asked_of(dataset: Dataset, reader: Any) -> Asked:
    """Kinds of queries of the last days that read a dataset, and how many people asked them.

    Args:
        dataset: whose columns the reader may see.
        reader: few people are not counted out to readers without a duty (governance.md, case 26).
    """
    since = clock.now() - timedelta(days=DAYS)
    events = past_the_policy(_WHY, UsageEvent.objects).filter(
        at__gte=since, shape__tables__dataset_id=dataset.pk, shape__tables__is_write=False
    )
    found = events.aggregate(
        queries=Count("shape", distinct=True),
        people=Count("login", distinct=True, filter=Q(actor_kind=ActorKind.HUMAN)),
    )
    is_few = 0 < found["people"] < FEWEST and not has_duty(reader, dataset.thing)
    return Asked(found["queries"], None if is_few else found["people"], DAYS)


register_asked(asked_of)
