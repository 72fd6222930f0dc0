"""An L4 dataset of Tom's with what the tests of grants do to it, in few words."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalog.models import Dataset
from governance import actions
from governance.models import Grant, GrantPeriod
from guard import clock
from guard.models import Domain, Entry
from guard.refusals import Blocked
from people.models import Notice, User
from tests.cast import make_person
from tests.governance import make

LOOK = "a test looks at what is there"
PURPOSE = "service quality"
LEVELS = {"order_id": 2, "card_token": 4}


def dataset_of(cast: dict[str, User], domain: Domain, levels: dict[str, int] | None = None, **people: Any) -> Dataset:
    """A reviewed dataset; owner Tom unless told otherwise."""
    levels = levels or LEVELS
    who = {"owner": cast["tom"], **people}
    made = make.orders(cast["omar"], domain, cast["grace"], dict(levels), allowed_purposes=[PURPOSE], **who)
    return make.reviewed(made, cast["ravi"], cast["grace"], dict(levels))


def ask(by: User, dataset: Dataset, days: int = 20, **terms: Any) -> Grant:
    said = {"purpose": PURPOSE, "columns": ["order_id"], "ends_on": make.in_days(days), **terms}
    return actions.ask_access(by=by, dataset=make.dataset(dataset), **said)


def agree(grant: Grant, *people: User) -> Grant:
    for person in people:
        actions.approve_grant(by=person, grant=make.grant(grant))
    return make.grant(grant)


def given(by: User, dataset: Dataset, *people: User, **terms: Any) -> Grant:
    """Asked for and agreed to."""
    found = agree(ask(by, dataset, **terms), *people)
    assert found.state == "granted"
    return found


def state(grant: Grant) -> str:
    return make.grant(grant).state


def told(person: User, *codes: str) -> list[str]:
    """Codes of the notices of a person, all or only these, in order."""
    rows = Notice.objects.unrestricted(LOOK).filter(person=person).order_by("pk")
    found = list(rows.values_list("code", flat=True))
    return [code for code in found if not codes or code in codes]


def lines(verb: str) -> list[dict[str, Any]]:
    """What the record says under one code."""
    rows = Entry.objects.unrestricted(LOOK).filter(verb=verb).order_by("pk")
    return [{**json.loads(row.payload), "outcome": row.outcome} for row in rows]


def periods(grant: Grant) -> list[tuple[datetime, datetime | None]]:
    rows = GrantPeriod.objects.unrestricted(LOOK).filter(grant=grant.pk)
    return [(row.begins, row.ends) for row in rows]


def ids(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [finding.id for finding in refused.value.findings]


def night(domain: Domain, days: float = 0) -> User:
    """The service account, and the night after so many days."""
    found = User.objects.filter(username="cli").first() or make_person("cli", domain)
    with clock.loading(clock.now() + timedelta(days=days)):
        actions.expire_grants(by=found)
        actions.lapse_grants(by=found)
    return found
