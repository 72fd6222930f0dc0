"""What somebody needs data for, and who else does."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from demand.querysets import RequestManager
from demand.states import OPEN
from guard.governed import Governed, Part


class Purpose(models.Model):
    """One use that data may be asked for: the managed list, changed by governance."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True)
    covers_personal = models.BooleanField(default=False, help_text="may justify personal data (REQ-5)")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Request(Governed):
    """One ask: which decision, by whom, by when, and what would be done if. Its title says it in a line."""

    KIND = "request"

    class Sort(models.TextChoices):
        QUESTION = "question", _("Question")
        METRIC = "metric", _("Metric")
        DASHBOARD = "dashboard", _("Dashboard")
        DATASET = "dataset", _("Dataset")
        API = "api", _("API")
        MODEL = "model", _("Model")
        TRACKING = "tracking", _("Tracking")
        ACCESS = "access", _("Access")
        CHANGE = "change", _("Change")
        INCIDENT = "quality_incident", _("Quality incident")

    class Delay(models.TextChoices):
        STANDARD = "standard", _("Standard")
        FIXED_DATE = "fixed_date", _("Fixed date")
        URGENT = "urgent", _("Urgent")
        INTANGIBLE = "intangible", _("Intangible")

    class Access(models.TextChoices):
        QUERY = "query", _("Query")
        EXPORT = "export", _("Export")
        API = "api", _("API")

    class Horizon(models.TextChoices):
        SHORT = "short_term", _("Short term")
        BET = "product_bet", _("Product bet")
        PLATFORM = "platform", _("Platform")

    #: REQ-1 does not ask these for a decision.
    WITHOUT_DECISION = frozenset({Sort.ACCESS, Sort.INCIDENT})
    #: REQ-3: what takes longer needs a PRD before it is planned.
    FAST_LANE_DAYS = Decimal(2)

    kind = models.CharField(_("kind"), max_length=20, choices=Sort.choices, default=Sort.QUESTION)
    business_question = models.TextField(_("the question"), blank=True)
    decision_to_make = models.TextField(_("the decision"), blank=True)
    decision_maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_maker_name = models.CharField(_("who decides"), max_length=160, blank=True)
    decision_cadence = models.CharField(_("how often it is decided"), max_length=160, blank=True)
    decision_deadline = models.DateField(_("by when"), null=True, blank=True)
    action_rule = models.TextField(_("what will be done if"), blank=True)
    current_workaround = models.TextField(_("how it is done today"), blank=True)
    delay_profile = models.CharField(_("cost of delay"), max_length=12, choices=Delay.choices, default=Delay.STANDARD)
    delay_value_per_week = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(_("on behalf of"), max_length=160, blank=True)
    affected_people = models.CharField(_("who is affected"), max_length=300, blank=True)
    has_personal_data = models.BooleanField(_("needs personal data"), default=False)
    purpose = models.ForeignKey(Purpose, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    purpose_note = models.TextField(_("why this purpose"), blank=True)
    access_mode = models.CharField(max_length=8, choices=Access.choices, blank=True)
    access_from = models.DateField(null=True, blank=True)
    access_until = models.DateField(null=True, blank=True)
    horizon = models.CharField(max_length=12, choices=Horizon.choices, blank=True)
    reach = models.PositiveIntegerField(_("people reached in a quarter"), null=True, blank=True)
    impact = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])
    effort_days = models.DecimalField(_("effort in days"), max_digits=7, decimal_places=1, null=True, blank=True)
    user_value = models.PositiveSmallIntegerField(null=True, blank=True)
    time_value = models.PositiveSmallIntegerField(null=True, blank=True)
    risk_value = models.PositiveSmallIntegerField(null=True, blank=True)
    confidence_cap = models.PositiveSmallIntegerField(default=50, help_text="computed from the evidence, per cent")
    rice = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    wsjf = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    score_band = models.CharField(max_length=8, blank=True)
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates")
    snoozed_until = models.DateField(null=True, blank=True)
    triage_due = models.DateField(null=True, blank=True)
    similar_shown = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    none_fits = models.TextField(_("none fits because"), blank=True)
    response_md = models.TextField(_("response"), blank=True)
    response_html = models.TextField(blank=True, editable=False)
    responded_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    support_count = models.PositiveIntegerField(default=0)

    objects = RequestManager()  # type: ignore[misc]

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(duplicate_of=models.F("thing")), name="demand_request_not_its_own_duplicate"
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__isnull=True) | models.Q(confidence__lte=100),
                name="demand_request_confidence_share",
            ),
            models.CheckConstraint(
                condition=models.Q(effort_days__isnull=True) | models.Q(effort_days__gt=0),
                name="demand_request_effort_positive",
            ),
        ]
        indexes = [models.Index(fields=["requester"], name="demand_request_requester")]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do about it."""
        return self.state in OPEN

    @property
    def who_decides(self) -> str:
        """The decision maker's name, from the account or as it was written."""
        return str(self.decision_maker) if self.decision_maker_id else self.decision_maker_name

    @property
    def is_fast_lane(self) -> bool:
        """Whether it is small enough to be done without a PRD (REQ-3)."""
        return self.effort_days is not None and self.effort_days <= self.FAST_LANE_DAYS


class RequestSupport(Part):
    """One more voice for a request; a person's latest word counts."""

    POLICY_PATHS = ("request__thing",)

    class Importance(models.IntegerChoices):
        NONE = 0, _("Good to know")
        SOME = 1, _("Useful")
        MUCH = 2, _("Important")
        MOST = 3, _("Cannot decide without it")

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="supports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    importance = models.PositiveSmallIntegerField(choices=Importance.choices, default=Importance.SOME)
    why = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta(Part.Meta):
        constraints = [
            models.UniqueConstraint(fields=["request", "person"], name="demand_support_once"),
            models.CheckConstraint(condition=models.Q(importance__lte=3), name="demand_support_importance_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.request_id}"
