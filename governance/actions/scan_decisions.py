"""Verbs of the people who decide on what the scanner found: it is so, it is not, and it may be after all."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog import labels
from catalog.levels import drop_column_proposal, settle_dataset
from catalog.models import Column, Label
from governance import labelling, other_levels, proposing, reviewing
from governance.actions.reviews import approve_review, reject_review
from governance.models import LevelReview, ReviewItem, ScanException, ScanFinding
from governance.states import REVIEWERS, ReviewState
from guard import clock, things
from guard.doors import act, acting
from guard.policy import Who
from guard.refusals import Blocked, Denied, Invalid
from people.models import Role

Decision = ScanFinding.Decision
ENDERS = Who(roles={Role.GOVERNANCE_LEAD, Role.PRIVACY, Role.SECURITY}, standings={"owner", "steward"})
_WHY = "an act works on rows that it was handed"


@act("scan.finding_accepted", who=REVIEWERS, subject="finding.review", needs="columns")
def accept_finding(*, by: Any, finding: ScanFinding, reason: str = "") -> ScanFinding:
    """Say that a column is what the scanner found. The last decision on a review carries the review out.

    Args:
        by: another person than who asked for the scan.
        finding: open, with its review and dataset at hand.
        reason: remark for the record.

    Raises:
        Blocked: decided already, or a rule of the review stands against it.
        Denied: who asked for the scan.
    """
    review = _hold(by, finding)
    _decide(finding, by, Decision.ACCEPTED, reason)
    acting().note(finding=finding.pk, kind=finding.kind, column=finding.column_id)
    if not _open_in(review).exists():
        approve_review(by=by, review=review, reason=reason)
    return finding


@act("scan.finding_rejected", who=REVIEWERS, subject="finding.review", needs="columns")
def reject_finding(*, by: Any, finding: ScanFinding, reason: str = "") -> ScanFinding:
    """Say that a column is not what the scanner found. It is not proposed again while the column keeps its type.

    Args:
        by: another person than who asked for the scan.
        finding: open, with its review and dataset at hand.
        reason: why; compulsory, auditors read it.

    Raises:
        Invalid: no reason.
        Blocked, Denied: as for accepting.
    """
    if len(reason.strip()) < 10:
        raise Invalid(errors={"reason": [_("Say in a sentence why it is not so.")]})
    review = _hold(by, finding)
    _decide(finding, by, Decision.REJECTED, reason)
    _except(by, finding, reason.strip())
    acting().note(finding=finding.pk, kind=finding.kind, column=finding.column_id)
    items = [item for item in reviewing.items_of(review) if item.column_id != finding.column_id]
    if not items:
        reject_review(by=by, review=review, reason=reason)
        return finding
    _drop(review, finding, items, reason)
    if not _open_in(review).exists():
        approve_review(by=by, review=review, reason=reason)
    return finding


@act("scan.exception_ended", who=ENDERS, subject="exception.dataset", needs="profile")
def end_exception(*, by: Any, exception: ScanException, reason: str = "") -> ScanException:
    """Let the scanner propose this kind for this column again."""
    if exception.ended_at is None:
        at = clock.now()
        ScanException.objects.unrestricted(_WHY).filter(pk=exception.pk).update(ended_by=by, ended_at=at)
        exception.ended_by, exception.ended_at = by, at
        acting().note(exception=exception.pk, kind=exception.kind, column=exception.column_id)
    return exception


def _hold(by: Any, finding: ScanFinding) -> LevelReview:
    """Hold the review and its dataset until the act ends, as they are now."""
    if finding.review_id is None:
        raise Blocked(_("Nothing was proposed here."), code="state")
    rows = LevelReview.objects.unrestricted(_WHY).select_related("thing__domain", "dataset__thing__domain", "proposer")
    thing = things.lock(finding.review)
    review: LevelReview = rows.get(pk=thing.pk)
    things.lock(review.dataset)
    finding.refresh_from_db(fields=["decision"])
    if finding.decision != Decision.OPEN or thing.state != ReviewState.OPEN:
        raise Blocked(_("This was decided already."), code="state")
    if by.pk in reviewing.barred_from(review):
        raise Denied(_("You asked for this scan or edited the proposal, so another person decides."))
    return review


def _decide(finding: ScanFinding, by: Any, decision: str, reason: str) -> None:
    fields = {"decision": decision, "decided_by": by, "decided_at": clock.now(), "reason": reason.strip()}
    ScanFinding.objects.unrestricted(_WHY).filter(pk=finding.pk).update(**fields)
    for name, value in fields.items():
        setattr(finding, name, value)


def _except(by: Any, finding: ScanFinding, reason: str) -> None:
    column = Column.objects.unrestricted(_WHY).filter(pk=finding.column_id).first()
    ScanException.objects.create(
        dataset=finding.dataset, column_id=finding.column_id, column_name=finding.column_name, kind=finding.kind,
        data_type=column.data_type if column else "", by=by, reason=reason,
    )  # fmt: skip


def _open_in(review: LevelReview) -> Any:
    return ScanFinding.objects.unrestricted(_WHY).filter(review=review, stance="proposed", decision=Decision.OPEN)


def _drop(review: LevelReview, finding: ScanFinding, items: list[ReviewItem], reason: str) -> None:
    """Take one column out of an open review: what was proposed for it goes back; votes given before count no more."""
    categories = labelling.wanted_by(review)
    for place, label in labelling.standing(review).items():
        if place.column == finding.column_id and place.category and label.state == Label.State.PROPOSED:
            labels.follow(label, Label.State.REJECTED, labels.Said(reason=reason, review=str(review.key)))
    column = reviewing.columns_of(review).get(finding.column_id)
    if column is not None and column.proposed_level is not None:
        drop_column_proposal(column)
    categories.pop(finding.column_name, None)
    levels = {item.column_name: item.rank for item in items}
    others = other_levels.wanted_by(review)  # what people proposed by other schemes stays under review
    wanted = proposing.read(
        review.dataset, levels, categories, others, floor=review.floor, reason=review.reason
    )  # fmt: skip
    ReviewItem.objects.unrestricted(_WHY).filter(review=review).delete()
    reviewing.put(review, **wanted.fields())
    proposing.write_items(review, wanted)
    settle_dataset(review.dataset)
