"""Delegations: somebody who holds a seat in decisions names who takes it for some days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guard import clock
from guard.doors.writing import DoorMixin, in_act
from guard.models import Domain
from people.models import Role

USER = settings.AUTH_USER_MODEL
SEERS = frozenset({Role.GOVERNANCE_LEAD, Role.AUDITOR})


class Decision(models.TextChoices):
    """The sorts of decision that can be delegated: kinds of papers that people vote on."""

    REVIEW = "review", _("Level reviews")
    GRANT = "grant", _("Requests for access")
    ATTESTATION = "attestation", _("Attestations on lineage")


class DelegationRows(models.QuerySet["Delegation"]):
    """Delegations by their own rule: they are about people, not about a thing."""

    def visible_to(self, reader: Any) -> DelegationRows:
        """One's own, given or taken; for governance leads and auditors also those that reach a domain of theirs."""
        principal = reader.principal
        own = Q(giver=principal.user_id) | Q(deputy=principal.user_id)
        if not principal.active:
            return self.none()
        cleared = [pk for pk, rank in principal.clearances.items() if rank]
        if not principal.roles & SEERS or not cleared:
            return self.filter(own)
        if None in cleared:
            return self
        return self.filter(own | Q(domain=None) | Q(domain__in=cleared))

    def live(self, at: datetime) -> DelegationRows:
        """Those that count at a moment: not ended, within their days, between two people who work here."""
        return self.filter(
            ended_at=None, period__contains=at, giver__is_active=True, deputy__is_active=True, deputy__is_service=False
        )

    def covering(self, domain_id: int | None, decision: str) -> DelegationRows:
        """Those that reach a sort of decision in a domain; None and an empty word ask for any overlap."""
        rows = self if domain_id is None else self.filter(Q(domain=None) | Q(domain=domain_id))
        return rows.filter(decision__in=["", decision]) if decision else rows

    def update(self, **fields: Any) -> int:
        in_act(Delegation)
        return super().update(**fields)

    def delete(self) -> Any:
        in_act(Delegation)
        return super().delete()


class Delegation(DoorMixin, models.Model):
    """One person lets another decide in their place: from day to day, in a domain or all, one sort of decision or all.

    It hands over the duty, never sight. What counts is `period`: moments, from the midnight before the first day up to
    that after the last. The database keeps two of the same people and an overlapping scope apart, and lets nobody vote
    in a place without one (``governance_one_voice``).
    """

    giver = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    domain = models.ForeignKey(
        Domain, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="none: every domain"
    )
    decision = models.CharField(max_length=11, choices=Decision.choices, blank=True, help_text="empty: every sort")
    period = DateTimeRangeField()
    reason = models.TextField()
    named_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="none: it ran to its day"
    )
    end_reason = models.TextField(blank=True)

    objects = DelegationRows.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["deputy", "giver"], name="governance_deputy_of", condition=Q(ended_at=None))]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("deputy")), name="governance_deputy_is_another"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="governance_delegation_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.giver_id}: {self.starts_on} to {self.ends_on}"

    @property
    def starts_on(self) -> date:
        """The first day, by the time zone of the house."""
        lower: Any = self.period.lower
        return _day(lower)

    @property
    def ends_on(self) -> date:
        """The last day."""
        upper: Any = self.period.upper
        return _day(upper - timedelta(microseconds=1))

    @property
    def is_over(self) -> bool:
        """Ended, or its days have passed."""
        return self.ended_at is not None or bool(self.period.upper <= clock.now())


def _day(at: datetime) -> date:
    return timezone.localtime(at, timezone.get_default_timezone()).date()
