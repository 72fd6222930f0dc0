"""Pages of metrics: the list, one metric, its definition, merging, the tree."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from guard.doors import held_by
from guard.kinds import url_of
from guard.states import move_of
from metrics import actions, showing
from metrics.filters import MetricFilter
from metrics.find import find_metric
from metrics.forms import AppointForm, DefineForm, MergeForm, ProposeForm
from metrics.models import Metric
from metrics.tree import roots_for
from metrics.values import value_of
from web.listing import DOMAIN, LEVEL, STATE, UPDATED, Column, Listing
from web.pages import carry_out, page
from web.templatetags.throughline import thing_link

NAME = Column(
    "title", _("Metric"), sort="thing__title", head=True,
    cell=lambda m: format_html('{}<br><span class="key">{}</span>', thing_link(m), m.code), csv=lambda m: m.title,
)  # fmt: skip
CODE = Column("code", _("Code"), sort="code", css="mono")
COLUMNS = [
    NAME, STATE, LEVEL,
    Column("metric_kind", _("Kind"), sort="metric_kind", cell=lambda m: m.get_metric_kind_display()),
    Column("tier", _("Part"), sort="tier", cell=lambda m: m.get_tier_display()),
    Column("version", _("Version"), cell=lambda m: m.version, css="r"),
    Column("certified_until", _("Certified until"), sort="certified_until"), DOMAIN, UPDATED,
]  # fmt: skip
VERBS = {
    "submit": (actions.submit_metric, _("Submitted. The steward and a governance lead sign now.")),
    "certify": (actions.certify_metric, _("Signed.")),
    "send-back": (actions.send_back_metric, _("Sent back.")),
    "deprecate": (actions.deprecate_metric, _("Deprecated.")),
    "retire": (actions.retire_metric, _("Retired.")),
    "reject": (actions.reject_metric, _("Turned down.")),
}


def list_metrics(request: HttpRequest) -> HttpResponse:
    """Every metric that the reader may see, as a page, a fragment or CSV."""
    empty = {
        "title": _("No metrics yet"), "sentence": _("Propose the number that people argue about most."),
        "url": reverse("metrics:metric-propose"), "label": _("Propose a metric"),
    }  # fmt: skip
    rows = Metric.objects.visible_to(request.user)
    columns = COLUMNS if request.GET.get("format") != "csv" else [CODE, *COLUMNS]
    listing = Listing(rows, columns, MetricFilter, csv_name="metrics", empty=empty, title=_("All metrics"))
    return listing.respond(request, "metrics/metrics.html")


def propose(request: HttpRequest) -> HttpResponse:
    """Propose a metric."""
    form = ProposeForm(request.POST or None, actor=request.user)
    if request.method == "POST":
        return carry_out(
            request, actions.propose_metric, form, done=lambda metric: _after_proposal(request.user, metric),
            template="metrics/new.html", said=_("Proposed. Say next what it computes."),
        )  # fmt: skip
    return page(request, "metrics/new.html", {"form": form})


def show_metric(request: HttpRequest, key: str) -> HttpResponse:
    """One metric: its meaning, versions, inputs and users, and what stands in the way."""
    metric = _metric(request, key)
    if key != metric.key:
        return HttpResponseRedirect(url_of(metric))
    return page(request, "metrics/metric.html", showing.of(metric, request.user), thing=metric)


def define(request: HttpRequest, key: str) -> HttpResponse:
    """Say what a metric computes, or change it."""
    metric = _metric(request, key)
    form = DefineForm(
        request.POST or None, actor=request.user, metric=metric, initial=showing.words_of(metric, request.user)
    )
    context = {"metric": metric, "form": form, "is_restricted": showing.is_kept_back(metric, request.user)}
    if request.method == "POST":
        return carry_out(
            request, actions.define_metric, form, done=url_of(metric), template="metrics/define.html", context=context,
            said=_("The definition is kept."), thing=metric, metric=metric,
        )  # fmt: skip
    return page(request, "metrics/define.html", context, thing=metric)


def appoint(request: HttpRequest, key: str) -> HttpResponse:
    """Appoint the owner or the steward."""
    metric = _metric(request, key)
    form = AppointForm(request.POST or None, actor=request.user, initial={"role": request.GET.get("role", "owner")})
    if request.method == "POST":
        return carry_out(
            request, _appoint, form, done=url_of(metric), template="metrics/people.html", context={"metric": metric},
            said=_("Appointed."), thing=metric, metric=metric,
        )  # fmt: skip
    return page(request, "metrics/people.html", {"metric": metric, "form": form}, thing=metric)


def merge(request: HttpRequest, key: str) -> HttpResponse:
    """Merge into another metric, after both definitions have been looked at side by side."""
    metric = _metric(request, key)
    name = request.POST.get("into") or request.GET.get("into", "")
    into = find_metric(request.user, name)
    form = MergeForm(request.POST or None, actor=request.user, initial={"into": into.key if into else ""})
    context = showing.merging(metric, into, name, request.user) | {"form": form}
    if request.method == "POST" and into is not None:
        return carry_out(
            request, _merge, form, done=url_of, template="metrics/merge.html", context=context,
            said=_("Merged. Its names lead here now."), thing=metric, metric=metric, target=into,
        )  # fmt: skip
    return page(request, "metrics/merge.html", context, thing=metric)


def move_metric(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Make one of the moves that the page offers."""
    metric = _metric(request, key)
    if move not in VERBS or request.method != "POST":
        raise Http404
    verb, said = VERBS[move]
    return carry_out(
        request, verb, done=url_of(metric), said=said, template="metrics/metric.html", metric=metric, thing=metric,
        context=showing.of(metric, request.user), reason=request.POST.get("reason", ""),
    )  # fmt: skip


def show_value(request: HttpRequest, key: str) -> HttpResponse:
    """What the metric is now, computed for this reader."""
    metric = _metric(request, key)
    return page(
        request, "metrics/value.html", {"metric": metric, "value": value_of(metric, request.user)}, thing=metric
    )


def show_tree(request: HttpRequest) -> HttpResponse:
    """Every metric under those that it is an input of."""
    return page(request, "metrics/tree.html", {"roots": roots_for(request.user)})


def _metric(request: HttpRequest, key: str) -> Metric:
    """The metric by key or code; absent and hidden look alike."""
    rows = Metric.objects.visible_to(request.user)
    found = None if "\x00" in key else rows.filter(thing__key=key).first() or find_metric(request.user, key)
    if found is None:
        raise Http404
    return found


def _appoint(*, by: Any, metric: Metric, role: str, person: Any, reason: str) -> Any:
    verb = actions.appoint_owner if role == "owner" else actions.appoint_steward
    return verb(by=by, metric=metric, person=person, reason=reason)


def _merge(*, by: Any, metric: Metric, into: str, reason: str, target: Metric) -> Any:
    return actions.merge_metric(by=by, metric=metric, into=target, reason=reason)


def _after_proposal(user: Any, metric: Metric) -> str:
    """On to the definition for those who may say it, else to the new page."""
    may = move_of("metric", "define").who.permits(user.principal, held_by(user, metric.thing))
    return reverse("metrics:metric-define", args=[metric.key]) if may else url_of(metric)
