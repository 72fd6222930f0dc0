"""Who wrote a PRD."""

from __future__ import annotations

from prds.models import Prd, PrdVersion


def writers_of(prd: Prd) -> set[int]:
    """Ids of everybody who wrote a version: none of them may approve (PRD-G7)."""
    rows = PrdVersion.objects.unrestricted("who wrote is asked by a rule, nothing is shown").filter(prd=prd)
    return {prd.author_id, *rows.values_list("author_id", flat=True)}
