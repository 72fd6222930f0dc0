from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from guard.governed import Governed


class Warehouse(Governed):
    """A place where data lies. It holds no secret: addresses come from WAREHOUSE_<NAME>_URL (catalog.warehouse)."""

    KIND = "warehouse"

    name = models.CharField(
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use small letters, digits and underscores."))],
        help_text="as in WAREHOUSE_<NAME>_URL, in small letters",
    )
    dialect = models.CharField(max_length=30, default="postgres", help_text="sqlglot's name of its SQL")
    description = models.TextField(blank=True)

    class Meta(Governed.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(name__regex=r"^[a-z][a-z0-9_]*$"), name="catalog_warehouse_name")
        ]
