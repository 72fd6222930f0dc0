"""Pieces of a PRD's page that come later: its rules with what the lint advises, who signs, and look-alikes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from prds.checking import lint_of, look_alikes
from prds.gates import latest_approvals
from prds.lint.registry import ERROR, LintFinding
from prds.lookup import may_write, prd_for
from prds.models import Prd
from prds.sources import prepare
from web import checklist
from web.panels import register_panel

OPEN = ("draft", "in_review", "changes_requested")


def rules(request: Any, prd: Prd) -> str:
    """The checklist of approving while it is open, and what the lint advises. The text is linted once for both."""
    prepare([prd])
    judged = checklist.draw(request, prd, "approve", _("Before it can be approved")) if prd.state in OPEN else ""
    return judged + advice(request, [found for found in lint_of(prd) if found.severity != ERROR])


def alike(request: Any, prd: Prd) -> str:
    """What may do the same already, among what the reader may read."""
    return advice(request, look_alikes(prd, request.user))


def advice(request: Any, found: Sequence[LintFinding]) -> SafeString | str:
    """Findings of the lint that block nothing."""
    return render_to_string("prds/advice.html", {"advice": found}, request) if found else ""


def reviews(request: Any, prd: Prd) -> str:
    """Who signs in which capacity, and whether they approved the words as they are."""
    rows = [
        {"slot": slot, "said": said, "is_current": is_current, "is_mine": slot.reviewer_id == request.user.pk}
        for slot, said, is_current in latest_approvals(prd)
    ]
    context = {"prd": prd, "reviews": rows, "may_write": may_write(prd, request.user)}
    return render_to_string("prds/reviews.html", context, request)


register_panel("prd", "named", rules, name="rules", title=_("Before it can be approved"), size="tall", load=prd_for)
register_panel("prd", "named", reviews, name="reviews", title=_("Sign-off"), load=prd_for)
register_panel("prd", "named", alike, name="alike", title=_("Worth a look"), size="low", load=prd_for)
