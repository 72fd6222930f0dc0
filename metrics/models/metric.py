"""A metric: one code, one caliber, one current version, one state."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from guard.doors.managers import GovernedManager
from guard.governed import Governed, Part

CODE = RegexValidator(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", _("Use small letters, digits and single underscores."))


class MetricKind(models.TextChoices):
    """How a metric is made."""

    ATOMIC = "atomic", _("Atomic")
    DERIVED = "derived", _("Derived")
    COMPOSITE = "composite", _("Composite")


class Tier(models.TextChoices):
    """What a metric is for in the tree."""

    NORTH_STAR = "north_star", _("North star")
    OUTCOME = "outcome", _("Outcome")
    INPUT = "input", _("Input")
    GUARDRAIL = "guardrail", _("Guardrail")
    DIAGNOSTIC = "diagnostic", _("Diagnostic")


class Direction(models.TextChoices):
    """Where the number should go."""

    UP = "up", _("Up is good")
    DOWN = "down", _("Down is good")
    STEADY = "steady", _("Steady is good")


class Additivity(models.TextChoices):
    """Whether values may be added up."""

    ADDITIVE = "additive", _("Additive")
    SEMI_ADDITIVE = "semi_additive", _("Semi-additive")
    NON_ADDITIVE = "non_additive", _("Not additive")


class DataType(models.TextChoices):
    """What a value is."""

    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    PERCENT = "percent", _("Share")
    MONEY = "money", _("Money")
    DURATION = "duration", _("Duration")


class NullPolicy(models.TextChoices):
    """What a missing value counts as."""

    UNKNOWN = "", _("Not said")
    IGNORE = "ignore", _("Missing values are left out")
    ZERO = "zero", _("Missing values count as zero")
    NULL = "null", _("Missing stays missing")


class MetricManager(GovernedManager):
    """Metrics come with their current version: a list without its number would ask once a row."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("current")


class Metric(Governed):
    """One number that people decide by. Its display name is the Thing's title; what it means is `current`.

    The fields below mirror the current version where lists filter by them; `metrics.actions.define_metric` writes both.
    """

    KIND = "metric"

    code = models.CharField(max_length=80, unique=True, validators=[CODE])
    synonyms = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    names = ArrayField(
        models.CharField(max_length=300), default=list, blank=True,
        help_text="code, title and synonyms as metrics.names.plain writes them: what homonyms are found by",
    )  # fmt: skip
    metric_kind = models.CharField(max_length=10, choices=MetricKind.choices, default=MetricKind.ATOMIC)
    tier = models.CharField(max_length=12, choices=Tier.choices, default=Tier.INPUT)
    business_process = models.CharField(max_length=120, blank=True)
    caliber_md = models.TextField(blank=True, help_text="what is counted and what is left out")
    caliber_html = models.TextField(blank=True)
    unit = models.CharField(max_length=40, blank=True)
    data_type = models.CharField(max_length=10, choices=DataType.choices, default=DataType.DECIMAL)
    desired_direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.UP)
    additivity = models.CharField(max_length=14, choices=Additivity.choices, default=Additivity.ADDITIVE)
    non_additive_dimensions = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    timezone = models.CharField(max_length=40, default="UTC")
    fiscal_calendar = models.CharField(max_length=40, blank=True)
    null_policy = models.CharField(max_length=8, choices=NullPolicy.choices, default=NullPolicy.UNKNOWN, blank=True)
    late_data_policy = models.CharField(max_length=120, blank=True)
    min_group_size = models.PositiveIntegerField(default=0, help_text="groups smaller than this are not shown")
    purposes = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="purposes of use")
    current = models.OneToOneField(
        "metrics.MetricVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certified_at = models.DateTimeField(null=True, blank=True)
    certified_until = models.DateField(null=True, blank=True)
    certified_sources = models.JSONField(
        default=dict, blank=True, help_text="hash of each source's schema by key, as it was when certified"
    )
    drift_reason = models.CharField(max_length=300, blank=True, help_text="why a certification lapsed")
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")

    objects = MetricManager()  # type: ignore[misc]

    class Meta(Governed.Meta):
        indexes = [
            GinIndex(fields=["names"], name="metrics_metric_names"),
            models.Index(fields=["certified_until"], name="metrics_metric_until"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(certified_at__isnull=True) | models.Q(certified_until__isnull=False),
                name="metrics_certified_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(replaced_by__isnull=True) | ~models.Q(replaced_by=models.F("thing")),
                name="metrics_not_replaced_by_itself",
            ),
        ]

    @property
    def version(self) -> str:
        """The current version as people write it; empty before the first definition."""
        return str(self.current) if self.current is not None else ""


class Signoff(Part):
    """One of the two signatures under a version: the steward's and governance's, by two people."""

    class Capacity(models.TextChoices):
        STEWARD = "steward", _("Technical steward")
        GOVERNANCE = "governance", _("Governance lead")

    POLICY_PATHS = ("metric__thing",)

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="signoffs")
    version = models.ForeignKey("metrics.MetricVersion", on_delete=models.PROTECT, related_name="signoffs")
    capacity = models.CharField(max_length=10, choices=Capacity.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(db_default=Now())
    completed_at = models.DateTimeField(null=True, blank=True, help_text="when the second signature made it count")
    voided_at = models.DateTimeField(null=True, blank=True, help_text="when a later change or lapse ended it")

    class Meta(Part.Meta):
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "capacity"], condition=models.Q(voided_at=None), name="metrics_one_signature_each"
            ),
            models.UniqueConstraint(
                fields=["version", "person"], condition=models.Q(voided_at=None), name="metrics_two_people_sign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.capacity} {self.person_id}"
