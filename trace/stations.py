"""The strip above every object's page: eight stations, counts, "you are here", gaps as gaps, trouble in amber."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, When
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Dataset
from guard import clock
from guard.doors import standings, visible_q
from guard.models import Standing, Thing
from guard.policy import READ
from guard.states import state_label
from trace.formats import restricted
from trace.thread import ORDER, walk_sql
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
    stand = _things_on(thing, actor)
    url = reverse("trace:thread-show", args=[thing.key])
    here = "interview" if thing.kind == "quote" else thing.kind
    found = []
    for kind, kinds, label, counted in STOPS:
        nodes = [one for one in stand if one.kind in kinds]
        named = [one for one in nodes if one.is_named]
        detail, is_trouble = _detail(kind, len(nodes), named)
        state = "here" if kind == here else "none" if not nodes else "warn" if is_trouble else "ok"
        found.append(Station(kind, counted(len(nodes)) if nodes else label, len(nodes), detail, state, f"{url}#{kind}"))
    return found


def _things_on(thing: Thing, actor: Any) -> list[Any]:
    """Every thing on the thread that the reader may know of, with whether it has a name for them, an owner, and a
    review of its levels that is not current. One statement: the walk is inside, as an array, so that the things are
    looked up by id however many the planner expects."""
    walk, parameters = walk_sql(thing, actor)
    is_on_it = f"guard_thing.id = ANY(ARRAY(SELECT id FROM ({walk}) on_it))"  # noqa: S608 - constants and a policy
    on_it = RawSQL(is_on_it, parameters, output_field=BooleanField())  # noqa: S611 - what differs are parameters
    today = clock.now().date()
    owner = Standing.objects.unrestricted("whether somebody answers for it is counted, nobody is named").filter(
        standings.live(), thing_id=OuterRef("pk"), reason="owner", person__isnull=False
    )
    unreviewed = Dataset.objects.unrestricted("the thing was read through the policy; its review is counted").filter(
        Q(reviewed_at=None) | Q(review_due__lt=today) | ~Q(reviewed_schema_hash=F("schema_hash")), pk=OuterRef("pk")
    )
    rows = Thing.objects.visible_to(actor, "exists").filter(on_it)
    may_read = Case(When(visible_q(actor.principal, READ, ""), then=True), default=False)
    return list(rows.annotate(is_named=may_read, is_owned=Exists(owner), is_unreviewed=Exists(unreviewed)))


def _detail(kind: str, count: int, named: Sequence[Any]) -> tuple[str, bool]:
    """The quiet line, and whether it needs a person."""
    if not count:
        return _("a gap"), False
    if not named:
        return restricted(count), False
    if trouble := TROUBLE.get(kind, lambda _named: "")(named):
        return trouble, True
    if len(named) == 1:
        return state_label(kind, named[0].state), False
    certified = sum(one.state == "certified" for one in named)
    return (_("%(n)d certified") % {"n": certified} if kind == "metric" else ""), False


def _metric_trouble(metrics: Sequence[Any]) -> str:
    without = sum(not metric.is_owned for metric in metrics)
    lapsed = sum(metric.state == "lapsed" for metric in metrics)
    if without:
        return ngettext("%d without an owner", "%d without an owner", without) % without
    return ngettext("%d lapsed", "%d lapsed", lapsed) % lapsed if lapsed else ""


def _dataset_trouble(datasets: Sequence[Any]) -> str:
    open_ones = sum(dataset.is_unreviewed for dataset in datasets)
    return ngettext("%d unreviewed", "%d unreviewed", open_ones) % open_ones if open_ones else ""


TROUBLE: dict[str, Callable[[Sequence[Any]], str]] = {"metric": _metric_trouble, "dataset": _dataset_trouble}
