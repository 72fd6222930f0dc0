"""What usage tells grants: when somebody last queried a dataset, and until when queries are known at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Max

from catalog.models import Dataset
from governance.granting import Use, register_use
from usage.models import UsageDaily

WHY = "disuse ends access, whoever looks; what is found names a day"


def used(pairs: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Use]:
    """The last day of each (person, dataset), and the last day that was loaded of that dataset's warehouse."""
    wanted = set(pairs)
    people, datasets = {pair[0] for pair in wanted}, {pair[1] for pair in wanted}
    houses = dict(
        Dataset.objects.unrestricted(WHY).filter(pk__in=datasets).order_by().values_list("pk", "warehouse_id")
    )
    by_house = UsageDaily.objects.unrestricted(WHY).filter(dataset__warehouse__in=set(houses.values())).order_by()
    known = dict(by_house.values_list("dataset__warehouse").annotate(last=Max("day")))
    mine = UsageDaily.objects.unrestricted(WHY).filter(person__in=people, dataset__in=datasets).order_by()
    last = {(row[0], row[1]): row[2] for row in mine.values_list("person", "dataset").annotate(last=Max("day"))}
    return {pair: Use(last.get(pair), known.get(houses.get(pair[1]))) for pair in wanted}


register_use(used)
