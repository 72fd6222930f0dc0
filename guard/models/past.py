"""What rows of the policy were before they changed: written by the database, read by `guard.past` alone."""

from django.db import models


class Past(models.Model):
    """The state of one row until a moment; without `row` it was not there before.

    The triggers of migration 0008 write it, nothing else can: the question "who could read this on that day" is
    answered from here, so it must not be possible to forget a right, or to make one up.
    """

    relation = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    row = models.JSONField(null=True)
    until = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["relation", "row_id", "until"], name="guard_past_row")]

    def __str__(self) -> str:
        return f"{self.relation} {self.row_id} until {self.until}"
