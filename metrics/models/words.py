"""Words that definitions are made of, as data: reusable limits and statistical periods."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from metrics.models.metric import CODE


class BusinessLimit(models.Model):
    """A named condition that many derived metrics share, such as “client is the app”."""

    code = models.CharField(max_length=60, unique=True, validators=[CODE])
    name = models.CharField(max_length=120)
    predicate = models.TextField(help_text="one SQL condition over the columns of the source")
    domain = models.ForeignKey("guard.Domain", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StatPeriod(models.Model):
    """A span over which values are taken together: 1d, 7d, mtd …"""

    class Shape(models.TextChoices):
        ROLLING = "rolling", _("Rolling days")
        TO_DATE = "to_date", _("From the start of a calendar period")
        ALL = "all", _("All time")

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=60)
    shape = models.CharField(max_length=8, choices=Shape.choices, default=Shape.ROLLING)
    days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="length of a rolling period")
    grain = models.CharField(max_length=8, blank=True, help_text="calendar period of a to-date span: month, year …")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.code
