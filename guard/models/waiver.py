from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from guard.doors.managers import SealedManager
from guard.doors.writing import DoorMixin


class Waiver(DoorMixin, models.Model):
    """A rule set aside for one thing, by somebody else than who asked, with a reason and an end (at most 90 days)."""

    thing = models.ForeignKey("guard.Thing", on_delete=models.PROTECT, related_name="waivers")
    rule_id = models.CharField(max_length=20)
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())
    expires_on = models.DateField()

    POLICY_PATHS = ("thing",)
    objects = SealedManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=~models.Q(asked_by=models.F("granted_by")), name="guard_waiver_two_people")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} waived until {self.expires_on}"
