"""The pages, the API and the command of deputies: the same verbs, the place said everywhere, and nothing for others."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from catalog.models import Dataset
from governance import actions, granting
from governance.models import Delegation
from guard.models import Domain
from people import actions as people
from people.models import User
from tests.governance import make
from tests.governance.delegation.made import WHY, Cast, agree, let, lines, lowering, orders, votes
from tests.governance.grants.given import ask
from tests.whole import whole

pytestmark = pytest.mark.django_db
DEPUTIES = "/governance/deputies/"
API = "/api/v1/delegations/"


@pytest.fixture
def dataset(growth: Domain, cast: Cast) -> Dataset:
    """L3: Tom owns it, Mei keeps it."""
    return orders(cast, growth)


def browser(person: User, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(person)
    return client


def send(person: User, path: str, **body: Any) -> Any:
    return browser(person).post(path, json.dumps(body), content_type="application/json")


def days(first: int = 0, last: int = 10) -> dict[str, str]:
    today = granting.today()
    return {"starts_on": str(today + timedelta(days=first)), "ends_on": str(today + timedelta(days=last))}


# -- pages
def test_a_deputy_is_named_and_ended_on_the_page(growth: Domain, cast: Cast) -> None:
    form = browser(cast["grace"]).get(f"{DEPUTIES}name/").content.decode()
    assert 'value="gus"' in form and 'value="otto"' not in form and 'value="grace"' not in form
    said = {"deputy": "gus", "domain": "growth", "decision": "grant", "reason": WHY, **days()}
    answer = browser(cast["grace"]).post(f"{DEPUTIES}name/", said)
    assert (answer.status_code, answer["Location"]) == (303, DEPUTIES)
    made = Delegation.objects.get()
    assert (made.giver, made.deputy, made.domain, made.decision) == (cast["grace"], cast["gus"], growth, "grant")
    for who in ("grace", "gus"):
        for path in (DEPUTIES, "/me/"):
            shown = whole(browser(cast[who]), path)
            assert {"grace": "Gus Lindt", "gus": "Grace Obi"}[who] in shown
    assert "You stand in for Grace Obi" in browser(cast["gus"]).get("/me/").content.decode()
    assert browser(cast["gus"]).post(f"{DEPUTIES}{made.pk}/end/").status_code == 303
    assert Delegation.objects.get().ended_by == cast["gus"]
    assert "Gus Lindt no longer stands in for you" in browser(cast["grace"]).get("/me/").content.decode()


def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(growth: Domain, cast: Cast) -> None:
    said = {"deputy": "gus", "domain": "", "decision": "", "reason": "leave", **days(0, 200)}
    answer = browser(cast["grace"]).post(f"{DEPUTIES}name/", said)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "90 days in all at most" in shown and "Say why, in a sentence." in shown
    assert "leave</textarea>" in shown


def test_the_deputy_decides_on_the_page_of_the_paper_and_it_says_for_whom(dataset: Dataset, cast: Cast) -> None:
    let(cast["tom"], cast["omar"])
    review, grant = lowering(cast["ravi"], dataset), ask(cast["sam"], dataset)
    path = f"/governance/reviews/{review.key}/"
    shown = whole(browser(cast["omar"]), path)
    assert "Approve for Tom Okafor" in shown and "Reject for Tom Okafor" in shown
    said = {"preview": make.seen(review, cast["omar"]), "on_behalf_of": "tom"}
    assert browser(cast["omar"]).post(f"{path}approve/", said).status_code == 303
    path = f"/governance/grants/{grant.key}/"
    assert "Approve for Tom Okafor" in whole(browser(cast["omar"]), path)
    assert browser(cast["omar"]).post(f"{path}approve/", {"on_behalf_of": "tom"}).status_code == 303
    assert votes(review) == votes(grant) == [("omar", "tom", "approve")]
    for paper in (f"/governance/reviews/{review.key}/", path):
        for who in ("omar", "mei", "sam"):
            shown = whole(browser(cast[who]), paper)
            assert shown.count("in the place of </span>Tom Okafor") >= 2, (paper, who)  # the vote, and the seat
        assert "Approve for" not in whole(browser(cast["omar"]), paper)


def test_who_stands_in_for_nobody_is_offered_no_place(dataset: Dataset, cast: Cast) -> None:
    let(cast["tom"], cast["omar"], decision="grant")
    review = lowering(cast["ravi"], dataset)
    for who in ("omar", "ravi", "grace"):
        assert "Approve for" not in whole(browser(cast[who]), f"/governance/reviews/{review.key}/")


def test_no_place_is_offered_where_one_of_the_two_may_not_decide(dataset: Dataset, cast: Cast) -> None:
    """Mei asked: her deputy fills neither her seat nor another; who asked stands in for nobody there."""
    let(cast["mei"], cast["omar"])
    let(cast["tom"], cast["ravi"])
    mine, other = ask(cast["mei"], dataset), ask(cast["ravi"], dataset)
    assert "Approve for" not in whole(browser(cast["omar"]), f"/governance/grants/{mine.key}/")
    assert "Approve for Tom Okafor" in whole(browser(cast["ravi"]), f"/governance/grants/{mine.key}/")
    assert "Approve for" not in whole(browser(cast["ravi"]), f"/governance/grants/{other.key}/")


def test_the_inbox_and_the_home_show_what_waits_in_whose_place(dataset: Dataset, cast: Cast) -> None:
    review, grant = lowering(cast["ravi"], dataset), ask(cast["sam"], dataset)
    for path in ("/governance/inbox/", "/", DEPUTIES):
        assert review.key not in whole(browser(cast["omar"]), path)
    let(cast["tom"], cast["omar"])
    for path in ("/governance/inbox/", "/", DEPUTIES):
        shown = browser(cast["omar"]).get(path).content.decode()
        assert all(f"/{one.key}/" in shown for one in (review, grant)), path
        assert "the place of" in shown and "Tom Okafor" in shown
    agree(grant, cast["omar"], cast["tom"])
    shown = browser(cast["omar"]).get("/governance/inbox/").content.decode()
    assert f"/{grant.key}/" not in shown and f"/{review.key}/" in shown


def test_only_what_asks_for_the_seat_and_lies_in_the_scope_waits(dataset: Dataset, growth: Domain, cast: Cast) -> None:
    """L3 asks for no security; of Tom's papers only requests were handed over, and not his own one."""
    review, grant = lowering(cast["ravi"], dataset), ask(cast["sam"], dataset)
    ask(cast["tom"], dataset)
    let(cast["sol"], cast["omar"])
    let(cast["tom"], cast["omar"], decision="grant", domain=growth)
    waiting = browser(cast["omar"]).get(f"{API}waiting/").json()["results"]
    assert [(one["key"], one["on_behalf_of"]) for one in waiting] == [(grant.key, "tom")]
    let(cast["mei"], cast["ravi"])
    waiting = browser(cast["ravi"]).get(f"{API}waiting/").json()["results"]
    assert review.key not in [one["key"] for one in waiting]  # Ravi proposed it


def test_what_a_deputy_may_not_see_does_not_wait_for_them(growth: Domain, cast: Cast) -> None:
    """Mei is cleared for L3: what is stricter waits for its owner alone."""
    dataset = orders(cast, growth, 4, steward=cast["ravi"])
    grant = ask(cast["sam"], dataset)
    let(cast["tom"], cast["mei"])
    for path in ("/governance/inbox/", "/", DEPUTIES):
        assert grant.key not in browser(cast["mei"]).get(path).content.decode()
    assert browser(cast["mei"]).get(f"{API}waiting/").json()["results"] == []


# -- API
def test_the_api_names_shows_ends_and_decides(dataset: Dataset, growth: Domain, cast: Cast) -> None:
    answer = send(cast["tom"], API, deputy="omar", domain="growth", reason=WHY, **days())
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert (made["giver"], made["deputy"], made["domain"], made["is_over"]) == ("tom", "omar", "growth", False)
    grant = ask(cast["sam"], dataset)
    [waiting] = browser(cast["omar"]).get(f"{API}waiting/").json()["results"]
    assert waiting == {
        "key": grant.key, "decision": "grant", "dataset": dataset.key, "on_behalf_of": "tom",
    }  # fmt: skip
    path = f"/api/v1/grants/{grant.key}/"
    shown = send(cast["omar"], f"{path}approve/", on_behalf_of="tom").json()
    assert [(one["person"], one["on_behalf_of"]) for one in shown["votes"]] == [("omar", "tom")]
    seats = {one["slot"]: (one["person"], one["on_behalf_of"]) for one in shown["agreement"]}
    assert seats == {"Owner": ("omar", "tom"), "Steward": (None, None)}
    assert send(cast["omar"], f"{API}{made['id']}/end/").json()["ended_by"] == "omar"
    assert send(cast["omar"], f"{path}reject/", on_behalf_of="tom", reason="No.").status_code == 403


def test_case_83_over_the_api_nobody_is_named_without_a_delegation(dataset: Dataset, cast: Cast) -> None:
    """Case 83: in the body of a decision, of one that knows no such word, and in headers."""
    let(cast["tom"], cast["omar"])
    review, grant = lowering(cast["ravi"], dataset), ask(cast["sam"], dataset)
    for who, place in (("ravi", "tom"), ("grace", "tom"), ("omar", "mei"), ("omar", "nobody-at-all")):
        answer = send(cast[who], f"/api/v1/grants/{grant.key}/approve/", on_behalf_of=place)
        assert answer.status_code == 403 and answer.json()["type"].endswith(":no-delegation"), (who, place)
        answer = send(cast[who], f"/api/v1/reviews/{review.key}/reject/", on_behalf_of=place, reason="No.")
        assert answer.status_code == 403
    headers = {"X-On-Behalf-Of": "tom", "On-Behalf-Of": "tom", "X-Remote-User": "tom"}
    path = f"/api/v1/grants/{grant.key}/approve/"
    answer = browser(cast["omar"]).post(path, "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 403
    asked = {"dataset": dataset.key, "purpose": "service quality", "columns": ["order_id"], **days()}
    made = send(cast["omar"], "/api/v1/grants/", on_behalf_of="tom", **asked)
    assert made.status_code == 201 and made.json()["requester"] == "omar"
    assert votes(grant) == votes(review) == []
    assert {line["claimed"] for line in lines("grant.approved") if "claimed" in line} == {"tom", "mei", "nobody-at-all"}


def test_a_reading_token_names_nobody(cast: Cast) -> None:
    _token, text = people.create_token(by=cast["grace"], person=cast["grace"], name="reads", scopes=["read"])
    client = Client(headers={"Authorization": f"Bearer {text}"})
    said = {"deputy": "gus", "reason": WHY, **days()}
    assert client.get(API).status_code == 200
    assert client.post(API, json.dumps(said), content_type="application/json").status_code == 403
    assert not Delegation.objects.exists()


# -- the command line
def test_the_command_does_the_same(dataset: Dataset, cast: Cast, manage: Callable[..., str]) -> None:
    asked = days()
    grant = ask(cast["sam"], dataset)
    said = manage(
        "govern", "deputies", "name", "omar", "--from", asked["starts_on"], "--to", asked["ends_on"], "--domain",
        "growth", "--reason", WHY, "--by", "tom",
    )  # fmt: skip
    made = Delegation.objects.get()
    assert said == f"{made.pk}  omar  for  tom  growth  *  {asked['starts_on']}..{asked['ends_on']}\n"
    assert f"{grant.key}  {dataset.key}  for tom" in manage("govern", "deputies", "list", "--by", "omar")
    manage("govern", "grants", "approve", grant.key, "--for", "tom", "--by", "omar")
    assert votes(grant) == [("omar", "tom", "approve")]
    with pytest.raises(CommandError):
        manage("govern", "grants", "suspend", grant.key, "--for", "tom", "--by", "omar")
    assert manage("govern", "deputies", "end", str(made.pk), "--by", "tom").endswith("over\n")
    with pytest.raises(CommandError):
        manage("govern", "deputies", "name", "omar", "--by", "tom")


# -- others
def test_who_it_does_not_concern_learns_nothing_at_any_door(
    dataset: Dataset, cast: Cast, manage: Callable[..., str]
) -> None:
    """Otto, and who sees the paper but neither of the two: absent and never there look alike."""
    made = let(cast["tom"], cast["omar"])
    ask(cast["sam"], dataset)
    for who in ("otto", "sol", "sam"):
        client = browser(cast[who])
        for path in (DEPUTIES, "/me/", "/governance/inbox/", API, f"{API}waiting/"):
            shown = client.get(path).content.decode()
            assert "Omar Haddad" not in shown and '"omar"' not in shown and WHY not in shown, (who, path)
        assert client.get(API).json()["results"] == client.get(f"{API}waiting/").json()["results"] == []
        for number in (made.pk, 10_000_000):
            assert client.get(f"{API}{number}/").status_code == 404
            assert client.post(f"{API}{number}/end/", "{}", content_type="application/json").status_code == 404
            assert client.post(f"{DEPUTIES}{number}/end/").status_code == 404
            with pytest.raises(CommandError, match="no such delegation"):
                manage("govern", "deputies", "end", str(number), "--by", who)
        assert manage("govern", "deputies", "list", "--by", who) == ""
    assert send(cast["otto"], API, deputy="omar", reason=WHY, **days()).status_code == 403
    assert "Name a deputy" not in browser(cast["otto"]).get(DEPUTIES).content.decode()


def test_case_84_the_record_tells_of_it_to_leads_auditors_and_who_did_it(dataset: Dataset, cast: Cast) -> None:
    let(cast["tom"], cast["omar"])
    seen = {who: "deputy.named" in browser(cast[who]).get("/api/v1/ledger/").content.decode() for who in cast}
    assert {who for who, is_seen in seen.items() if is_seen} == {"tom", "grace", "gus"}


def test_an_evidence_pack_says_in_whose_place(dataset: Dataset, cast: Cast) -> None:
    from governance.evidence.rows import Span, votes_on
    from guard import clock

    let(cast["tom"], cast["omar"])
    grant = ask(cast["sam"], dataset)
    actions.approve_grant(by=cast["omar"], grant=make.grant(grant), on_behalf_of="tom")
    span = Span(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1), cast["grace"])
    [[vote]] = votes_on(span, [grant.pk]).values()
    assert (vote["person"], vote["on_behalf_of"]) == ("omar", "tom")
