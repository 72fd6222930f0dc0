"""The pages, the API and the command of grants: the same verbs, and nothing for whom it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from catalog.models import Dataset
from governance import actions
from governance.models import Grant
from guard import clock
from guard.doors import grade_of
from guard.models import Domain
from people.actions import create_token
from people.models import User
from tests.governance import make
from tests.governance.grants.given import LOOK, agree, ask, given, lines, night, state

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
WHY = {"reason": "Orders since 09:00 are charged twice; I need the rows to stop it."}


def browser(person: User, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(person)
    return client


def page(person: User, path: str) -> str:
    answer = browser(person).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.content.decode())


def whole(person: User, grant: Grant) -> str:
    """The page of a grant with the parts that come later."""
    later = [f"/pieces/grant/{grant.key}/{name}/" for name in ("rules", "deciding")]
    return "".join(page(person, path) for path in [f"/governance/grants/{grant.key}/", *later])


@pytest.fixture
def stopped(orders: Dataset, cast: Cast) -> Grant:
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    actions.suspend_grant(by=cast["gus"], grant=grant, reason="An incident is looked into.")
    return make.grant(grant)


def test_a_stopped_grant_says_why_and_who_can_lift_it(stopped: Grant, cast: Cast) -> None:
    path = f"/governance/grants/{stopped.key}/"
    mine, toms = whole(cast["sam"], stopped), whole(cast["tom"], stopped)
    for shown in (mine, toms):
        assert "An incident is looked into." in shown
        assert "Somebody who decides on it stopped it." in shown and "Only a decision lifts it" in shown
    assert "Let it run again" in toms and "Let it run again" not in mine
    assert "Can fill an open seat: Tom Okafor, Grace Obi, Gus Lindt." in mine
    assert browser(cast["otto"]).get(path).status_code == 404
    for who in ("tom", "gus"):
        assert browser(cast[who]).post(f"{path}approve/").status_code == 303
    assert state(stopped) == "granted"


def test_it_stands_on_the_homes_of_who_decides_and_of_who_holds_it(stopped: Grant, cast: Cast) -> None:
    assert stopped.title in page(cast["tom"], "/") and stopped.title in page(cast["grace"], "/home/governance/")
    assert "suspended" in page(cast["grace"], "/governance/")
    assert "Your access" in page(cast["sam"], "/") and stopped.title in page(cast["sam"], "/")
    assert "Somebody who decides on it stopped it." in page(cast["sam"], "/me/")
    for path in ("/", "/governance/", "/governance/grants/", "/me/"):
        assert stopped.key not in page(cast["otto"], path) and stopped.title not in page(cast["otto"], path)


def test_what_ends_soon_stands_on_the_holders_home(orders: Dataset, cast: Cast) -> None:
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"], days=5)
    assert grant.title in page(cast["sam"], "/") and "renew it if you still need it" in page(cast["sam"], "/")


def test_an_emergency_is_taken_and_looked_at_on_its_pages(orders: Dataset, cast: Cast) -> None:
    form = f"/governance/datasets/{orders.key}/emergency/"
    shown = page(cast["ravi"], form)
    assert "for 4 hours" in shown and "Grace Obi" in shown
    assert "Not for your role" in page(cast["sam"], form)
    assert browser(cast["otto"]).get(form).status_code == 404
    assert browser(cast["otto"]).post(form, WHY).status_code == 404
    assert browser(cast["sam"]).post(form, WHY).status_code == 409
    kept = browser(cast["ravi"]).post(form, {"reason": "urgent", "columns": "order_id"})
    assert kept.status_code == 422 and "order_id" in kept.content.decode()
    taken = browser(cast["ravi"]).post(form, WHY)
    assert taken.status_code == 303
    path, look = taken["Location"], f"{taken['Location']}look/"
    assert "Nobody has looked at it yet." in page(cast["ravi"], path)
    one = Grant.objects.unrestricted(LOOK).select_related("thing").get()
    assert "Say what it was" not in whole(cast["ravi"], one) and "Say what it was" in whole(cast["sol"], one)
    assert "nobody has looked at it" in page(cast["grace"], "/governance/")
    assert "nobody has looked at it" in page(cast["grace"], "/home/governance/")
    assert browser(cast["ravi"]).post(look, {"is_justified": "yes", **WHY}).status_code in (403, 409)
    assert browser(cast["sol"]).post(look, {"reason": "It was."}).status_code == 422
    assert browser(cast["otto"]).post(look, {"is_justified": "yes", **WHY}).status_code == 404
    assert browser(cast["sol"]).post(look, {"is_justified": "no", "reason": "Nothing was charged."}).status_code == 303
    assert "It was no emergency, and ended." in page(cast["ravi"], path)
    assert "nobody has looked at it" not in page(cast["grace"], "/governance/")


def test_asking_names_prd_and_mask_and_the_page_shows_them(growth: Domain, orders: Dataset, cast: Cast) -> None:
    from prds import actions as prds

    prd = prds.write_prd(by=cast["priya"], title="Service quality by step", domain=growth)
    form = f"/governance/datasets/{orders.key}/ask/"
    body = {
        "purpose": "service quality", "columns": "order_id\ncard_token", "mode": "query", "is_masked": "on",
        "ends_on": str(make.in_days(20)), "prd": prd.key.lower(),
    }  # fmt: skip
    for wrong in ("PRD-9999", "PRD\x00", "DS-1001"):
        refused = browser(cast["sam"]).post(form, {**body, "prd": wrong})
        assert refused.status_code == 422, wrong
        assert "\x00" in wrong or "There is no such PRD" in refused.content.decode(), wrong
    asked = browser(cast["sam"]).post(form, body)
    assert asked.status_code == 303, asked.content
    shown = page(cast["sam"], asked["Location"])
    assert prd.title in shown and "masked above the holder" in shown
    grant = Grant.objects.unrestricted(LOOK).get()
    opened = agree(grant, cast["tom"], cast["gus"])
    assert (opened.approved_rank, opened.opened_rank) == (4, 3)


def test_the_list_can_be_narrowed_to_ones_own_and_to_emergencies(orders: Dataset, cast: Cast) -> None:
    own = ask(cast["gus"], orders)
    taken = actions.break_glass(by=cast["ravi"], dataset=make.dataset(orders), **WHY)
    for which, there, gone in (("mine", own, taken), ("emergency", taken, own)):
        shown = page(cast["gus"], f"/governance/grants/?which={which}")
        assert there.key in shown and gone.key not in shown


def call(person: User, method: str, path: str, body: Any = None) -> Any:
    return browser(person).generic(method, f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")


def test_the_api_has_the_same_verbs(orders: Dataset, cast: Cast) -> None:
    made = call(cast["ravi"], "POST", "grants/break-glass/", {"dataset": orders.key, **WHY})
    assert (made.status_code, made.json()["state"]) == (201, "granted")
    key = made.json()["key"]
    again = call(cast["ravi"], "POST", "grants/break-glass/", {"dataset": orders.key, **WHY})
    assert again.status_code == 409
    assert call(cast["otto"], "POST", "grants/break-glass/", {"dataset": orders.key, **WHY}).status_code == 422
    found = [one["id"] for one in call(cast["gus"], "GET", f"findings/?key={key}").json()["results"]]
    assert "ACC-11" in found
    looked = call(cast["gus"], "POST", f"grants/{key}/review/", {"is_justified": True, "reason": "It was needed."})
    assert (looked.status_code, looked.json()["reviewed_by"]) == (200, "gus")
    assert call(cast["otto"], "GET", f"grants/{key}/").status_code == 404
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    done = call(cast["gus"], "POST", f"grants/{grant.key}/suspend/", {"reason": "An incident is looked into."})
    assert (done.json()["state"], done.json()["suspended_for"], len(done.json()["periods"])) == ("suspended", "hand", 1)
    assert call(cast["gus"], "GET", f"grants/{grant.key}/blockers/?move=grant").json()["blockers"][0]["who"]
    assert call(cast["sam"], "POST", f"grants/{grant.key}/approve/").status_code == 403


def test_case_36_nothing_but_what_is_asked_for_is_taken_from_a_request(orders: Dataset, cast: Cast) -> None:
    """Case 36: mass assignment of requester, state, level, approvers, place, dates and review."""
    body = {
        "dataset": orders.key, "purpose": "service quality", "columns": ["order_id"], "ends_on": str(make.in_days(20)),
        "requester": "grace", "by": "grace", "state": "granted", "level": 1, "approved_rank": 5, "opened_rank": 5,
        "granted_at": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z", "place": "glass", "renews": "GRT-1001",
        "approvers": ["sam"], "domain": "other", "reviewed_by": "gus", "content_hash": "0" * 64, "round": 7,
    }  # fmt: skip
    made = call(cast["sam"], "POST", "grants/", body)
    assert made.status_code == 201
    row = Grant.objects.unrestricted(LOOK).select_related("thing__domain", "requester").get()
    assert (row.requester.username, row.state, row.level, row.place, row.domain.slug) == (
        "sam", "asked", 4, "held", "growth",
    )  # fmt: skip
    nothing = (row.approved_rank, row.opened_rank, row.granted_at, row.until, row.renews_id, row.reviewed_by_id)
    assert nothing == (None,) * 6 and row.round == 0
    for method in ("PATCH", "PUT", "DELETE"):
        assert call(cast["sam"], method, f"grants/{row.key}/", {"state": "granted"}).status_code == 405
    form = browser(cast["sam"]).post(
        f"/governance/grants/{row.key}/withdraw/", {"state": "granted", "requester": "otto", "by": "gus"}
    )
    assert form.status_code == 303 and state(row) == "withdrawn"


@pytest.mark.parametrize("who", ["sam", "gus"])
def test_case_44_a_token_gives_no_more_than_its_scope_and_ends_with_its_person(
    orders: Dataset, cast: Cast, who: str
) -> None:
    """Case 44: a reading token decides nothing, and a closed account's token asks nothing."""
    grant = ask(cast["sam"], orders)
    _row, text = create_token(by=cast[who], person=cast[who], name="reader", scopes=["read"])
    headers = {"Authorization": f"Bearer {text}"}
    assert Client().get(f"/api/v1/grants/{grant.key}/", headers=headers).status_code == 200
    for verb in ("approve", "withdraw", "revoke", "suspend"):
        refused = Client().post(f"/api/v1/grants/{grant.key}/{verb}/", headers=headers)
        assert refused.status_code == 403, verb
    User.objects.filter(pk=cast[who].pk).update(is_active=False)
    assert Client().get(f"/api/v1/grants/{grant.key}/", headers=headers).status_code == 401
    assert state(grant) == "asked"


def test_case_45_nothing_is_decided_without_the_token_of_the_page_or_by_a_get(orders: Dataset, cast: Cast) -> None:
    """Case 45: CSRF on approve, revoke, suspend, look and take; a GET changes nothing."""
    grant = agree(ask(cast["sam"], orders), cast["tom"])
    base = f"/governance/grants/{grant.key}"
    paths = [f"{base}/{verb}/" for verb in ("approve", "reject", "suspend", "revoke", "withdraw", "renew", "look")]
    paths.append(f"/governance/datasets/{orders.key}/emergency/")
    for path in paths:
        strict = browser(cast["gus"], enforce_csrf_checks=True)
        assert strict.post(path, {"reason": "let me do that, it is needed"}).status_code == 403, path
    for path in paths[:-1]:
        assert browser(cast["gus"]).get(path).status_code == 405, path
    assert browser(cast["gus"]).get(paths[-1]).status_code == 200
    assert (state(grant), Grant.objects.unrestricted(LOOK).count()) == ("owner_ok", 1)


def test_case_32_an_agreement_played_again_changes_nothing(growth: Domain, orders: Dataset, cast: Cast) -> None:
    """Case 32: replayed approval, after the end too."""
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    night(growth, 21)
    for who in ("tom", "gus"):
        again = browser(cast[who]).post(f"/governance/grants/{grant.key}/approve/")
        assert again.status_code == 409
    assert (state(grant), grade_of(cast["sam"], make.dataset(orders).thing)) == ("expired", 1)


def test_the_record_names_who_and_what_after_they_are_gone(
    growth: Domain, orders: Dataset, cast: Cast, as_owner: Callable[[str], Any]
) -> None:
    """The lines of a grant carry requester, dataset and purpose by themselves; the grant its columns by name."""
    grant = given(cast["sam"], orders, cast["tom"], cast["gus"])
    actions.revoke_grant(by=cast["gus"], grant=grant, reason="It is over.")
    for verb in ("access.asked", "grant.approved", "grant.revoked"):
        line = [one for one in lines(verb) if one["outcome"] == "done"][-1]
        assert (line["requester"], line["dataset"], line["purpose"]) == ("sam", orders.key, "service quality"), verb
    from catalog.models import Column
    from guard.doors.acts import Acting
    from guard.doors.writing import CURRENT

    token = CURRENT.set(Acting("test.ground", cast["ada"]))
    try:
        Column.objects.unrestricted(LOOK).filter(dataset=orders, name="order_id").delete()
    finally:
        CURRENT.reset(token)
    assert "order_id" in page(cast["gus"], f"/governance/grants/{grant.key}/")


def test_the_command_lists_shows_and_decides_as_somebody(
    growth: Domain, orders: Dataset, cast: Cast, manage: Callable[..., str]
) -> None:
    grant = ask(cast["sam"], orders)
    assert manage("govern", "grants", "list", "--by", "otto") == ""
    assert f"{grant.key}  asked  L4  sam" in manage("govern", "grants", "list", "--by", "gus", "--state", "asked")
    for who in ("tom", "gus"):
        manage("govern", "grants", "approve", grant.key.lower(), "--by", who)
    assert "granted" in manage("govern", "grants", "show", grant.key, "--by", "sam")
    for words in (["show", grant.key, "--by", "otto"], ["approve", "GRT-9999", "--by", "gus"], ["show", "--by", "gus"]):
        with pytest.raises(CommandError):
            manage("govern", "grants", *words)
    with pytest.raises(CommandError):
        manage("govern", "grants", "suspend", grant.key, "--by", "sam", "--reason", "let me")
    said = manage("govern", "grants", "suspend", grant.key, "--by", "gus", "--reason", "An incident is looked into.")
    assert "suspended" in said and "hand" in said
    night(growth)
    with clock.loading(clock.now() + timedelta(days=21)):
        assert manage("govern", "grants", "night") == "1 ended, 0 suspended.\n"
        assert manage("govern", "grants", "night") == "0 ended, 0 suspended.\n"
