"""The ledger: append-only for the app's role, hash-chained by the database (migration 0003)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from guard.doors.managers import LedgerManager


class Entry(models.Model):
    """One decision, change, refusal or reading of what is strict.

    `payload` is canonical JSON; hash = SHA-256(previous hash || payload).
    """

    id = models.BigIntegerField(primary_key=True)
    recorded_at = models.DateTimeField(db_default=Now(), help_text="always the true clock")
    occurred_at = models.DateTimeField(help_text="may differ from recorded_at only in a load, and then says so")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    verb = models.CharField(max_length=60)
    outcome = models.CharField(max_length=8, choices=[("done", "done"), ("refused", "refused")])
    thing = models.ForeignKey("guard.Thing", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    payload = models.TextField()
    prev_hash = models.CharField(max_length=64, db_default="")
    hash = models.CharField(max_length=64, db_default="")
    fold = models.CharField(
        max_length=80, null=True, default=None, editable=False,
        help_text="of a reading: thing, reader, door and quarter of an hour, of which there is one line",
    )  # fmt: skip

    objects = LedgerManager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["thing", "-id"], name="guard_entry_thing"),
            models.Index(fields=["actor", "-id"], name="guard_entry_actor"),
            models.Index(fields=["verb", "-id"], name="guard_entry_verb"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["fold"], condition=models.Q(fold__isnull=False), name="guard_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.verb}"


class EntryDetail(models.Model):
    """Rows of a bulk act; the entry's payload holds the SHA-256 over all of them in order."""

    entry_id = models.BigIntegerField()
    position = models.PositiveIntegerField()
    payload = models.TextField()

    objects = LedgerManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry_id", "position"], name="guard_detail_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}"
