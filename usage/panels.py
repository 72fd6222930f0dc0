"""What usage shows on the pages of products and datasets."""

from __future__ import annotations

from typing import Any, cast

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from catalog.lookup import one_of, product_for
from catalog.models import Dataset, Product
from usage import showing
from usage.lookup import decision_for
from usage.models import Decision
from web import checklist
from web.panels import register_panel


def product_panel(request: Any, product: Product) -> str:
    """Rate against target, the weeks, machines apart, decisions."""
    context = showing.of_product(product, request.user) | {"product": product}
    return render_to_string("usage/product_panel.html", context, request=request)


def columns_of(actor: Any, key: str) -> Dataset:
    """A dataset of which somebody may see the columns.

    Raises:
        Absent: unknown or hidden.
    """
    return cast(Dataset, one_of(Dataset.objects.visible_to(actor, action="columns"), key))


def dataset_panel(request: Any, dataset: Dataset) -> str:
    """The weeks, people and machines of one dataset, for whoever sees its columns."""
    return render_to_string("usage/dataset_panel.html", showing.of_dataset(dataset, request.user), request=request)


def draft_button(request: Any, thing: Any) -> str:
    """From a number to what is decided with it."""
    return render_to_string("usage/draft_button.html", {"thing": thing})


def rules(request: Any, decision: Decision) -> str:
    """What attesting a decision waits for, while it is proposed."""
    if decision.state != "proposed":
        return ""
    return checklist.draw(request, decision, "attest", _("Before it can be attested"))


register_panel("decision", "named", rules, name="rules", title=_("Before it can be attested"), load=decision_for)
register_panel("metric", "actions", draft_button, order=60)
register_panel(
    "product", "main", product_panel, order=40, name="usage", title=_("Usage"), size="tall", load=product_for
)
register_panel("dataset", "main", dataset_panel, order=60, name="usage", title=_("Usage"), needs="columns",
               load=columns_of)  # fmt: skip
