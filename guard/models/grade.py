"""From which clearance how much of a thing is given, as data: one row for each grade of each level."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guard.doors.writing import DoorMixin
from guard.grades import Grades


class GradeRow(DoorMixin, models.Model):
    """The least clearance, in the domain of a thing, that gives this grade of a thing of this level.

    Without one, clearance alone never gives it. All thirty rows are always there, and migration 0011 holds that more
    clearance never gives less: no statement leaves a table that says otherwise. Two people change them
    (governance.rules.data; a trigger looks for their votes).
    """

    level = models.PositiveSmallIntegerField()
    grade = models.PositiveSmallIntegerField(help_text="1 existence, 2 name, 3 columns, 4 profile, 5 and 6 samples")
    clearance = models.PositiveSmallIntegerField(null=True, help_text="empty: never by clearance alone")

    class Meta:
        db_table = "guard_grade"
        ordering = ["level", "grade"]
        constraints = [
            models.UniqueConstraint(fields=["level", "grade"], name="guard_grade_once"),
            models.CheckConstraint(
                condition=Q(level__range=(1, 5), grade__range=(1, 6)), name="guard_grade_of_a_known_level"
            ),
            models.CheckConstraint(
                condition=Q(clearance__isnull=True) | Q(clearance__range=(1, 5)), name="guard_grade_known_clearance"
            ),
        ]

    def __str__(self) -> str:
        return f"L{self.level} grade {self.grade} from {self.clearance or 'never'}"

    @classmethod
    def in_force(cls) -> Grades:
        """The table as it is now; a reader's principal carries the one that was in force when it was fetched."""
        return Grades.of({(row.level, row.grade): row.clearance for row in cls.objects.all()})
