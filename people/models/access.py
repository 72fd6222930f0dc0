"""Roles held, clearances, and tokens: written by the verbs of people.actions only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from guard.doors.writing import DoorMixin
from people.models.user import Role, Team


class RoleHeld(DoorMixin, models.Model):
    """One role of one person."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles_held")
    role = models.CharField(max_length=24, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="people_role_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"


class Clearance(DoorMixin, models.Model):
    """How strict a thing a person or a team may read in a domain; no domain means in every one."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="clearances"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="clearances")
    domain = models.ForeignKey("guard.Domain", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, team__isnull=True)
                | models.Q(person__isnull=True, team__isnull=False),
                name="people_clearance_person_or_team",
            ),
            models.CheckConstraint(condition=models.Q(rank__gte=1, rank__lte=5), name="people_clearance_known_rank"),
            models.UniqueConstraint(
                fields=["person", "team", "domain"], nulls_distinct=False, name="people_clearance_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.team}: {self.rank} in {self.domain or 'every domain'}"


class ApiToken(DoorMixin, models.Model):
    """A bearer token: only its SHA-256 is kept, it has scopes and an end, and it never widens its person's rights."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="first characters, to recognise it by")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def is_live(self) -> bool:
        """Neither revoked nor past its end."""
        return self.revoked_at is None and self.expires_at > timezone.now()
