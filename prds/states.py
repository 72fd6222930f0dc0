"""States of a PRD and the moves between them (domain.md 1.2), up to `building`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guard.policy import Who
from guard.states import Move, register_moves


class PrdState(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    APPROVED = "approved", _("Approved")
    BUILDING = "building", _("Building")
    LAUNCHED = "launched", _("Launched")
    MEASURING = "measuring", _("Measuring")
    CLOSED = "closed", _("Closed")
    ON_HOLD = "on_hold", _("On hold")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")
    SUPERSEDED = "superseded", _("Superseded")


S = PrdState
OPEN = frozenset({S.DRAFT, S.IN_REVIEW, S.CHANGES_REQUESTED})
STARTERS = Who(roles={"data_pm", "data_engineer"})
WRITERS = Who(roles={"data_pm"}, standings={"author", "contributor"})
AUTHOR = Who(standings={"author"})
REVIEWERS = Who(standings={"reviewer"})
CLOSERS = Who(roles={"data_pm"}, standings={"decision_maker"})
AUTHOR_SENTENCE = _("The author can.")
APPROVAL_GATES = tuple(f"PRD-G{number}" for number in range(1, 14))

register_moves(
    "prd",
    S.DRAFT,
    S,
    [
        Move(
            "submit", frozenset({S.DRAFT, S.CHANGES_REQUESTED}), S.IN_REVIEW, _("Submit for review"), AUTHOR, (),
            AUTHOR_SENTENCE, style="go",
        ),
        Move(
            "approve", frozenset({S.IN_REVIEW}), S.APPROVED, _("Approve"), CLOSERS, APPROVAL_GATES,
            _("The decision maker or a data PM who did not write it can approve it."), style="go",
        ),
        Move(
            "request-changes", frozenset({S.IN_REVIEW}), S.CHANGES_REQUESTED, _("Ask for changes"), REVIEWERS, (),
            _("A reviewer can ask for changes."), needs=("reason",),
        ),
        Move(
            "build", frozenset({S.APPROVED}), S.BUILDING, _("Start building"), WRITERS, ("PRD-G13",), AUTHOR_SENTENCE,
            style="go",
        ),
        Move("hold", OPEN | {S.APPROVED}, S.ON_HOLD, _("Put on hold"), WRITERS, (), AUTHOR_SENTENCE, needs=("reason",)),
        Move("resume", frozenset({S.ON_HOLD}), S.DRAFT, _("Take up again"), WRITERS, (), AUTHOR_SENTENCE),
        Move(
            "reject", frozenset({S.IN_REVIEW}), S.REJECTED, _("Reject"), CLOSERS, (),
            _("The decision maker or a data PM can reject it."), style="danger", needs=("reason",),
        ),
        Move(
            "cancel", OPEN | {S.ON_HOLD, S.APPROVED}, S.CANCELLED, _("Cancel"), AUTHOR, (), AUTHOR_SENTENCE,
            style="danger", needs=("reason",),
        ),
    ],
)  # fmt: skip
