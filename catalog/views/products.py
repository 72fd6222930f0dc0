"""Pages of data products."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import actions
from catalog.actions.datasets import APPOINTERS
from catalog.actions.products import MAKERS, PM
from catalog.forms import AppointForm, ContainForm, ProductForm
from catalog.lineage import by_kind, users_of
from catalog.listings import PRODUCT_COLUMNS, ProductFilter
from catalog.lookup import product_for
from catalog.models import Product
from catalog.panels import next_move
from catalog.states import Stage
from guard.doors import held_by
from guard.kinds import url_of
from guard.models import Link, Thing
from guard.refusals import Absent
from guard.states import TABLES
from guard.things import standing_people
from web.listing import Listing, teaches
from web.pages import carry_out, page

_WHY = "the far ends are judged by grade before anything of them is shown"


def list_products(request: HttpRequest) -> HttpResponse:
    """Products that the reader may see."""
    may_add = MAKERS.permits(request.user.principal)  # type: ignore[union-attr]
    empty = {
        "title": _("No data product yet"), "url": reverse("catalog:product-new"), "label": _("Begin a product"),
        "sentence": _("A product begins when somebody knows which decision it should serve."),
    }  # fmt: skip
    listing = Listing(
        Product.objects.visible_to(request.user), PRODUCT_COLUMNS, ProductFilter, csv_name="products",
        empty=teaches(empty, may_add),
    )  # fmt: skip
    return listing.respond(request, "catalog/products.html", {"may_add": may_add})


def new_product(request: HttpRequest) -> HttpResponse:
    """Begin a product."""
    template, context = "catalog/product_form.html", {"heading": _("Begin a data product")}
    if request.method == "POST":
        form = ProductForm(request.POST, actor=request.user)
        return carry_out(
            request, actions.add_product, form, done=url_of, template=template, context=context, said=_("It has begun.")
        )
    return page(request, template, {**context, "form": ProductForm(actor=request.user)})


def show_product(request: HttpRequest, key: str) -> HttpResponse:
    """One product: its stage, what it contains, who answers for it, what rests on it."""
    product = product_for(request.user, key)
    return page(request, "catalog/product.html", _context(request, product), thing=product)


def change_product(request: HttpRequest, key: str) -> HttpResponse:
    """Change what is said of a product."""
    product = product_for(request.user, key)
    template = "catalog/product_form.html"
    context = {"heading": _("Change this product"), "product": product}
    names = ("product_kind", "purpose", "usage_target", "eligible_count", "review_on", "sla")
    initial = {name: getattr(product, name) for name in names} | {
        "title": product.title, "audience_team": product.audience_team_id,
    }  # fmt: skip
    if request.method == "POST":
        form = ProductForm(request.POST, actor=request.user, is_new=False)
        return carry_out(
            request, actions.change_product, form, done=url_of(product), template=template, context=context,
            about=product, said=_("Saved."), product=product, expected_version=_version(request),
        )  # fmt: skip
    form = ProductForm(initial=initial, actor=request.user, is_new=False)
    return page(request, template, {**context, "form": form}, about=product)


@require_POST
def contain_dataset(request: HttpRequest, key: str) -> HttpResponse:
    """Put a dataset into a product."""
    product = product_for(request.user, key)
    form = ContainForm(request.POST, actor=request.user)
    return carry_out(
        request, actions.contain, form, done=url_of(product), template="catalog/product.html",
        context=_context(request, product) | {"contain_form": form}, said=_("The product contains it now."),
        thing=product, product=product,
    )  # fmt: skip


@require_POST
def release_dataset(request: HttpRequest, key: str) -> HttpResponse:
    """Take a dataset out of a product."""
    product = product_for(request.user, key)
    form = ContainForm(request.POST, actor=request.user)
    if not form.is_valid():
        raise Absent()
    return carry_out(
        request, actions.release, done=url_of(product), said=_("It is out."), product=product, **form.facts()
    )


@require_POST
def appoint_product(request: HttpRequest, key: str) -> HttpResponse:
    """Say who answers for a product."""
    product = product_for(request.user, key)
    form = AppointForm(request.POST, actor=request.user)
    return carry_out(
        request, appoint, form, done=url_of(product), template="catalog/product.html",
        context=_context(request, product) | {"appoint_form": form}, said=_("Appointed."), thing=product, of=product,
    )  # fmt: skip


@require_POST
def move_product(request: HttpRequest, key: str, move: str) -> HttpResponse:
    """Make a move of the product's stages."""
    product = product_for(request.user, key)
    if move not in TABLES[Product.KIND].moves:
        raise Absent()
    return carry_out(
        request, actions.move_product, done=url_of(product), template="catalog/product.html",
        context=_context(request, product), said=_("Moved on."), thing=product, product=product, move=move,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip


def appoint(*, by: Any, of: Any, role: str, person: Any, reason: str = "") -> None:
    """The verb that the form's role names."""
    verb = actions.appoint_owner if role == "owner" else actions.appoint_steward
    verb(by=by, of=of, person=person, reason=reason)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("row_version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


def _context(request: HttpRequest, product: Product) -> dict[str, Any]:
    joints = Link.objects.unrestricted(_WHY).filter(source=product.thing)
    held = Thing.objects.unrestricted(_WHY).filter(pk__in=joints.values("target_id"))
    order = [stage.value for stage in Stage]
    who = (request.user.principal, held_by(request.user, product.thing))  # type: ignore[union-attr,arg-type]
    return {
        "product": product,
        "holds": by_kind(request.user, held),
        "users": users_of(request.user, product),
        "owners": standing_people(product, "owner"),
        "stewards": standing_people(product, "steward"),
        "pms": standing_people(product, "pm"),
        "stages": [(label, value == product.state, order.index(value) < order.index(product.state))
                   for value, label in Stage.choices],
        "next_move": next_move(product),
        "contain_form": ContainForm(actor=request.user),
        "appoint_form": AppointForm(actor=request.user),
        "may_change": PM.permits(*who),
        "may_appoint": APPOINTERS.permits(*who),
    }  # fmt: skip
