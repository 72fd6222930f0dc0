"""The pages of demand: every state is drawn, forms keep what was typed, the outsider finds nothing."""

import re
from html import unescape

import pytest

from demand import actions
from demand.models import Insight, Interview, Request
from tests.catalog import make as catalog
from tests.demand import make
from tests.whole import whole

PAGES = (
    "/demand/", "/demand/interviews/", "/demand/interviews/new/", "/demand/insights/", "/demand/insights/new/",
    "/demand/requests/", "/demand/board/", "/ask/", "/ask/similar/",
)  # fmt: skip


@pytest.fixture
def world(priya, sam, growth):
    insight = make.supported(priya, growth)
    against = make.quote(priya, growth, make.ARGUE, alias="P-09")
    actions.add_evidence(by=priya, insight=insight, quotes=[against], role="contradicts")
    request = make.ask(sam, growth, insights=[insight])
    return {"insight": insight, "quote": against, "interview": against.interview, "request": request}


def address(row):
    return f"/demand/{row.KIND}s/{row.key}/"


@pytest.mark.parametrize("url", PAGES)
def test_every_page_is_drawn_for_everybody(client, world, cast, url):
    for person in (cast["priya"], cast["sam"], cast["otto"]):
        client.force_login(person)
        answer = client.get(url)
        assert answer.status_code == 200, (person, url)
        if person == cast["otto"]:
            assert b"coupon" not in answer.content.lower()


def test_the_outsider_finds_nothing_anywhere(client, world, otto):
    client.force_login(otto)
    for row in world.values():
        assert client.get(address(row)).status_code == 404
        assert client.post(f"{address(row)}support/").status_code == 404
    for kind in ("interviews", "insights", "requests"):
        assert client.get(f"/demand/{kind}/?format=csv").content.decode("utf-8-sig").count("\n") == 1
        assert client.get(f"/demand/{kind}/?q=coupon").context["listing"]["rows"] == []
    assert b"domain" in client.post("/ask/", {"decision_to_make": "See everything", "domain": "growth"}).content


def test_objects_are_drawn_for_pm_and_reader(client, world, priya, sam):
    for person in (priya, sam):
        client.force_login(person)
        for row in world.values():
            answer = client.get(address(row))
            assert answer.status_code == 200
            assert row.key in answer.content.decode()


def test_a_pm_codes_a_quote_on_the_page_with_and_without_places(client, priya, growth):
    interview = make.transcribed(priya, growth)
    client.force_login(priya)
    at = make.TALK.index(make.SCARED)
    marked = {"exact": make.SCARED, "start": at, "end": at + len(make.SCARED), "codes": "late data， coupons"}
    assert client.post(f"{address(interview)}code/", marked).status_code == 303
    typed = {"exact": "because two teams\r\nhave two numbers", "start": "", "end": "", "codes": ""}
    assert client.post(f"{address(interview)}code/", typed).status_code == 303
    html = client.get(address(interview)).content.decode()
    assert html.count("<mark") == 2
    assert "coupons" in html


def test_words_that_were_not_said_come_back_with_the_place_and_stay_typed(client, priya, growth):
    interview = make.transcribed(priya, growth)
    client.force_login(priya)
    answer = client.post(f"{address(interview)}code/", {"exact": "Friday's coupon page scared everybody off"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "QUO-1" in html
    assert "scared everybody off</textarea>" in html
    assert "people off" in html


def test_an_interview_is_planned_with_somebody_new_and_led_to_its_end(client, priya, growth):
    client.force_login(priya)
    form = {
        "title": "Night ward", "domain": "growth", "alias": "night nurse", "org_unit": "Ward 4", "level": "3",
        "method": "user_interview", "consent_status": "pending",
    }  # fmt: skip
    assert client.post("/demand/interviews/new/", form).status_code == 303
    interview = Interview.objects.visible_to(priya).get()
    assert interview.participant.alias == "night nurse"
    refused = client.post(f"{address(interview)}conduct/")
    assert refused.status_code == 409
    assert b"INT-1" in refused.content
    steps = (
        ("consent", {"status": "obtained"}), ("conduct", {}), ("transcribe", {"text": make.TALK}), ("freeze", {}),
        ("archive", {}), ("withdraw", {"reason": "The person asked us to."}),
    )  # fmt: skip
    for step, facts in steps:
        assert client.post(f"{address(interview)}{step}/", facts).status_code == 303, step
    assert b"The text is gone" in client.get(address(interview)).content


def test_an_insight_is_written_disputed_answered_and_supported(client, priya, sam, growth):
    quotes = [make.quote(priya, growth, alias=f"P-{n}") for n in (1, 2)]
    against = make.quote(priya, growth, make.ARGUE, alias="P-3")
    client.force_login(priya)
    form = {
        "statement": "Seen too late", "domain": "growth", "kind": "pain", "severity": "2", "frequency": "weekly",
        "supporting": [quote.key for quote in quotes], "level": "2",
    }  # fmt: skip
    assert client.post("/demand/insights/new/", form).status_code == 303
    insight = Insight.objects.visible_to(priya).get()
    assert client.post(f"{address(insight)}support/").status_code == 303
    client.force_login(sam)
    assert client.post(f"{address(insight)}dispute/", {"quote": against.key}).status_code == 303
    assert client.post(f"{address(insight)}support/").status_code == 403
    client.force_login(priya)
    refused = client.post(f"{address(insight)}support/")
    assert refused.status_code == 409
    assert b"INS-2" in refused.content
    assert client.post(f"{address(insight)}answer/", {"answer": "Another page."}).status_code == 303
    assert client.post(f"{address(insight)}support/").status_code == 303


def test_sam_asks_in_two_minutes_and_hears_in_plain_words(client, priya, sam, growth):
    client.force_login(sam)
    form = {
        "decision_to_make": "Move or remove the coupon step", "decision_maker_name": "tom okafor", "domain": "growth",
        "decision_deadline": str(make.soon()), "action_rule": "Above 12 % we switch", "kind": "",
    }  # fmt: skip
    assert client.post("/ask/", form).status_code == 303
    request = Request.objects.visible_to(sam).get()
    assert request.decision_maker.username == "tom"
    html = client.get(address(request)).content.decode()
    assert "A person replies by" in html
    client.force_login(priya)
    empty = client.post(f"{address(request)}decline/", {"response": ""})
    assert empty.status_code == 422
    for step, facts in (("triage", {}), ("accept", {"response": ""}), ("plan", {"effort_days": "1"}), ("start", {})):
        assert client.post(f"{address(request)}{step}/", facts).status_code == 303, step
    assert client.post(f"{address(request)}deliver/", {"response": "See the page."}).status_code == 303
    assert client.post(f"{address(request)}confirm/").status_code == 403
    client.force_login(sam)
    assert client.post(f"{address(request)}confirm/").status_code == 303
    assert b"the requester confirmed it" in client.get(address(request)).content


def test_a_draft_can_be_kept_changed_and_sent(client, sam, growth):
    client.force_login(sam)
    client.post("/ask/", {"decision_to_make": "Close a depot", "domain": "growth", "save": "draft"})
    request = Request.objects.visible_to(sam).get()
    assert request.state == "draft"
    change = {"decision_to_make": "Close two depots", "expected_version": request.thing.row_version}
    assert client.post(f"{address(request)}edit/", change).status_code == 303
    assert client.post(f"{address(request)}edit/", change).status_code == 412
    assert client.post(f"{address(request)}submit/").status_code == 303


def test_while_typing_it_shows_what_may_answer_already(client, sam, tom, grace, growth):
    make.ask(sam, growth)
    make.ask(grace, growth, level=5, title="Coupon step of the board", none_fits="Another one")
    client.force_login(tom)
    html = client.get("/ask/similar/", {"decision_to_make": "Remove the coupon step in checkout"}).content.decode()
    assert "Move or remove the coupon step" in html
    assert "of the board" not in html
    form = {
        "decision_to_make": "Move or remove the coupon step in checkout", "domain": "growth",
        "decision_maker_name": "I do", "decision_deadline": str(make.soon()), "action_rule": "Above 12 % we switch",
    }  # fmt: skip
    refused = client.post("/ask/", form)
    assert refused.status_code == 409
    assert b"REQ-4" in refused.content
    assert client.post("/ask/", {**form, "none_fits": "I decide about the warehouse app."}).status_code == 303


def test_a_hidden_voice_is_counted_and_not_named(client, priya, sam, otto, growth):
    insight = make.insight(priya, growth)
    secret = make.quote(priya, growth, make.ARGUE, alias="P-09", level=4)
    actions.add_evidence(by=priya, insight=insight, quotes=[secret], role="contradicts")
    client.force_login(sam)
    html = client.get(address(insight)).content.decode()
    assert "1 restricted item" in html
    assert secret.key not in html
    assert make.ARGUE not in html


def test_the_board_offers_moves_without_dragging(client, world, priya):
    client.force_login(priya)
    html = client.get("/demand/board/").content.decode()
    url = f"{address(world['request'])}triage/"
    assert url in html
    answer = client.post(url, {"next": "/demand/board/"})
    assert answer.headers["Location"] == "/demand/board/"
    away = client.post(f"{address(world['request'])}accept/", {"next": "https://elsewhere.test/"})
    assert away.headers["Location"] == address(world["request"])


def test_a_metric_shows_who_asks_about_it_to_those_who_may_read_the_ask(client, world, sam, grace, omar, growth):
    from demand.panels import asked_about
    from guard import things
    from guard.doors import act
    from guard.policy import Who

    @act("metric.tested", who=Who(anyone=True))
    def make_metric(*, by):
        return things.new_thing(kind="metric", title="Coupon rate", domain=growth, level=2, state="certified")

    metric = make_metric(by=omar)
    make.ask(grace, growth, level=5, decision_to_make="Sell the shop", about=[metric])
    shown = make.ask(sam, growth, decision_to_make="Close a depot in the south", about=[metric])
    for person, keys in ((sam, 1), (grace, 2)):
        drawn = asked_about(type("Ask", (), {"user": person})(), metric)
        assert drawn.count("/demand/requests/") == keys
        assert shown.title in drawn


ANSWERS = {
    "decision_to_make": "Close the depot in the north", "decision_maker_name": "Sam Weller", "domain": "growth",
    "action_rule": "Below 50 parcels a day we close it.",
}  # fmt: skip


def test_an_insight_is_turned_into_a_request_that_stays_joined_to_it(client, world, sam):
    insight = world["insight"]
    client.force_login(sam)
    assert "Turn into a request" in client.get(address(insight)).content.decode()
    place = f"/ask/?insight={insight.key}"
    html = client.get(place).content.decode()
    assert insight.title in html and "checked" in html
    asked = client.post(place, {**ANSWERS, "decision_deadline": make.soon(), "insights": [insight.key]})
    assert asked.status_code == 303
    assert insight.title in client.get(asked.url).content.decode()


def test_a_request_says_which_metric_or_dataset_it_is_about(client, cast, growth):
    orders = catalog.dataset(cast["omar"], growth)
    hidden = catalog.dataset(cast["omar"], growth, "shop.secret", {"x": 5})
    client.force_login(cast["sam"])
    assert f"/ask/?about={orders.key}" in whole(client, f"/catalog/datasets/{orders.key}/")
    answers = {**ANSWERS, "decision_deadline": make.soon()}
    refused = client.post("/ask/", {**answers, "about": f"{orders.key}, {hidden.key}"})
    assert refused.status_code == 422
    assert f"There is nothing called {hidden.key} that you may see." in refused.content.decode()
    asked = client.post("/ask/", {**answers, "about": orders.qualified_name})
    assert orders.key in client.get(asked.url).content.decode()
    assert "Close the depot" in whole(client, f"/catalog/datasets/{orders.key}/")


def test_a_search_that_finds_nothing_becomes_the_question_of_a_request(client, sam, growth):
    client.force_login(sam)
    words = "refunds & returns by depot"
    link = re.search(r'href="(/ask/\?q=[^"]+)"', client.get("/search/", {"q": words}).content.decode())
    assert link
    assert words in unescape(client.get(unescape(link.group(1))).content.decode())
