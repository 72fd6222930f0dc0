"""Versions of a metric's meaning: never changed, numbered model.revision.addition (SchemaVer)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from guard.governed import Part


class Aggregation(models.TextChoices):
    """How an atomic metric is counted."""

    SUM = "sum", _("Sum")
    COUNT = "count", _("Count")
    COUNT_DISTINCT = "count_distinct", _("Count of different values")
    AVERAGE = "average", _("Average")
    MIN = "min", _("Smallest")
    MAX = "max", _("Largest")
    MEDIAN = "median", _("Median")
    PERCENTILE = "percentile", _("Percentile")
    SUM_BOOLEAN = "sum_boolean", _("Count of true")


class Calculation(models.TextChoices):
    """How a composite metric is made of others."""

    RATIO = "ratio", _("Ratio")
    DIFFERENCE = "difference", _("Difference")
    GROWTH = "growth", _("Growth")
    WEIGHTED = "weighted", _("Weighted mean")
    INDEX = "index", _("Index")
    CONVERSION = "conversion", _("Conversion")


class ChangeKind(models.TextChoices):
    """How far a change reaches (domain.md, version rule)."""

    MODEL = "model", _("The same data can give another number")
    REVISION = "revision", _("History may differ in part")
    ADDITION = "addition", _("The number stays the same")


class Backfill(models.TextChoices):
    """What happens to values before a change."""

    NOT_SAID = "", _("Not said")
    NONE = "none", _("Old values stay as they were")
    RESTATED = "restated", _("Old values are computed again")
    BOTH_SERIES = "both_series", _("Both series are kept side by side")


class MetricVersion(Part):
    """One meaning of a metric, frozen."""

    POLICY_PATHS = ("metric__thing",)

    metric = models.ForeignKey("metrics.Metric", on_delete=models.PROTECT, related_name="versions")
    model = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)
    addition = models.PositiveIntegerField(default=0)
    definition = models.JSONField(default=dict, help_text="every field of metrics.definitions.FIELDS")
    expressions = models.JSONField(default=dict, blank=True, help_text="SQL by dialect")
    source_columns = models.JSONField(default=list, blank=True, help_text='[{"dataset": key, "columns": [name]}]')
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    change_kind = models.CharField(max_length=8, choices=ChangeKind.choices, default=ChangeKind.MODEL)
    change_reason = models.CharField(max_length=300, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    backfill = models.CharField(max_length=11, choices=Backfill.choices, default=Backfill.NOT_SAID, blank=True)
    diff = models.JSONField(default=dict, blank=True, help_text="{field: [before, after]}")
    defined_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    defined_at = models.DateTimeField(db_default=Now())

    class Meta(Part.Meta):
        ordering = ["-model", "-revision", "-addition"]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "model", "revision", "addition"], name="metrics_version_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.model}.{self.revision}.{self.addition}"

    @property
    def numbers(self) -> tuple[int, int, int]:
        """model, revision, addition."""
        return self.model, self.revision, self.addition
