from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from guard.doors.managers import SealedManager
from guard.doors.writing import DoorMixin


class Notice(DoorMixin, models.Model):
    """A word to one person about one thing; its title is read through the policy each time it is shown.

    Without a thing it is about themself: what others let them do, or do no more.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    thing = models.ForeignKey("guard.Thing", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60, help_text="what happened, as a ledger code")
    sentence = models.CharField(max_length=300, help_text="names nothing: the thing's title is added when shown")
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True, blank=True)

    POLICY_PATHS = ("thing",)
    objects = SealedManager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-id"], name="people_notice_person")]

    def __str__(self) -> str:
        return f"{self.code} for {self.person_id}"
