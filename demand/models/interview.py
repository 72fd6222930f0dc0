"""Who was heard, what was said, and the words that were marked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from demand.querysets import InterviewManager, QuoteManager
from guard import clock
from guard.governed import Governed, Part


class Participant(Governed):
    """A person under an alias: where they work, never who they are. The title of the Thing is the alias."""

    KIND = "participant"

    org_unit = models.CharField(_("part of the organisation"), max_length=120, blank=True)
    job_role = models.CharField(_("job"), max_length=120, blank=True)
    segment = models.CharField(_("segment"), max_length=120, blank=True)
    is_internal = models.BooleanField(_("works here"), default=True)

    class Meta(Governed.Meta):
        pass

    @property
    def alias(self) -> str:
        return self.title

    @property
    def described(self) -> str:
        """Alias, job and unit on one line."""
        return ", ".join(part for part in (self.alias, self.job_role, self.org_unit) if part)


class Identity(Part):
    """Who a participant really is. Read only with a standing of the highest grade: clearance never opens it."""

    POLICY_PATHS = ("participant__thing",)
    POLICY_GRADE = 6

    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="identity", primary_key=True)
    name = models.CharField(max_length=200)
    contact = models.CharField(max_length=300, blank=True)

    class Meta(Part.Meta):
        verbose_name_plural = "identities"

    def __str__(self) -> str:
        return f"identity of {self.participant_id}"


class Interview(Governed):
    """One conversation and its transcript, which is frozen before any word of it is quoted."""

    KIND = "interview"

    class Method(models.TextChoices):
        STAKEHOLDER = "stakeholder_interview", _("Stakeholder interview")
        USER = "user_interview", _("User interview")
        CONTEXTUAL = "contextual_inquiry", _("Contextual inquiry")
        USABILITY = "usability_test", _("Usability test")
        SURVEY = "survey", _("Survey")
        SUPPORT_LOG = "support_log", _("Support log")
        USAGE_REVIEW = "usage_review", _("Usage review")

    class Consent(models.TextChoices):
        PENDING = "pending", _("Not asked yet")
        OBTAINED = "obtained", _("Given")
        NOT_REQUIRED = "not_required", _("Not required")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    #: Methods in which nobody speaks to a person.
    WITHOUT_A_PERSON = frozenset({Method.SUPPORT_LOG, Method.USAGE_REVIEW})

    method = models.CharField(_("method"), max_length=24, choices=Method.choices, default=Method.STAKEHOLDER)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="interviews")
    planned_for = models.DateField(_("planned for"), null=True, blank=True)
    conducted_at = models.DateTimeField(_("held at"), null=True, blank=True)
    research_question = models.TextField(_("what we want to learn"), blank=True)
    consent_status = models.CharField(max_length=16, choices=Consent.choices, default=Consent.PENDING)
    consent_scope = models.TextField(_("what the consent covers"), blank=True)
    consent_until = models.DateField(_("consent ends"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    transcript_md = models.TextField(_("transcript"), blank=True)
    transcript_sha256 = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    quote_count = models.PositiveIntegerField(default=0, help_text="kept when the text is purged")
    retention_until = models.DateField(_("keep the text until"), null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    objects = InterviewManager()  # type: ignore[misc]

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(frozen_at__isnull=True) | ~models.Q(transcript_sha256=""),
                name="demand_frozen_has_digest",
            ),
            models.CheckConstraint(
                condition=models.Q(purged_at__isnull=True) | models.Q(transcript_md=""),
                name="demand_purged_has_no_text",
            ),
        ]

    @property
    def is_frozen(self) -> bool:
        """Whether the transcript may no longer change."""
        return self.frozen_at is not None

    @property
    def is_with_a_person(self) -> bool:
        """Whether a natural person from outside speaks, so that consent is needed (INT-1)."""
        return self.method not in self.WITHOUT_A_PERSON

    @property
    def consent_now(self) -> str:
        """The consent as it counts today: a given consent past its end has expired."""
        ended = self.consent_until is not None and self.consent_until < clock.now().date()
        return self.Consent.EXPIRED if ended and self.consent_status == self.Consent.OBTAINED else self.consent_status


class Quote(Governed):
    """Words of one frozen transcript: `exact` is its slice from `start_offset` to `end_offset`, in code points."""

    KIND = "quote"

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="quotes")
    transcript_sha256 = models.CharField(max_length=64)
    start_offset = models.PositiveIntegerField()
    end_offset = models.PositiveIntegerField()
    exact = models.TextField(blank=True)
    speaker = models.CharField(max_length=120, blank=True)
    codes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = QuoteManager()  # type: ignore[misc]

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_offset__gt=models.F("start_offset")), name="demand_quote_has_length"
            ),
            models.UniqueConstraint(fields=["interview", "start_offset", "end_offset"], name="demand_quote_once"),
            models.CheckConstraint(
                condition=models.Q(purged_at__isnull=True, exact__gt="") | models.Q(purged_at__isnull=False, exact=""),
                name="demand_quote_has_text_or_is_purged",
            ),
        ]
