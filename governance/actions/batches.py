"""Verbs over many things at once: a sheet of levels proposed, several reviews agreed to; all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from governance.actions.reviews import approve_review, propose_levels
from governance.lead import inbox
from governance.lead.planning import plan as plan_of
from governance.models import LevelReview
from guard.doors import act, acting
from guard.policy import Who
from guard.refusals import Blocked, Invalid, Stale

ANYONE = Who(anyone=True)  # who may propose or decide is asked of each dataset and each review


@act("levels.imported", who=ANYONE, subject=None)
def import_levels(*, by: Any, sheet: str, plan: str = "") -> list[LevelReview]:
    """Propose what a sheet says, one review a dataset; columns that are so already are left alone.

    Args:
        by: who proposes; never decides on it.
        sheet: CSV text (`governance.lead.sheets`).
        plan: digest of the plan that was looked at; empty where nobody looked, as from a script.

    Returns:
        The open reviews, none when nothing would change: handing in the same sheet twice is harmless.

    Raises:
        Invalid: every fault of the sheet at its line; nothing is proposed.
        Stale: what it would propose is not what was looked at.
    """
    found = plan_of(by, sheet)
    if found.faults:
        raise Invalid(errors={"sheet": [str(fault) for fault in found.faults]})
    if plan and plan != found.digest:
        raise Stale(_("Something changed since you looked. Look at what it would propose now."))
    reviews = [
        propose_levels(
            by=by, dataset=part.dataset, levels=part.levels, categories=part.categories, reason=part.reason
        )
        for part in found.parts
    ]  # fmt: skip
    acting().note(counts=found.counts, reviews=[review.key for review in reviews], plan=found.digest[:12])
    return reviews


@act("reviews.approved", who=ANYONE, subject=None)
def approve_reviews(*, by: Any, reviews: Mapping[str, str], reason: str = "") -> list[LevelReview]:
    """Agree to several reviews at once, each as it was shown.

    Args:
        by: another person than any who proposed or edited one of them.
        reviews: hash of what was shown by key of the review. A lowering, and what reaches a level that is decided one
            by one (`inbox.is_alone`), is refused here.
        reason: remark for the record.

    Raises:
        Invalid: none, or more than `inbox.MOST`.
        Blocked: one of them must be decided by itself, or a rule stands in the way of one; nothing is decided then.
        Stale: one says something else than was shown.
        Absent: one that there is not, or that one may not see.
    """
    if not 0 < len(reviews) <= inbox.MOST:
        raise Invalid(errors={"reviews": [_("Choose one review at least, and %(n)d at most.") % {"n": inbox.MOST}]})
    held = inbox.chosen(by, reviews)
    for review in held:
        if review.content_hash != reviews[review.key]:
            raise Stale(_("%(key)s changed while you were reading. Look at it again.") % {"key": review.key})
        if why := inbox.why_alone(review):
            raise Blocked(_("%(key)s is decided on its own page: %(why)s") % {"key": review.key, "why": why})
    acting().note(counts={"reviews": len(held), "columns": sum(inbox.sizes(held).values())})
    return [approve_review(by=by, review=review, reason=reason) for review in held]
