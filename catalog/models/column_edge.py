"""Column lineage: which column of a dataset goes into which of another, who says so, and what is let through."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.dataset import Column, Dataset
from guard.governed import Part
from guard.levels import HIGHEST


class ColumnEdge(Part):
    """One statement that data goes from a column into another column, or into a whole dataset.

    `derives`: the values go into the target column (select, join, union, expression). `filters`: rows of the target
    dataset are chosen, joined or grouped by them, so that a count tells of them; they count for the dataset.
    `unknown`: the dataset is read, it is not known by which column; everything of it counts for the target dataset.

    `cap` is the highest rank that it lets through. The database lets it be below 5 only while an attestation of
    governance holds (governance's migration), and a statement that its origin no longer makes (`gone_at`) goes on
    counting until its removal was agreed to or makes nothing milder.
    """

    POLICY_PATHS = ("source_dataset__thing", "target_dataset__thing")
    POLICY_GRADE = 3

    class Kind(models.TextChoices):
        DERIVES = "derives", _("goes into")
        FILTERS = "filters", _("filters")
        UNKNOWN = "unknown", _("is read by")

    class Origin(models.TextChoices):
        DBT = "dbt", "dbt"
        SQL = "sql", "SQL"
        OPENLINEAGE = "openlineage", "OpenLineage"
        HAND = "hand", _("by hand")

    source_dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="edges_out")
    # no constraint: a column may go with an import; what it let through stays until that was agreed to (`held`)
    source = models.ForeignKey(
        Column, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="edges_out"
    )
    source_name = models.CharField(max_length=200, blank=True)
    target_dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="edges_in")
    target = models.ForeignKey(
        Column, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="edges_in"
    )
    target_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.DERIVES)
    origin = models.CharField(max_length=11, choices=Origin.choices, default=Origin.HAND)
    confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True, help_text="0 to 1")
    sql_hash = models.CharField(max_length=64, blank=True, help_text="of the normalised SQL that says so; may be empty")
    cap = models.PositiveSmallIntegerField(default=HIGHEST, db_default=HIGHEST, editable=False)
    upto = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False, help_text="the strictest source for which the cap was agreed to"
    )
    held = models.PositiveSmallIntegerField(
        null=True, blank=True, editable=False, help_text="what the source passed on when its column went"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(db_default=Now())
    gone_at = models.DateTimeField(null=True, blank=True, help_text="its origin no longer says so")

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_dataset", "source", "target_dataset", "target", "kind", "origin"],
                condition=models.Q(held__isnull=True),
                nulls_distinct=False,
                name="catalog_edge_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="derives", target__isnull=False)
                | models.Q(kind__in=("filters", "unknown"), target__isnull=True),
                name="catalog_edge_target_by_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="unknown", source__isnull=True, held__isnull=True)
                | models.Q(kind__in=("derives", "filters"), source__isnull=False, held__isnull=True)
                | models.Q(kind__in=("derives", "filters"), source__isnull=True, held__isnull=False),
                name="catalog_edge_source_by_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(source__isnull=True) | models.Q(target__isnull=True)
                | ~models.Q(source=models.F("target")),
                name="catalog_edge_not_to_itself",
            ),
            models.CheckConstraint(condition=models.Q(cap__range=(0, 5)), name="catalog_edge_cap_known"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["source_dataset", "kind"], name="catalog_edge_from")]

    def __str__(self) -> str:
        return f"{self.source_name or '*'} {self.kind} {self.target_name or '*'}"


class Stirred(models.Model):
    """A column, or a whole dataset, whose share in the stream changed and was not followed yet; kept by triggers.

    Numbers only. What an act stirs it follows before it ends; what is left is a large fall that the worker follows, or
    was written by other hands, and the next look takes it along.
    """

    column_number = models.BigIntegerField(null=True, blank=True)
    dataset_number = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"column {self.column_number} dataset {self.dataset_number}"
