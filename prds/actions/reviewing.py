"""Verbs of review: name a reviewer, say a verdict, approve."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guard import clock, things
from guard.doors import act, acting
from guard.policy import Who
from guard.refusals import Blocked, Denied, Invalid
from guard.states import perform
from people.actions import tell
from people.models import Role, User
from prds import content
from prds.models import Approval, Prd, PrdVersion, ReviewSlot, Verdict
from prds.states import CLOSERS, PrdState
from prds.writers import writers_of
from web import markdown

NAMERS = Who(roles={Role.DATA_PM, Role.GOVERNANCE_LEAD}, standings={"author"})


@act("prd.reviewer_named", who=NAMERS, subject="prd")
def name_reviewer(*, by: Any, prd: Prd, role: str, person: User, due: date | None = None) -> ReviewSlot:
    """Say who reviews in a capacity; opens the slot where it is not there yet.

    Raises:
        Invalid: somebody who wrote it, or an unknown capacity.
    """
    from prds.models import ReviewRole
    from prds.slots import scope_of

    if role not in ReviewRole.values:
        raise Invalid(errors={"role": [_("There is no such capacity.")]})
    if person.pk in writers_of(prd):
        raise Invalid(errors={"person": [_("Who wrote it cannot review it.")]})
    slot, _made = ReviewSlot.objects.unrestricted(content.WHY).get_or_create(
        prd=prd, role=role, defaults={"sections": scope_of(ReviewRole(role))}
    )
    before = slot.reviewer_id
    slot.reviewer, slot.due = person, due
    slot.save(update_fields=["reviewer", "due"])
    others = ReviewSlot.objects.unrestricted(content.WHY).filter(prd=prd, reviewer_id=before)
    if before and not others.exists():
        things.end_standing(prd, reason="reviewer", person=User(pk=before))
    things.give(prd, reason="reviewer", grade=4, person=person)
    tell(person, prd, "prd.reviewer_named", _("You were asked to review this."))
    acting().note(capacity=role, reviewer=person.username)
    return slot


@act("prd.reviewed", who=Who(standings={"reviewer"}), subject="slot.prd")
def review_prd(*, by: Any, slot: ReviewSlot, verdict: str, body: str = "", version: int | None = None) -> Approval:
    """Say a verdict on the sections of a slot; it binds to their words as they are now.

    Args:
        by: the slot's reviewer.
        slot: the slot, with its PRD.
        verdict: approve, request_changes or comment.
        body: why; compulsory when asking for changes.
        version: number of the version that was read; another current one is refused when its words differ.

    Raises:
        Denied: somebody else's slot, or one's own text.
        Blocked: it is not in review.
        Invalid: no such verdict, or no reason for changes.
    """
    prd = slot.prd
    thing = things.lock(prd)
    if slot.reviewer_id != by.pk or by.pk in writers_of(prd):
        raise Denied(_("Only the reviewer named for this, who did not write it, can say a verdict."))
    if thing.state != PrdState.IN_REVIEW:
        raise Blocked(_("It is not in review now."), code="state")
    if verdict not in Verdict.values:
        raise Invalid(errors={"verdict": [_("There is no such verdict.")]})
    if verdict == Verdict.REQUEST_CHANGES and not body.strip():
        raise Invalid(errors={"body": [_("Say what should change.")]})
    current = Prd.objects.unrestricted(content.WHY).get(pk=prd.pk).current
    covered = slot.hashes_of(content.hashes_of(current))
    if version is not None and version != current.number:
        read = PrdVersion.objects.unrestricted(content.WHY).filter(prd=prd, number=version).first()
        if read is None or slot.hashes_of(content.hashes_of(read)) != covered:
            raise Blocked(_("The sections that you read were changed meanwhile. Read them again."), code="stale")
    approval: Approval = Approval.objects.create(
        slot=slot, version=current, reviewer=by, verdict=verdict, covered=covered, body_md=body,
        body_html=str(markdown.render(body)) if body else "", created_at=clock.now(),
    )  # fmt: skip
    acting().note(capacity=slot.role, verdict=verdict, version=current.number)
    if verdict == Verdict.REQUEST_CHANGES:
        perform(prd, "request-changes", by=by, reason=body)
        tell(prd.author, prd, "prd.changes_requested", _("A reviewer asks for changes."))
    return approval


@act("prd.changes_requested", who=Who(standings={"reviewer"}), subject="prd")
def ask_for_changes(*, by: Any, prd: Prd, reason: str) -> Prd:
    """Send it back with a reason, as any of its reviewers."""
    perform(prd, "request-changes", by=by, reason=reason)
    tell(prd.author, prd, "prd.changes_requested", _("A reviewer asks for changes."))
    return prd


@act("prd.approved", who=CLOSERS, subject="prd")
def approve_prd(*, by: Any, prd: Prd, expected_number: int | None = None) -> Prd:
    """Approve the current version when every gate holds (PRD-G1 to G13).

    Raises:
        Denied: who wrote it.
        Blocked: with every finding at once.
    """
    things.lock(prd)
    fresh: Prd = Prd.objects.unrestricted(content.WHY).get(pk=prd.pk)
    current = fresh.current
    if current is None or (expected_number is not None and current.number != expected_number):
        raise Blocked(_("Somebody saved another version meanwhile. Read it first."), code="stale")
    perform(fresh, "approve", by=by, approver=by)
    fresh.approved = current
    fresh.save(update_fields=["approved"])
    acting().note(version=current.number, sha256=current.content_sha256)
    tell(prd.author, prd, "prd.approved", _("Your PRD was approved."))
    return fresh
