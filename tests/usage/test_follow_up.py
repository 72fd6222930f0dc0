"""A decision leads to the next request: joined when it is there, drafted when it is not; by verb, page and API."""

from __future__ import annotations

import pytest

from demand.actions import draft_request
from demand.models import Request
from guard.models import Domain, Link, Thing
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import User
from tests.demand import make as demand
from tests.metrics.call import client_of
from tests.usage import make
from tests.usage.call import post
from usage import actions

LOOK = "a test looks at what is there"
JSON = "application/json"


def raised(decision: object) -> list[str]:
    joints = Link.objects.unrestricted(LOOK).filter(source_id=decision.pk, relation="raises")  # type: ignore[attr-defined]
    return list(joints.values_list("target__key", flat=True))


def request(key: str) -> Request:
    rows = Request.objects.unrestricted(LOOK).select_related("thing__domain", "requester")
    return rows.get(thing__key=key)


def test_a_request_that_is_there_is_joined_once(cast: dict[str, User], growth: Domain) -> None:
    decision, ask = make.decision(cast, growth), demand.ask(cast["sam"], growth)
    for _twice in range(2):
        assert actions.raise_request(by=cast["priya"], decision=decision, request=ask).pk == ask.pk
    assert raised(decision) == [ask.key]


def test_a_new_one_is_a_draft_of_who_asks_as_strict_as_the_decision(cast: dict[str, User], growth: Domain) -> None:
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT
    from guard.things import set_level

    decision = make.decision(cast, growth)
    token = CURRENT.set(Acting("test.ground", cast["ada"]))
    set_level(decision, 3)
    CURRENT.reset(token)
    decision.thing.refresh_from_db()
    made = actions.raise_request(by=cast["tom"], decision=decision, business_question="Did it hold in the app, too?")
    found = request(made.key)
    assert (found.state, found.requester, found.level, found.domain) == ("draft", cast["tom"], 3, growth)
    assert raised(decision) == [found.key]


def test_it_refuses_nothing_a_stranger_and_a_hidden_request(cast: dict[str, User], growth: Domain) -> None:
    decision = make.decision(cast, growth)
    with pytest.raises(Invalid) as invalid:
        actions.raise_request(by=cast["priya"], decision=decision)
    assert set(invalid.value.errors) == {"request"}
    with pytest.raises((Absent, Denied)):
        actions.raise_request(by=cast["otto"], decision=decision, business_question="What is this?")
    with pytest.raises(Denied):
        actions.raise_request(by=cast["sam"], decision=decision, business_question="May I?")
    hidden = demand.ask(cast["grace"], growth, level=5)
    with pytest.raises(Absent):
        actions.raise_request(by=cast["priya"], decision=decision, request=hidden)
    assert raised(decision) == []


def test_nothing_follows_from_a_rejected_decision(cast: dict[str, User], growth: Domain) -> None:
    decision = make.decision(cast, growth)
    actions.move_decision(by=cast["tom"], decision=decision, move="reject", reason="We wait for the next quarter.")
    with pytest.raises(Blocked):
        actions.raise_request(by=cast["priya"], decision=decision, business_question="And now?")
    assert "Ask what follows" not in client_of(cast["tom"]).get(f"/decisions/{decision.key}/").content.decode()


def test_by_page_the_new_request_opens_and_the_decision_shows_it(cast: dict[str, User], growth: Domain) -> None:
    decision, priya = make.decision(cast, growth), client_of(cast["priya"])
    assert f"/decisions/{decision.key}/raise/" in priya.get(f"/decisions/{decision.key}/").content.decode()
    refused = priya.post(f"/decisions/{decision.key}/raise/", {})
    assert refused.status_code == 422 and "say what you want to know next" in refused.content.decode()
    made = priya.post(f"/decisions/{decision.key}/raise/", {"business_question": "Did it hold in the app, too?"})
    assert made.status_code == 303 and made["Location"].startswith("/demand/requests/REQ-")
    assert "Did it hold in the app, too?" in priya.get(f"/decisions/{decision.key}/").content.decode()
    assert client_of(cast["sam"]).get(f"/decisions/{decision.key}/").content.decode().count("/raise/") == 0


def test_by_api(cast: dict[str, User], growth: Domain) -> None:
    decision, ask = make.decision(cast, growth), demand.ask(cast["sam"], growth)
    answer = post(cast["priya"], decision, "raise-request", request=ask.key)
    assert (answer.status_code, answer.json()["key"]) == (200, ask.key)
    shown = client_of(cast["priya"]).get(f"/api/v1/decisions/{decision.key}/").json()
    assert shown["raised"] == [ask.key]
    hidden = draft_request(by=cast["grace"], domain=growth, business_question="Who pays late?", level=5)
    assert post(cast["priya"], decision, "raise-request", request=hidden.key).status_code == 422
    assert post(cast["otto"], decision, "raise-request", business_question="x").status_code == 404
    assert Thing.objects.unrestricted(LOOK).filter(kind="request").count() == 2
