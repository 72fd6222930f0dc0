"""Domains, schemes and levels: what a level is called, and what follows from it, are data."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


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
    """A published or own way to classify, with version and source: an order of levels, a set of categories, or both."""

    class Kind(models.TextChoices):
        LEVELS = "levels", _("Levels in an order")
        CATEGORIES = "categories", _("Categories")
        AUDIENCE = "audience", _("Who may be told")

    class Status(models.TextChoices):
        CURRENT = "current", _("In use")
        RETIRED = "retired", _("Retired")

    code = models.SlugField(max_length=60)
    version = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.LEVELS)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.CURRENT)
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
    handling = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="duties that it asks for (guard.handling)"
    )

    class Meta:
        ordering = ["scheme", "rank"]
        constraints = [models.UniqueConstraint(fields=["scheme", "rank"], name="guard_level_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.word}"

    @property
    def word(self) -> str:
        """The level's name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") and self.name_zh else self.name


class Category(models.Model):
    """What data is, beside how strict it is: personal, health, card number. A tree within its scheme.

    `floor` is the house rank that such data has at least. Audiences (TLP) have none: no level is compared with them.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="categories")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True)
    meaning = models.TextField(blank=True)
    floor = models.PositiveSmallIntegerField(null=True, blank=True, help_text="house rank that it has at least")
    is_prohibited = models.BooleanField(default=False, help_text="such data must not be there at all")
    condition = models.TextField(blank=True, help_text="when it ceases to apply, in words")
    handling = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="duties that it asks for (guard.handling)"
    )

    class Meta:
        ordering = ["scheme", "id"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="guard_category_once"),
            models.CheckConstraint(
                condition=models.Q(floor__isnull=True) | models.Q(floor__range=(1, 5)),
                name="guard_category_floor_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.code}:{self.code}"

    @property
    def word(self) -> str:
        """The category's name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") and self.name_zh else self.name


class Crosswalk(models.Model):
    """How a rank of one scheme counts in another.

    The database refuses one that does not keep order (a < b gives map(a) <= map(b); guard.levels.is_monotone), two
    answers for one rank in one scheme, and a way there and back that comes home higher (migration 0006).
    """

    source = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="counts_as")
    target = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=5, choices=[("floor", "floor"), ("equal", "equal")], default="floor")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="guard_crosswalk_once")]

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


class Combination(models.Model):
    """Categories that say more together than apart: date of birth, sex and postcode single a person out.

    A dataset that has all of them counts as the strictest of these columns and `raises` more, and as `at_least`.
    """

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    categories = models.ManyToManyField(Category, related_name="+")
    raises = models.PositiveSmallIntegerField(default=0)
    at_least = models.PositiveSmallIntegerField(default=1)
    persons_from = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="rows of persons from which it applies; empty: always"
    )
    source = models.CharField(max_length=500, blank=True)
    handling = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="duties that it asks for (guard.handling)"
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(at_least__range=(1, 5)), name="guard_combination_level_known")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def word(self) -> str:
        """The combination's name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") and self.name_zh else self.name
