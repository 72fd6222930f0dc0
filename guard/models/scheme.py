"""Domains, schemes and levels: what a level is called, and what follows from it, are data."""

from django.db import models
from django.utils.translation import get_language


class Domain(models.Model):
    """A part of the business; clearance is given by domain."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Scheme(models.Model):
    """A published or own order of levels, with version and source."""

    code = models.SlugField(max_length=60)
    version = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    is_house = models.BooleanField(default=False, help_text="the scheme that every effective level is expressed in")
    default_unknown = models.PositiveSmallIntegerField(help_text="the rank that unclassified counts as")
    source = models.CharField(max_length=500, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    is_reference_only = models.BooleanField(default=False, help_text="have counsel confirm before use")

    class Meta:
        ordering = ["-is_house", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="guard_scheme_once"),
            models.UniqueConstraint(
                fields=["is_house"], condition=models.Q(is_house=True), name="guard_one_house_scheme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Level(models.Model):
    """One rank of a scheme. `rules` carries what follows: grant days, approvers, whether columns must be named."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="levels")
    rank = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True)
    meaning = models.TextField(blank=True)
    rules = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["scheme", "rank"]
        constraints = [models.UniqueConstraint(fields=["scheme", "rank"], name="guard_level_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.word}"

    @property
    def word(self) -> str:
        """The level's name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") and self.name_zh else self.name


class Crosswalk(models.Model):
    """How a rank of one scheme counts in another; monotone by test (guard.levels.is_monotone)."""

    source = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="counts_as")
    target = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=5, choices=[("floor", "floor"), ("equal", "equal")], default="floor")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="guard_crosswalk_once")]

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"
