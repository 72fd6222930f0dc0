from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from guard.governed import Part
from guard.models import Thing


class Comment(Part):
    """A remark on a thing, or on words of it; whoever reads the thing reads its comments.

    The anchor is a quotation with what stands around it: it survives edits elsewhere in the text, and a comment whose
    words are gone is an orphan, not lost.
    """

    POLICY_PATHS = ("thing",)
    POLICY_GRADE = 2

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RESOLVED = "resolved", _("Resolved")
        ORPHANED = "orphaned", _("Its words are gone")

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    body = models.TextField()
    body_html = models.TextField()
    section = models.CharField(max_length=80, blank=True, help_text="slug of the part of the text")
    exact = models.TextField(blank=True, help_text="the words meant")
    prefix = models.CharField(max_length=200, blank=True)
    suffix = models.CharField(max_length=200, blank=True)
    is_blocking = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta(Part.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["thing", "id"], name="talk_comment_thing")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | models.Q(is_blocking=False, exact=""),
                name="talk_reply_is_plain",
            )
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"
