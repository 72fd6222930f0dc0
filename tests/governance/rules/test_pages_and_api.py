"""The pages and the API of the desk: the same verbs, the same refusals, and nothing for Otto."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from governance.models import PolicyChange, Rule
from guard.models import Domain
from people.models import User
from tests.governance.rules.made import REASON, body, change, fresh, in_force, rule

TOO_DEEP = "not JSON|too-deep"  # Python's own reader gives up first, or ours, by the version


def client_of(user: User, language: str = "en") -> Client:
    client = Client(SERVER_NAME="localhost", headers={"Accept-Language": language})
    client.force_login(fresh(user))
    return client


def filled(**given: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    told = body(**given)
    return {
        **{name: told[name] for name in ("code", "title", "domain", "owner", "effect", "action", "kinds", "mode")},
        "when": json.dumps(told["when"]), "examples": json.dumps(told["examples"]), "reason": REASON,
    }  # fmt: skip


def open_change() -> PolicyChange:
    rows = PolicyChange.objects.unrestricted("a test looks").filter(thing__state="open")
    return rows.select_related("thing__domain", "proposer").get()


def approve(client: Client, key: str) -> Any:
    """Look at the effect as the page shows it, and agree."""
    page = client.get(f"/governance/changes/{key}/").content.decode()
    digest = page.split('name="preview" value="')[1].split('"')[0]
    return client.post(f"/governance/changes/{key}/approve/", {"preview": digest}, follow=True)


def test_a_rule_is_proposed_shown_agreed_to_and_in_force_by_pages(grace: User, gus: User, growth: Domain) -> None:
    answer = client_of(grace).post("/governance/rules/propose/", filled(), follow=True)
    assert "Nothing is in force before others agree" in answer.content.decode()
    key = open_change().key
    mine = client_of(grace).get(f"/governance/changes/{key}/").content.decode()
    assert '<span class="chip">blocks</span>' in mine
    assert "You proposed this, so others decide" in mine and 'name="preview"' not in mine
    assert approve(client_of(gus), key).status_code == 200
    shown = client_of(gus).get(f"/governance/rules/{rule().key}/").content.decode()
    assert "Sight of its columns is closed for Datasets" in shown
    assert shown.count("stops") and "version 1" in shown
    listed = client_of(grace).get("/governance/rules/").content.decode()
    assert "Columns of strict data are for privacy" in listed and "SEE-1" in listed


def test_a_change_is_filled_in_with_what_stands_and_keeps_its_code(grace: User, gus: User, growth: Domain) -> None:
    made = in_force(grace, gus)
    url = f"/governance/rules/{made.key}/propose/"
    form = client_of(grace).get(url).content.decode()
    assert "columns-for-privacy" in form and "principal.roles" in form
    client_of(grace).post(url, filled(mode="warn", code="another"), follow=True)
    assert (open_change().target, open_change().after["mode"]) == ("columns-for-privacy", "warn")


def test_a_fault_stands_at_its_field_and_what_was_typed_is_kept(grace: User, growth: Domain) -> None:
    for when, said in (
        ('{"eq": [{"attr": "resource.colour"}, 1]}', "unknown-attribute"),
        ("level >= 3", "not JSON"),
        ('{"not":' * 3_000 + "true" + "}" * 3_000, TOO_DEEP),
        (json.dumps({"and": [{"or": [True] * 39}] * 3}), "too-many"),
    ):
        answer = client_of(grace).post("/governance/rules/propose/", {**filled(), "when": when})
        assert answer.status_code == 422, when[:40]
        text = answer.content.decode()
        assert any(word in text for word in said.split("|")) and REASON in text
    assert not PolicyChange.objects.unrestricted("a test looks").exists()


def test_the_pages_speak_chinese(grace: User, gus: User, growth: Domain) -> None:
    made = in_force(grace, gus)
    shown = client_of(grace, "zh-hans").get(f"/governance/rules/{made.key}/").content.decode()
    assert "级别不低于L3" in shown and "例子" in shown


def test_otto_finds_nothing_at_any_door_and_priya_reads_only(
    grace: User, gus: User, otto: User, priya: User, growth: Domain
) -> None:  # fmt: skip
    made = in_force(grace, gus)
    client_of(grace).post(f"/governance/rules/{made.key}/propose/", filled(mode="warn"))
    waiting = open_change().key
    his, hers = client_of(otto), client_of(priya)
    assert made.title not in his.get("/governance/rules/").content.decode()
    assert made.title in hers.get("/governance/rules/").content.decode()
    doors = [
        f"/governance/rules/{made.key}/", f"/governance/rules/{made.key}/propose/", f"/governance/changes/{waiting}/",
        f"/api/v1/rules/{made.key}/", f"/api/v1/rules/{made.code}/", f"/api/v1/rules/{made.key}/effect/",
        f"/api/v1/changes/{waiting}/", f"/api/v1/changes/{waiting}/effect/",
    ]  # fmt: skip
    for door in doors:
        assert his.get(door).status_code == 404, door
        assert hers.get(door).status_code == 200, door
    for person, status in ((his, 404), (hers, 403)):
        for move in ("approve", "reject"):
            told = {"preview": "", "reason": "I do not like this rule."}
            assert person.post(f"/governance/changes/{waiting}/{move}/", told).status_code == status
            answer = person.post(f"/api/v1/changes/{waiting}/{move}/", told, content_type="application/json")
            assert answer.status_code == status
        assert person.post("/governance/rules/propose/", filled(code="mine", mode="off")).status_code == 403
        told = {"what": "rule", "after": body(code="mine"), "reason": REASON}
        assert person.post("/api/v1/changes/", told, content_type="application/json").status_code == 403
        policy = {"what": "level", "target": "house:4", "after": "{}", "domain": "growth", "reason": REASON}
        assert person.post("/governance/policy/propose/", policy).status_code == 403
    for form in (f"/governance/rules/{made.key}/propose/", "/governance/rules/propose/", "/governance/policy/propose/"):
        shown = hers.get(form).content.decode()
        assert "Governance leads, security and privacy decide on the policy." in shown and "<textarea" not in shown
    assert client_of(otto).get("/api/v1/rules/").json()["results"] == []
    assert (rule().mode, change(open_change()).state) == ("block", "open")


def test_the_api_proposes_shows_the_effect_and_decides(grace: User, gus: User, growth: Domain) -> None:
    told = {"what": "rule", "after": body(), "reason": REASON}
    made = client_of(grace).post("/api/v1/changes/", told, content_type="application/json")
    assert made.status_code == 201, made.content
    key, gus_api = made.json()["key"], client_of(gus)
    assert made.json()["agreement"] == {"people": [], "missing": 1}
    blocked = gus_api.post(f"/api/v1/changes/{key}/approve/", {"preview": "x"}, content_type="application/json")
    assert blocked.status_code == 409 and "POL-4" in blocked.content.decode()
    digest = gus_api.get(f"/api/v1/changes/{key}/effect/").json()["digest"]
    done = gus_api.post(f"/api/v1/changes/{key}/approve/", {"preview": digest}, content_type="application/json")
    assert done.status_code == 200 and done.json()["state"] == "applied"
    shown = gus_api.get("/api/v1/rules/columns-for-privacy/").json()
    assert shown["sentence"].startswith("Sight of its columns") and all(one["holds"] for one in shown["tried"])
    assert gus_api.get("/api/v1/rules/?state=block").json()["results"][0]["code"] == "columns-for-privacy"
    faulty = client_of(grace).post(
        "/api/v1/changes/", {"after": body(when="1 = 1", code="other"), "reason": REASON},
        content_type="application/json",
    )  # fmt: skip
    assert faulty.status_code == 422 and "when" in faulty.json()["errors"]


def test_other_data_is_proposed_from_what_stands(grace: User, growth: Domain) -> None:
    page = client_of(grace).get("/governance/policy/propose/?what=level&target=house:4").content.decode()
    assert "grant_days" in page
    after = {"floor": 5, "is_prohibited": False}
    told = {"what": "category", "target": "house:phone", "after": json.dumps(after), "domain": "growth"}
    client_of(grace).post("/governance/policy/propose/", {**told, "reason": REASON}, follow=True)
    shown = client_of(grace).get(f"/governance/changes/{open_change().key}/").content.decode()
    assert "No level falls by this" in shown and "two others must agree" in shown


@pytest.mark.parametrize("url", ["/governance/changes/CHG-1001/approve/", "/governance/changes/CHG-1001/withdraw/"])
def test_nothing_is_decided_by_looking(grace: User, gus: User, growth: Domain, url: str) -> None:
    client_of(grace).post("/governance/rules/propose/", filled())
    assert client_of(gus).get(url).status_code == 405
    assert not Rule.objects.unrestricted("a test looks").exists()
