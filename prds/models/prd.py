"""A PRD, its versions, their sections, and what they refer to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from guard.doors.managers import GovernedManager
from guard.governed import Governed, Part


class Horizon(models.TextChoices):
    """Which envelope of a quarter the work counts against."""

    SHORT_TERM = "short_term", _("Short-term ask")
    PRODUCT_BET = "product_bet", _("Product bet")
    PLATFORM = "platform", _("Platform and debt")


class PrdManager(GovernedManager):
    """PRDs come with their current version, author and decision maker: every list and page names them."""

    def get_queryset(self):  # type: ignore[no-untyped-def]
        return super().get_queryset().select_related("current", "author", "decision_maker")


class Prd(Governed):
    """What is to be built, for whom, and on which evidence. The text is in the versions; approvals bind to it."""

    KIND = "prd"

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision_maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    horizon = models.CharField(max_length=12, choices=Horizon.choices, default=Horizon.PRODUCT_BET)
    declared_level = models.PositiveSmallIntegerField(null=True, blank=True, help_text="what the author says it reads")
    purpose = models.CharField(max_length=60, blank=True, help_text="what personal data is used for")
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    target_launch = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, default="en")
    is_loaded_history = models.BooleanField(default=False, help_text="happened before the rules did; says so")
    current = models.OneToOneField("prds.PrdVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved = models.ForeignKey("prds.PrdVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = PrdManager()  # type: ignore[misc]

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(declared_level__isnull=True) | models.Q(declared_level__range=(1, 5)),
                name="prds_declared_level_known",
            )
        ]


class PrdVersion(Part):
    """One saved state of the text; a save without a change makes none."""

    POLICY_PATHS = ("prd__thing",)

    prd = models.ForeignKey(Prd, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    change_note = models.CharField(max_length=300, blank=True)
    content_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(Part.Meta):
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["prd", "number"], name="prds_version_once")]

    def __str__(self) -> str:
        return f"v{self.number}"


class PrdSection(Part):
    """One section of one version; `section_sha256` ignores white space (prds.template.section_hash)."""

    POLICY_PATHS = ("version__prd__thing",)

    version = models.ForeignKey(PrdVersion, on_delete=models.CASCADE, related_name="sections")
    slug = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=200)
    body_md = models.TextField(blank=True)
    body_html = models.TextField(blank=True, help_text="rendered once, at save")
    section_sha256 = models.CharField(max_length=64)

    class Meta(Part.Meta):
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "slug"], name="prds_section_once")]

    def __str__(self) -> str:
        return self.heading


class PrdReference(Part):
    """What a version refers to. `target` is what was written; `thing` what the author could see by that name."""

    POLICY_PATHS = ("version__prd__thing",)

    version = models.ForeignKey(PrdVersion, on_delete=models.CASCADE, related_name="references")
    section = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    target = models.CharField(max_length=260)
    thing = models.ForeignKey("guard.Thing", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, blank=True)
    pinned = models.CharField(max_length=24, blank=True)
    columns = models.JSONField(default=list, blank=True)
    line = models.PositiveIntegerField(default=1)

    class Meta(Part.Meta):
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}:{self.target}"
