"""The rules for reviews of levels, LVL-1 to LVL-5 (domain.md 1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from governance import approvers, reviewing
from governance.models import LevelReview
from guard.gates import INFO, Finding, gate
from guard.kinds import url_of

Facts = Mapping[str, Any]


@gate("LVL-1", kind="review", title=lazy("Somebody else decides"), law=True)
def another_person_decides(review: LevelReview, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Neither who proposed a level nor who edited the proposal last decides on it."""
    out = reviewing.barred_from(review)
    if actor.pk in out:
        yield Finding(
            "LVL-1",
            _("You proposed or edited these levels, so another person decides."),
            who=approvers.names_for(reviewing.slots_of(review), review.dataset, out),
        )


@gate("LVL-2", kind="review", title=lazy("Enough people agreed"), law=True)
def enough_people_agreed(review: LevelReview, actor: Any, facts: Facts) -> Iterator[Finding]:
    """A first label or a raise takes one other person; a lowering two, and whom the level asks for."""
    tally = reviewing.tally_of(review)
    if tally.open:
        out = reviewing.barred_from(review) | {person.pk for person in tally.filled.values()}
        yield Finding(
            "LVL-2",
            _("Agreements still missing: %(missing)d of %(all)d.")
            % {"missing": len(tally.open), "all": len(tally.slots)},
            who=approvers.names_for(tally.open, review.dataset, out),
        )


@gate("LVL-3", kind="review", title=lazy("A lowering has a reason, and its effect was looked at"), law=True)
def effect_was_looked_at(review: LevelReview, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Who agrees to a lowering has seen who gains sight of what; the preview's digest says which one."""
    if not review.is_lowering:
        return
    if len(review.reason.strip()) < 10:
        yield Finding("LVL-3", _("Say in the proposal why milder levels are right."), who=[str(review.editor)])
    if "preview" not in facts:
        yield Finding("LVL-3", _("Who agrees confirms that they looked at the effect."), severity=INFO)
    elif facts["preview"] != reviewing.impact_of_review(review, actor).digest:
        yield Finding(
            "LVL-3", _("Look at the effect first; it is not the one that you confirmed."), link=url_of(review)
        )


@gate("LVL-4", kind="review", title=lazy("Nothing changed since it was proposed"), law=True)
def nothing_changed_since(review: LevelReview, actor: Any, facts: Facts) -> Iterator[Finding]:
    """Columns that came, went or changed type, or a level proposed by another way, void the proposal."""
    if not reviewing.is_as_proposed(review):
        yield Finding(
            "LVL-4",
            _("The columns or their levels changed since this was proposed. Bring the proposal up to date."),
            who=[str(review.editor)],
            link=url_of(review),
        )


@gate("LVL-5", kind="review", title=lazy("The dataset stays at least as strict as its columns"), law=True)
def floor_holds_the_columns(review: LevelReview, actor: Any, facts: Facts) -> Iterator[Finding]:
    """A floor is lowered to what the columns need, never below: a column may have become stricter meanwhile."""
    if review.floor is None:
        return
    needed = reviewing.needed_by_columns(review.dataset, reviewing.proposed_by(review))
    if review.floor < needed:
        yield Finding(
            "LVL-5",
            _("Its columns need L%(level)d, so the dataset cannot be milder than that.") % {"level": needed},
            who=[str(review.editor)],
            link=url_of(review),
        )
