"""Who wrote a PRD."""

from __future__ import annotations

from guard.memory import rows_by
from prds.models import Prd, PrdVersion


def writers_of(prd: Prd) -> set[int]:
    """Ids of everybody who wrote a version: none of them may approve (PRD-G7)."""
    return {prd.author_id, *rows_by("prd", prd.pk, _authors)}


def _authors(prd_ids: list[int]) -> list[tuple[int, int]]:
    rows = PrdVersion.objects.unrestricted("who wrote is asked by a rule, nothing is shown").filter(prd__in=prd_ids)
    return list(rows.order_by().values_list("prd_id", "author_id").distinct())
