"""Who must look at which sections, and what they said of which words."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from guard.governed import Part
from prds.models.prd import Prd, PrdVersion


class ReviewRole(models.TextChoices):
    """In which capacity somebody reviews."""

    BUSINESS = "business", _("Business")
    ENGINEERING = "engineering", _("Engineering")
    ANALYTICS = "analytics", _("Analytics")
    DATA_OWNER = "data_owner", _("Data owner")
    GOVERNANCE = "governance", _("Governance")
    SECURITY = "security", _("Security")
    PRIVACY = "privacy", _("Privacy")


class Verdict(models.TextChoices):
    """What a reviewer says."""

    APPROVE = "approve", _("Approve")
    REQUEST_CHANGES = "request_changes", _("Ask for changes")
    COMMENT = "comment", _("Comment")


class ReviewSlot(Part):
    """A required look: one capacity, some sections (none means all), one person."""

    POLICY_PATHS = ("prd__thing",)

    prd = models.ForeignKey(Prd, on_delete=models.CASCADE, related_name="slots")
    role = models.CharField(max_length=12, choices=ReviewRole.choices)
    sections = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due = models.DateField(null=True, blank=True)

    class Meta(Part.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["prd", "role"], name="prds_slot_once")]

    def __str__(self) -> str:
        return self.get_role_display()

    def hashes_of(self, version_hashes: Mapping[str, str]) -> dict[str, str]:
        """The hashes that an approval of this slot must cover, out of a version's hashes by slug."""
        return {slug: sha for slug, sha in version_hashes.items() if not self.sections or slug in self.sections}


class Approval(Part):
    """One verdict, bound to the hashes of the sections that were read; it never changes, a new one follows it."""

    POLICY_PATHS = ("slot__prd__thing",)

    slot = models.ForeignKey(ReviewSlot, on_delete=models.CASCADE, related_name="approvals")
    version = models.ForeignKey(PrdVersion, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    covered = models.JSONField(default=dict, help_text="section hash by slug")
    body_md = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(Part.Meta):
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} by {self.reviewer_id}"

    def is_current(self, version_hashes: Mapping[str, str], slot: ReviewSlot) -> bool:
        """Whether the sections that it covers still read the same (an edit elsewhere leaves it valid)."""
        return bool(self.covered == slot.hashes_of(version_hashes))
