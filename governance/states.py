"""States of level reviews and of grants (domain.md 1.2), with who may move them and what must hold."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guard.policy import Who
from guard.states import Move, register_moves
from people.models import Role


class ReviewState(TextChoices):
    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class GrantState(TextChoices):
    DRAFT = "draft", _("Draft")
    ASKED = "asked", _("Asked")
    OWNER_OK = "owner_ok", _("Owner agreed")
    GOVERNANCE_OK = "governance_ok", _("Governance agreed")
    GRANTED = "granted", _("Granted")
    SUSPENDED = "suspended", _("Suspended")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    RENEWED = "renewed", _("Renewed")


class CampaignState(TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class AttestationState(TextChoices):
    OPEN = "open", _("Open")
    LIVE = "live", _("Holds")
    DONE = "done", _("Carried out")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")


REVIEWERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY}, standings={"reviewer"})
REVIEWERS_SENTENCE = _("The owner or a steward of the dataset, or a governance lead, can.")
PROPOSER = Who(standings={"proposer"})

register_moves(
    "review",
    ReviewState.OPEN,
    ReviewState,
    [
        Move(
            "approve", frozenset({ReviewState.OPEN}), "", _("Approve"), REVIEWERS,
            ("LVL-1", "DEP-1", "LVL-3", "LVL-4", "LVL-5"), REVIEWERS_SENTENCE, style="go",
        ),
        # what the last approval does; nobody presses it
        Move(
            "apply", frozenset({ReviewState.OPEN}), ReviewState.APPROVED, _("Apply"), REVIEWERS,
            ("LVL-1", "LVL-2", "LVL-3", "LVL-4", "LVL-5"), REVIEWERS_SENTENCE, is_offered=False,
        ),
        Move(
            "reject", frozenset({ReviewState.OPEN}), ReviewState.REJECTED, _("Reject"), REVIEWERS, ("LVL-1", "DEP-1"),
            REVIEWERS_SENTENCE, style="danger", needs=("reason",),
        ),
        Move(
            "withdraw", frozenset({ReviewState.OPEN}), ReviewState.WITHDRAWN, _("Withdraw"), PROPOSER, (),
            _("Only who proposed it can take it back."),
        ),
    ],
)  # fmt: skip

WAITING = frozenset({GrantState.ASKED, GrantState.OWNER_OK, GrantState.GOVERNANCE_OK})
HELD = frozenset({GrantState.GRANTED, GrantState.SUSPENDED})
LIVE = WAITING | HELD
GIVEN = HELD | {GrantState.EXPIRED, GrantState.REVOKED, GrantState.RENEWED}
OPEN_TO_DECISION = WAITING | {GrantState.SUSPENDED}
DECIDERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY}, standings={"reviewer"})
DECIDERS_SENTENCE = _("The owner and those whom the level asks for can: steward, governance lead, security.")
ACCESS_RULES = ("ACC-1", "ACC-2", "ACC-3", "ACC-4", "ACC-6", "ACC-7", "ACC-8", "ACC-9")
REQUESTER = Who(standings={"requester"})

register_moves(
    "grant",
    GrantState.DRAFT,
    GrantState,
    [
        Move(
            "ask", frozenset({GrantState.DRAFT}), GrantState.ASKED, _("Ask"), REQUESTER, ACCESS_RULES,
            _("Only who needs it asks."), is_offered=False,
        ),
        # a suspended grant is agreed to anew by the same verb
        Move(
            "approve", OPEN_TO_DECISION, "", _("Approve"), DECIDERS, ("ACC-5", "DEP-1", *ACCESS_RULES),
            DECIDERS_SENTENCE, style="go",
        ),
        Move("agree-owner", WAITING, GrantState.OWNER_OK, _("Owner agrees"), DECIDERS, (), is_offered=False),
        Move(
            "agree-governance", WAITING, GrantState.GOVERNANCE_OK, _("Governance agrees"), DECIDERS, (),
            is_offered=False,
        ),
        # what the last agreement does; nobody presses it
        Move(
            "grant", OPEN_TO_DECISION, GrantState.GRANTED, _("Grant"), DECIDERS, ("ACC-5", "ACC-10", *ACCESS_RULES),
            DECIDERS_SENTENCE, is_offered=False,
        ),
        Move(
            "reject", WAITING, GrantState.REJECTED, _("Reject"), DECIDERS, ("ACC-5", "DEP-1"), DECIDERS_SENTENCE,
            style="danger", needs=("reason",),
        ),
        Move(
            "withdraw", WAITING, GrantState.WITHDRAWN, _("Withdraw"), REQUESTER, (),
            _("Only who asked can take it back."),
        ),
        Move(
            "suspend", frozenset({GrantState.GRANTED}), GrantState.SUSPENDED, _("Suspend"), DECIDERS, ("ACC-5",),
            DECIDERS_SENTENCE, style="danger", needs=("reason",),
        ),
        Move(
            "lapse", frozenset({GrantState.GRANTED}), GrantState.SUSPENDED, _("Suspended by a rule"), Who(anyone=True),
            (), is_offered=False,
        ),
        Move(
            "revoke", HELD, GrantState.REVOKED, _("Revoke"),
            Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY}, standings={"reviewer", "requester"}), (),
            _("The owner, a governance lead, or who holds it can."), style="danger", needs=("reason",),
        ),
        Move("expire", HELD, GrantState.EXPIRED, _("Expire"), Who(anyone=True), (), is_offered=False),
        Move("renew", HELD, GrantState.RENEWED, _("Replaced by its renewal"), Who(anyone=True), (), is_offered=False),
        Move(
            "take", frozenset({GrantState.DRAFT}), GrantState.GRANTED, _("Take in an emergency"), REQUESTER,
            ("ACC-12",), _("Only whom the level names may."), needs=("reason",), is_offered=False,
        ),
        Move(
            "review", GIVEN, "", _("Look at the emergency afterwards"),
            Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY, Role.PRIVACY}), ("ACC-11",),
            _("Another governance lead or security can."), needs=("reason",),
        ),
    ],
)  # fmt: skip

LEADERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY, Role.PRIVACY})
LEADERS_SENTENCE = _("A governance lead, security or privacy can.")

register_moves(
    "campaign",
    CampaignState.OPEN,
    CampaignState,
    [
        # who opened it closes it early; the nightly work closes it after its last day
        Move(
            "close", frozenset({CampaignState.OPEN}), CampaignState.CLOSED, _("Close"), Who(anyone=True), (),
            LEADERS_SENTENCE, is_offered=False,
        ),
        Move(
            "cancel", frozenset({CampaignState.OPEN}), CampaignState.CANCELLED, _("Cancel"), LEADERS, (),
            LEADERS_SENTENCE, style="danger", needs=("reason",),
        ),
    ],
)  # fmt: skip

ATTESTERS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY}, standings={"reviewer"})
ATTESTERS_SENTENCE = _("The owner of the data that goes in, and those whom its level asks for, can.")
_OPEN, _LIVE = frozenset({AttestationState.OPEN}), frozenset({AttestationState.LIVE})

register_moves(
    "attestation",
    AttestationState.OPEN,
    AttestationState,
    [
        Move(
            "approve", _OPEN, "", _("Agree"), ATTESTERS, ("LIN-1", "DEP-1", "LIN-3", "LIN-4"), ATTESTERS_SENTENCE,
            style="go",
        ),
        # what the last agreement does; nobody presses these
        Move(
            "hold", _OPEN, AttestationState.LIVE, _("Hold"), ATTESTERS, ("LIN-1", "LIN-2", "LIN-3", "LIN-4"),
            ATTESTERS_SENTENCE, is_offered=False,
        ),
        Move(
            "take-out", _OPEN, AttestationState.DONE, _("Take out"), ATTESTERS,
            ("LIN-1", "LIN-2", "LIN-3", "LIN-4"), ATTESTERS_SENTENCE, is_offered=False,
        ),
        Move(
            "reject", _OPEN, AttestationState.REJECTED, _("Reject"), ATTESTERS, ("LIN-1", "DEP-1"),
            ATTESTERS_SENTENCE, style="danger", needs=("reason",),
        ),
        Move(
            "withdraw", _OPEN, AttestationState.WITHDRAWN, _("Withdraw"), PROPOSER, (),
            _("Only who proposed it can take it back."),
        ),
        Move(
            "end", _LIVE, AttestationState.ENDED, _("End"),
            Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY}, standings={"reviewer", "proposer"}), (),
            _("Who proposed it, and who may agree to it, can."), style="danger", needs=("reason",),
        ),
        Move("expire", _LIVE, AttestationState.ENDED, _("Expire"), Who(anyone=True), (), is_offered=False),
    ],
)  # fmt: skip
