"""What is to be done with the data of a dataset: duties of its level, of what its columns are, and of them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog import labels
from catalog.combining import Rule, complete
from catalog.models import Column, Dataset, Label
from guard.handling import Duty, named, together
from guard.memory import once
from guard.models import Category, Combination, Level

MOST = 3


@dataclass(frozen=True)
class Asked:
    """One duty, and who asks for it: a level, labels of columns, or what they say together."""

    duty: Duty
    by: Sequence[str]


@once
def of_levels() -> dict[int, list[str]]:
    """What each rank of the house scheme asks for."""
    return dict(Level.objects.filter(scheme__is_house=True).values_list("rank", "handling"))


def of_column(rank: int, said: Iterable[Label]) -> list[str]:
    """Codes of the duties of one column: of the rank that it counts as, and of its labels, proposed ones too.

    Args:
        rank: that counts.
        said: its current labels, as `catalog.labels` reads them.
    """
    return together(of_levels().get(rank, ()), of_labels(said))


def of_labels(said: Iterable[Label]) -> list[str]:
    """Codes of the duties that labels ask for, without what the level asks (the dataset's own list says that)."""
    return together(*(label.what.handling for label in said if not label.is_house_level))


def of_dataset(dataset: Dataset, columns: Sequence[Column], said: dict[int, list[Label]]) -> list[Asked]:
    """The duties of a dataset with those who ask for each, in the order of the list.

    Args:
        dataset: read through the policy.
        columns: those that the reader sees; none for who does not see columns, who reads what the level asks.
        said: their current labels by column.
    """
    by: dict[str, list[str]] = {}
    for code in of_levels().get(dataset.level, ()):
        by.setdefault(code, []).append(f"L{dataset.level}")
    for column in columns:
        for label in said.get(column.pk, []):
            for code in () if label.is_house_level else label.what.handling:
                words = {"column": column.name, "what": label.what.word}
                by.setdefault(code, []).append(_("%(column)s: %(what)s") % words)
    for combination in _complete(dataset, columns, said):
        for code in combination.handling:
            by.setdefault(code, []).append(combination.word)
    return [Asked(duty, _cut(by[duty.code])) for duty in named(together(by))]


def labels_of(columns: Sequence[Column]) -> dict[int, list[Label]]:
    """Current labels by column; no query where there is no column."""
    return labels.current_of(columns) if columns else {}


def _complete(dataset: Dataset, columns: Sequence[Column], said: dict[int, list[Label]]) -> list[Combination]:
    """The combinations that hold; asked only where there are two labels or more, or many rows."""
    pairs = [(label.category_id, column.rank) for column in columns for label in said.get(column.pk, [])
             if label.category_id]  # fmt: skip
    if not pairs:
        return []
    rows = list(Combination.objects.prefetch_related("categories"))
    rules = [
        Rule(frozenset(category.pk for category in row.categories.all()), row.raises, row.at_least, row.persons_from)
        for row in rows
    ]
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    return [rows[place] for place in complete(pairs, rules, parents, dataset.row_count)]


def _cut(by: list[str]) -> list[str]:
    once_each = list(dict.fromkeys(by))
    return [*once_each[:MOST], "…"] if len(once_each) > MOST else once_each
