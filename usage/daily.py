"""UsageDaily is computed from events, day by day, so that it can always be computed again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, log2

from django.db.models import Max, Sum
from django.db.models.functions import TruncDate

from catalog.documents import set_popularity
from guard import clock
from guard.wall import past_the_policy
from usage.formulas import WINDOW_DAYS
from usage.models import UsageDaily, UsageEvent

WHY = "an act works on rows that it was handed"
BATCH = 2000


def recompute(days: Collection[date]) -> int:
    """Make UsageDaily of some days again, inside an act; only reading counts as use.

    Args:
        days: in UTC.

    Returns:
        How many rows these days have now.
    """
    if not days:
        return 0
    UsageDaily.objects.unrestricted(WHY).filter(day__in=days).delete()
    first = datetime.combine(min(days), time(), UTC)
    last = datetime.combine(max(days) + timedelta(days=1), time(), UTC)
    sums = (
        past_the_policy(WHY, UsageEvent.objects)
        .filter(at__gte=first, at__lt=last, shape__tables__is_write=False)
        .annotate(day=TruncDate("at", tzinfo=UTC))
        .filter(day__in=days)
        .values("shape__tables__dataset_id", "day", "login", "actor_kind")
        .annotate(events=Sum("calls"), who=Max("person_id"))
        .order_by()
    )
    rows = [
        UsageDaily(
            dataset_id=row["shape__tables__dataset_id"], day=row["day"], login=row["login"], person_id=row["who"],
            actor_kind=row["actor_kind"], events=row["events"],
        )
        for row in sums
    ]  # fmt: skip
    UsageDaily.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def bring_popularity_up_to_date() -> int:
    """Rank what is used above what is not, in search; returns how many documents changed."""
    since = clock.now().date() - timedelta(days=WINDOW_DAYS)
    uses = UsageDaily.objects.unrestricted(WHY).filter(day__gt=since).values("dataset_id").annotate(n=Sum("events"))
    return set_popularity({row["dataset_id"]: min(ceil(log2(row["n"] + 1)), 30) for row in uses.order_by()})
