"""Thing, Link and Standing: the three small tables that carry the whole house."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from guard.doors.managers import SealedManager, ThingManager
from guard.doors.writing import DoorMixin
from guard.plain import TitleField


class Thing(DoorMixin, models.Model):
    """One row per governed object with a key, whatever its kind."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=24, unique=True)
    title = TitleField(max_length=300)
    domain = models.ForeignKey("guard.Domain", on_delete=models.PROTECT, related_name="+")
    declared = models.PositiveSmallIntegerField(default=1, help_text="the rank it has in itself")
    level = models.PositiveSmallIntegerField(help_text="effective rank: the higher of declared and carried")
    state = models.CharField(max_length=24, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    row_version = models.PositiveIntegerField(default=1)

    objects = ThingManager()

    class Meta:
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["kind", "-updated_at", "-id"], name="guard_thing_recent"),
            models.Index(fields=["kind", "state"], name="guard_thing_state"),
            models.Index(fields=["domain", "level"], name="guard_thing_policy"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__gte=models.F("declared"), declared__gte=1, level__lte=5),
                name="guard_thing_level_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class Link(DoorMixin, models.Model):
    """One joint of the thread: source -relation-> target, with the pinned version where one is meant.

    `carries` says how the target's level binds the source: not at all, whole (source >= target), or in part
    (source >= carried_rank, the highest of the columns named in `columns`). A constraint trigger holds it.
    """

    source = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="links_out")
    relation = models.CharField(max_length=30)
    target = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="links_in")
    role = models.CharField(max_length=30, blank=True)
    pinned = models.CharField(max_length=60, blank=True)
    columns = models.JSONField(default=list, blank=True, help_text="names of the columns read, when not all")
    carries = models.CharField(max_length=5, choices=[(c, c) for c in ("none", "whole", "part")], default="none")
    carried_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    POLICY_PATHS = ("source", "target")
    objects = SealedManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["source", "relation", "target", "role"], name="guard_link_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="guard_link_not_to_itself"),
            models.CheckConstraint(
                condition=models.Q(carries="part", carried_rank__isnull=False) | ~models.Q(carries="part"),
                name="guard_link_part_has_rank",
            ),
        ]
        indexes = [models.Index(fields=["target", "relation"], name="guard_link_back")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.target_id}"


class Standing(DoorMixin, models.Model):
    """Why one person or team may see or do more with one thing than clearance gives, and until when."""

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="standings")
    # No index on either alone: the two below begin with them, and a question behind the wall must not choose wrongly.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="standings",
        db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(
        "people.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="standings", db_index=False
    )
    reason = models.CharField(max_length=24)
    grade = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    POLICY_PATHS = ("thing",)
    objects = SealedManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, team__isnull=True)
                | models.Q(person__isnull=True, team__isnull=False),
                name="guard_standing_person_or_team",
            ),
            models.UniqueConstraint(
                fields=["thing", "person", "team", "reason"], nulls_distinct=False, name="guard_standing_once"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "thing"], name="guard_standing_person"),
            models.Index(fields=["team", "thing"], name="guard_standing_team"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} on {self.thing_id}"


class KeyCounter(models.Model):
    """The next number of each kind's keys; keys start at 1001, smaller numbers are rule ids (rulings.md)."""

    kind = models.CharField(max_length=20, primary_key=True)
    next = models.PositiveBigIntegerField(default=1001)

    def __str__(self) -> str:
        return f"{self.kind}: {self.next}"
