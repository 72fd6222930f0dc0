"""Campaigns: a frozen list of datasets whose levels people look at again until a day."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Dataset
from guard.governed import Governed, Part

USER = settings.AUTH_USER_MODEL


class Campaign(Governed):
    """A recertification: which domain and levels, why, until when; `scope_hash` is over what was frozen."""

    KIND = "campaign"

    why = models.TextField()
    levels = ArrayField(models.PositiveSmallIntegerField(), help_text="effective levels of the datasets, when opened")
    due_on = models.DateField()
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    scope_hash = models.CharField(max_length=64)
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Governed.Meta):
        pass


class CampaignItem(Part):
    """One dataset of a campaign as it was when the campaign opened, and the one answer about it.

    The database refuses to change what was frozen, and an answer once given (migration 0007).
    """

    POLICY_PATHS = ("dataset__thing",)

    class Verdict(models.TextChoices):
        CONFIRM = "confirm", _("confirmed")
        CHANGE = "change", _("to be changed")
        SILENCE = "silence", _("nobody answered")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="items")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(help_text="effective level then")
    columns = models.PositiveIntegerField(help_text="how many it had")
    content_hash = models.CharField(max_length=64, help_text="over its columns, types and approved levels")
    fresh_at = models.DateTimeField(help_text="when the catalogue last heard of it")
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    together = models.PositiveSmallIntegerField(default=0, help_text="how many were answered in the same moment")
    note = models.TextField(blank=True)

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "dataset"], name="governance_campaign_item_once"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=("", "silence"), decided_by__isnull=True)
                | models.Q(verdict__in=("confirm", "change"), decided_by__isnull=False),
                name="governance_campaign_answer_has_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.dataset_id}"
