"""Named conditions that metrics share, as one reader may know them: those of the domains in which they are cleared."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from metrics.models import BusinessLimit

MOST = 500


def limits_for(actor: Any) -> QuerySet[BusinessLimit]:
    """The conditions of the reader's domains by code; a condition names columns, so nobody else reads it."""
    clearances = actor.principal.clearances
    rows = BusinessLimit.objects.select_related("domain").order_by("code")
    if not clearances.get(None, 0):
        rows = rows.filter(domain__in=[pk for pk, rank in clearances.items() if pk is not None and rank])
    return rows
