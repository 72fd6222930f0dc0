"""Small catalogue objects, made by the room's own verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog import actions
from catalog.levels import apply_column_level
from catalog.loading import ColumnRow, DatasetRow
from catalog.models import Column, Dataset, Product, Warehouse
from guard.doors import act
from guard.models import Domain
from guard.policy import Who


@act("test.level_applied", who=Who(anyone=True), subject="dataset")
def approve_levels(*, by: Any, dataset: Dataset, levels: dict[str, int]) -> None:
    """What a review of governance does in the end."""
    for column in columns_of(dataset):
        if column.name in levels:
            apply_column_level(column, levels[column.name])


def columns_of(dataset: Dataset) -> list[Column]:
    rows = Column.objects.unrestricted("a test looks at what is there")
    return list(rows.filter(dataset=dataset).select_related("dataset__thing__domain"))


def column(dataset: Dataset, name: str) -> Column:
    return next(c for c in columns_of(dataset) if c.name == name)


def fresh(obj: Any) -> Any:
    """The row as the database has it."""
    return type(obj).objects.unrestricted("a test looks at what is there").get(pk=obj.pk)


def warehouse(by: Any, domain: Domain, name: str = "shop") -> Warehouse:
    rows = Warehouse.objects.unrestricted("a test looks at what is there")
    return rows.filter(name=name).first() or actions.add_warehouse(by=by, name=name, domain=domain)


def dataset(by: Any, domain: Domain, name: str = "shop.dwd_order", levels: dict[str, int | None] | None = None,
            **fields: Any) -> Dataset:  # fmt: skip
    """A dataset with columns at approved levels (None: unclassified)."""
    levels = {"order_id": 2, "amount": 2} if levels is None else levels
    made = actions.add_dataset(
        by=by,
        warehouse=warehouse(by, domain),
        name=name,
        domain=domain,
        columns=[{"name": n} for n in levels],
        **fields,
    )
    approve_levels(by=by, dataset=made, levels={n: rank for n, rank in levels.items() if rank})
    return fresh(made)  # type: ignore[no-any-return]


def product(by: Any, domain: Domain, title: str = "Checkout Funnel Monitor", **fields: Any) -> Product:
    return actions.add_product(by=by, title=title, domain=domain, **fields)


def rows(count: int, columns: int = 3, **fields: Any) -> list[DatasetRow]:
    return [
        DatasetRow(
            f"shop.t_{number:05d}",
            [ColumnRow(f"c{n}", "integer", f"the value number {n}") for n in range(columns)],
            description=f"Table number {number} of orders.",
            **fields,
        )
        for number in range(count)
    ]


def load(by: Any, domain: Domain, datasets: Sequence[DatasetRow], **words: Any) -> Any:
    return actions.load_datasets(
        by=by, warehouse=warehouse(by, domain), domain=domain, datasets=datasets, source="dbt", **words
    )
