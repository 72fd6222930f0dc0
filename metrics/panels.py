"""What the metrics room adds to pages below it: metrics measured from a dataset, and those a product offers."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.lookup import one_of
from guard.doors import grades_of
from guard.models import Link
from guard.policy import EXISTS, READ
from metrics import inputs, showing
from metrics.models import Metric
from metrics.states import MEANT, MetricState
from web import checklist
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


def metric_for(actor: Any, key: str) -> Metric:
    """A metric by key.

    Raises:
        Absent: unknown or hidden.
    """
    found: Metric = one_of(Metric.objects.visible_to(actor), key)
    return found


def rules(request: Any, metric: Metric) -> str:
    """What the next step of a metric waits for; nothing where none is to come."""
    move = showing.NEXT.get(metric.state, "")
    inputs.prepare([metric.pk])
    return checklist.draw(request, metric, move) if move else ""


def tree(request: Any, metric: Metric) -> str:
    """What a metric is made of."""
    context = showing.made_of(metric, request.user) | {"metric": metric}
    return render_to_string("metrics/_tree.html", context, request=request)


def users(request: Any, metric: Metric) -> str:
    """Who relies on a metric."""
    return render_to_string("metrics/_users.html", showing.relied_on_by(metric, request.user), request=request)


def versions(request: Any, metric: Metric) -> str:
    """Versions with their differences."""
    rows = showing.versions_of(metric, request.user)
    return render_to_string("metrics/_versions.html", {"versions": rows}, request=request)


def sql(request: Any, metric: Metric) -> str:
    """SQL written from the definition."""
    return render_to_string("metrics/_sql.html", {"sql": showing.generated(metric, request.user)}, request=request)


for name, draw, title, size in (
    ("rules", rules, gettext_lazy("Before this can go on"), "mid"),
    ("sql", sql, gettext_lazy("As SQL"), "mid"),
    ("tree", tree, gettext_lazy("What it is made of"), "mid"),
    ("users", users, gettext_lazy("Who relies on it"), "low"),
    ("versions", versions, gettext_lazy("Versions"), "mid"),
):
    register_panel("metric", "named", draw, name=name, title=title, size=size, load=metric_for)
register_panel("dataset", "side", measured, order=40, name="metrics", title=gettext_lazy("Metrics"), size="low")
register_panel("product", "main", offered, order=40, name="metrics", title=gettext_lazy("Metrics"), size="low")
