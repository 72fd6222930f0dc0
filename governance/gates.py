"""The rules of governance: LVL-1 to LVL-5 for reviews of levels, ACC-1 to ACC-6 for access (domain.md 1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from catalog.models import Column
from governance import approvers, reviewing
from governance.models import Grant, LevelReview, Mode
from guard import clock
from guard.gates import INFO, Finding, gate
from guard.kinds import url_of

Facts = Mapping[str, Any]
_WHY = "a rule judges rows that the reader may not see; what it finds is filtered for the reader"


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


@gate("ACC-1", kind="grant", title=lazy("What is asked for is classified and reviewed"), law=True)
def everything_is_classified(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    dataset = grant.dataset
    rows = Column.objects.unrestricted(_WHY).filter(dataset=dataset)
    ranks = dict(rows.values_list("name", "level"))
    asked = grant.columns or list(ranks)
    missing = sum(ranks.get(name) is None for name in asked)
    keepers = approvers.holders(dataset, "owner") + approvers.holders(dataset, "steward")
    if missing or not ranks:
        yield Finding(
            "ACC-1", _("%(count)d of the columns asked for have no reviewed level.") % {"count": missing or len(asked)},
            who=[str(person) for person in keepers], link=url_of(dataset), subject=dataset.thing,
        )  # fmt: skip
    elif not dataset.is_review_current(clock.now().date()):
        yield Finding(
            "ACC-1", _("The review of its levels has lapsed or columns changed since."),
            who=[str(person) for person in keepers], link=url_of(dataset), subject=dataset.thing,
        )  # fmt: skip


@gate("ACC-2", kind="grant", title=lazy("It ends, and within the time that the level allows"))
def it_ends_in_time(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """L2 365 days, L3 180, L4 30; L5 case by case, and never without an end."""
    today = clock.now().date()
    if grant.ends_on is None:
        yield Finding("ACC-2", _("Name the day on which access ends."), who=[str(grant.requester)])
        return
    days, most = (grant.ends_on - today).days, approvers.rules_of(grant.level)["grant_days"] or 365
    if days < 1:
        yield Finding("ACC-2", _("Access must end after today."), who=[str(grant.requester)])
    elif days > most:
        yield Finding(
            "ACC-2",
            _("At level L%(level)d access lasts at most %(most)d days.") % {"level": grant.level, "most": most},
            who=[str(grant.requester)],
        )  # fmt: skip


@gate("ACC-3", kind="grant", title=lazy("Columns are named"))
def columns_are_named(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    if not grant.columns and approvers.rules_of(grant.level)["named_columns"]:
        yield Finding("ACC-3", _("Name the columns: from L3 on nobody gets a whole table."), who=[str(grant.requester)])


@gate("ACC-4", kind="grant", title=lazy("The purpose is one that the dataset allows"), law=True)
def purpose_is_allowed(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    """A dataset that names no purpose allows none: missing means strict."""
    if grant.purpose not in grant.dataset.allowed_purposes:
        owners = approvers.holders(grant.dataset, "owner")
        yield Finding(
            "ACC-4", _("The purpose “%(purpose)s” is not among those allowed for it.") % {"purpose": grant.purpose},
            who=[str(person) for person in owners], link=url_of(grant.dataset), subject=grant.dataset.thing,
        )  # fmt: skip


@gate("ACC-5", kind="grant", title=lazy("Nobody decides on their own request"), law=True)
def not_ones_own(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    if actor.pk == grant.requester_id:
        slots = approvers.slots_for(grant.dataset, grant.level, {actor.pk})
        yield Finding(
            "ACC-5", _("You asked for this, so others decide."),
            who=approvers.names_for(slots, grant.dataset, {actor.pk}),
        )  # fmt: skip


@gate("ACC-6", kind="grant", title=lazy("Nothing of L4 or above is exported"), law=True)
def nothing_strict_is_exported(grant: Grant, actor: Any, facts: Facts) -> Iterator[Finding]:
    if grant.mode == Mode.EXPORT and grant.level >= 4:
        yield Finding("ACC-6", _("Data of L4 and above is queried where it lies, never exported."))
