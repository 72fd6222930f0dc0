"""Lineage between relations: dbt's graph of nodes, with everything that is no relation contracted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def edges(parents: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Edges between datasets.

    Args:
        parents: unique id to the ids it depends on (the manifest's ``parent_map``); cycles are tolerated.
        names: unique id to canonical name, for the nodes that are relations.

    Returns:
        (source, target) names, each once, sorted. An ephemeral model between two relations gives one direct edge;
        nodes without a relation at their end (tests, metrics) give none.
    """
    found: set[tuple[str, str]] = set()
    for unique_id, name in names.items():
        for source in _nearest(unique_id, parents, names):
            if source != name:
                found.add((source, name))
    return tuple(sorted(found))


def _nearest(unique_id: str, parents: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    seen = {unique_id}
    stack = list(parents.get(unique_id, ()))
    while stack:
        parent = stack.pop()
        if parent in seen:
            continue
        seen.add(parent)
        if parent in names:
            found.add(names[parent])
        else:
            stack += parents.get(parent, ())
    return found
