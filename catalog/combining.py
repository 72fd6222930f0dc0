"""What categories mean together: the rule of the database's ``catalog_combined``, for looking ahead. Pure.

tests/properties holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guard.levels import HIGHEST


@dataclass(frozen=True)
class Rule:
    """Categories that count more together (guard.models.Combination).

    Args:
        categories: ids; all of them must be there, each itself or by one below it.
        raises: ranks above the strictest of these columns.
        at_least: the rank that it has at least.
        persons_from: rows from which it applies; None: always.
    """

    categories: frozenset[int]
    raises: int
    at_least: int
    persons_from: int | None = None


def complete(
    said: Iterable[tuple[int, int]], rules: Iterable[Rule], parents: Mapping[int, int | None], rows: int | None
) -> dict[int, int]:
    """Which combinations hold, by their place among `rules`, with the rank that each gives. Arguments as `combined`."""
    strictest: dict[int, int] = {}
    for category, rank in said:
        at: int | None = category
        while at is not None:
            strictest[at] = max(rank, strictest.get(at, 0))
            at = parents.get(at)
    return {
        place: min(HIGHEST, max(max(strictest[one] for one in rule.categories) + rule.raises, rule.at_least))
        for place, rule in enumerate(rules)
        if rule.categories
        and rule.categories <= strictest.keys()
        and (rule.persons_from is None or (rows or 0) >= rule.persons_from)
    }


def combined(
    said: Iterable[tuple[int, int]], rules: Iterable[Rule], parents: Mapping[int, int | None], rows: int | None
) -> int:
    """The rank that a dataset needs for what its columns say together.

    Args:
        said: (id of a category, rank of the column that has it).
        rules: the combinations.
        parents: the category above each, by id.
        rows: of the dataset, when known.

    Returns:
        1 to 5, or 0 when no combination is complete.
    """
    return max(complete(said, rules, parents, rows).values(), default=0)
