"""The rules in force, whole, at every moment since there are rules: the newest row counts, and rows are only added."""

from django.db import models
from django.db.models.functions import Now

from guard.doors.writing import DoorMixin


class RuleBook(DoorMixin, models.Model):
    """All rules in force from `at` on. `digest` is over them: whoever has read them need not read again."""

    digest = models.CharField(max_length=64)
    rules = models.JSONField(default=list, help_text="key, code, version, effect, action, kinds, when, mode, title")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["digest"], name="guard_rulebook_digest")]

    def __str__(self) -> str:
        return f"{self.digest[:12]} from {self.at}"
