"""PRDs and their parts as one person may see them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from guard.refusals import Absent
from guard.states import moves_for
from prds.models import Approval, Prd, PrdReference, PrdSection, PrdVersion, ReviewSlot, Verdict


def prd_for(actor: Any, key: str) -> Prd:
    """One PRD by key.

    Raises:
        Absent: not there, or not for this person.
    """
    prd = Prd.objects.visible_to(actor).filter(thing__key__iexact=key).first()
    if prd is None:
        raise Absent()
    return prd  # type: ignore[no-any-return]


def may_write(prd: Prd, actor: Any) -> bool:
    """Whether the page offers this person the pen: who may pause it writes it, while it is open."""
    if prd.state not in ("draft", "in_review", "changes_requested", "approved"):
        return False
    offered = {offer.move.name: offer for offer in moves_for(prd, actor, with_gates=False)}
    return "hold" in offered and offered["hold"].is_allowed


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
    """What a version refers to, with the things that were found: whoever shows those judges them by grade."""
    return list(PrdReference.objects.visible_to(actor).filter(version=version).select_related("thing"))


def reviews_waiting_for(person: Any) -> list[ReviewSlot]:
    """The reviews that a person was named for and whose words, as they are now, they have not approved."""
    slots = list(
        ReviewSlot.objects.visible_to(person)
        .filter(reviewer=person, prd__thing__state="in_review")
        .select_related("prd__thing__domain")
    )
    said = Approval.objects.visible_to(person).filter(slot__in=slots).exclude(verdict=Verdict.COMMENT).order_by("pk")
    newest = {approval.slot_id: approval for approval in said}
    hashes: dict[int | None, dict[str, str]] = defaultdict(dict)
    words = PrdSection.objects.visible_to(person).filter(version__in=[slot.prd.current_id for slot in slots])
    for version_id, slug, sha in words.values_list("version_id", "slug", "section_sha256"):
        hashes[version_id][slug] = sha

    def is_done(slot: ReviewSlot) -> bool:
        verdict = newest.get(slot.pk)
        return (
            verdict is not None
            and verdict.verdict == Verdict.APPROVE
            and verdict.is_current(hashes[slot.prd.current_id], slot)
        )

    return [slot for slot in slots if not is_done(slot)]
