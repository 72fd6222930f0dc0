"""Demand over the API: the same verbs, the same rules with the same ids, nothing of a participant's identity."""

import pytest

from demand.models import Interview, Request
from tests.demand import make

ROOT = "/api/v1"


@pytest.fixture
def call(client):
    def send(person, method, path, body=None, **headers):
        client.force_login(person)
        more = {"content_type": "application/json"} if method != "get" else {}
        return getattr(client, method)(f"{ROOT}/{path}", body if body is not None else {}, **more, headers=headers)

    return send


def ids(answer):
    return [finding["id"] for finding in answer.json()["blockers"]]


def test_an_interview_goes_its_way_and_is_refused_by_rule(call, priya, growth):
    plan = {
        "title": "Coupon page", "domain": "growth",
        "new_participant": {"alias": "P-01", "name": "Lena Albrecht", "org_unit": "Payments"},
    }  # fmt: skip
    made = call(priya, "post", "interviews/", plan)
    assert made.status_code == 201, made.content
    key = made.json()["key"]
    assert "Albrecht" not in made.content.decode()
    refused = call(priya, "post", f"interviews/{key}/conduct/")
    assert (refused.status_code, ids(refused)) == (409, ["INT-1"])
    assert ids(call(priya, "get", f"interviews/{key}/blockers/?move=conduct")) == ["INT-1"]
    assert call(priya, "post", f"interviews/{key}/consent/", {"status": "withdrawn"}).status_code == 200
    assert ids(call(priya, "post", f"interviews/{key}/conduct/")) == ["INT-1", "INT-3"]
    assert call(priya, "post", f"interviews/{key}/consent/", {"status": "obtained"}).status_code == 200
    assert call(priya, "post", f"interviews/{key}/conduct/").status_code == 200
    assert call(priya, "post", f"interviews/{key}/transcribe/", {"text": make.TALK}).status_code == 200
    refused = call(priya, "post", f"interviews/{key}/code/", {"exact": make.SCARED})
    assert (refused.status_code, ids(refused)) == (409, ["INT-2"])
    assert call(priya, "post", f"interviews/{key}/freeze/").status_code == 200
    refused = call(priya, "post", f"interviews/{key}/code/", {"exact": "never said"})
    assert (refused.status_code, ids(refused)) == (409, ["QUO-1"])
    coded = call(priya, "post", f"interviews/{key}/code/", {"exact": make.SCARED, "codes": ["Late"]})
    assert coded.status_code == 200, coded.content
    assert coded.json()["codes"] == ["late"]
    assert call(priya, "get", "quotes/?code=late").json()["results"][0]["exact"] == make.SCARED
    gone = call(priya, "post", f"interviews/{key}/withdraw/", {"reason": "The person asked us to."})
    assert (gone.json()["state"], gone.json()["transcript_md"], gone.json()["quote_count"]) == ("withdrawn", "", 1)


def test_insights_are_refused_by_rule(call, priya, growth):
    one, against = make.quote(priya, growth), make.quote(priya, growth, make.ARGUE, alias="P-09")
    body = {"statement": "Seen too late", "domain": "growth", "supporting": [one.key], "contradicting": [against.key]}
    key = call(priya, "post", "insights/", body).json()["key"]
    refused = call(priya, "post", f"insights/{key}/support/")
    assert (refused.status_code, ids(refused)) == (409, ["INS-1", "INS-2"])
    number = {"value": "3.1 %", "source": "visit_to_pay"}
    assert call(priya, "post", f"insights/{key}/measure/", number).status_code == 200
    assert ids(call(priya, "post", f"insights/{key}/support/")) == ["INS-2"]
    assert call(priya, "post", f"insights/{key}/answer/", {"answer": "Another page."}).status_code == 200
    whole = call(priya, "post", f"insights/{key}/support/").json()
    assert (whole["state"], whole["supporting"], whole["contradicting"]) == ("supported", [one.key], [against.key])


def test_requests_are_refused_by_rule(call, priya, sam, tom, growth):
    def draft(person, **more):
        body = {"decision_to_make": "Move or remove the coupon step in checkout", "domain": "growth", **more}
        return call(person, "post", "requests/", body).json()["key"]

    first = draft(sam, has_personal_data=True)
    assert call(sam, "post", f"requests/{first}/submit/").status_code == 200
    refused = call(priya, "post", f"requests/{first}/accept/")
    assert (refused.status_code, sorted(set(ids(refused)))) == (409, ["REQ-1", "REQ-5"])
    for move, body in (("decline", {}), ("duplicate", {}), ("snooze", {"until": "2020-01-01"}), ("answer", {})):
        refused = call(priya, "post", f"requests/{first}/{move}/", body)
        assert (refused.status_code, ids(refused)) == (409, ["REQ-2"]), move
        assert ids(call(priya, "get", f"requests/{first}/blockers/?move={move}")) == ["REQ-2"]
    second = draft(tom)
    refused = call(tom, "post", f"requests/{second}/submit/")
    assert (refused.status_code, ids(refused)) == (409, ["REQ-4"])
    assert call(tom, "post", f"requests/{second}/submit/", {"none_fits": "Not the shop"}).status_code == 200
    tag = call(sam, "get", f"requests/{first}/").headers["ETag"]
    change = {
        "decision_maker": "tom", "decision_deadline": str(make.soon()), "purpose": "customer-service",
        "purpose_note": "We call those who waited",
    }  # fmt: skip
    assert call(sam, "patch", f"requests/{first}/", change).status_code == 428
    patched = call(sam, "patch", f"requests/{first}/", change, **{"If-Match": tag})
    assert patched.status_code == 200, patched.content
    assert call(sam, "patch", f"requests/{first}/", change, **{"If-Match": tag}).status_code == 412
    assert call(sam, "post", f"requests/{first}/accept/").status_code == 403
    assert call(priya, "post", f"requests/{first}/accept/").json()["state"] == "accepted"
    refused = call(priya, "post", f"requests/{first}/plan/", {"effort_days": "9"})
    assert (refused.status_code, ids(refused)) == (409, ["REQ-3"])
    assert call(priya, "post", f"requests/{first}/plan/", {"effort_days": "2"}).json()["state"] == "planned"
    assert call(priya, "get", f"requests/{first}/why/").json()["grade"] >= 2


def test_hidden_and_absent_answer_alike_for_the_outsider(call, priya, sam, otto, growth):
    request, interview = make.ask(sam, growth), make.transcribed(priya, growth)
    for kind, key in (("requests", request.key), ("interviews", interview.key)):
        hidden = call(otto, "get", f"{kind}/{key}/")
        absent = call(otto, "get", f"{kind}/XXX-9999/")
        assert hidden.status_code == absent.status_code == 404
        assert {**hidden.json(), "request_id": ""} == {**absent.json(), "request_id": ""}
        assert call(otto, "post", f"{kind}/{key}/withdraw/", {"reason": "to see"}).status_code == 404
        assert call(otto, "get", f"{kind}/?facets=1&count=1").json()["count"] == 0
    wrong = call(otto, "post", "insights/", {"statement": "x", "domain": "growth"})
    assert wrong.status_code in (400, 403, 422)
    assert call(priya, "post", "insights/", {"statement": "x", "domain": "growth", "supporting": ["QUO-9999"]}
                ).status_code in (400, 422)  # fmt: skip


def test_only_names_of_states_and_counts_are_left_in_the_ledger(call, priya, growth):
    from guard.models import Entry

    make.quote(priya, growth)
    payloads = " ".join(Entry.objects.unrestricted("a test reads the ledger").values_list("payload", flat=True))
    assert "coupon" not in payloads.lower()
    assert Interview.objects.visible_to(priya).count() == 1
    assert not Request.objects.visible_to(priya).exists()
