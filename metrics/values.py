"""The value of a metric now, computed in the warehouse from its definition; nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog import warehouse
from catalog.models import Dataset
from guard.doors import grade_of, opened_all
from guard.doors.opening import VALUE
from guard.policy import PROFILE
from guard.refusals import Refusal
from metrics import showing
from metrics.drafts import as_definition
from metrics.find import find_metric
from metrics.inputs import closure_of, sources_of
from metrics.models import Metric, StatPeriod
from metrics.sql import counts_of


@dataclass(frozen=True)
class Value:
    """A number and the day's SQL that gave it, or why there is none.

    Attributes:
        number: the value; None when the metric has none now, or it may not be shown.
        said: why there is no number; empty with one.
        statement: the SQL, for readers of every part of it.
    """

    number: Any = None
    said: str = ""
    statement: str = ""


def value_of(metric: Metric, actor: Any) -> Value:
    """Compute a metric for one reader.

    Args:
        metric: a metric that the reader sees.
        actor: needs statistics (grade 4) of the metric and of every dataset under it.

    Returns:
        The value, or the reason for none: no right, no single warehouse within reach, a group that is too small.
    """
    sources = sources_of(metric)
    if grade_of(actor, metric.thing) < PROFILE or any(grade_of(actor, s.dataset.thing) < PROFILE for s in sources):
        return Value(said=_("Its values are not open to you."))
    name = _warehouse_of(sources)
    statement = showing.generated(metric, actor).get("postgres", "")
    if not name or not statement:
        return Value(said=_("It cannot be computed in one warehouse."))
    if not warehouse.has_address(name):
        return Value(said=_("Its warehouse is not connected."))
    try:
        if _is_too_small(metric, actor, name):
            return Value(said=_("The group is smaller than may be shown."))
        opened_all(actor, [metric, *(source.dataset for source in sources)], door=VALUE)
        rows = warehouse.read_as(name, statement.replace("%", "%%")).rows
    except Refusal as refusal:
        return Value(said=refusal.sentence)
    return Value(number=rows[0][0] if rows else None, statement=statement)


def _warehouse_of(sources: list[Any]) -> str:
    """The one warehouse of all sources; empty when there are several or none."""
    ids = [source.dataset.pk for source in sources]
    rows = Dataset.objects.unrestricted("the warehouse of what the reader has just been shown").filter(pk__in=ids)
    names = set(rows.values_list("warehouse__name", flat=True))
    return names.pop() if len(names) == 1 else ""


def _is_too_small(metric: Metric, actor: Any, name: str) -> bool:
    """Whether any part counts fewer rows than the strictest smallest group of the metric, its inputs and sources."""
    ids = closure_of([metric.pk])
    rows = Metric.objects.unrestricted("the smallest group of an input holds whoever looks").filter(pk__in=ids)
    least = max(
        [*rows.values_list("min_group_size", flat=True), *(s.dataset.min_group or 0 for s in sources_of(metric))]
    )
    if least <= 1 or metric.current is None:
        return False

    def lookup(code: str) -> Any:
        found = find_metric(actor, code)
        return as_definition(found.current.definition) if found is not None and found.current is not None else None

    days = {period.code: period.days for period in StatPeriod.objects.all() if period.days}
    counts = counts_of(as_definition(metric.current.definition), lookup, days)
    return not counts or any(warehouse.read_as(name, text.replace("%", "%%")).rows[0][0] < least for text in counts)
