"""Verbs about levels: propose, amend, approve, reject, withdraw. Raising counts at once, lowering when two agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog.actions import withdraw_column_proposal
from catalog.labels import Said
from catalog.levels import apply_column_level, apply_floor, drop_column_proposal, record_review
from catalog.models import Dataset
from governance import approvers, labelling, papers, proposing, reviewing
from governance import other_levels as others
from governance.models import LevelReview, ReviewItem, Vote
from governance.other_levels import Others
from governance.states import PROPOSER, REVIEWERS, ReviewState
from guard import clock, things
from guard.doors import act, acting, consequence
from guard.policy import COLUMNS, Who
from guard.refusals import Blocked, Denied, Invalid
from guard.states import perform
from people.actions import tell
from people.models import Role

PROPOSERS = Who(
    roles={Role.GOVERNANCE_LEAD, Role.DATA_ENGINEER, Role.DATA_PM, Role.PRIVACY, Role.SECURITY},
    standings={"owner", "steward", "contributor", "pm", "scanner"},
)
_WHY = "an act works on rows that it was handed"


@act("levels.proposed", who=PROPOSERS, subject="dataset", needs="columns")
def propose_levels(
    *, by: Any, dataset: Dataset, levels: Mapping[str, int] | None = None,
    categories: proposing.Categories | None = None, other_levels: Others | None = None,
    floor: int | None = None, reason: str = "",
) -> LevelReview:  # fmt: skip
    """Propose levels and labels for columns of one dataset, or a milder floor for the dataset, as one review.

    Args:
        by: who proposes; never decides on it.
        dataset: whose columns.
        levels: rank 1 to 5 by name of column; the rank that is approved already confirms it.
        categories: codes (``scheme:code``) by name of column, each time all that it should have.
        other_levels: code of a level by another scheme's name, by name of column; an empty code takes it away.
        floor: what the dataset is to be declared instead: milder than now, never below its columns.
        reason: why; compulsory when anything would count less than was approved or declared.

    Returns:
        The open review. Levels stricter than what counts now count at once.

    Raises:
        Invalid: nothing proposed, unknown columns or levels, or a lowering without a reason.
        Blocked: a column, or the floor, is under review already.
    """
    things.lock(dataset)
    dataset.refresh_from_db(fields=["schema_hash", "column_count", "declared_level"])
    wanted = proposing.read(dataset, levels or {}, categories or {}, other_levels or {}, floor=floor, reason=reason)
    proposing.refuse_if_open(wanted)
    thing = things.new_thing(
        kind="review", title=f"Levels of {dataset.key}", domain=dataset.domain, level=2,
        state=ReviewState.OPEN,
    )  # fmt: skip  # its level is the dataset's, through the joint below
    review: LevelReview = LevelReview.objects.create(
        thing=thing, dataset=dataset, proposer=by, editor=by, content_hash="", **wanted.fields()
    )
    proposing.write_items(review, wanted)
    things.link(thing, "reviews", dataset)
    things.give(thing, reason="proposer", grade=COLUMNS, person=by)
    proposing.propose_each(by, wanted, thing.key)
    for person in proposing.call_reviewers(review):
        tell(person, thing, "levels.proposed", _("Levels wait for your review."))
    acting().note(review=thing.key, counts=_counted(review), **_floor_of(review))
    return review


@act("review.amended", who=PROPOSERS, subject="review", needs="columns")
def amend_levels(
    *, by: Any, review: LevelReview, levels: Mapping[str, int] | None = None,
    categories: proposing.Categories | None = None, other_levels: Others | None = None,
    floor: int | None = None, reason: str = "",
) -> LevelReview:  # fmt: skip
    """Change an open proposal, or bring it up to date with the schema. Votes given before count no more.

    Args:
        by: who edits; may not decide on it from here on.
        review: open.
        levels: the whole proposal as it now is; None keeps it.
        categories: as for a proposal; None keeps what it says of them.
        other_levels: likewise.
        floor: the proposed floor as it now is; None keeps it.
        reason: the reason as it now is; the old one when empty.
    """
    held = _hold(review, {ReviewState.OPEN})
    there = reviewing.columns_of(held)  # a column that went with an import leaves the proposal
    before_items = {i.column_name: i.rank for i in reviewing.items_of(held) if i.column_id in there}
    levels = levels or before_items
    floor = held.floor if floor is None else floor
    if categories is None:
        categories = labelling.wanted_by(held)
    if other_levels is None:
        other_levels = others.wanted_by(held)
    reason = reason.strip() or held.reason
    wanted = proposing.read(held.dataset, levels, categories, other_levels, floor=floor, reason=reason)
    if set(before_items) - set(levels):
        raise Invalid(errors={"levels": [_("Keep the columns of the proposal; withdraw it to drop some.")]})
    before = held.content_hash
    labelling.refuse_dropped(held, wanted.labels)
    proposing.propose_each(by, wanted, held.key)
    ReviewItem.objects.unrestricted(_WHY).filter(review=held).delete()
    reviewing.put(held, editor=by, **wanted.fields())
    proposing.write_items(held, wanted)
    if held.content_hash != before:
        things.touch(held)
    acting().note(diff={"content": [before[:12], held.content_hash[:12]]})
    return held


@act("review.approved", who=REVIEWERS, subject="review", needs="columns")
def approve_review(
    *, by: Any, review: LevelReview, preview: str = "", reason: str = "", on_behalf_of: str = ""
) -> LevelReview:
    """Agree to proposed levels. The last agreement that is needed writes them; agreeing twice changes nothing.

    Args:
        by: another person than who proposed or edited.
        review: to agree to.
        on_behalf_of: username of who let `by` stand in for them.
        preview: digest of the effect that was looked at; compulsory for a lowering.
        reason: remark for the record.

    Raises:
        Blocked: LVL-1 to LVL-4, DEP-1, a decision the other way, or a review that is over.
        Denied: not whom the level asks for, or nobody's deputy.
    """
    held = _hold(review)
    mine = _vote_of(held, by)
    if mine == Vote.Verdict.APPROVE and held.state in (ReviewState.OPEN, ReviewState.APPROVED):
        return held
    facts = {"preview": preview, "reason": reason}
    perform(held, "approve", by=by, **facts)
    slot = _open_slot(held, by)
    papers.cast(held, slot, Vote.Verdict.APPROVE, reason)
    acting().note(slot=slot, content=held.content_hash[:12])
    if not reviewing.tally_of(held).open:
        perform(held, "apply", by=by, **facts)
        _apply(held, by)
    return held


@act("review.rejected", who=REVIEWERS, subject="review", needs="columns")
def reject_review(*, by: Any, review: LevelReview, reason: str = "", on_behalf_of: str = "") -> LevelReview:
    """Refuse proposed levels: what was approved before counts again. Refusing twice changes nothing.

    Raises:
        Blocked: LVL-1, DEP-1, or decided otherwise already.
        Invalid: no reason.
    """
    held = _hold(review)
    if held.state == ReviewState.REJECTED and _vote_of(held, by) == Vote.Verdict.REJECT:
        return held
    perform(held, "reject", by=by, reason=reason)
    slot = _open_slot(held, by, any_slot=True)
    papers.cast(held, slot, Vote.Verdict.REJECT, reason)
    for column in reviewing.columns_of(held).values():
        if column.proposed_level is not None:
            drop_column_proposal(column)
    labelling.reject(held, reason)
    reviewing.put(held, decided_at=clock.now())
    tell(
        held.proposer, held, "review.rejected", _("Your proposal of levels was not accepted. The reason stands there.")
    )
    return held


@act("review.withdrawn", who=PROPOSER, subject="review", needs="columns")
def withdraw_review(*, by: Any, review: LevelReview, reason: str = "") -> LevelReview:
    """Take back one's own proposal. One that raised a level stays: reviewers decide on it (catalog)."""
    held = _hold(review)
    if held.state == ReviewState.WITHDRAWN:
        return held
    perform(held, "withdraw", by=by, reason=reason)
    with proposing.keeping_sight(by, held.dataset):
        for column in reviewing.columns_of(held).values():
            withdraw_column_proposal(by=by, column=column, reason=reason)
        labelling.withdraw(by, held, reason)
    reviewing.put(held, decided_at=clock.now())
    return held


# -- what the verbs share
def _hold(review: LevelReview, states: set[str] | None = None) -> LevelReview:
    """Hold the review until the act ends, and read it and its dataset again."""
    thing = things.lock(review)
    rows = LevelReview.objects.unrestricted(_WHY).select_related("thing__domain", "dataset__thing__domain", "proposer")
    held: LevelReview = rows.select_related("editor").get(pk=thing.pk)
    things.lock(held.dataset)
    if states is not None and held.state not in states:
        raise Blocked(_("This review is over."), code="state")
    return held


def _vote_of(review: LevelReview, by: Any) -> str:
    """How this person voted on what it says now, in the seat in which they act; differently after that is refused."""
    return papers.said_by(review, by)


def _open_slot(review: LevelReview, by: Any, *, any_slot: bool = False) -> str:
    tally = reviewing.tally_of(review)
    if papers.has_spoken(review, by):
        raise Blocked(
            _("You decided on this already. What it says must change before you decide again."), code="decided"
        )
    seat = acting().seat_of(by)
    for slot in tally.slots if any_slot else tally.open:
        if as_what := approvers.fits(seat, review.dataset, slot):
            return as_what
    words = " / ".join(str(approvers.SLOT_WORDS.get(name, name)) for slot in tally.open for name in slot.fits)
    raise Denied(_("At this level these decide: %(who)s.") % {"who": words})


def _apply(review: LevelReview, by: Any) -> None:
    """Write the levels and say that the classification was reviewed, once every column has a level."""
    columns = reviewing.columns_of(review)
    counts: Counter[str] = Counter()
    labelling.apply(review, counts)
    for item in reviewing.items_of(review):
        apply_column_level(columns[item.column_id], item.rank, Said(reason=review.reason, review=review.key))
        counts[item.direction] += 1
    dataset = review.dataset
    if review.floor is not None:
        apply_floor(dataset, review.floor)
    dataset.refresh_from_db(fields=["unclassified_count", "column_count", "schema_hash"])
    things.lock(dataset)
    # a review of the floor alone says nothing of the columns, so theirs stays due when it was
    if dataset.is_classified and (counts or not dataset.column_count):
        days = approvers.rules_of(dataset.level)["review_days"]
        record_review(dataset, reviewer=by, due=clock.now().date() + timedelta(days=days))
    reviewing.put(review, decided_at=clock.now())
    acting().note(counts=dict(counts), level=dataset.level, **_floor_of(review))
    consequence("dataset.reclassified", dataset, review=review.key, level=dataset.level, counts=dict(counts))
    tell(review.proposer, review, "review.approved", _("The levels that you proposed are approved."))


def _counted(review: LevelReview) -> dict[str, int]:
    return dict(Counter(item.direction for item in reviewing.items_of(review)))


def _floor_of(review: LevelReview) -> dict[str, Any]:
    return {} if review.floor is None else {"diff": {"declared_level": [review.floor_before, review.floor]}}
