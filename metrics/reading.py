"""What one reader is shown of a metric: formulas only with the columns they name, inputs only when visible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Dataset
from guard.doors import grades_of
from guard.joints import joints_from, rows_of
from guard.models import Thing
from guard.policy import EXISTS, READ
from metrics import inputs
from metrics.definition import Definition
from metrics.drafts import as_definition
from metrics.find import find_metrics_by_code
from metrics.fingerprint import DefinitionError, inputs_of
from metrics.models import Metric, MetricVersion

RESTRICTED = "restricted"
# Words that may name columns or hold SQL: shown to whoever may see the columns of every source.
OF_COLUMNS = frozenset({
    "source_dataset", "source", "joins", "expr", "event_time_column", "limits", "limit_codes", "grain", "dimensions",
    "non_additive_dimensions", "extra_expressions",
})  # fmt: skip
OF_INPUTS = frozenset({"base", "numerator", "denominator", "expression"})
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Shown:
    """A version as one reader may see it.

    Attributes:
        version: the row.
        definition: words that the reader may see.
        expressions: SQL by dialect; empty when restricted.
        diff: changes among the words that the reader may see.
        is_restricted: words about columns are kept back.
        sources: datasets and columns that it reads itself, when not restricted.
    """

    version: MetricVersion
    definition: Mapping[str, Any]
    expressions: Mapping[str, str]
    diff: Mapping[str, Any]
    is_restricted: bool
    sources: tuple[Mapping[str, Any], ...] = ()


def shown(version: MetricVersion, actor: Any) -> Shown:
    """A version for a reader of its metric."""
    return shown_all([version], actor)[0]


def shown_all(versions: Iterable[MetricVersion], actor: Any) -> list[Shown]:
    """Versions of a metric for one reader of it."""
    versions = list(versions)
    keys = {source["dataset"] for version in versions for source in version.source_columns}
    rows = Dataset.objects.visible_to(actor, action="columns").filter(thing__key__in=keys)
    open_keys = set(rows.values_list("thing__key", flat=True))
    hidden = _hidden_codes(versions, actor)
    return [_one(version, open_keys, hidden) for version in versions]


def _one(version: MetricVersion, open_keys: set[str], hidden: set[str]) -> Shown:
    closed = any(source["dataset"] not in open_keys for source in version.source_columns)

    def words(given: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in given.items() if not (closed and name in OF_COLUMNS)}
        return {name: _masked(value, hidden) if name in OF_INPUTS else value for name, value in kept.items()}

    return Shown(
        version,
        words(version.definition),
        {} if closed else version.expressions,
        words(version.diff),
        closed,
        () if closed else tuple(version.source_columns),
    )


def _masked(value: Any, hidden: set[str]) -> Any:
    if isinstance(value, list):
        return [_masked(one, hidden) for one in value]
    if not isinstance(value, str):
        return value
    return _WORD.sub(lambda found: RESTRICTED if found.group() in hidden else found.group(), value)


def _hidden_codes(versions: Iterable[MetricVersion], actor: Any) -> set[str]:
    """Codes in these definitions that stand for metrics which the reader may not see."""
    codes: set[str] = set()
    for version in versions:
        for given in (version.definition, {k: v[0] for k, v in version.diff.items() if k in OF_INPUTS and v}):
            for name in OF_INPUTS & set(given):
                codes |= set(_WORD.findall(str(given[name] or "")))
    things = {code: metric.thing for code, metric in find_metrics_by_code(sorted(codes)).items()}
    grades = grades_of(actor, things.values())
    return {code for code, thing in things.items() if grades[thing.pk] < READ}


# -- the tree
@dataclass
class Node:
    """One metric in the tree, as a reader may see it; `metric` is None for a restricted one."""

    metric: Metric | None
    part: str = ""
    children: list[Node] = field(default_factory=list)
    sources: list[Thing] = field(default_factory=list)
    restricted_sources: int = 0


def tree_of(metric: Metric, actor: Any, *, depth: int = 6) -> Node:
    """The inputs of a metric, as a tree; what the reader may know of and not see has no name, the rest is absent."""
    below = joints_from(inputs.closure_of([metric.pk]), "derives", "measured_from")
    rows_of(Metric, [joint.target_id for joint in below if joint.relation == "derives"])
    return _node(metric, "", actor, depth, frozenset())


def outputs_for(metric: Metric, actor: Any) -> tuple[list[Metric], int]:
    """The metrics made of this one that the reader may see, and how many more exist that may be known of."""
    return _sifted(inputs.outputs_of(metric), actor)


def users_for(metric: Metric, actor: Any) -> tuple[list[Thing], int]:
    """The PRDs, products and decisions that use it and that the reader may see, and how many more."""
    return _sifted(inputs.users_of(metric), actor)


def _sifted(rows: list[Any], actor: Any) -> tuple[list[Any], int]:
    things = [getattr(row, "thing", row) for row in rows]
    grades = grades_of(actor, things)
    seen = [row for row, thing in zip(rows, things, strict=True) if grades[thing.pk] >= READ]
    return seen, sum(grades[thing.pk] == EXISTS for thing in things)


def _node(metric: Metric, part: str, actor: Any, depth: int, path: frozenset[int]) -> Node:
    node = Node(metric, part)
    sources = {joint.target_id: joint.target for joint in joints_from([metric.pk], "measured_from")}
    node.sources, node.restricted_sources = _sifted(sorted(sources.values(), key=lambda thing: thing.title), actor)
    if depth <= 0 or metric.pk in path:
        return node
    below = inputs.inputs_of(metric)
    grades = grades_of(actor, [other.thing for other in below])
    parts = _parts(metric)
    for other in below:
        if grades[other.pk] >= READ:
            node.children.append(_node(other, parts.get(other.pk, ""), actor, depth - 1, path | {metric.pk}))
        elif grades[other.pk] == EXISTS:
            node.children.append(Node(None))
    return node


def _parts(metric: Metric) -> dict[int, str]:
    return {joint.target_id: joint.role for joint in joints_from([metric.pk], "derives")}


def codes_of(definition: Definition | Mapping[str, Any]) -> list[str]:
    """The codes that a definition is made of; none when it cannot be read."""
    try:
        return inputs_of(definition if isinstance(definition, Definition) else as_definition(definition))
    except DefinitionError:
        return []
