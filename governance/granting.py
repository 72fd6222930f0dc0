"""What a request for access says, whose agreements it needs, and how far it got."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from governance import approvers, reviewing
from governance.models import Grant, Vote
from governance.reviewing import Tally
from guard import ledger


@dataclass(frozen=True)
class Terms:
    """What somebody asks for; its fields are those of a grant."""

    purpose: str
    columns: list[str]
    mode: str
    ends_on: date | None
    purpose_note: str = ""


def hash_of(dataset_key: str, requester: str, terms: Terms) -> str:
    """SHA-256 over what is agreed to: who, what, for what, how, until when."""
    body = {**asdict(terms), "columns": sorted(terms.columns), "dataset": dataset_key, "requester": requester}
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()


def tally_of(grant: Grant, *, also: Any = None) -> Tally:
    """The seats of the level's matrix, and who agreed so far, whatever the order in which they came.

    Args:
        grant: asked for.
        also: somebody counted as if they agreed, too.
    """
    slots = approvers.slots_for(grant.dataset, grant.level, {grant.requester_id})
    agreed: list[Any] = [
        vote.person
        for vote in reviewing.votes_of(grant.thing, grant.content_hash)
        if vote.verdict == Vote.Verdict.APPROVE and vote.person_id != grant.requester_id and vote.person.is_active
    ]
    if also is not None and also.pk != grant.requester_id and also.pk not in {person.pk for person in agreed}:
        agreed.append(also)
    return Tally(slots, approvers.assign(slots, agreed, grant.dataset))


def may_sit(grant: Grant, person: Any) -> bool:
    """Whether a seat is left that this person may fill by agreeing now."""
    agreed = {one.pk for one in tally_of(grant).filled.values()}
    return person.pk not in agreed and person.pk in {one.pk for one in tally_of(grant, also=person).filled.values()}
