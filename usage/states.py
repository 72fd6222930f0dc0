"""States of a decision and the moves between them (domain.md 1.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guard.policy import Who
from guard.states import Move, register_moves


class DecisionState(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    IMPLEMENTED = "implemented", _("Implemented")
    REVIEWED = "reviewed", _("Reviewed")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Superseded")


S = DecisionState
MAKERS = Who(standings={"decision_maker"})
DRAFTERS = Who(roles={"data_pm"}, standings={"author", "decision_maker"})
MAKER_SENTENCE = _("Only a named decision maker can.")
DEC_GATES = tuple(f"DEC-{number}" for number in range(1, 7))

register_moves(
    "decision",
    S.PROPOSED,
    S,
    [
        Move(
            "attest", frozenset({S.PROPOSED}), S.ACCEPTED, _("Attest"), MAKERS, (*DEC_GATES, "DEC-7"), MAKER_SENTENCE,
            style="go",
        ),
        Move("reject", frozenset({S.PROPOSED}), S.REJECTED, _("Reject"), MAKERS, (), MAKER_SENTENCE, needs=("reason",)),
        Move(
            "implement", frozenset({S.ACCEPTED}), S.IMPLEMENTED, _("Mark as carried out"), DRAFTERS, (),
            _("Who drafted it, a decision maker or a data PM can."),
        ),
        Move(
            "look-back", frozenset({S.ACCEPTED, S.IMPLEMENTED}), S.REVIEWED, _("Look back"), MAKERS, (), MAKER_SENTENCE,
            is_offered=False,
        ),
        Move(
            "supersede", frozenset({S.ACCEPTED, S.IMPLEMENTED, S.REVIEWED}), S.SUPERSEDED, _("Supersede"), MAKERS,
            is_offered=False,
        ),
    ],
)  # fmt: skip
