"""What usage shows on the pages of products and datasets."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from catalog.models import Dataset, Product
from usage import showing
from web.panels import register_panel


def product_panel(request: Any, thing: Any) -> str:
    """Rate against target, the weeks, machines apart, decisions."""
    product = Product.objects.visible_to(request.user).filter(pk=thing.pk).first()
    if product is None:
        return ""
    context = showing.of_product(product, request.user) | {"product": product}
    return render_to_string("usage/product_panel.html", context, request=request)


def dataset_panel(request: Any, thing: Any) -> str:
    """The weeks, people and machines of one dataset, for whoever sees its columns."""
    dataset = Dataset.objects.visible_to(request.user, action="columns").filter(pk=thing.pk).first()
    if dataset is None:
        return ""
    return render_to_string("usage/dataset_panel.html", showing.of_dataset(dataset, request.user), request=request)


def draft_button(request: Any, thing: Any) -> str:
    """From a number to what is decided with it."""
    return render_to_string("usage/draft_button.html", {"thing": thing})


register_panel("metric", "actions", draft_button, order=60)
register_panel("product", "main", product_panel, order=40)
register_panel("dataset", "main", dataset_panel, order=60)
