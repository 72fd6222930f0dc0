"""What was understood from quotes, and how strong the evidence is."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from guard.governed import Governed


class Insight(Governed):
    """A paraphrase that rests on quotes (Links `rests_on`, role supports or contradicts). Its title is short, its
    statement whole; the counts are computed from the quotes that still have their text."""

    KIND = "insight"

    class Sort(models.TextChoices):
        PAIN = "pain", _("Pain")
        JOB = "job", _("Job to be done")
        OUTCOME = "desired_outcome", _("Desired outcome")
        WORKAROUND = "workaround", _("Workaround")
        DECISION = "current_decision", _("Decision made today")
        OBJECTION = "objection", _("Objection")
        PRAISE = "praise", _("Praise")
        CONTEXT = "context", _("Context")

    class Severity(models.IntegerChoices):
        NONE = 0, _("None")
        MILD = 1, _("Mild")
        SERIOUS = 2, _("Serious")
        SEVERE = 3, _("Severe")

    class Frequency(models.TextChoices):
        ONCE = "once", _("Once")
        MONTHLY = "monthly", _("Every month")
        WEEKLY = "weekly", _("Every week")
        DAILY = "daily", _("Every day")

    class Strength(models.IntegerChoices):
        NONE = 0, _("No evidence yet")
        SINGLE = 1, _("One voice")
        FAIR = 2, _("Fair")
        STRONG = 3, _("Strong")

    statement = models.TextField(_("what we understood"))
    kind = models.CharField(_("kind"), max_length=20, choices=Sort.choices, default=Sort.PAIN)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices, default=Severity.MILD)
    frequency = models.CharField(_("how often"), max_length=10, choices=Frequency.choices, default=Frequency.MONTHLY)
    answer_md = models.TextField(_("answer to what contradicts it"), blank=True)
    answer_html = models.TextField(blank=True, editable=False)
    answered_keys = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    measured_value = models.CharField(_("measured value"), max_length=120, blank=True)
    measured_source = models.CharField(_("measured by"), max_length=200, blank=True)
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    participants = models.PositiveIntegerField(default=0, help_text="distinct people whose quotes support it")
    org_units = models.PositiveIntegerField(default=0)
    contradictions = models.PositiveIntegerField(default=0)
    strength = models.PositiveSmallIntegerField(choices=Strength.choices, default=Strength.NONE)

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(severity__lte=3), name="demand_insight_severity_known"),
        ]

    @property
    def is_measured(self) -> bool:
        """Whether a number from a named source stands behind it."""
        return bool(self.measured_value and self.measured_source)
