"""Scans of datasets, what each column was found to be, and what people said is not so. Counts and shapes, no values."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models import Column, Dataset
from governance.models.desk import LevelReview
from guard.governed import Part

USER = settings.AUTH_USER_MODEL


class Scan(Part):
    """One look of the scanner at one dataset, asked for by a person, carried out by the worker."""

    POLICY_PATHS = ("dataset__thing",)
    POLICY_GRADE = 4

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="scans")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20, help_text="of the recognisers")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    said = models.CharField(max_length=300, blank=True, help_text="why it failed, without any value")
    job = models.UUIDField(null=True, blank=True, help_text="the job that carries it out")
    rows = models.PositiveIntegerField(default=0, help_text="most rows read of one column")
    schema_hash = models.CharField(max_length=64, blank=True, help_text="of the columns when it was asked for")
    review = models.ForeignKey(LevelReview, null=True, blank=True, on_delete=models.PROTECT, related_name="scans")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Part.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset"], condition=models.Q(state="waiting"), name="governance_one_scan_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"scanner@{self.version} {self.state}"


class ScanFinding(Part):
    """What a scan says of one column: found, clean or unknown; what follows from it; what a person decided."""

    POLICY_PATHS = ("dataset__thing",)
    POLICY_GRADE = 4

    class Result(models.TextChoices):
        FOUND = "found", _("found")
        CLEAN = "clean", _("nothing found")
        UNKNOWN = "unknown", _("unknown")

    class Stance(models.TextChoices):
        NONE = "", _("nothing follows")
        PROPOSED = "proposed", _("proposed")
        AGREES = "agrees", _("a person says so already")
        DISSENT = "dissent", _("a person says otherwise")
        EXCEPTED = "excepted", _("a person said that it is not")
        WAITS = "waits", _("under another review")

    class Decision(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        SUPERSEDED = "superseded", _("replaced by a later scan")

    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="findings")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    # no constraint: a column may go with an import; the record keeps its name
    column = models.ForeignKey(Column, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    column_name = models.CharField(max_length=200)
    review = models.ForeignKey(LevelReview, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=7, choices=Result.choices)
    why = models.CharField(max_length=20, help_text="passes, no-kind, no-rows, only-junk, too-few, unreadable, absent")
    kind = models.CharField(max_length=30, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True, help_text="the level that the kind has at least")
    stance = models.CharField(max_length=8, choices=Stance.choices, blank=True, default=Stance.NONE)
    rows = models.PositiveIntegerField(default=0)
    junk = models.PositiveIntegerField(default=0)
    distinct = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    says = models.CharField(max_length=9, blank=True, help_text="what the name says: told, plain, silent, otherwise")
    score = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    shapes = models.JSONField(default=list, blank=True, help_text="masked shapes with counts; never a value")
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["scan", "column"], name="governance_finding_once")]
        indexes = [
            models.Index(
                fields=["column"],
                name="governance_finding_open",
                condition=models.Q(stance="proposed", decision="open"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.column_name}: {self.kind or self.result}"

    @property
    def is_open(self) -> bool:
        """Whether somebody may still accept or reject it."""
        return self.stance == self.Stance.PROPOSED and self.decision == self.Decision.OPEN


class ScanException(Part):
    """A person's word that a column is not of a kind. It counts while the column keeps its type, until it is ended."""

    POLICY_PATHS = ("dataset__thing",)
    POLICY_GRADE = 4

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    column = models.ForeignKey(Column, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    column_name = models.CharField(max_length=200)
    data_type = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=30)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField(db_default=Now())
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["column", "kind"], condition=models.Q(ended_at__isnull=True), name="governance_exception_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.column_name}: not {self.kind}"
