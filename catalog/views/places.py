"""The overview, domains and warehouses."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from catalog.actions.places import REGISTRARS
from catalog.actions.products import MAKERS
from catalog.listings import DATASET_COLUMNS, WAREHOUSE_COLUMNS, DatasetFilter, WarehouseFilter
from catalog.lookup import domain_named, warehouse_for
from catalog.models import Dataset, Product, Warehouse
from guard.doors import opened
from guard.levels import HIGHEST, LOWEST
from guard.models import Domain
from web import pieces
from web.listing import Listing
from web.pages import page
from web.panels import place_for


def show_catalog(request: HttpRequest) -> HttpResponse:
    """What there is, by level, and what waits for classification; where it lies comes later."""
    datasets = Dataset.objects.visible_to(request.user)
    ranks = range(LOWEST, HIGHEST + 1)
    counts = datasets.order_by().aggregate(
        datasets=Count("pk"),
        unclassified=Count("pk", filter=Q(unclassified_count__gt=0) | Q(column_count=0, declared_level=None)),
        unreviewed=Count("pk", filter=Q(reviewed_at=None)),
        **{f"level_{rank}": Count("pk", filter=Q(thing__level=rank)) for rank in ranks},
    )
    products = Product.objects.visible_to(request.user)
    context = {
        "counts": counts,
        "levels": [(rank, counts[f"level_{rank}"]) for rank in ranks],
        "products": products.order_by("-thing__updated_at", "-pk")[:8],
        "newest": datasets.select_related("thing__domain").order_by("-thing__updated_at", "-pk")[:8],
        "places": place_for(reverse("catalog:catalog-places"), _("Domains and warehouses"), "mid", "catalog-places"),
    }
    context["may_begin"] = MAKERS.permits(request.user.principal)  # type: ignore[union-attr]
    return page(request, "catalog/overview.html", context)


@require_GET
def show_places(request: HttpRequest) -> HttpResponse:
    """The part of the overview that says where data lies."""
    drawn = render_to_string(
        "catalog/_places.html",
        {
            "domains": Domain.objects.all(),
            "warehouses": Warehouse.objects.visible_to(request.user).order_by("thing__title"),
        },
        request,
    )
    context = {"heading": _("Domains and warehouses"), "crumb": _("Catalog"), "back": reverse("catalog:catalog-show")}
    return pieces.answer(request, drawn, context)


def list_domains(request: HttpRequest) -> HttpResponse:
    """Every domain, with how much of it the reader may see."""
    seen = dict(
        Dataset.objects.visible_to(request.user).order_by().values_list("thing__domain_id").annotate(n=Count("pk"))
    )
    made = dict(
        Product.objects.visible_to(request.user).order_by().values_list("thing__domain_id").annotate(n=Count("pk"))
    )
    rows = [(domain, made.get(domain.pk, 0), seen.get(domain.pk, 0)) for domain in Domain.objects.all()]
    return page(request, "catalog/domains.html", {"rows": rows})


def show_domain(request: HttpRequest, slug: str) -> HttpResponse:
    """The products and datasets of one domain."""
    domain = domain_named(slug)
    products = Product.objects.visible_to(request.user).filter(thing__domain=domain)
    listing = Listing(
        Dataset.objects.visible_to(request.user).filter(thing__domain=domain), DATASET_COLUMNS, DatasetFilter,
        csv_name=f"datasets-{domain.slug}", title=_("Datasets"), empty=no_datasets(),
    )  # fmt: skip
    context = {"domain": domain, "products": products.order_by("-thing__updated_at", "-pk")[:50]}
    return listing.respond(request, "catalog/domain.html", context)


def list_warehouses(request: HttpRequest) -> HttpResponse:
    """Places where data lies."""
    listing = Listing(
        Warehouse.objects.visible_to(request.user), WAREHOUSE_COLUMNS, WarehouseFilter, default_sort="thing__title",
        csv_name="warehouses",
        empty={"title": _("No warehouse yet"), "sentence": _("A data engineer registers one; an import asks for it.")},
    )  # fmt: skip
    may_add = REGISTRARS.permits(request.user.principal)  # type: ignore[union-attr]
    return listing.respond(request, "catalog/warehouses.html", {"may_add": may_add})


def show_warehouse(request: HttpRequest, key: str) -> HttpResponse:
    """One warehouse and its datasets."""
    warehouse = warehouse_for(request.user, key)
    listing = Listing(
        Dataset.objects.visible_to(request.user).filter(warehouse=warehouse), DATASET_COLUMNS, DatasetFilter,
        csv_name=f"datasets-{warehouse.name}", title=_("Datasets"), empty=no_datasets(),
    )  # fmt: skip
    opened(request.user, warehouse)
    return listing.respond(request, "catalog/warehouse.html", {"warehouse": warehouse})


def no_datasets() -> dict[str, str]:
    """What an empty list of datasets says."""
    return {"title": _("No dataset yet"), "sentence": _("Import dbt artifacts or a data contract, or add one by hand.")}
