"""What the catalogue's lists show and filter by, for pages and API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.models import Dataset, Product, Warehouse
from catalog.models.dataset import Layer
from catalog.models.product import ProductKind
from guard import clock
from web.cells import DOMAIN, KEY, LEVEL, STATE, TITLE, UPDATED, Column, number
from web.filters import GovernedFilter
from web.templatetags.throughline import thing_link

REVIEWS = [("current", _("Reviewed")), ("missing", _("Not reviewed")), ("stale", _("Changed or due"))]


class DatasetFilter(GovernedFilter):
    """Datasets by warehouse, layer, and how far their classification is."""

    searched = ("thing__title", "thing__key", "qualified_name")

    warehouse = django_filters.CharFilter(method="of_warehouse", label=_("Warehouse"), widget=forms.HiddenInput)
    layer = django_filters.ChoiceFilter(choices=Layer.choices, label=_("Layer"), empty_label=_("Any layer"))
    review = django_filters.ChoiceFilter(
        choices=REVIEWS, method="of_review", label=_("Review"), empty_label=_("Any review")
    )
    classified = django_filters.ChoiceFilter(
        choices=[("yes", _("All columns classified")), ("no", _("Some unclassified"))], method="of_classified",
        label=_("Columns"), empty_label=_("Any"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters.pop("state", None)

    def of_warehouse(self, queryset: Any, name: str, value: str) -> Any:
        """By a warehouse that one may see; the name of another finds nothing."""
        seen = Warehouse.objects.visible_to(self.request.user).filter(name=value)
        return queryset.filter(warehouse__in=seen.values("pk"))

    def of_review(self, queryset: Any, name: str, value: str) -> Any:
        if value == "missing":
            return queryset.filter(reviewed_at=None)
        stale = Q(review_due__lt=clock.now().date()) | ~Q(reviewed_schema_hash=F("schema_hash"))
        reviewed = queryset.filter(reviewed_at__isnull=False)
        return reviewed.filter(stale) if value == "stale" else reviewed.exclude(stale)

    def of_classified(self, queryset: Any, name: str, value: str) -> Any:
        open_ones = Q(unclassified_count__gt=0) | Q(column_count=0, declared_level=None)
        return queryset.exclude(open_ones) if value == "yes" else queryset.filter(open_ones)

    class Meta:
        model = Dataset
        fields: list[str] = []


class ProductFilter(GovernedFilter):
    """Products by kind and stage."""

    kind = django_filters.ChoiceFilter(
        field_name="product_kind", choices=ProductKind.choices, label=_("Kind"), empty_label=_("Any kind")
    )
    stage = django_filters.CharFilter(field_name="thing__state", label=_("Stage"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["stage"].extra["widget"] = forms.HiddenInput

    class Meta:
        model = Product
        fields: list[str] = []


class WarehouseFilter(GovernedFilter):
    """Warehouses by the common filters."""

    searched = ("thing__title", "thing__key", "name")

    class Meta:
        model = Warehouse
        fields: list[str] = []


def review_words(dataset: Dataset) -> Any:
    """How far the classification of a dataset is, as a chip."""
    if not dataset.is_classified:
        count = dataset.unclassified_count or dataset.column_count
        words = _("%(n)d unclassified") % {"n": count} if count else _("no columns known")
        return format_html('<span class="chip chip-warn">{}</span>', words)
    if dataset.reviewed_at is None:
        return format_html('<span class="chip chip-warn">{}</span>', _("not reviewed"))
    if not dataset.is_review_current(clock.now().date()):
        return format_html('<span class="chip chip-warn">{}</span>', _("review due"))
    return format_html('<span class="chip chip-good">{}</span>', _("reviewed"))


DATASET_COLUMNS = [
    KEY,
    Column("name", _("Dataset"), sort="qualified_name", head=True, css="mono",
           cell=lambda r: thing_link(r, r.qualified_name), csv=lambda r: r.qualified_name),
    LEVEL,
    Column("layer", _("Layer"), sort="layer"),
    DOMAIN,
    number("column_count", _("Columns"), sort="column_count"),
    Column("review", _("Classification"), cell=review_words),
    UPDATED,
]  # fmt: skip
PRODUCT_COLUMNS = [
    KEY,
    TITLE,
    STATE,
    LEVEL,
    Column("product_kind", _("Kind"), sort="product_kind", cell=lambda r: r.get_product_kind_display()),
    DOMAIN,
    Column("review_on", _("Review on"), cell=lambda r: r.review_on),
    UPDATED,
]
WAREHOUSE_COLUMNS = [
    KEY,
    TITLE,
    Column("name", _("Name"), sort="name", css="mono"),
    Column("dialect", _("SQL"), sort="dialect"),
    LEVEL,
    DOMAIN,
]
