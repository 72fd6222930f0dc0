"""Grants: access that was asked for, decided, given for a while, stopped, ended; and the stretches in which it ran."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Dataset
from guard.governed import Governed, Part
from prds.models import Prd

USER = settings.AUTH_USER_MODEL


class Mode(models.TextChoices):
    """How the data is to be used."""

    QUERY = "query", _("Query")
    EXPORT = "export", _("Export")
    API = "api", _("API")


class Place(models.TextChoices):
    """Where a grant stands among those of one person on one dataset: one of each may be live, by the database."""

    HELD = "held", _("asked for or running")
    NEXT = "next", _("asked for, to follow the one that runs")
    GLASS = "glass", _("taken in an emergency")


class Cause(models.TextChoices):
    """Why a grant is suspended."""

    LEVEL = "level", _("The dataset is stricter now than what was agreed to.")
    PRD = "prd", _("The PRD that it was asked for has ended.")
    LEFT = "left", _("Who held it has left.")
    DISUSE = "disuse", _("It was not used for a long time.")
    SILENT = "silent", _("Nobody confirmed the levels of its dataset in time.")
    HAND = "hand", _("Somebody who decides on it stopped it.")


class Grant(Governed):
    """Access that was asked for, decided, given until a day, and ended."""

    KIND = "grant"

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="grants")
    requester = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    purpose_note = models.TextField(blank=True)
    prd = models.ForeignKey(Prd, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    columns = ArrayField(models.CharField(max_length=200), default=list, blank=True, help_text="empty: whole table")
    mode = models.CharField(max_length=6, choices=Mode.choices, default=Mode.QUERY)
    is_masked = models.BooleanField(default=False, help_text="values above the holder's own clearance stay masked")
    ends_on = models.DateField(null=True, blank=True, help_text="last day; none: without an end")
    place = models.CharField(max_length=5, choices=Place.choices, default=Place.HELD)
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals")
    content_hash = models.CharField(max_length=64)
    approved_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    opened_rank = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the strictest level shown in clear in the warehouse"
    )
    granted_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True, help_text="the moment at which it ends by itself")
    ended_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_for = models.CharField(max_length=6, choices=Cause.choices, blank=True)
    note = models.TextField(blank=True, help_text="why it was stopped or ended, in the words of who did")
    round = models.PositiveSmallIntegerField(
        default=0, help_text="how often it was suspended: votes count for one round"
    )
    reviewed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    is_justified = models.BooleanField(null=True, blank=True, help_text="what the review of an emergency came to")
    review_note = models.TextField(blank=True)

    class Meta(Governed.Meta):
        indexes = [
            models.Index(
                fields=["until"],
                name="governance_grant_until",
                condition=models.Q(granted_at__isnull=False, ended_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "dataset", "place"],
                condition=models.Q(ended_at__isnull=True),
                name="governance_one_live_grant",
            ),
            models.UniqueConstraint(
                fields=["requester"],
                condition=models.Q(place="glass", reviewed_at__isnull=True),
                name="governance_glass_looked_at_first",
            ),
            models.CheckConstraint(
                condition=~models.Q(reviewed_by=models.F("requester")), name="governance_glass_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | models.Q(
                    reviewed_at__isnull=False, reviewed_by__isnull=False, is_justified__isnull=False, place="glass"
                ),
                name="governance_glass_looked_at_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(place="glass") | models.Q(until__isnull=False), name="governance_glass_ends"
            ),
        ]

    @property
    def is_emergency(self) -> bool:
        """Taken before anybody agreed (break-glass)."""
        return self.place == Place.GLASS

    @property
    def waits_for_review(self) -> bool:
        """Taken in an emergency and not looked at since."""
        return self.is_emergency and self.reviewed_at is None

    def days_left(self, today: date) -> int | None:
        """Days until it ends; None without an end."""
        return (self.ends_on - today).days if self.ends_on else None


class GrantPeriod(Part):
    """One stretch in which a grant really opened its dataset, from a moment up to another, which is not part of it.

    Two stretches of one person on one dataset never overlap: the database excludes it, direct SQL too.
    """

    POLICY_PATHS = ("grant__thing",)

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="periods")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    period = DateTimeRangeField()

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            ExclusionConstraint(
                name="governance_one_grant_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("dataset", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(period__isempty=False, period__startswith__isnull=False),
                name="governance_period_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.begins} to {self.ends}"

    @property
    def begins(self) -> datetime:
        """The first moment."""
        lower: Any = self.period.lower
        return lower  # type: ignore[no-any-return]

    @property
    def ends(self) -> datetime | None:
        """The moment at which it ends; None for never."""
        upper: Any = self.period.upper
        return upper  # type: ignore[no-any-return]
