"""How the levels of columns make the level of their dataset. Every function that writes runs inside an act."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.contrib.auth.models import AbstractBaseUser

from catalog import labels, seeping
from catalog.models import Column, Dataset
from guard import clock, levels, things
from guard.doors import consequence
from guard.memory import once

_WHY = "an act works on rows that it was handed"


def settle_dataset(dataset: Dataset) -> int:
    """Bring a dataset to the high water of its columns, and with it all that lineage or a joint carries it to.

    Args:
        dataset: whose columns or declared level changed.

    Returns:
        The effective rank. Unclassified columns, and a dataset of which nothing is known, count as unknown (L4).
    """
    settle_datasets(seeping.follow() - {dataset.pk})
    dataset.refresh_from_db(fields=["high_water", "column_count", "unclassified_count", "declared_level", "arrived"])
    rank = things.set_level(dataset, floor_of(dataset))
    things.recarry(dataset, rank_of(dataset))
    return rank


def floor_of(dataset: Dataset) -> int:
    """The rank that a dataset has in itself: the higher of what is declared and what its columns need."""
    own = needed(dataset.high_water if dataset.column_count else None, dataset.declared_level)
    return max(own, dataset.arrived)


def settle_datasets(dataset_ids: Collection[int]) -> None:
    """`settle_dataset` for many whose columns lineage has changed; as many queries as for one."""
    if not dataset_ids:
        return
    rows = Dataset.objects.unrestricted(_WHY).filter(pk__in=dataset_ids)
    floors = {dataset.pk: floor_of(dataset) for dataset in rows}
    things.set_levels(floors, ranks_among(floors))


def settle_stirred() -> None:
    """Follow what was stirred and settle every dataset that it reaches; inside an act."""
    settle_datasets(seeping.follow())


def ranks_among(floors: Mapping[int, int]) -> Callable[[int, Sequence[str]], int]:
    """A function from a dataset's id and names of its columns to the highest rank among these.

    Args:
        floors: the rank of each whole dataset by its id; their columns are read once, when somebody asks.
    """
    known: dict[int, dict[str, int]] = {}

    def of(dataset_id: int, names: Sequence[str]) -> int:
        if not known:
            known.update({pk: {} for pk in floors})
            rows = Column.objects.unrestricted("a level is computed from every column and names none")
            for pk, name, rank in rows.filter(dataset__in=list(floors)).values_list("dataset_id", "name", "rank"):
                known[pk][name] = rank
        return rank_among(known[dataset_id], floors[dataset_id])(names)

    return of


@once
def all_columns(dataset_id: int) -> list[Column]:
    """The columns of a dataset, with the dataset at hand; a level is counted from every one, whoever looks."""
    rows = Column.objects.unrestricted("a level is computed from every column and names none")
    return list(rows.filter(dataset_id=dataset_id).select_related("dataset__thing__domain"))


def rank_of(dataset: Dataset) -> Callable[[Iterable[str]], int]:
    """A function from names of columns to the highest rank among them.

    A name that the dataset does not have counts as unknown; no names at all mean the whole dataset.
    """
    return rank_among(_ranks(dataset), floor_of(dataset))


def needed(columns: int | None, declared: int | None) -> int:
    """The rank of a dataset by what its columns need (None: it has none) and by what is declared of it."""
    return levels.effective(declared) if columns is None else max(columns, declared or levels.LOWEST)


def _ranks(dataset: Dataset) -> dict[str, int]:
    rows = Column.objects.unrestricted("a level is computed from every column and names none").filter(dataset=dataset)
    return dict(rows.values_list("name", "rank"))


def rank_among(ranks: Mapping[str, int], whole: int) -> Callable[[Iterable[str]], int]:
    """A function from names of columns to the highest rank among them; `whole` for no names at all."""

    def of(names: Iterable[str]) -> int:
        wanted = list(names)
        return levels.high_water(ranks.get(name) for name in wanted) if wanted else whole

    return of


def apply_column_level(column: Column, rank: int, said: labels.Said | None = None) -> int:
    """Write an approved level and its label; the review that allows it is the caller's (governance).

    Args:
        column: with its dataset at hand (select_related).
        rank: 1 to 5.
        said: what the label says beside the level.

    Returns:
        The dataset's effective rank afterwards.
    """
    labels.record_level(column, rank, said)
    _write(column, level=rank, proposed_level=None, proposed_by=None, level_state=Column.LevelState.APPROVED)
    return settle_dataset(column.dataset)


def apply_floor(dataset: Dataset, rank: int) -> int:
    """Write an approved floor, which may be milder than the old one; the review that allows it is the caller's.

    The database still holds the dataset to its columns (migration 0002).

    Returns:
        The dataset's effective rank afterwards.
    """
    Dataset.objects.unrestricted(_WHY).filter(pk=dataset.pk).update(declared_level=rank)
    return settle_dataset(dataset)


def drop_column_proposal(column: Column) -> int:
    """Forget a proposed level that was not approved; what it had raised goes back."""
    state = Column.LevelState.NONE if column.level is None else Column.LevelState.APPROVED
    _write(column, proposed_level=None, proposed_by=None, level_state=state)
    return settle_dataset(column.dataset)


def record_review(dataset: Dataset, *, reviewer: AbstractBaseUser, due: date | None) -> None:
    """Say that the classification was reviewed as the columns are now.

    Args:
        dataset: reviewed.
        reviewer: who approved last.
        due: when it must be looked at again.
    """
    at = clock.now()
    Dataset.objects.unrestricted(_WHY).filter(pk=dataset.pk).update(
        reviewed_by=reviewer, reviewed_at=at, review_due=due, review_lapsed_at=None,
        reviewed_schema_hash=dataset.schema_hash,
    )  # fmt: skip
    dataset.reviewed_by = reviewer  # type: ignore[assignment]
    dataset.reviewed_at, dataset.review_due = at, due
    dataset.review_lapsed_at, dataset.reviewed_schema_hash = None, dataset.schema_hash


def end_review(dataset: Dataset) -> None:
    """Say that the review of a dataset holds no longer; its levels stay as they are."""
    yesterday = clock.now().date() - timedelta(days=1)
    Dataset.objects.unrestricted(_WHY).filter(pk=dataset.pk, reviewed_at__isnull=False).update(review_due=yesterday)


def counted(column: Column) -> int:
    """What a column counts as: the same expression as its generated field `rank`."""
    return max(levels.effective(column.level), column.proposed_level or 0, column.floor, column.propagated)


def schema_hash(columns: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the (name, data type) of the columns, whatever their order; catalog.bulk says the same in SQL."""
    lines = sorted(f"{name}\x1f{data_type.lower()}" for name, data_type in columns)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def rehash(dataset: Dataset) -> bool:
    """Recompute the schema hash; True when names or types changed."""
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset).values_list("name", "data_type")
    fresh = schema_hash(rows)
    changed = fresh != dataset.schema_hash
    if changed:
        Dataset.objects.unrestricted(_WHY).filter(pk=dataset.pk).update(schema_hash=fresh)
        dataset.schema_hash = fresh
    return changed


def schema_changed(dataset: Dataset) -> None:
    """After columns came, went or changed type: new hash, and word to those who rely on the old one."""
    before = dataset.schema_hash
    if rehash(dataset) and before:
        consequence("dataset.schema_changed", dataset, because="MET-6")


def _write(column: Column, **fields: object) -> None:
    Column.objects.unrestricted(_WHY).filter(pk=column.pk).update(**fields)
    for name, value in fields.items():
        setattr(column, name, value)
    column.rank = counted(column)
