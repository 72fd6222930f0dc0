"""Labels in a review: which category, or level of another scheme, a column gets, and which one it should lose."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Column
from governance.models.desk import LevelReview
from guard.governed import Part
from guard.models import Category, Level, Scheme


class Place(NamedTuple):
    """One statement about one column: of a category, or of a level."""

    column: int
    category: int | None
    level: int | None


class ReviewLabel(Part):
    """One category of one column, or one level of another scheme than the house's, that a review adds or takes away.

    A level that takes the place of another one of its scheme is two rows: the one is added, the other taken away.
    """

    POLICY_PATHS = ("review__thing",)
    POLICY_GRADE = 3

    class Change(models.TextChoices):
        ADD = "add", _("added")
        REMOVE = "remove", _("taken away")

    review = models.ForeignKey(LevelReview, on_delete=models.PROTECT, related_name="labels")
    # no constraint: a column may go with an import; the record keeps its name
    column = models.ForeignKey(Column, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    column_name = models.CharField(max_length=200)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    change = models.CharField(max_length=6, choices=Change.choices)

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "column", "category"], name="governance_review_label_once"),
            models.UniqueConstraint(fields=["review", "column", "level"], name="governance_review_level_once"),
            models.CheckConstraint(
                condition=models.Q(level__isnull=False, category__isnull=True)
                | models.Q(level__isnull=True, category__isnull=False),
                name="governance_review_label_one_statement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.column_name}: {self.scheme.code}:{self.what.code} {self.change}"

    @property
    def what(self) -> Category | Level:
        """The category or the level that it speaks of."""
        return self.category or self.level  # type: ignore[return-value]  # one of the two, by the check

    @property
    def scheme(self) -> Scheme:
        """Whose word it is."""
        return self.what.scheme

    @property
    def place(self) -> Place:
        """Which label of which column it speaks of."""
        return Place(self.column_id, self.category_id, self.level_id)

    @property
    def is_removal(self) -> bool:
        return self.change == self.Change.REMOVE
