"""Comments on any thing, anchored to the words that they speak of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from guard.governed import Part


class CommentState(models.TextChoices):
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    ORPHANED = "orphaned", _("Its words are gone")


class Comment(Part):
    """One remark, or a reply to one; seen by whoever may read the thing."""

    POLICY_PATHS = ("thing",)

    thing = models.ForeignKey("guard.Thing", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    section = models.CharField(max_length=60, blank=True, help_text="slug of the section meant")
    exact = models.CharField(max_length=500, blank=True, help_text="the words meant, as they stood")
    prefix = models.CharField(max_length=60, blank=True)
    suffix = models.CharField(max_length=60, blank=True)
    body_md = models.TextField()
    body_html = models.TextField(help_text="rendered once, at save")
    is_blocking = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=CommentState.choices, default=CommentState.OPEN)
    created_at = models.DateTimeField(db_default=Now())
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta(Part.Meta):
        ordering = ["pk"]
        indexes = [models.Index(fields=["thing", "id"], name="talk_comment_thing")]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.thing_id}"
