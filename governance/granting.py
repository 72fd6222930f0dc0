"""What a request for access says, whose agreements it needs, and how far it got."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from governance import approvers, reviewing
from governance.models import Grant, Vote
from governance.reviewing import Tally
from guard import ledger


def hash_of(dataset_key: str, requester: str, purpose: str, columns: list[str], mode: str, ends_on: date | None) -> str:
    """SHA-256 over what is agreed to: who, what, for what, how, until when."""
    body = {
        "dataset": dataset_key, "requester": requester, "purpose": purpose, "columns": sorted(columns), "mode": mode,
        "ends_on": str(ends_on),
    }  # fmt: skip
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()


def tally_of(grant: Grant) -> Tally:
    """The level's matrix, in its order, and who agreed so far."""
    slots = approvers.slots_for(grant.dataset, grant.level, {grant.requester_id})
    agreed: list[Any] = [
        vote.person
        for vote in reviewing.votes_of(grant.thing, grant.content_hash)
        if vote.verdict == Vote.Verdict.APPROVE and vote.person_id != grant.requester_id and vote.person.is_active
    ]
    return Tally(slots, approvers.assign(slots, agreed, grant.dataset))
