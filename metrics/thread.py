"""Where metrics keep the facts behind their joints, for ``manage.py trace check``: the words of current versions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from guard.models import Thing
from guard.relations import register_truth
from metrics.drafts import as_definition, part_of
from metrics.find import find_metric_by_code
from metrics.fingerprint import inputs_of
from metrics.models import Metric
from metrics.states import MetricState

WHY = "the joints of the thread are compared with what the rooms say"


def _measured() -> Iterator[tuple[int, int, str]]:
    """The first source of a version is where it is measured, the others are joined to it (`define._new_version`)."""
    ids = dict(Thing.objects.unrestricted(WHY).filter(kind="dataset").values_list("key", "pk"))
    rows = Metric.objects.unrestricted(WHY).exclude(current=None).order_by()
    for metric, sources in rows.values_list("pk", "current__source_columns"):
        for place, source in enumerate(sources):
            yield metric, ids.get(source["dataset"], 0), "join" if place else ""


def _derived() -> Iterator[tuple[int, int, str]]:
    """A code stands for what it was merged into, so that the joint leads there too."""
    meant = cache(find_metric_by_code)
    rows = Metric.objects.unrestricted(WHY).exclude(current=None).order_by()
    for metric, stored in rows.values_list("pk", "current__definition"):
        definition = as_definition(stored)
        for code in inputs_of(definition):
            other = meant(code)
            yield metric, other.pk if other is not None else 0, part_of(definition, code)


def _merged() -> Iterator[tuple[int, int, str]]:
    rows = Metric.objects.unrestricted(WHY).filter(thing__state=MetricState.MERGED).order_by()
    return ((metric, into, "") for metric, into in rows.values_list("pk", "replaced_by_id"))


register_truth("metric", "measured_from", _measured)
register_truth("metric", "derives", _derived)
register_truth("metric", "merged_into", _merged)
