"""Rules, what they were in each version, and changes of the policy that wait for or got two people's word."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from guard.governed import Governed, Part

USER = settings.AUTH_USER_MODEL


class RuleMode(models.TextChoices):
    """How seriously a rule is meant; it is also the state of its Thing."""

    OFF = "off", _("off")
    DRY_RUN = "dry_run", _("on trial")
    WARN = "warn", _("warns")
    BLOCK = "block", _("blocks")


class RuleEffect(models.TextChoices):
    """What a rule does; `permit` only ships."""

    DENY = "deny", _("denies")
    MASK = "mask", _("masks")
    REQUIRE = "require", _("requires")
    GATE = "gate", _("is a gate")


class Rule(Governed):
    """A rule as it stands now. Its words are in `guard.rules`; it changes by a PolicyChange that others agreed to."""

    KIND = "rule"

    code = models.SlugField(max_length=60, unique=True, help_text="its name in files")
    version = models.PositiveIntegerField(default=1)
    effect = models.CharField(max_length=7, choices=RuleEffect.choices)
    action = models.CharField(max_length=60, help_text="what is looked at, a ledger code, or a move")
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True, help_text="empty: every kind")
    when = models.JSONField(help_text="the condition: guard/rules/tree.py")
    mode = models.CharField(max_length=7, choices=RuleMode.choices)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    examples = models.JSONField(default=list, help_text="who is let through and who is not, with the facts")

    def body(self) -> dict[str, Any]:
        """The rule as files and changes hold it."""
        return {
            "code": self.code, "title": self.title, "domain": self.thing.domain.slug, "owner": self.owner.username,
            "effect": self.effect, "action": self.action, "kinds": sorted(self.kinds), "mode": self.mode,
            "when": self.when, "examples": self.examples,
        }  # fmt: skip

    def row(self) -> dict[str, Any]:
        """The rule as the book in force holds it."""
        return {
            "key": self.key, "code": self.code, "version": self.version, "effect": self.effect, "action": self.action,
            "kinds": sorted(self.kinds), "when": self.when, "mode": self.mode, "title": self.title,
        }  # fmt: skip


class PolicyChange(Governed):
    """One change of the policy: a rule, or other data that decides (a crosswalk, a floor, what a level asks, a scheme,
    what a clearance opens).

    `content_hash` is over what it is about, before, after and reason: a vote binds it. `before` says what stood when it
    was proposed; when something else stands meanwhile, it is not applied.
    """

    KIND = "change"

    class What(models.TextChoices):
        RULE = "rule", _("a rule")
        CROSSWALK = "crosswalk", _("a crosswalk")
        CATEGORY = "category", _("the floor of a category")
        LEVEL = "level", _("what a level asks")
        SCHEME = "scheme", _("the end of a scheme")
        GRADES = "grades", _("what a clearance opens")

    what = models.CharField(max_length=9, choices=What.choices)
    target = models.CharField(max_length=130, help_text="code of the rule, or scheme:code")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField()
    reason = models.TextField()
    proposer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(Rule, null=True, blank=True, on_delete=models.PROTECT, related_name="changes")
    is_loosening = models.BooleanField(default=False, help_text="somebody could see or do more: two others agree")
    content_hash = models.CharField(max_length=64)
    decided_at = models.DateTimeField(null=True, blank=True)


class RuleVersion(Part):
    """What a rule said from one change to the next."""

    POLICY_PATHS = ("rule__thing",)

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    change = models.ForeignKey(PolicyChange, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta(Part.Meta):
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="governance_rule_version_once")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.number}"
