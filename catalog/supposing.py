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
    counts = {}
    for column in columns:
        before, after = said.get(column.pk, []), left[column.pk]
        counts[column.name] = _rank(column, ranks.get(column.name), before, after)
    pairs = [
        (label.category_id, counts[column.name]) for column in columns for label in left[column.pk] if label.category_id
    ]
    return counts, combined(pairs, *_rules(), dataset.row_count) if pairs else 0


def _rank(column: Column, rank: int | None, before: list[Label], after: list[Label]) -> int:
    own = ladder.effective(column.level if rank is None else rank)
    pending = column.proposed_level if rank is None else None
    floor = column.floor if len(before) == len(after) else max(map(_floor, after), default=0)
    return max(own, pending or 0, floor, column.propagated)


def _floor(label: Label) -> int:
    """What a label asks of its column at least."""
    if label.is_house_level:
        return 0
    if label.category is not None:
        return label.category.floor or 0
    walk = Crosswalk.objects.filter(source=label.level_id, target__scheme__is_house=True)
    return walk.values_list("target__rank", flat=True).first() or 0


def _rules() -> tuple[list[Rule], dict[int, int | None]]:
    rules = [
        Rule(frozenset(category.pk for category in row.categories.all()), row.raises, row.at_least, row.persons_from)
        for row in Combination.objects.prefetch_related("categories")
    ]
    return rules, dict(Category.objects.values_list("pk", "parent_id"))
