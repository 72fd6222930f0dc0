"""The strip above every object's page: eight stations, counts, "you are here", gaps as gaps, trouble in amber."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Dataset
from guard import clock, things
from guard.models import Thing
from guard.states import state_label
from trace.formats import restricted
from trace.thread import ORDER, Node, thread_of
from web.panels import Station

Counted = Callable[[int], str]
STOPS: Sequence[tuple[str, tuple[str, ...], str | Promise, Counted]] = (
    (
        "interview",
        ("interview",),
        gettext_lazy("Interviews"),
        lambda n: ngettext("%d interview", "%d interviews", n) % n,
    ),
    ("insight", ("insight",), gettext_lazy("Insights"), lambda n: ngettext("%d insight", "%d insights", n) % n),
    ("request", ("request",), gettext_lazy("Requests"), lambda n: ngettext("%d request", "%d requests", n) % n),
    ("prd", ("prd",), gettext_lazy("PRD"), lambda n: ngettext("%d PRD", "%d PRDs", n) % n),
    ("product", ("product",), gettext_lazy("Product"), lambda n: ngettext("%d product", "%d products", n) % n),
    ("metric", ("metric",), gettext_lazy("Metrics"), lambda n: ngettext("%d metric", "%d metrics", n) % n),
    ("dataset", ("dataset",), gettext_lazy("Datasets"), lambda n: ngettext("%d dataset", "%d datasets", n) % n),
    ("decision", ("decision",), gettext_lazy("Decisions"), lambda n: ngettext("%d decision", "%d decisions", n) % n),
)  # fmt: skip


def stations_of(actor: Any, thing: Thing) -> list[Station]:
    """The strip for one object and one reader; empty for kinds that do not stand on the thread."""
    if thing.kind not in ORDER:
        return []
    thread = thread_of(thing, actor)
    url = reverse("trace:thread-show", args=[thing.key])
    here = "interview" if thing.kind == "quote" else thing.kind
    found = []
    for kind, kinds, label, counted in STOPS:
        nodes = thread.of_kind(*kinds)
        named = [node for node in nodes if not node.is_restricted]
        detail, is_trouble = _detail(kind, nodes, named)
        state = "here" if kind == here else "none" if not nodes else "warn" if is_trouble else "ok"
        found.append(Station(kind, counted(len(nodes)) if nodes else label, len(nodes), detail, state, f"{url}#{kind}"))
    return found


def _detail(kind: str, nodes: Sequence[Node], named: Sequence[Node]) -> tuple[str, bool]:
    """The quiet line, and whether it needs a person."""
    if not nodes:
        return _("a gap"), False
    if not named:
        return restricted(len(nodes)), False
    if trouble := TROUBLE.get(kind, lambda _nodes: "")([node.thing for node in named]):
        return trouble, True
    if len(named) == 1:
        return state_label(kind, named[0].thing.state), False
    certified = sum(node.thing.state == "certified" for node in named)
    return (_("%(n)d certified") % {"n": certified} if kind == "metric" else ""), False


def _metric_trouble(metrics: Sequence[Thing]) -> str:
    owned = things.people_standing_on(metrics, "owner")
    without = sum(metric.pk not in owned for metric in metrics)
    lapsed = sum(metric.state == "lapsed" for metric in metrics)
    if without:
        return ngettext("%d without an owner", "%d without an owner", without) % without
    return ngettext("%d lapsed", "%d lapsed", lapsed) % lapsed if lapsed else ""


def _dataset_trouble(datasets: Sequence[Thing]) -> str:
    today = clock.now().date()
    rows = Dataset.objects.unrestricted("the things were read through the policy; their review is counted").filter(
        pk__in=[dataset.pk for dataset in datasets]
    )
    open_ones = rows.filter(
        Q(reviewed_at=None) | Q(review_due__lt=today) | ~Q(reviewed_schema_hash=F("schema_hash"))
    ).count()
    return ngettext("%d unreviewed", "%d unreviewed", open_ones) % open_ones if open_ones else ""


TROUBLE: dict[str, Callable[[Sequence[Thing]], str]] = {"metric": _metric_trouble, "dataset": _dataset_trouble}
