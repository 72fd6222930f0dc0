"""Who acts is who signed in, and an auditor looks without changing anything."""

from __future__ import annotations

import inspect
import json

import pytest
from django.test import Client

from catalog import actions as catalog_actions
from catalog.models import Dataset
from governance import actions
from guard.doors.acts import ACTS
from guard.models import Domain, Entry
from guard.policy import Who
from guard.refusals import Denied
from people.models import Role, User
from tests.cast import make_person
from tests.governance import make

READ_BY_ALL = "a test reads every line"
# What an auditor does is to look; that they looked is recorded. Neither changes what is recorded about anything else.
LOOKS = {"ledger.verified", "warehouse.verified"}
SPOOFS = {
    name: "grace"
    for name in ("REMOTE_USER", "HTTP_REMOTE_USER", "HTTP_X_REMOTE_USER", "HTTP_X_FORWARDED_USER", "HTTP_X_USER",
                 "HTTP_X_ON_BEHALF_OF", "HTTP_ON_BEHALF_OF", "HTTP_SUDO")
}  # fmt: skip


@pytest.fixture
def orders(growth: Domain, omar: User, grace: User) -> Dataset:
    return make.orders(omar, growth, grace, {"card": 3}, owner=omar, allowed_purposes=["product_analytics"])


def test_no_header_makes_somebody_else_the_actor(orders: Dataset, priya: User, otto: User, grace: User) -> None:
    """83: neither what one sees nor who the record names follows a header."""
    stranger, asker = Client(), Client()
    stranger.force_login(otto)
    assert stranger.get(f"/api/v1/datasets/{orders.key}/", **SPOOFS).status_code == 404
    asker.force_login(priya)
    body = {"dataset": orders.key, "purpose": "product_analytics", "ends_on": str(make.in_days(30)), "by": "grace"}
    asker.post("/api/v1/grants/", json.dumps(body), content_type="application/json", **SPOOFS)
    line = Entry.objects.unrestricted(READ_BY_ALL).filter(verb="access.asked").get()
    assert line.actor_id == priya.pk
    assert json.loads(line.payload)["by"] == "priya"


def who_may(code: str) -> Who:
    """The rule that a verb was declared with."""
    body = inspect.getclosurevars(ACTS[code]).nonlocals["body"]
    found = inspect.getclosurevars(body).nonlocals["who"]
    assert isinstance(found, Who)
    return found


def test_the_role_of_auditor_opens_no_verb_that_writes() -> None:
    """85: over every verb of every room."""
    assert len(ACTS) > 50
    assert {code for code in ACTS if Role.AUDITOR in who_may(code).roles} == LOOKS


def test_an_auditor_cleared_for_everything_is_refused_and_the_refusal_kept(
    orders: Dataset, growth: Domain, priya: User
) -> None:
    """85: tried on the verbs of the desk."""
    auditor = make_person("august", growth, (Role.AUDITOR,), 5)
    waiver = actions.ask_waiver(
        by=priya, thing=orders.thing, rule_id="TOOL-001", reason="A trial of the rules.", expires_on=make.in_days(9)
    )
    for attempt in (
        lambda: actions.propose_levels(by=auditor, dataset=orders, levels={"card": 4}, reason="A trial of the rules."),
        lambda: actions.grant_waiver(by=auditor, request=waiver),
        lambda: catalog_actions.appoint_owner(by=auditor, of=orders, person=auditor),
    ):
        with pytest.raises(Denied):
            attempt()
    lines = Entry.objects.unrestricted(READ_BY_ALL).filter(actor=auditor)
    assert [line.outcome for line in lines] == ["refused"] * 3
