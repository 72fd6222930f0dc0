"""Pages of datasets."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import actions, lineage_drawing
from catalog.actions.columns import PROPOSERS
from catalog.actions.datasets import ADDERS, APPOINTERS, KEEPERS
from catalog.forms import AppointForm, DescribeForm, ProposeForm
from catalog.handling import of_labels
from catalog.history import lines_of
from catalog.impact import preview
from catalog.labels import current_of
from catalog.lineage import stream_of
from catalog.listings import DATASET_COLUMNS, DatasetFilter
from catalog.lookup import column_for, dataset_for, sight_of
from catalog.models import Column, Dataset
from catalog.views.places import no_datasets
from catalog.views.products import _version, appoint
from guard import clock
from guard.doors import held_by, may_read, standings
from guard.handling import named
from guard.kinds import url_of
from guard.ledger import readers_of
from guard.things import standing_people
from web.listing import Listing
from web.pages import carry_out, page

TABS = ("columns", "lineage", "contract", "history")


def list_datasets(request: HttpRequest) -> HttpResponse:
    """Datasets that the reader may see."""
    listing = Listing(
        Dataset.objects.visible_to(request.user), DATASET_COLUMNS, DatasetFilter, csv_name="datasets",
        empty=no_datasets(),
    )  # fmt: skip
    may_add = ADDERS.permits(request.user.principal)  # type: ignore[union-attr]
    return listing.respond(request, "catalog/datasets.html", {"may_add": may_add})


def show_dataset(request: HttpRequest, key: str) -> HttpResponse:
    """One dataset: what it is, how strict and why, and one tab of the rest."""
    dataset = dataset_for(request.user, key)
    return page(request, "catalog/dataset.html", _context(request, dataset), thing=dataset)


def describe_dataset(request: HttpRequest, key: str) -> HttpResponse:
    """Change what is said of a dataset."""
    dataset = dataset_for(request.user, key)
    template = "catalog/dataset_form.html"
    context: dict[str, Any] = {"dataset": dataset}
    if request.method == "POST":
        form = DescribeForm(request.POST, actor=request.user)
        return carry_out(
            request, actions.describe_dataset, form, done=url_of(dataset), template=template, context=context,
            about=dataset, said=_("Saved."), dataset=dataset, expected_version=_version(request),
        )  # fmt: skip
    initial = {name: getattr(dataset, name) for name in DescribeForm.base_fields}
    initial["allowed_purposes"] = ", ".join(dataset.allowed_purposes)
    context["form"] = DescribeForm(initial=initial, actor=request.user)
    return page(request, template, context, about=dataset)


@require_POST
def propose_level(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Propose a level for a column."""
    dataset = dataset_for(request.user, key)
    column = column_for(request.user, dataset, number)
    form = ProposeForm(request.POST, actor=request.user)
    return carry_out(
        request, actions.propose_column_level, form, done=url_of(dataset), template="catalog/dataset.html",
        context=_context(request, dataset) | {"refused_column": column.pk}, thing=dataset, column=column,
        said=_("Proposed. Somebody else reviews it; a stricter level counts at once."),
    )  # fmt: skip


@require_POST
def appoint_dataset(request: HttpRequest, key: str) -> HttpResponse:
    """Say who answers for a dataset."""
    dataset = dataset_for(request.user, key)
    form = AppointForm(request.POST, actor=request.user)
    return carry_out(
        request, appoint, form, done=url_of(dataset), template="catalog/dataset.html",
        context=_context(request, dataset) | {"appoint_form": form}, said=_("Appointed."), thing=dataset, of=dataset,
    )  # fmt: skip


def show_impact(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What another level of a column would change, before anybody proposes it."""
    dataset = dataset_for(request.user, key)
    column = column_for(request.user, dataset, number)
    form = ProposeForm(request.GET or None, actor=request.user)
    impact = None
    if form.is_bound and form.is_valid():
        impact = preview(by=request.user, dataset=dataset, columns={column.name: form.cleaned_data["rank"]})
    context = {"dataset": dataset, "column": column, "form": form, "impact": impact}
    return page(request, "catalog/impact.html", context, thing=dataset)


def _context(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    tab = request.GET.get("tab", "columns")
    tab = tab if tab in TABS else "columns"
    address = url_of(dataset)
    labels = {"columns": _("Columns"), "lineage": _("Lineage"), "contract": _("Contract"), "history": _("History")}
    standings.expect([dataset.warehouse.thing_id])  # asked for together with the dataset's own
    sight = sight_of(request.user, dataset)
    who = (request.user.principal, held_by(request.user, dataset.thing))  # type: ignore[union-attr,arg-type]
    columns = list(Column.objects.visible_to(request.user).filter(dataset=dataset)[:2000]) if sight["columns"] else []
    said = current_of(columns)
    for column in columns:
        column.said = said[column.pk]  # type: ignore[attr-defined]
        column.duties = named(of_labels(said[column.pk]))  # type: ignore[attr-defined]
    return {
        "dataset": dataset,
        "names_warehouse": may_read(request.user, dataset.warehouse.thing),  # type: ignore[arg-type]
        "tab": tab,
        "tabs": [(labels[name], f"{address}?tab={name}", name == tab,
                  dataset.column_count if name == "columns" and sight["columns"] else None) for name in TABS],
        "sight": sight,
        "columns": columns,
        "strictest": [c for c in columns if c.rank == dataset.high_water][:5],
        "may_keep": sight["columns"] and KEEPERS.permits(*who),
        "may_describe": KEEPERS.permits(*who),
        "may_propose": sight["columns"] and PROPOSERS.permits(*who),
        "may_appoint": APPOINTERS.permits(*who),
        "propose": ProposeForm(actor=request.user),
        **(_lineage(request, dataset) if tab == "lineage" else {}),
        "owners": standing_people(dataset, "owner"),
        "stewards": standing_people(dataset, "steward"),
        "is_current": dataset.is_review_current(clock.now().date()),
        "history": lines_of(dataset, request.user) if tab == "history" else [],
        "readers": readers_of(dataset.thing, request.user, 12) if tab == "history" else [],
        "appoint_form": AppointForm(actor=request.user),
        "appoint_url": reverse("catalog:dataset-appoint", args=[dataset.key]),
    }  # fmt: skip


def _lineage(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    """The stream around a dataset, and its drawings when there is anything to draw."""
    stream = stream_of(request.user, dataset, depth=3)
    if not (stream.nodes or stream.hidden_up or stream.hidden_down):
        return {"stream": stream}
    return {
        "stream": stream, "wide": lineage_drawing.wide(stream, dataset.thing, url_of),
        "narrow": lineage_drawing.narrow(stream, dataset.thing, url_of),
    }  # fmt: skip
