"""What grants follow at once, inside the act that caused it: a level that rose, a PRD that ended, a person who left."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from governance import granting
from governance.actions.delegations import end_all_of
from governance.actions.suspending import lapse_grant
from guard.doors import acting
from guard.following import LEVELS_ROSE, PERSON_LEFT, STATE_SET, follows


@follows(LEVELS_ROSE)
def after_levels_rose(thing_ids: Any) -> None:
    """Grants on datasets that are stricter now than what was agreed to."""
    _lapse(granting.rows_held().filter(dataset__in=thing_ids, dataset__thing__level__gt=F("approved_rank")))


@follows(STATE_SET)
def after_a_state_was_set(thing: Any) -> None:
    """Grants for a PRD that has ended."""
    if thing.kind == "prd" and thing.state in granting.PRD_ENDED:
        _lapse(granting.rows_held().filter(prd=thing.pk))


@follows(PERSON_LEFT)
def after_a_person_left(person: Any) -> None:
    """Grants of a leaver, and what they gave to, or took from, others for some days."""
    _lapse(granting.rows_held().filter(requester=person))
    end_all_of(person)


def _lapse(rows: Any) -> None:
    for grant in rows.order_by("pk"):
        lapse_grant(by=acting().by, grant=grant)
