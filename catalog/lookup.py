"""One object of the catalogue, as one reader may see it. Absent and forbidden look alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from catalog.models import Column, ColumnEdge, Dataset, Product, Warehouse
from guard.doors import grade_of
from guard.models import Domain
from guard.policy import COLUMNS, PROFILE
from guard.refusals import Absent


def dataset_for(actor: Any, name: str) -> Dataset:
    """A dataset by key or qualified name.

    Raises:
        Absent: unknown, hidden, or of a name that stands in several warehouses.
    """
    wanted = Q(qualified_name=name) | Q(thing__key=name)
    rows = Dataset.objects.visible_to(actor).filter(wanted).select_related("thing__domain", "warehouse__thing__domain")
    found = list(rows.select_related("reviewed_by")[:2]) if "\x00" not in name else []
    if len(found) != 1:
        raise Absent()
    return found[0]  # type: ignore[no-any-return]


def product_for(actor: Any, key: str) -> Product:
    """A product by key."""
    return _one(Product.objects.visible_to(actor).select_related("thing__domain", "audience_team"), thing__key=key)  # type: ignore[no-any-return]


def warehouse_for(actor: Any, key: str) -> Warehouse:
    """A warehouse by key."""
    return _one(Warehouse.objects.visible_to(actor), thing__key=key)  # type: ignore[no-any-return]


def domain_named(slug: str) -> Domain:
    """A domain by slug; names of domains are known to everybody who may sign in."""
    return _one(Domain.objects.all(), slug=slug)  # type: ignore[no-any-return]


def column_for(actor: Any, dataset: Dataset, number: int) -> Column:
    """A column of a dataset by number."""
    rows = Column.objects.visible_to(actor, action="columns").select_related("dataset__thing__domain")
    return _one(rows, dataset=dataset, pk=number)  # type: ignore[no-any-return]


def columns_for(actor: Any, dataset: Dataset) -> list[Column]:
    """The columns of a dataset.

    Raises:
        Absent: its columns are hidden.
    """
    if grade_of(actor, dataset.thing) < COLUMNS:
        raise Absent()
    rows = Column.objects.visible_to(actor, action="columns").select_related("dataset__thing__domain")
    return list(rows.filter(dataset=dataset))


def edge_for(actor: Any, dataset: Dataset, number: int) -> ColumnEdge:
    """A piece of column lineage that leads into a dataset, by number."""
    rows = ColumnEdge.objects.visible_to(actor)
    rows = rows.select_related("source_dataset__thing__domain", "target_dataset__thing__domain")
    return _one(rows, target_dataset=dataset, pk=number)  # type: ignore[no-any-return]


def sight_of(actor: Any, dataset: Dataset) -> dict[str, bool]:
    """What of a dataset this reader may see beyond its name: columns, and statistics."""
    grade = grade_of(actor, dataset.thing)
    return {"columns": grade >= COLUMNS, "profile": grade >= PROFILE}


def one_of(rows: Any, key: str) -> Any:
    """The one of these rows with this key.

    Raises:
        Absent: none of them.
    """
    return _one(rows, thing__key=key)


def _one(rows: Any, **wanted: Any) -> Any:
    found = None if any("\x00" in str(value) for value in wanted.values()) else rows.filter(**wanted).first()
    if found is None:
        raise Absent()
    return found
