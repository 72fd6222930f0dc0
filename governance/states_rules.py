"""States of changes of the policy, and of rules, whose state is how seriously they are meant."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from governance.states import PROPOSER
from guard.policy import Who
from guard.states import Move, register_moves
from people.models import Role


class ChangeState(TextChoices):
    OPEN = "open", _("Open")
    APPLIED = "applied", _("In force")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RuleState(TextChoices):
    """A rule's state is how seriously it is meant; it moves by changes of the policy only."""

    OFF = "off", _("off")
    DRY_RUN = "dry_run", _("on trial")
    WARN = "warn", _("warns")
    BLOCK = "block", _("blocks")


LEGISLATORS = Who(roles={Role.GOVERNANCE_LEAD, Role.SECURITY, Role.PRIVACY})
LEGISLATORS_SENTENCE = _("Governance leads, security and privacy decide on the policy.")
CHANGE_RULES = ("POL-3", "POL-4", "POL-5", "POL-6", "POL-7")

register_moves("rule", RuleState.OFF, RuleState, [])
register_moves(
    "change",
    ChangeState.OPEN,
    ChangeState,
    [
        Move(
            "approve", frozenset({ChangeState.OPEN}), "", _("Approve"), LEGISLATORS, ("POL-1", *CHANGE_RULES),
            LEGISLATORS_SENTENCE, style="go",
        ),
        Move(
            "apply", frozenset({ChangeState.OPEN}), ChangeState.APPLIED, _("Apply"), LEGISLATORS,
            ("POL-1", "POL-2", *CHANGE_RULES), LEGISLATORS_SENTENCE, is_offered=False,
        ),
        Move(
            "reject", frozenset({ChangeState.OPEN}), ChangeState.REJECTED, _("Reject"), LEGISLATORS, ("POL-1",),
            LEGISLATORS_SENTENCE, style="danger", needs=("reason",),
        ),
        Move(
            "withdraw", frozenset({ChangeState.OPEN}), ChangeState.WITHDRAWN, _("Withdraw"), PROPOSER, (),
            _("Only who proposed it can take it back."),
        ),
    ],
)  # fmt: skip
