"""Datasets and their columns, with the levels that the database itself holds together (migration 0002)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from catalog.models.warehouse import Warehouse
from guard.governed import Governed, Part
from guard.levels import UNKNOWN


class Layer(models.TextChoices):
    """Where in the warehouse's layering a table stands."""

    ODS = "ODS", _("ODS, as delivered")
    DWD = "DWD", _("DWD, detail")
    DWS = "DWS", _("DWS, summary")
    ADS = "ADS", _("ADS, application")
    DIM = "DIM", _("DIM, dimension")


class Dataset(Governed):
    """One table, view or file set of a warehouse, with its contract and the review of its level.

    `high_water`, `column_count` and `unclassified_count` are kept by a trigger on the columns; nobody else writes them.
    `arrived` is what columns of other datasets ask that choose its rows, or that it reads nobody knows how.
    """

    KIND = "dataset"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="datasets")
    qualified_name = models.CharField(max_length=400, help_text="canonical (catalog.names)")
    schema_name = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=400), default=list, blank=True)
    description = models.TextField(blank=True)
    description_html = models.TextField(blank=True)
    layer = models.CharField(max_length=3, blank=True, choices=Layer.choices)
    grain = models.CharField(max_length=300, blank=True)
    allowed_purposes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    has_personal_data = models.BooleanField(default=False)
    row_count = models.BigIntegerField(null=True, blank=True)
    freshness_minutes = models.PositiveIntegerField(null=True, blank=True)
    min_group = models.PositiveIntegerField(null=True, blank=True, help_text="smallest group that may be shown")
    source = models.CharField(max_length=30, default="hand", help_text="who said so: hand, dbt, odcs …")
    extra = models.JSONField(default=dict, blank=True, help_text="what a contract file says beyond our fields")

    declared_level = models.PositiveSmallIntegerField(null=True, blank=True, help_text="a floor; never below columns")
    high_water = models.PositiveSmallIntegerField(default=UNKNOWN, editable=False)
    arrived = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False, help_text="what lineage asks of it as a whole (catalog.seeping)"
    )
    column_count = models.PositiveIntegerField(default=0, editable=False)
    unclassified_count = models.PositiveIntegerField(default=0, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    review_lapsed_at = models.DateTimeField(null=True, blank=True)
    schema_hash = models.CharField(max_length=64, blank=True, help_text="over names and types of the columns")
    reviewed_schema_hash = models.CharField(max_length=64, blank=True)

    class Meta(Governed.Meta):
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "qualified_name"], name="catalog_dataset_name_once"),
            models.CheckConstraint(
                condition=models.Q(declared_level__isnull=True) | models.Q(declared_level__range=(1, 5)),
                name="catalog_dataset_declared_known",
            ),
        ]
        indexes = [
            models.Index(fields=["qualified_name"], name="catalog_dataset_name"),
            models.Index(
                fields=["review_due"], name="catalog_dataset_due", condition=models.Q(review_due__isnull=False)
            ),
        ]

    @property
    def is_classified(self) -> bool:
        """Whether every column has a level; a dataset without columns needs a declared one."""
        return self.unclassified_count == 0 if self.column_count else self.declared_level is not None

    def is_review_current(self, on: date) -> bool:
        """Whether the classification was reviewed, is not due on `on`, and no column came or changed since (G3)."""
        return (
            self.reviewed_at is not None
            and (self.review_due is None or self.review_due >= on)
            and self.reviewed_schema_hash == self.schema_hash
        )


class Column(Part):
    """One column; seen by whoever sees its dataset at grade 3 or above.

    `level` is the approved rank, None is unclassified. `proposed_level` counts at once where it is higher and never
    where it is lower. `floor` is what its labels of other schemes and its categories ask at least, kept by a trigger;
    `propagated` is what arrives by lineage. `rank` is what counts, computed by the database.
    """

    POLICY_PATHS = ("dataset__thing",)
    POLICY_GRADE = 3

    class LevelState(models.TextChoices):
        NONE = "none", _("Unclassified")
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="columns")
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    data_type = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    proposed_level = models.PositiveSmallIntegerField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    level_state = models.CharField(max_length=8, choices=LevelState.choices, default=LevelState.NONE)
    floor = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    propagated = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    pii_kind = models.CharField(max_length=40, blank=True)
    distinct_count = models.PositiveBigIntegerField(null=True, blank=True, help_text="how many different values it has")
    is_nullable = models.BooleanField(default=True)
    is_key = models.BooleanField(default=False)
    rank = models.GeneratedField(
        expression=Greatest(Coalesce("level", UNKNOWN), Coalesce("proposed_level", 0), "floor", "propagated"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )

    class Meta(Part.Meta):
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "name"], name="catalog_column_once"),
            models.CheckConstraint(
                condition=(models.Q(level__isnull=True) | models.Q(level__range=(1, 5)))
                & (models.Q(proposed_level__isnull=True) | models.Q(proposed_level__range=(1, 5))),
                name="catalog_column_level_known",
            ),
            models.CheckConstraint(
                condition=models.Q(level_state="none", level__isnull=True, proposed_level__isnull=True)
                | models.Q(level_state="proposed", proposed_level__isnull=False)
                | models.Q(level_state="approved", level__isnull=False, proposed_level__isnull=True),
                name="catalog_column_state_true",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="catalog_column_name")]

    def __str__(self) -> str:
        return self.name
