"""What other levels and labels of columns would change: nothing is written, the walk is the one that settles."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from catalog import labels
from catalog.combining import Rule, combined
from catalog.levels import all_columns, needed, rank_among
from catalog.models import Column, Dataset, Label
from guard import levels as ladder
from guard import ripple
from guard.models import Category, Combination, Crosswalk


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
    after, together = counts_after(dataset, ranks, ended)
    declared = dataset.declared_level if declared is None else declared
    whole = needed(max(ladder.high_water(after.values()), together) if after else None, declared)
    return ripple.foresee(dataset.pk, whole, rank_among(after, whole))


def counts_after(dataset: Dataset, ranks: Mapping[str, int], ended: Collection[int] = ()) -> tuple[dict[str, int], int]:
    """What every column would count as, and what they would mean together (0: nothing more)."""
    columns, said = all_columns(dataset.pk), labels.of_dataset(dataset.pk)
    left = {column.pk: [label for label in said.get(column.pk, []) if label.pk not in ended] for column in columns}
    house = _house_ranks() if ended else {}
    counts = {}
    for column in columns:
        is_less = len(left[column.pk]) < len(said.get(column.pk, []))
        floor = max((_floor(label, house) for label in left[column.pk]), default=0) if is_less else column.floor
        counts[column.name] = _rank(column, ranks.get(column.name), floor)
    pairs = [
        (label.category_id, counts[column.name]) for column in columns for label in left[column.pk] if label.category_id
    ]
    return counts, combined(pairs, *_rules(), dataset.row_count) if pairs else 0


def _rank(column: Column, rank: int | None, floor: int) -> int:
    own = ladder.effective(column.level if rank is None else rank)
    pending = column.proposed_level if rank is None else None
    return max(own, pending or 0, floor, column.propagated)


def _floor(label: Label, house: Mapping[int, int]) -> int:
    """What a label asks of its column at least."""
    if label.category is not None:
        return label.category.floor or 0
    return 0 if label.is_house_level else house.get(label.level_id or 0, 0)


def _house_ranks() -> dict[int, int]:
    """What levels of other schemes count as here, by the level's id."""
    walks = Crosswalk.objects.filter(target__scheme__is_house=True)
    return dict(walks.values_list("source_id", "target__rank"))


def _rules() -> tuple[list[Rule], dict[int, int | None]]:
    rules = [
        Rule(frozenset(category.pk for category in row.categories.all()), row.raises, row.at_least, row.persons_from)
        for row in Combination.objects.prefetch_related("categories")
    ]
    return rules, dict(Category.objects.values_list("pk", "parent_id"))
