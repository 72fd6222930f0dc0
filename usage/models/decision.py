"""Decisions: what was decided, on which pinned evidence, by whom, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from guard.doors.managers import GovernedManager
from guard.governed import Governed, Part


class DataRole(models.TextChoices):
    """What part data had."""

    DATA_DRIVEN = "data_driven", _("Data decided")
    DATA_INFORMED = "data_informed", _("Data informed")
    JUDGEMENT = "judgement", _("Judgement")


class Reversibility(models.TextChoices):
    """Whether there is a way back."""

    TWO_WAY = "two_way", _("Can be undone")
    ONE_WAY = "one_way", _("Cannot be undone")


class Verdict(models.TextChoices):
    """What looking back says."""

    HELD = "held", _("Held")
    PARTLY = "partly", _("Partly")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Cannot be told")


class DecisionManager(GovernedManager):
    """Decisions come with who attested them."""

    def get_queryset(self):  # type: ignore[no-untyped-def]
        return super().get_queryset().select_related("attested_by", "drafted_by", "supersedes__thing")


class Decision(Governed):
    """One decision. It counts only when a named decision maker attested it on pinned evidence."""

    KIND = "decision"

    question = models.TextField()
    context_md = models.TextField(blank=True)
    context_html = models.TextField(blank=True)
    options = ArrayField(
        models.CharField(max_length=300), default=list, help_text="at least two, one may be to do nothing"
    )
    chosen_option = models.CharField(max_length=300, blank=True)
    data_role = models.CharField(max_length=14, choices=DataRole.choices, default=DataRole.DATA_INFORMED)
    reversibility = models.CharField(max_length=8, choices=Reversibility.choices, default=Reversibility.TWO_WAY)
    counter_evidence = models.TextField(blank=True)
    dissent = models.TextField(blank=True)
    affected_people = models.TextField(blank=True)
    has_person_consequence = models.BooleanField(
        default=False, help_text="pay, appraisal, discipline of single persons"
    )
    purpose = models.CharField(
        max_length=60, blank=True, help_text="what the data is used for, when persons are concerned"
    )
    expected_metric = models.CharField(max_length=120, blank=True)
    expected_baseline = models.CharField(max_length=60, blank=True)
    expected_target = models.CharField(max_length=60, blank=True)
    expected_by = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    actual_value = models.CharField(max_length=60, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    lesson = models.TextField(blank=True)
    value_estimate = models.CharField(max_length=120, blank=True)
    value_method = models.CharField(max_length=300, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attested_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DecisionManager()  # type: ignore[misc]

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(attested_by__isnull=True, attested_at__isnull=True)
                | models.Q(attested_by__isnull=False, attested_at__isnull=False),
                name="usage_attested_by_somebody",
            )
        ]


class Evidence(Part):
    """One thing that a decision rests on, pinned: which version, which value, as of when."""

    POLICY_PATHS = ("decision__thing",)

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="evidence")
    thing = models.ForeignKey("guard.Thing", on_delete=models.PROTECT, related_name="+")
    pinned = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=60, blank=True, help_text="of a metric, as it was read")
    as_of = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta(Part.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["decision", "thing"], name="usage_evidence_once")]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.pinned} {self.value}"
