"""Runs of enforcement and what verifying found. Written by the verbs of governance, read through its desk.

They name every table and column of a warehouse, whatever its level: `visible_to` shows them to nobody by clearance
alone, and `governance.enforcement.desk` admits whoever may see all of that.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models import Warehouse
from guard.governed import Part
from guard.policy import RAW

USER = settings.AUTH_USER_MODEL


class EnforcementRun(Part):
    """One plan and what became of it. Its inverse is stored before anything is done."""

    POLICY_PATHS = ("warehouse__thing",)
    POLICY_GRADE = RAW

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        APPLIED = "applied", _("applied")
        REVERTED = "reverted", _("reverted")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="enforcement_runs")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    applied_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    reverted_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reverted_at = models.DateTimeField(null=True, blank=True)
    world_digest = models.CharField(max_length=64, help_text="the state that the plan starts from")
    wanted_digest = models.CharField(max_length=64, help_text="the levels, people and grants that it aims at")
    after_digest = models.CharField(max_length=64, blank=True)
    managed = ArrayField(models.TextField(), default=list)
    keepers = ArrayField(models.TextField(), default=list, blank=True)
    statements = models.JSONField(default=list)
    inverse = models.JSONField(default=list)
    findings = models.JSONField(default=list, help_text="what differs: class, code, thing, who, detail")
    preview = models.JSONField(default=dict, help_text="who gains, who loses")
    trial = models.JSONField(null=True, blank=True, help_text="what the dry run showed")
    before = models.JSONField(default=dict, help_text="the state before, for the proof of a revert")
    texts = models.JSONField(default=list, help_text="queries of the views that it replaced")
    known = models.JSONField(default=dict, help_text="what the next run may trust")
    ended = models.JSONField(default=dict, help_text="logins whose sessions were ended, and could not be")
    job = models.UUIDField(null=True, blank=True, help_text="the job that carries it out, when a worker does")

    class Meta(Part.Meta):
        ordering = ["-id"]
        indexes = [models.Index(fields=["warehouse", "-id"], name="governance_run_of")]

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.pk} {self.state}"

    @property
    def digest(self) -> str:
        """Short name of exactly this plan: who applies it repeats it."""
        return f"{self.world_digest[:8]}{self.wanted_digest[:8]}"


class Verification(Part):
    """What one look at the true state of a warehouse found."""

    POLICY_PATHS = ("warehouse__thing",)
    POLICY_GRADE = RAW

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="verifications")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    counts = models.JSONField(default=dict)
    drift = models.JSONField(default=list, help_text="class, code, thing, who, detail; at most 500")
    facts = models.JSONField(default=dict, help_text="what is under enforcement, and who is past it by nature")

    class Meta(Part.Meta):
        ordering = ["-id"]
        indexes = [models.Index(fields=["warehouse", "-id"], name="governance_verified_of")]

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.counts}"

    @property
    def is_in_step(self) -> bool:
        """Whether nothing differed."""
        return not any(self.counts.values())
