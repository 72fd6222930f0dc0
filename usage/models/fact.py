"""Usage as measured: events from query logs, and their sums by dataset, day and consumer.

No literal of a query and no text of one is kept: a shape is a fingerprint, the tables that it reads, and whether it
could be parsed (performance.md section 5, interchange.md "Privacy in logs").
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from guard.doors.managers import SealedManager
from guard.doors.writing import DoorMixin
from guard.governed import Part


class ActorKind(models.TextChoices):
    """People are counted, machines are shown apart."""

    HUMAN = "human", _("Person")
    SERVICE = "service", _("Service")
    SCHEDULE = "schedule", _("Schedule")


class UsageLoad(DoorMixin, models.Model):
    """One run of a loader: what it read, what it understood, what it did not know."""

    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=200, help_text="file name, never its path")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField(db_default=Now())
    rows = models.PositiveBigIntegerField(default=0)
    new_rows = models.PositiveBigIntegerField(default=0)
    bad_rows = models.PositiveBigIntegerField(default=0)
    parsed_rows = models.PositiveBigIntegerField(default=0)
    # as unknown as they are to who loaded it, and shown to nobody else
    unknown_tables = ArrayField(models.CharField(max_length=400), default=list, blank=True)
    restricted = 0  # datasets that who loads it may know to exist and not see; told at the load, not kept
    is_shifted = models.BooleanField(
        default=False, help_text="dates were moved into the past, for the demo; pages say so"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class PersonLogin(DoorMixin, models.Model):
    """An agreed login of a person (or of a service account) where it is not the username."""

    login = models.CharField(max_length=120, unique=True, help_text="small letters")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["login"]

    def __str__(self) -> str:
        return self.login


class QueryShape(DoorMixin, models.Model):
    """One query without its literals, known by its fingerprint; parsed once, however often it ran."""

    fingerprint = models.CharField(max_length=64, unique=True)
    total_calls = models.PositiveBigIntegerField(
        default=0, help_text="as pg_stat_statements last said; whose they were, nobody knows"
    )
    dialect = models.CharField(max_length=20, default="postgres")
    is_parsed = models.BooleanField(default=True)
    unknown = ArrayField(
        models.CharField(max_length=400), default=list, blank=True, help_text="tables that no dataset is"
    )

    def __str__(self) -> str:
        return self.fingerprint[:12]


class ShapeTable(Part):
    """A dataset that a shape reads or writes."""

    POLICY_PATHS = ("dataset__thing",)

    shape = models.ForeignKey(QueryShape, on_delete=models.CASCADE, related_name="tables")
    dataset = models.ForeignKey("catalog.Dataset", on_delete=models.PROTECT, related_name="+")
    is_write = models.BooleanField(default=False)

    class Meta(Part.Meta):
        constraints = [models.UniqueConstraint(fields=["shape", "dataset", "is_write"], name="usage_shape_table_once")]

    def __str__(self) -> str:
        return f"{self.shape_id} {self.dataset_id}"


class UsageEvent(DoorMixin, models.Model):
    """One execution; `row_key` makes loading the same log twice change nothing."""

    row_key = models.CharField(max_length=64, unique=True)
    load = models.ForeignKey(UsageLoad, on_delete=models.PROTECT, related_name="+")
    shape = models.ForeignKey(QueryShape, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    login = models.CharField(max_length=120, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    application = models.CharField(max_length=120, blank=True)
    calls = models.PositiveBigIntegerField(default=1)
    duration_ms = models.FloatField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="usage_event_at")]

    def __str__(self) -> str:
        return f"{self.login} {self.at:%Y-%m-%d}"


class UsageDaily(DoorMixin, models.Model):
    """Executions of one consumer on one dataset on one day; computed from events, so that it can be computed again."""

    dataset = models.ForeignKey("catalog.Dataset", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    login = models.CharField(max_length=120, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    events = models.PositiveBigIntegerField()

    POLICY_PATHS = ("dataset__thing",)
    POLICY_GRADE = 3
    objects = SealedManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["dataset", "day", "login", "actor_kind"], name="usage_daily_once")
        ]
        indexes = [models.Index(fields=["day"], name="usage_daily_day")]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.day} {self.events}"
