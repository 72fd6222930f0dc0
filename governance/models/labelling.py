"""Categories in a review: which one a column gets, and which one it should lose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Column
from governance.models.desk import LevelReview
from guard.governed import Part
from guard.models import Category


class ReviewLabel(Part):
    """One category of one column that a review adds or takes away."""

    POLICY_PATHS = ("review__thing",)
    POLICY_GRADE = 3

    class Change(models.TextChoices):
        ADD = "add", _("added")
        REMOVE = "remove", _("taken away")

    review = models.ForeignKey(LevelReview, on_delete=models.PROTECT, related_name="labels")
    # no constraint: a column may go with an import; the record keeps its name
    column = models.ForeignKey(Column, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    column_name = models.CharField(max_length=200)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    change = models.CharField(max_length=6, choices=Change.choices)

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "column", "category"], name="governance_review_label_once")
        ]

    def __str__(self) -> str:
        return f"{self.column_name}: {self.category} {self.change}"

    @property
    def is_removal(self) -> bool:
        return self.change == self.Change.REMOVE
