"""The overview, domains and warehouses."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from catalog.actions.places import REGISTRARS
from catalog.actions.products import MAKERS
from catalog.listings import DATASET_COLUMNS, WAREHOUSE_COLUMNS, DatasetFilter, WarehouseFilter
from catalog.lookup import domain_named, warehouse_for
from catalog.models import Dataset, Product, Warehouse
from guard.doors import opened
from guard.models import Domain
from web.listing import Listing
from web.pages import page


def show_catalog(request: HttpRequest) -> HttpResponse:
    """What there is, by level, and what waits for classification."""
    datasets = Dataset.objects.visible_to(request.user)
    counts = datasets.order_by().aggregate(
        datasets=Count("pk"),
        unclassified=Count("pk", filter=Q(unclassified_count__gt=0) | Q(column_count=0, declared_level=None)),
        unreviewed=Count("pk", filter=Q(reviewed_at=None)),
    )
    levels = dict(datasets.order_by().values_list("thing__level").annotate(n=Count("pk")))
    products = Product.objects.visible_to(request.user)
    context = {
        "counts": counts,
        "levels": [(rank, levels.get(rank, 0)) for rank in range(1, 6)],
        "products": products.order_by("-thing__updated_at", "-pk")[:8],
        "newest": datasets.select_related("thing__domain").order_by("-thing__updated_at", "-pk")[:8],
        "domains": Domain.objects.all(),
        "warehouses": Warehouse.objects.visible_to(request.user).order_by("thing__title"),
    }
    context["may_begin"] = MAKERS.permits(request.user.principal)  # type: ignore[union-attr]
    return page(request, "catalog/overview.html", context)


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
