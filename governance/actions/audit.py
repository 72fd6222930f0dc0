"""Verifying the record is itself recorded: who looked, when, and what came out."""

from __future__ import annotations

from typing import Any

from guard import ledger
from guard.doors import act, acting
from guard.ledger import Verdict
from guard.policy import Who
from people.models import Role

DESK = Who(roles={Role.GOVERNANCE_LEAD, Role.AUDITOR})


@act("ledger.verified", who=DESK)
def verify_ledger(*, by: Any) -> Verdict:
    """Walk the whole chain.

    Returns:
        How many entries hold, the head, and the first broken entry if there is one.
    """
    verdict = ledger.verify()
    acting().note(entries=verdict.count, head=verdict.head, broken=verdict.broken, fault=verdict.fault)
    return verdict
