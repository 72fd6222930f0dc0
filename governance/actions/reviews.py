"""Verbs about levels: propose, amend, approve, reject, withdraw. Raising counts at once, lowering when two agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog.actions import propose_column_level, withdraw_column_proposal
from catalog.levels import apply_column_level, drop_column_proposal, record_review
from catalog.models import Column, Dataset
from governance import approvers, reviewing
from governance.models import LevelReview, ReviewItem, Vote
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
    standings={"owner", "steward", "contributor", "pm"},
)
_WHY = "an act works on rows that it was handed"


@act("levels.proposed", who=PROPOSERS, subject="dataset", needs="columns")
def propose_levels(*, by: Any, dataset: Dataset, levels: Mapping[str, int], reason: str = "") -> LevelReview:
    """Propose levels for columns of one dataset, as one review for others.

    Args:
        by: who proposes; never decides on it.
        dataset: whose columns.
        levels: rank 1 to 5 by name of column; the rank that is approved already confirms it.
        reason: why; compulsory when any column would count less than was approved.

    Returns:
        The open review. Levels stricter than what counts now count at once.

    Raises:
        Invalid: nothing proposed, unknown columns or levels, or a lowering without a reason.
        Blocked: a column is under review already.
    """
    things.lock(dataset)
    dataset.refresh_from_db(fields=["schema_hash", "column_count"])
    columns = _columns(dataset, levels)
    _refuse_if_open(dataset, columns.values())
    pairs = [(columns[name].level, rank) for name, rank in levels.items()]
    is_lowering = any(before is not None and rank < before for before, rank in pairs)
    if is_lowering and len(reason.strip()) < 10:
        raise Invalid(errors={"reason": [_("Say in a sentence why a milder level is right.")]})
    thing = things.new_thing(
        kind="review", title=f"Levels of {dataset.key}", domain=dataset.domain, level=2,
        state=ReviewState.OPEN,
    )  # fmt: skip  # its level is the dataset's, through the joint below
    review: LevelReview = LevelReview.objects.create(
        thing=thing, dataset=dataset, proposer=by, editor=by, reason=reason.strip(), is_lowering=is_lowering,
        rank=reviewing.strictest(pairs), schema_hash=dataset.schema_hash, content_hash="",
    )  # fmt: skip
    _write_items(review, columns, levels)
    things.link(thing, "reviews", dataset)
    things.give(thing, reason="proposer", grade=COLUMNS, person=by)
    _propose_each(by, columns, levels, reason)
    for person in _call_reviewers(review):
        tell(person, thing, "levels.proposed", _("Levels wait for your review."))
    acting().note(review=thing.key, counts=_counted(review))
    return review


@act("review.amended", who=PROPOSERS, subject="review", needs="columns")
def amend_levels(
    *, by: Any, review: LevelReview, levels: Mapping[str, int] | None = None, reason: str = ""
) -> LevelReview:
    """Change an open proposal, or bring it up to date with the schema. Votes given before count no more.

    Args:
        by: who edits; may not decide on it from here on.
        review: open.
        levels: the whole proposal as it now is; None keeps it.
        reason: the reason as it now is; the old one when empty.
    """
    held = _hold(review, {ReviewState.OPEN})
    there = reviewing.columns_of(held)  # a column that went with an import leaves the proposal
    before_items = {i.column_name: i.rank for i in reviewing.items_of(held) if i.column_id in there}
    levels = levels or before_items
    columns = _columns(held.dataset, levels)
    if set(before_items) - set(levels):
        raise Invalid(errors={"levels": [_("Keep the columns of the proposal; withdraw it to drop some.")]})
    pairs = [(columns[name].level, rank) for name, rank in levels.items()]
    is_lowering = any(before is not None and rank < before for before, rank in pairs)
    reason = reason.strip() or held.reason
    if is_lowering and len(reason) < 10:
        raise Invalid(errors={"reason": [_("Say in a sentence why a milder level is right.")]})
    before = held.content_hash
    _propose_each(by, columns, levels, reason)
    ReviewItem.objects.unrestricted(_WHY).filter(review=held).delete()
    _set(
        held, editor=by, reason=reason, is_lowering=is_lowering, rank=reviewing.strictest(pairs),
        schema_hash=held.dataset.schema_hash,
    )  # fmt: skip
    _write_items(held, columns, levels)
    if held.content_hash != before:
        things.touch(held)
    acting().note(diff={"content": [before[:12], held.content_hash[:12]]})
    return held


@act("review.approved", who=REVIEWERS, subject="review", needs="columns")
def approve_review(*, by: Any, review: LevelReview, preview: str = "", reason: str = "") -> LevelReview:
    """Agree to proposed levels. The last agreement that is needed writes them; agreeing twice changes nothing.

    Args:
        by: another person than who proposed or edited.
        review: to agree to.
        preview: digest of the effect that was looked at; compulsory for a lowering.
        reason: remark for the record.

    Raises:
        Blocked: LVL-1 to LVL-4, a decision the other way, or a review that is over.
        Denied: not whom the level asks for.
    """
    held = _hold(review)
    mine = _vote_of(held, by)
    if mine == Vote.Verdict.APPROVE and held.state in (ReviewState.OPEN, ReviewState.APPROVED):
        return held
    facts = {"preview": preview, "reason": reason}
    perform(held, "approve", by=by, **facts)
    slot = _open_slot(held, by)
    Vote.objects.create(
        thing=held.thing, person=by, slot=slot, verdict=Vote.Verdict.APPROVE, reason=reason, at=clock.now(),
        content_hash=held.content_hash,
    )  # fmt: skip
    acting().note(slot=slot, content=held.content_hash[:12])
    if not reviewing.tally_of(held).open:
        perform(held, "apply", by=by, **facts)
        _apply(held, by)
    return held


@act("review.rejected", who=REVIEWERS, subject="review", needs="columns")
def reject_review(*, by: Any, review: LevelReview, reason: str = "") -> LevelReview:
    """Refuse proposed levels: what was approved before counts again. Refusing twice changes nothing.

    Raises:
        Blocked: LVL-1, or decided otherwise already.
        Invalid: no reason.
    """
    held = _hold(review)
    if held.state == ReviewState.REJECTED and _vote_of(held, by) == Vote.Verdict.REJECT:
        return held
    perform(held, "reject", by=by, reason=reason)
    slot = _open_slot(held, by, any_slot=True)
    Vote.objects.create(
        thing=held.thing, person=by, slot=slot, verdict=Vote.Verdict.REJECT, reason=reason, at=clock.now(),
        content_hash=held.content_hash,
    )  # fmt: skip
    for column in reviewing.columns_of(held).values():
        if column.proposed_level is not None:
            drop_column_proposal(column)
    _set(held, decided_at=clock.now())
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
    with _keeping_sight(by, held.dataset):
        for column in reviewing.columns_of(held).values():
            withdraw_column_proposal(by=by, column=column, reason=reason)
    _set(held, decided_at=clock.now())
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


def _columns(dataset: Dataset, levels: Mapping[str, int]) -> dict[str, Column]:
    if not levels:
        raise Invalid(errors={"levels": [_("Propose a level for one column at least.")]})
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset, name__in=list(levels))
    found = {column.name: column for column in rows.select_related("dataset__thing__domain")}
    faults = [_("There is no column %(name)s.") % {"name": name} for name in levels if name not in found]
    faults += [_("%(name)s: levels go from L1 to L5.") % {"name": name} for name, rank in levels.items()
               if rank not in range(1, 6)]  # fmt: skip
    if faults:
        raise Invalid(errors={"levels": faults})
    return found


def _refuse_if_open(dataset: Dataset, columns: Any) -> None:
    rows = ReviewItem.objects.unrestricted("a column is under one review at a time").filter(
        review__thing__state=ReviewState.OPEN, column__in=[column.pk for column in columns]
    )
    if (other := rows.select_related("review__thing").first()) is not None:
        raise Blocked(
            _("%(name)s is under review in %(key)s already.")
            % {"name": other.column_name, "key": other.review.key},
            code="under-review",
        )  # fmt: skip


def _write_items(review: LevelReview, columns: Mapping[str, Column], levels: Mapping[str, int]) -> None:
    items = [
        ReviewItem(
            review=review, column=columns[name], column_name=name, before=columns[name].level, rank=rank,
            direction=reviewing.direction_of(columns[name].level, rank),
        )
        for name, rank in sorted(levels.items(), key=lambda pair: columns[pair[0]].position)
    ]  # fmt: skip
    ReviewItem.objects.bulk_create(items)
    triples = [(item.column_id, item.before, item.rank) for item in items]
    _set(review, content_hash=reviewing.hash_of(review.dataset.key, review.reason, review.schema_hash, triples))


def _propose_each(by: Any, columns: Mapping[str, Column], levels: Mapping[str, int], reason: str) -> None:
    dataset = next(iter(columns.values())).dataset
    with _keeping_sight(by, dataset):
        for name, rank in levels.items():
            propose_column_level(by=by, column=columns[name], rank=rank, reason=reason)


@contextmanager
def _keeping_sight(by: Any, dataset: Dataset) -> Iterator[None]:
    """The first of several raises may hide the dataset from who proposes them: let them finish, and no longer."""
    things.give(dataset, reason="proposing", grade=COLUMNS, person=by)
    yield
    things.end_standing(dataset, reason="proposing", person=by)


def _call_reviewers(review: LevelReview) -> list[Any]:
    """Give sight to the owner and stewards; without any, the governance leads are told."""
    keepers = approvers.holders(review.dataset, "owner") + approvers.holders(review.dataset, "steward")
    others = [person for person in keepers if person.pk != review.proposer_id]
    for person in others:
        things.give(review, reason="reviewer", grade=COLUMNS, person=person)
    leads = [p for p in approvers.holders(review.dataset, "governance_lead") if p.pk != review.proposer_id]
    called = others if others and not review.is_lowering else [*others, *leads]
    return list({person.pk: person for person in called}.values())


def _vote_of(review: LevelReview, by: Any) -> str:
    """How this person voted on what it says now; deciding differently after that is refused."""
    mine = [vote.verdict for vote in reviewing.votes_of(review.thing, review.content_hash) if vote.person_id == by.pk]
    return mine[0] if mine else ""


def _open_slot(review: LevelReview, by: Any, *, any_slot: bool = False) -> str:
    tally = reviewing.tally_of(review)
    if _vote_of(review, by):
        raise Blocked(
            _("You decided on this already. What it says must change before you decide again."), code="decided"
        )
    for slot in tally.slots if any_slot else tally.open:
        if as_what := approvers.fits(by, review.dataset, slot):
            return as_what
    words = " / ".join(str(approvers.SLOT_WORDS.get(name, name)) for slot in tally.open for name in slot.fits)
    raise Denied(_("At this level these decide: %(who)s.") % {"who": words})


def _apply(review: LevelReview, by: Any) -> None:
    """Write the levels and say that the classification was reviewed, once every column has a level."""
    columns = reviewing.columns_of(review)
    counts: Counter[str] = Counter()
    for item in reviewing.items_of(review):
        apply_column_level(columns[item.column_id], item.rank)
        counts[item.direction] += 1
    dataset = review.dataset
    dataset.refresh_from_db(fields=["unclassified_count", "column_count", "schema_hash"])
    things.lock(dataset)
    if dataset.is_classified:
        days = approvers.rules_of(dataset.level)["review_days"]
        record_review(dataset, reviewer=by, due=clock.now().date() + timedelta(days=days))
    _set(review, decided_at=clock.now())
    acting().note(counts=dict(counts), level=dataset.level)
    consequence("dataset.reclassified", dataset, review=review.key, level=dataset.level, counts=dict(counts))
    tell(review.proposer, review, "review.approved", _("The levels that you proposed are approved."))


def _counted(review: LevelReview) -> dict[str, int]:
    return dict(Counter(item.direction for item in reviewing.items_of(review)))


def _set(review: LevelReview, **fields: Any) -> None:
    LevelReview.objects.unrestricted(_WHY).filter(pk=review.pk).update(**fields)
    for name, value in fields.items():
        setattr(review, name, value)
