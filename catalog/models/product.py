from django.db import models
from django.utils.translation import gettext_lazy as _

from guard.governed import Governed
from people.models import Team


class ProductKind(models.TextChoices):
    DASHBOARD = "dashboard", _("Dashboard")
    DATASET = "dataset", _("Dataset")
    API = "api", _("API")
    MODEL = "model", _("Model")
    METRIC_SET = "metric_set", _("Metric set")
    REPORT = "report", _("Report")


class Product(Governed):
    """A data product: what it is for, whom it serves, and how it will be judged. Its stage is its Thing's state."""

    KIND = "product"

    product_kind = models.CharField(max_length=12, choices=ProductKind.choices, default=ProductKind.DASHBOARD)
    purpose = models.TextField(blank=True)
    purpose_html = models.TextField(blank=True)
    usage_target = models.PositiveSmallIntegerField(null=True, blank=True, help_text="percent of the eligible people")
    audience_team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    eligible_count = models.PositiveIntegerField(null=True, blank=True, help_text="when no team says who")
    review_on = models.DateField(null=True, blank=True)
    sla = models.CharField(max_length=300, blank=True)
    is_loaded_history = models.BooleanField(default=False, help_text="its stage was loaded, not reached by gates")
    extra = models.JSONField(default=dict, blank=True, help_text="what a product file says beyond our fields")

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(usage_target__isnull=True) | models.Q(usage_target__range=(1, 100)),
                name="catalog_product_target_percent",
            )
        ]
