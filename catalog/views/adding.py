"""Pages that add by hand what no import brought: warehouses, datasets, columns."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from catalog import actions
from catalog.forms import ColumnsForm, NewDatasetForm, WarehouseForm
from catalog.lookup import dataset_for
from guard.kinds import url_of
from web.pages import carry_out, page


def new_warehouse(request: HttpRequest) -> HttpResponse:
    """Register a warehouse."""
    template = "catalog/warehouse_new.html"
    if request.method == "POST":
        form = WarehouseForm(request.POST, actor=request.user)
        return carry_out(request, actions.add_warehouse, form, done=url_of, template=template, said=_("Registered."))
    return page(request, template, {"form": WarehouseForm(actor=request.user)})


def new_dataset(request: HttpRequest) -> HttpResponse:
    """Add a dataset by hand."""
    template = "catalog/dataset_new.html"
    if request.method == "POST":
        form = NewDatasetForm(request.POST, actor=request.user)
        return carry_out(
            request, actions.add_dataset, form, done=url_of, template=template,
            said=_("Added. It counts as L4 until its columns are reviewed: propose their levels."),
        )  # fmt: skip
    form = NewDatasetForm(actor=request.user, initial={"warehouse": request.GET.get("warehouse", "")})
    return page(request, template, {"form": form})


def add_columns(request: HttpRequest, key: str) -> HttpResponse:
    """Add columns to a dataset by hand."""
    dataset = dataset_for(request.user, key)
    template, context = "catalog/columns_add.html", {"dataset": dataset}
    if request.method == "POST":
        form = ColumnsForm(request.POST, actor=request.user)
        return carry_out(
            request, actions.add_columns, form, done=url_of(dataset), template=template, context=context,
            said=_("Added. Unclassified columns count as L4 until they are reviewed."), thing=dataset, dataset=dataset,
        )  # fmt: skip
    return page(request, template, {**context, "form": ColumnsForm(actor=request.user)}, thing=dataset)
