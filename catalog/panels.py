"""Pieces of the catalogue's own pages that come later: the rules of a product's next stage, and what happened."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from catalog.handling import labels_of, of_dataset
from catalog.history import lines_of
from catalog.lineage import users_of
from catalog.lookup import dataset_for, product_for
from catalog.models import Column, Dataset, Product
from guard.states import TABLES, Move
from web import checklist
from web.panels import register_panel

MOST_LINES = 15


def next_move(product: Product) -> Move | None:
    """The first move that a product's stage offers."""
    moves = TABLES[Product.KIND].moves.values()
    return next((move for move in moves if move.is_offered and move.starts_from(product.state)), None)


def rules(request: Any, product: Product) -> str:
    """What the next stage waits for; nothing where no rule stands before it."""
    move = next_move(product)
    return checklist.draw(request, product, move.name) if move is not None and move.gates else ""


def history(request: Any, thing: Any) -> str:
    """What happened to it."""
    return render_to_string(
        "catalog/history_panel.html", {"history": lines_of(thing, request.user, limit=MOST_LINES)}, request
    )


def users(request: Any, thing: Any) -> str:
    """What rests on it."""
    return render_to_string("catalog/users_panel.html", {"groups": users_of(request.user, thing)}, request)


def handling(request: Any, dataset: Dataset) -> str:
    """What is to be done with its data, and who asks for that; labels only for who sees columns."""
    columns = list(Column.objects.visible_to(request.user).filter(dataset=dataset))
    asked = of_dataset(dataset, columns, labels_of(columns))
    return render_to_string("catalog/handling_panel.html", {"asked": asked}, request)


register_panel("dataset", "named", handling, name="handling", title=_("How to handle it"), load=dataset_for)
register_panel("dataset", "named", users, name="users", title=_("What rests on it"), size="low")
register_panel("product", "named", rules, name="rules", title=_("Before this can go on"), load=product_for)
for kind in ("product", "warehouse"):
    register_panel(kind, "named", history, name="history", title=_("History"))
