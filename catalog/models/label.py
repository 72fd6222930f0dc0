"""Labels: who said what a column is, by which scheme, on which evidence, and who agreed. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.dataset import Column, Dataset
from guard.governed import Part
from guard.models import Category, Level, Scheme

USER = settings.AUTH_USER_MODEL


class Label(Part):
    """One statement about one column: a level of a scheme, or a category.

    A change of mind is a new row that supersedes the old one; the database refuses any other change (migration 0006).
    What is proposed makes a column stricter at once and never milder. Approved levels of the house scheme stand here
    for the record; what counts of them is `Column.level`. All others count through `Column.floor`, kept by a trigger.
    """

    POLICY_PATHS = ("dataset__thing",)
    POLICY_GRADE = 3

    class Origin(models.TextChoices):
        PERSON = "person", _("a person")
        SCANNER = "scanner", _("the scanner")
        PROPAGATED = "propagated", _("lineage")
        CONTRACT = "contract", _("a contract")
        IMPORT = "import", _("an import")
        CROSSWALK = "crosswalk", _("a scheme that ended")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ENDED = "ended", _("ended")

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="labels")
    # no constraint: a column may go with an import; the record keeps its name
    column = models.ForeignKey(Column, on_delete=models.DO_NOTHING, db_constraint=False, related_name="labels")
    column_name = models.CharField(max_length=200)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PERSON)
    origin_version = models.CharField(max_length=40, blank=True, help_text="of the scanner, or the file's standard")
    confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True, help_text="0 to 1")
    evidence = models.JSONField(default=dict, blank=True, help_text="counts and shapes; never a value")
    reason = models.TextField(blank=True)
    by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="who said or decided it; empty only for what was approved before labels were recorded",
    )  # fmt: skip
    review_key = models.CharField(max_length=24, blank=True, help_text="the review in which it was decided")
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    valid_from = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__isnull=False, category__isnull=True)
                | models.Q(level__isnull=True, category__isnull=False),
                name="catalog_label_one_statement",
            ),
            models.UniqueConstraint(
                fields=["column", "scheme"],
                condition=models.Q(level__isnull=False, superseded_at__isnull=True, state="approved"),
                name="catalog_label_one_level_a_scheme",
            ),
            models.UniqueConstraint(
                fields=["column", "category"],
                condition=models.Q(superseded_at__isnull=True, state__in=("proposed", "approved")),
                name="catalog_label_category_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["dataset"],
                name="catalog_label_current",
                condition=models.Q(superseded_at__isnull=True, state__in=("proposed", "approved")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.column_name}: {self.code}"

    @property
    def what(self) -> Category | Level:
        """The category or the level that it speaks of."""
        return self.category or self.level  # type: ignore[return-value]  # one of the two: catalog_label_one_statement

    @property
    def code(self) -> str:
        """``scheme:code`` of the category or the level."""
        return f"{self.scheme.code}:{self.what.code}"

    @property
    def is_house_level(self) -> bool:
        return self.level_id is not None and self.scheme.is_house

    @property
    def approved_by(self) -> str | None:
        """Account of who agreed last; None while nobody did. All who agreed stand in the review."""
        return self.by.username if self.by and self.state == self.State.APPROVED else None

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None and self.state in (self.State.PROPOSED, self.State.APPROVED)
