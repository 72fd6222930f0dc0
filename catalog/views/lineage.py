"""Saying by hand which column goes into which, and taking that back."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog import actions
from catalog.forms_lineage import EdgeForm
from catalog.lookup import columns_for, dataset_for, edge_for
from guard.kinds import url_of
from web.pages import carry_out, go, page


@require_http_methods(["GET", "HEAD", "POST"])
def add_edge(request: HttpRequest, key: str) -> HttpResponse:
    """Say that a column of another dataset goes into one of this, or chooses its rows."""
    dataset = dataset_for(request.user, key)
    columns = columns_for(request.user, dataset)
    form = EdgeForm(request.POST or None, actor=request.user, columns=columns)
    back = f"{url_of(dataset)}?tab=lineage"
    context = {"dataset": dataset, "form": form, "back": back}
    if request.method != "POST":
        return page(request, "catalog/edge_add.html", context, thing=dataset)
    return carry_out(
        request, partial(actions.add_column_edge, dataset=dataset), form, done=back, template="catalog/edge_add.html",
        context=context, thing=dataset, said=_("Said. Its level arrives at once."),
    )  # fmt: skip


@require_POST
def remove_edge(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Take back what was said by hand."""
    dataset = dataset_for(request.user, key)
    edge = edge_for(request.user, dataset, number)
    went = actions.remove_column_edge(by=request.user, edge=edge)
    said = (
        _("Taken out.") if went else _("Something would get milder: it counts until others agree that it is no more.")
    )
    return go(request, f"{url_of(dataset)}?tab=lineage", said)
