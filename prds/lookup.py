"""PRDs and their parts as one person may see them."""

from __future__ import annotations

from typing import Any

from guard.refusals import Absent
from prds.models import Prd, PrdReference, PrdSection, PrdVersion, ReviewSlot


def prd_for(actor: Any, key: str) -> Prd:
    """One PRD by key.

    Raises:
        Absent: not there, or not for this person.
    """
    prd = Prd.objects.visible_to(actor).filter(thing__key__iexact=key).first()
    if prd is None:
        raise Absent()
    return prd  # type: ignore[no-any-return]


def slot_for(actor: Any, prd: Prd, role: str) -> ReviewSlot:
    """One review slot of a PRD.

    Raises:
        Absent: no such slot.
    """
    rows = ReviewSlot.objects.visible_to(actor).filter(prd=prd, role=role)
    slot = rows.select_related("reviewer").first()
    if slot is None:
        raise Absent()
    slot.prd = prd
    return slot  # type: ignore[no-any-return]


def version_for(actor: Any, prd: Prd, number: int | None) -> PrdVersion:
    """One version, the current one for None.

    Raises:
        Absent: no such version.
    """
    if number is None and prd.current is not None:
        return prd.current
    version = PrdVersion.objects.visible_to(actor).filter(prd=prd, number=number).select_related("author").first()
    if version is None:
        raise Absent()
    return version  # type: ignore[no-any-return]


def sections_for(actor: Any, version: PrdVersion | None) -> list[PrdSection]:
    """The sections of a version in order, with their rendered text."""
    return list(PrdSection.objects.visible_to(actor).filter(version=version).order_by("order"))


def references_for(actor: Any, version: PrdVersion) -> list[PrdReference]:
    """What a version refers to."""
    return list(PrdReference.objects.visible_to(actor).filter(version=version))
