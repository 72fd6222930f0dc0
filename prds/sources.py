"""What a PRD stands on, read from its joints: metrics, datasets, and the datasets under the metrics."""

from __future__ import annotations

from django.db.models import Q

from catalog.models import Column, Dataset
from guard.models import Link, Thing
from prds.models import Prd

WHY = "a gate judges whoever looks; the reader's view of its findings is filtered"


def linked(prd: Prd, relation: str) -> list[Thing]:
    """The things at the far end of a relation of this PRD, once each."""
    rows = Link.objects.unrestricted(WHY).filter(source=prd.thing, relation=relation).select_related("target__domain")
    return list({link.target_id: link.target for link in rows.order_by("pk")}.values())


def sources_of_metrics(prd: Prd) -> list[tuple[Link, Dataset]]:
    """The joints by which used metrics, and what they derive from, read datasets."""
    found, waiting, seen = [], [thing.pk for thing in linked(prd, "uses")], set[int]()
    while waiting:
        rows = Link.objects.unrestricted(WHY).filter(source_id__in=waiting).select_related("target__domain")
        seen |= set(waiting)
        waiting = []
        for link in rows.order_by("pk"):
            if link.relation == "derives" and link.target_id not in seen:
                waiting.append(link.target_id)
            elif link.relation == "measured_from":
                found.append(link)
    datasets = Dataset.objects.unrestricted(WHY).in_bulk([link.target_id for link in found])
    return [(link, datasets[link.target_id]) for link in found if link.target_id in datasets]


def personal_datasets(prd: Prd) -> list[Dataset]:
    """The datasets read, directly or through metrics, that hold personal data in a column that is read."""
    reading: dict[int, list[str] | None] = {}
    for link in Link.objects.unrestricted(WHY).filter(source=prd.thing, relation="reads"):
        _read(reading, link)
    for link, _dataset in sources_of_metrics(prd):
        _read(reading, link)
    rows = Column.objects.unrestricted(WHY).filter(dataset_id__in=reading).exclude(pii_kind="")
    personal = {
        pk for pk, name in rows.values_list("dataset_id", "name") if (cols := reading[pk]) is None or name in cols
    }
    marked = Q(pk__in=personal) | Q(pk__in=[pk for pk, cols in reading.items() if cols is None], has_personal_data=True)
    return list(Dataset.objects.unrestricted(WHY).filter(marked).order_by("pk"))


def _read(reading: dict[int, list[str] | None], link: Link) -> None:
    before = reading.get(link.target_id, [])
    reading[link.target_id] = None if before is None or not link.columns else [*before, *link.columns]
