"""What the metrics room adds to pages below it: metrics measured from a dataset, and those a product offers."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from guard.doors import grades_of
from guard.models import Link
from guard.policy import EXISTS, READ
from metrics.models import Metric
from metrics.states import MEANT, MetricState
from web.panels import register_panel

MOST = 30
_WHY = "the number of joints is filtered by what the reader may know"


def measured(request: Any, dataset: Any) -> str | None:
    """The live metrics that are measured from a dataset."""
    return _card(request, Link.objects.filter(relation="measured_from", target_id=dataset.pk), "source", _("Metrics"))


def offered(request: Any, product: Any) -> str | None:
    """The metrics that a product offers."""
    joints = Link.objects.filter(relation="offers", source_id=product.pk)
    return _card(request, joints, "target", _("Metrics that it offers"))


def _card(request: Any, joints: Any, end: str, title: str) -> str | None:
    rows = joints.unrestricted(_WHY).select_related(f"{end}__domain").order_by("pk")
    things = {getattr(joint, end).pk: getattr(joint, end) for joint in rows}
    live = [thing for thing in things.values() if thing.state in MEANT | {MetricState.PROPOSED}]
    grades = grades_of(request.user, live)
    seen = [thing.pk for thing in live if grades[thing.pk] >= READ]
    restricted = sum(grades[thing.pk] == EXISTS for thing in live)
    if not seen and not restricted:
        return None
    metrics = Metric.objects.visible_to(request.user).filter(pk__in=seen).order_by("code")[:MOST]
    context = {"metrics": metrics, "title": title, "restricted": restricted, "more": max(0, len(seen) - MOST)}
    return render_to_string("metrics/_panel.html", context, request=request)


register_panel("dataset", "side", measured, order=40)
register_panel("product", "main", offered, order=40)
