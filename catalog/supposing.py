"""What other levels and labels of columns would change: nothing is written, the walk is the one that settles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from catalog import labels, seeping
from catalog.combining import Rule, combined
from catalog.levels import all_columns, needed, rank_among
from catalog.models import Column, ColumnEdge, Dataset, Label
from guard import levels as ladder
from guard import ripple
from guard.models import Category, Combination

_WHY = "a level is computed from every column and names none"


def would_be(
    dataset: Dataset, ranks: Mapping[str, int], declared: int | None = None, ended: Collection[int] = ()
) -> dict[int, ripple.Shift]:
    """What approving other levels, or ending labels, would change, as `catalog.levels.settle_dataset` would change it.

    Args:
        dataset: whose columns.
        ranks: the level that columns would be approved at, by name; other columns stay as they are.
        declared: the floor that the dataset would have; None keeps its own.
        ended: ids of labels that would hold no more.

    Returns:
        The level before and after by thing id, of the dataset and of everything above it that would change.
    """
    declared = dataset.declared_level if declared is None else declared
    news = {} if declared in (None, dataset.declared_level) else {dataset.pk: int(declared or 0)}
    after, together, arriving = _after(dataset, ranks, ended, news)
    own = needed(max(ladder.high_water(after.values()), together) if after else None, declared)
    wholes, columns = _downstream(dataset.pk, arriving)
    wholes[dataset.pk] = max(own, arriving.wholes.get(dataset.pk, dataset.arrived))
    columns[dataset.pk] = after
    return _above(wholes, columns)


def would_let(edge: ColumnEdge, rank: int) -> dict[int, ripple.Shift]:
    """What would change if a piece of lineage let no more than a rank through (0: nothing), as `would_be` tells it."""
    return _above(*_downstream(0, seeping.foresee_let(edge, rank)))


def _above(wholes: dict[int, int], columns: Mapping[int, Mapping[str, int]]) -> dict[int, ripple.Shift]:
    def rank_of(dataset_id: int, names: Sequence[str]) -> int:
        return rank_among(columns[dataset_id], wholes[dataset_id])(names)

    return ripple.foresee(wholes, rank_of)


def counts_after(dataset: Dataset, ranks: Mapping[str, int], ended: Collection[int] = ()) -> tuple[dict[str, int], int]:
    """What every column would count as, and what they would mean together (0: nothing more)."""
    return _after(dataset, ranks, ended, {})[:2]


def _after(
    dataset: Dataset, ranks: Mapping[str, int], ended: Collection[int], declared: Mapping[int, int]
) -> tuple[dict[str, int], int, seeping.Counted]:
    """`counts_after`, and what lineage would bring to other columns, and round a circle to these."""
    columns, said = all_columns(dataset.pk), labels.of_dataset(dataset.pk)
    left = {column.pk: [label for label in said.get(column.pk, []) if label.pk not in ended] for column in columns}
    house = labels.house_ranks() if ended else {}
    floors = {}
    for column in columns:
        is_less = len(left[column.pk]) < len(said.get(column.pk, []))
        asked = max((_floor(label, house) for label in left[column.pk]), default=0)
        floors[column.pk] = asked if is_less else column.floor
    own = {column.pk: _own(column, ranks.get(column.name), floors[column.pk]) for column in columns}
    news = {column.pk: own[column.pk] for column in columns if own[column.pk] != _own(column)}
    arriving = seeping.foresee(news, declared)
    counts = {}
    for column in columns:
        unknown = 0 if ranks.get(column.name) or column.level is not None else ladder.UNKNOWN
        counts[column.name] = max(own[column.pk], unknown, arriving.columns.get(column.pk, column.propagated))
    pairs = [
        (label.category_id, counts[column.name]) for column in columns for label in left[column.pk] if label.category_id
    ]
    return counts, combined(pairs, *_rules(), dataset.row_count) if pairs else 0, arriving


def _downstream(but: int, arriving: seeping.Counted) -> tuple[dict[int, int], dict[int, dict[str, int]]]:
    """What each other dataset that lineage reaches would need, and what its columns would count as."""
    ids = arriving.datasets - {but}
    wholes: dict[int, int] = {}
    counts: dict[int, dict[str, int]] = {pk: {} for pk in ids}
    if not ids:
        return wholes, counts
    pairs: dict[int, list[tuple[int, int]]] = {pk: [] for pk in ids}
    by_column = labels.of_datasets(ids)
    for column in Column.objects.unrestricted(_WHY).filter(dataset__in=ids):
        rank = max(ladder.effective(column.level), column.proposed_level or 0, column.floor)
        counts[column.dataset_id][column.name] = rank = max(rank, arriving.columns.get(column.pk, column.propagated))
        said = by_column.get(column.pk, [])
        pairs[column.dataset_id] += [(label.category_id, rank) for label in said if label.category_id]
    rules = _rules() if any(pairs.values()) else ([], {})
    for dataset in Dataset.objects.unrestricted(_WHY).filter(pk__in=ids):
        together = combined(pairs[dataset.pk], *rules, dataset.row_count) if pairs[dataset.pk] else 0
        ranks = counts[dataset.pk].values()
        own = needed(max(ladder.high_water(ranks), together) if ranks else None, dataset.declared_level)
        wholes[dataset.pk] = max(own, arriving.wholes.get(dataset.pk, dataset.arrived))
    return wholes, counts


def _own(column: Column, rank: int | None = None, floor: int | None = None) -> int:
    """What a column has, or would have, in itself; 0 for unclassified."""
    pending = column.proposed_level if rank is None else None
    return max((column.level if rank is None else rank) or 0, pending or 0, column.floor if floor is None else floor)


def _floor(label: Label, house: Mapping[int, int]) -> int:
    """What a label asks of its column at least."""
    if label.category is not None:
        return label.category.floor or 0
    return 0 if label.is_house_level else house.get(label.level_id or 0, 0)


def _rules() -> tuple[list[Rule], dict[int, int | None]]:
    rules = [
        Rule(frozenset(category.pk for category in row.categories.all()), row.raises, row.at_least, row.persons_from)
        for row in Combination.objects.prefetch_related("categories")
    ]
    return rules, dict(Category.objects.values_list("pk", "parent_id"))
