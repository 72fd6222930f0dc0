"""What people say of a piece of column lineage: that it carries nothing, carries less, or is no more."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Column, ColumnEdge, Dataset
from guard.governed import Governed

USER = settings.AUTH_USER_MODEL


class Attestation(Governed):
    """A stop, a transformation or a removal on one way from a column into another (or into a whole dataset).

    It holds only while it is live, agreed to by enough other people on exactly this content, the statement of SQL is
    still the one that was looked at, its conditions hold, and the source is no stricter than it was. The database
    counts all of that itself (``governance_cap``); nothing here lets an edge carry less by being
    written.
    """

    KIND = "attestation"
    POLICY_PATHS = ("thing", "source_dataset__thing", "target_dataset__thing")
    POLICY_GRADE = 3

    class What(models.TextChoices):
        STOP = "stop", _("stop")
        TRANSFORMATION = "transformation", _("transformation")
        REMOVAL = "removal", _("removal")

    class Method(models.TextChoices):
        DROP = "drop", _("dropped")
        KEYED_HASH = "keyed_hash", _("keyed hash")
        TOKENISE = "tokenise", _("tokenised")
        TRUNCATE = "truncate", _("truncated")
        BUCKET = "bucket", _("bucketed")
        AGGREGATE_K = "aggregate_k", _("aggregated over at least k")
        CUSTOM = "custom", _("another way")

    what = models.CharField(max_length=14, choices=What.choices)
    # no constraints: a column or an edge may go; the record keeps the names
    edge = models.ForeignKey(ColumnEdge, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    source_dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(
        Column, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    source_name = models.CharField(max_length=200, blank=True)
    target_dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="attestations")
    target = models.ForeignKey(
        Column, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    target_name = models.CharField(max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(help_text="what the source passed on; chooses who must agree")
    method = models.CharField(max_length=11, choices=Method.choices, blank=True)
    lowers_to = models.PositiveSmallIntegerField(default=0, help_text="the rank that it still lets through; 0: none")
    conditions: models.JSONField[Any, Any] = models.JSONField(
        default=dict, blank=True, help_text="what must hold: k, the least group that the target shows"
    )
    sql_hash = models.CharField(max_length=64, blank=True, help_text="of the statement that was looked at")
    evidence = models.TextField(help_text="how one can see that it is so")
    proposer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    ends_on = models.DateField(null=True, blank=True, help_text="last day; none for a removal")
    content_hash = models.CharField(max_length=64)
    decided_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="when people were told that it no longer holds")

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(rank__range=(0, 5)), name="governance_attested_rank_known"),
            models.CheckConstraint(
                condition=models.Q(what="transformation", lowers_to__range=(1, 4), ends_on__isnull=False)
                & ~models.Q(method="") & ~models.Q(sql_hash="")
                | models.Q(what="stop", lowers_to=0, method="", ends_on__isnull=False)
                | models.Q(what="removal", lowers_to=0, method=""),
                name="governance_attested_whole",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["source", "target"], name="governance_attested_way")]

    @property
    def way(self) -> str:
        """``source.column → target.column``, for those who may see both."""
        return f"{self.source_name or '*'} → {self.target_name or '*'}"
