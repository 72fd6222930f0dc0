"""Reviews of levels, votes, and asked waivers. Everything here is written by the verbs of governance."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models import Column, Dataset
from guard.governed import Governed, Part
from guard.models import Thing, Waiver

USER = settings.AUTH_USER_MODEL


class LevelReview(Governed):
    """Levels proposed for columns of one dataset, to be looked at by others.

    `content_hash` is over items, reason and schema: a vote binds it, so an edit makes earlier votes count no more.
    """

    KIND = "review"

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="level_reviews")
    proposer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    editor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", help_text="who changed it last")
    reason = models.TextField(blank=True)
    is_lowering = models.BooleanField(default=False, help_text="some column would count less than was approved")
    rank = models.PositiveSmallIntegerField(help_text="the strictest level that it speaks of; chooses the approvers")
    floor = models.PositiveSmallIntegerField(null=True, blank=True, help_text="proposed floor of the dataset itself")
    floor_before = models.PositiveSmallIntegerField(null=True, blank=True, help_text="what it was declared then")
    schema_hash = models.CharField(max_length=64, blank=True, help_text="of the dataset when it was proposed")
    content_hash = models.CharField(max_length=64)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(floor__isnull=True)
                | models.Q(floor__range=(1, 5), floor_before__range=(1, 5), floor__lt=models.F("floor_before")),
                name="governance_review_floor_milder",
            )
        ]


class ReviewItem(Part):
    """One column of a review: what was approved, what is proposed."""

    POLICY_PATHS = ("review__thing",)
    POLICY_GRADE = 3

    class Direction(models.TextChoices):
        FIRST = "first", _("first label")
        UP = "up", _("stricter")
        SAME = "same", _("confirmed")
        DOWN = "down", _("milder")

    review = models.ForeignKey(LevelReview, on_delete=models.PROTECT, related_name="items")
    # no constraint: a column may go with an import; the record keeps its name
    column = models.ForeignKey(Column, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    column_name = models.CharField(max_length=200)
    before = models.PositiveSmallIntegerField(null=True, blank=True, help_text="approved rank; None: unclassified")
    rank = models.PositiveSmallIntegerField()
    direction = models.CharField(max_length=5, choices=Direction.choices)

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "column"], name="governance_item_once"),
            models.CheckConstraint(condition=models.Q(rank__range=(1, 5)), name="governance_item_level_known"),
        ]

    def __str__(self) -> str:
        return self.column_name


class Vote(Part):
    """One person's verdict on a review or a grant, bound to what it said at that moment.

    In somebody's place `person` is the deputy, who looked and spoke; the seat is that of `on_behalf_of`.
    """

    POLICY_PATHS = ("thing",)

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("approved")
        REJECT = "reject", _("rejected")

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    slot = models.CharField(max_length=24, help_text="as what they spoke: owner, steward, governance_lead …")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta(Part.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["thing", "person", "content_hash"], name="governance_one_vote_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.verdict}"

    @property
    def seat(self) -> Any:
        """Who holds the seat that it fills."""
        return self.on_behalf_of or self.person

    @property
    def voices(self) -> set[int]:
        """Who has spoken by it, by id: who voted, and in whose place."""
        return {pk for pk in (self.person_id, self.on_behalf_of_id) if pk is not None}


class WaiverRequest(Part):
    """Somebody asks to set a rule aside for one thing for a while; another person decides."""

    POLICY_PATHS = ("thing",)

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="+")
    rule_id = models.CharField(max_length=20)
    reason = models.TextField()
    compensation = models.TextField(blank=True, help_text="what is done instead, meanwhile")
    expires_on = models.DateField()
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    waiver = models.OneToOneField(Waiver, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Part.Meta):
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("decided_by")), name="governance_waiver_two_people"
            ),
            models.UniqueConstraint(
                fields=["thing", "rule_id"],
                condition=models.Q(decided_at__isnull=True),
                name="governance_waiver_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} until {self.expires_on}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None
