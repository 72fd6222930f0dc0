"""All of the column lineage counted from scratch, beside what stands: for the command, for the night and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from catalog import seeping
from catalog.models import Column, ColumnEdge, Dataset
from guard.doors import grades_of
from guard.policy import COLUMNS, EXISTS

_WHY = "everything is counted again and nothing of it is named"
MOST = 200


@dataclass(frozen=True)
class Differing:
    """What counts otherwise than its lineage asks.

    Args:
        lines: one for each that the reader sees, ``name: what stands -> what it should be``.
        hidden: how many more the reader may know of.
        columns, datasets: how many there are.
        edges: how many edges were counted.
    """

    lines: Sequence[str]
    hidden: int
    columns: int
    datasets: int
    edges: int


def counted_again() -> seeping.Counted:
    """What differs, over every column and dataset that lineage leads to, or ever did."""
    edges = ColumnEdge.objects.unrestricted(_WHY)
    columns, datasets = Column.objects.unrestricted(_WHY), Dataset.objects.unrestricted(_WHY)
    ids = set(columns.filter(Exists(edges.filter(target=OuterRef("pk")))).values_list("pk", flat=True))
    ids |= set(columns.filter(propagated__gt=0).values_list("pk", flat=True))
    wholes = set(edges.filter(target=None).values_list("target_dataset_id", flat=True))
    wholes |= set(datasets.filter(arrived__gt=0).values_list("pk", flat=True))
    return seeping.count(ids, wholes)[0]


def differing(reader: Any) -> Differing:
    """What a full count would change, named as far as a reader sees it; nothing is written."""
    counted = counted_again()
    columns = Column.objects.unrestricted(_WHY).filter(pk__in=counted.columns).select_related("dataset__thing")
    datasets = {d.pk: d for d in Dataset.objects.unrestricted(_WHY).filter(pk__in=counted.wholes)}
    found = [
        (column.dataset, f".{column.name}", column.propagated, counted.columns[column.pk])
        for column in columns.order_by("pk")
    ]
    found += [(datasets[pk], "", datasets[pk].arrived, rank) for pk, rank in sorted(counted.wholes.items())]
    grades = grades_of(reader, {dataset.pk: dataset.thing for dataset, *_rest in found}.values())
    lines = [
        f"{dataset.qualified_name}{name}: L{before} -> L{after}"
        for dataset, name, before, after in found
        if grades[dataset.pk] >= COLUMNS
    ]
    hidden = sum(1 for dataset, *_rest in found if EXISTS <= grades[dataset.pk] < COLUMNS)
    edges = ColumnEdge.objects.unrestricted(_WHY).count()
    return Differing(lines[:MOST], hidden, len(counted.columns), len(counted.wholes), edges)
