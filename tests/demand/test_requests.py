"""Requests: the rules REQ-1 to REQ-5, who may do what, and what the requester hears."""

from decimal import Decimal

import pytest

from demand import actions
from demand.mine import my_requests
from demand.models import Purpose, Request, RequestSupport
from guard import things
from guard.doors import act
from guard.policy import Who
from guard.refusals import Absent, Blocked, Denied, Invalid, Stale
from people.models import Notice
from tests.demand import make

LOOK = "a test looks at what was written"


def rules(caught):
    return [finding.id for finding in caught.value.findings]


def told(person):
    return list(Notice.objects.unrestricted(LOOK).filter(person=person).order_by("pk").values_list("code", flat=True))


def test_an_ask_goes_from_question_to_confirmation(priya, sam, omar, growth):
    request = make.ask(sam, growth)
    assert (request.state, request.triage_due is not None) == ("submitted", True)
    actions.triage_request(by=priya, request=request)
    actions.accept_request(by=priya, request=request, response="We start **soon**.")
    actions.plan_request(by=priya, request=request, effort_days=Decimal(2))
    actions.start_request(by=omar, request=request)
    actions.deliver_request(by=omar, request=request, response="It is on the checkout page.")
    actions.confirm_request(by=sam, request=request)
    assert request.state == "confirmed"
    assert "<p>It is on the checkout page.</p>" in request.response_html
    assert told(sam) == [f"request.{what}" for what in ("triaged", "accepted", "planned", "started", "delivered")]
    assert "request.submitted" in told(priya)


@pytest.mark.parametrize("field", ["decision_to_make", "decision_maker_name", "decision_deadline"])
def test_it_refuses_to_accept_without_decision_maker_and_date(priya, sam, growth, field):
    empty = None if field == "decision_deadline" else ""
    request = make.ask(sam, growth, business_question="How many leave?", **{field: empty})
    with pytest.raises(Blocked) as caught:
        actions.accept_request(by=priya, request=request)
    assert rules(caught) == ["REQ-1"]
    value = make.soon() if field == "decision_deadline" else "Something"
    actions.revise_request(by=priya, request=request, changes={field: value})
    assert actions.accept_request(by=priya, request=request).state == "accepted"


@pytest.mark.parametrize("kind", ["access", "quality_incident"])
def test_access_and_incidents_need_no_decision(priya, sam, growth, kind):
    request = make.ask(
        sam, growth, kind=kind, decision_to_make="", decision_maker_name="", decision_deadline=None,
        business_question="I need to read the orders",
    )  # fmt: skip
    assert actions.accept_request(by=priya, request=request).state == "accepted"


def test_it_refuses_to_decline_answer_or_ask_back_without_words(priya, sam, growth):
    request = make.ask(sam, growth)
    for verb in (actions.decline_request, actions.answer_request):
        with pytest.raises(Blocked) as caught:
            verb(by=priya, request=request, response=" ")
        assert rules(caught) == ["REQ-2"]
    with pytest.raises(Invalid):
        actions.need_info(by=priya, request=request, response="")
    assert actions.decline_request(by=priya, request=request, response="The data does not exist.").state == "declined"


def test_it_refuses_a_duplicate_without_target_and_a_snooze_without_a_coming_day(priya, sam, growth):
    request = make.ask(sam, growth)
    with pytest.raises(Blocked) as caught:
        actions.mark_duplicate(by=priya, request=request, target=None)
    assert rules(caught) == ["REQ-2"]
    for until in (None, make.soon(0), make.soon(-3)):
        with pytest.raises(Blocked) as caught:
            actions.snooze_request(by=priya, request=request, until=until)
        assert rules(caught) == ["REQ-2"]


def test_a_duplicate_lends_its_voice_to_the_first(priya, sam, tom, growth):
    first = make.ask(sam, growth)
    second = make.ask(tom, growth, decision_to_make="Hire more drivers in the north")
    actions.mark_duplicate(by=priya, request=second, target=first)
    assert (second.state, second.duplicate_of_id) == ("duplicate", first.pk)
    first.refresh_from_db()
    assert first.support_count == 1
    with pytest.raises(Invalid):
        actions.mark_duplicate(by=priya, request=first, target=second)
    with pytest.raises(Invalid):
        actions.mark_duplicate(by=priya, request=first, target=first)


def test_it_refuses_to_plan_what_is_not_small_without_a_prd(priya, sam, growth):
    request = make.accepted(sam, priya, growth)
    for effort in (None, Decimal("2.5")):
        with pytest.raises(Blocked) as caught:
            actions.plan_request(by=priya, request=request, effort_days=effort)
        assert rules(caught) == ["REQ-3"]
    assert actions.plan_request(by=priya, request=request, effort_days=Decimal(2)).state == "planned"


def test_a_prd_that_cites_it_lets_it_be_planned(priya, sam, growth):
    from guard.kinds import KINDS, Kind, register_kind
    from guard.relations import RELATIONS, Relation, register_relation

    if "prd" not in KINDS:
        register_kind(Kind("prd", "PRD", "PRD", "PRDs"))
    if ("prd", "cites", "request") not in RELATIONS:
        register_relation(Relation("cites", "prd", "request", "cites", "is cited by"))

    @act("test.prd_cites", who=Who(anyone=True))
    def cite(*, by, request):
        prd = things.new_thing(kind="prd", title="Coupon", domain=growth, level=2, state="draft")
        things.link(prd, "cites", request)

    request = make.accepted(sam, priya, growth)
    cite(by=priya, request=request)
    assert actions.plan_request(by=priya, request=request, effort_days=Decimal(40)).state == "planned"


def test_it_refuses_to_send_what_was_asked_already_unless_none_fits(priya, sam, tom, growth):
    make.ask(sam, growth)
    with pytest.raises(Blocked) as caught:
        make.ask(tom, growth)
    assert rules(caught) == ["REQ-4"]
    assert "coupon step" in caught.value.findings[0].sentence
    request = make.ask(tom, growth, none_fits="I decide about the warehouse app, not the shop.")
    assert request.similar_shown
    assert actions.accept_request(by=priya, request=request).state == "accepted"


def test_what_the_asker_may_not_see_is_not_named_and_does_not_block(sam, grace, growth):
    make.ask(grace, growth, level=5)
    assert make.ask(sam, growth).state == "submitted"


def test_it_refuses_personal_data_without_a_purpose_that_may(priya, sam, growth):
    request = make.ask(sam, growth, details={"has_personal_data": True})
    with pytest.raises(Blocked) as caught:
        actions.accept_request(by=priya, request=request)
    assert rules(caught) == ["REQ-5"]
    weak, strong = Purpose.objects.get(code="research"), Purpose.objects.get(code="customer-service")
    for changes in ({"purpose": weak, "purpose_note": "To learn"}, {"purpose": strong, "purpose_note": ""}):
        actions.revise_request(by=sam, request=request, changes=changes)
        with pytest.raises(Blocked) as caught:
            actions.accept_request(by=priya, request=request)
        assert rules(caught) == ["REQ-5"]
    actions.revise_request(by=sam, request=request, changes={"purpose_note": "We call those who waited."})
    assert actions.accept_request(by=priya, request=request).state == "accepted"


def test_only_the_requester_confirms_reopens_and_withdraws(priya, sam, tom, omar, growth):
    request = make.accepted(sam, priya, growth)
    actions.plan_request(by=priya, request=request, effort_days=Decimal(1))
    actions.start_request(by=omar, request=request)
    actions.deliver_request(by=omar, request=request, response="There it is.")
    for person in (priya, tom, omar):
        with pytest.raises(Denied):
            actions.confirm_request(by=person, request=request)
        with pytest.raises(Denied):
            actions.reopen_request(by=person, request=request, reason="No")
        with pytest.raises(Denied):
            actions.withdraw_request(by=person, request=request)
    assert actions.reopen_request(by=sam, request=request, reason="The south is missing.").state == "reopened"
    assert actions.withdraw_request(by=sam, request=request).state == "withdrawn"


def test_only_a_pm_triages_and_accepts(sam, tom, growth):
    request = make.ask(sam, growth)
    for verb in (actions.triage_request, actions.accept_request):
        with pytest.raises(Denied):
            verb(by=sam, request=request)
        with pytest.raises(Denied):
            verb(by=tom, request=request)


def test_the_outsider_cannot_ask_nor_find_what_was_asked(sam, otto, growth):
    request = make.ask(sam, growth)
    assert not Request.objects.visible_to(otto).exists()
    with pytest.raises(Absent):
        actions.support_request(by=otto, request=request)
    with pytest.raises(Invalid) as caught:
        make.ask(otto, growth)
    assert "domain" in caught.value.errors


def test_a_question_back_is_replied_by_the_requester(priya, sam, growth):
    request = make.ask(sam, growth)
    actions.need_info(by=priya, request=request, response="Which shop?")
    with pytest.raises(Denied):
        actions.reply_request(by=priya, request=request, reply="The app")
    assert actions.reply_request(by=sam, request=request, reply="The app").state == "triage"


def test_the_latest_voice_of_a_person_counts(sam, tom, mei, growth):
    request = make.ask(sam, growth)
    actions.support_request(by=tom, request=request, importance=1)
    actions.support_request(by=tom, request=request, importance=3, why="We cannot decide")
    actions.support_request(by=mei, request=request, importance=2)
    rows = RequestSupport.objects.visible_to(sam)
    assert sorted(rows.values_list("importance", flat=True)) == [2, 3]
    assert request.support_count == 2
    with pytest.raises(Invalid):
        actions.support_request(by=sam, request=request)
    with pytest.raises(Invalid):
        actions.support_request(by=mei, request=request, importance=4)


def test_a_snoozed_request_wakes_on_its_day_and_not_before(priya, sam, growth):
    from guard import clock

    request = make.ask(sam, growth)
    actions.snooze_request(by=priya, request=request, until=make.soon(5))
    with pytest.raises(Denied):
        actions.wake_request(by=priya, request=request)
    from datetime import timedelta

    with clock.loading(clock.now() + timedelta(days=6)):
        assert actions.wake_request(by=priya, request=request).state == "triage"


def test_confidence_is_held_down_to_the_evidence(priya, sam, growth):
    request = make.accepted(sam, priya, growth)
    score = {"reach": 64, "impact": Decimal(2), "confidence": 90, "effort_days": Decimal(4)}
    actions.score_request(by=priya, request=request, **score)
    assert (request.confidence_cap, request.rice) == (50, Decimal("16.00"))
    actions.join_insights(by=priya, request=request, insights=[make.supported(priya, growth)])
    actions.score_request(by=priya, request=request, user_value=8, time_value=5, risk_value=1)
    assert (request.confidence_cap, request.rice, request.wsjf) == (80, Decimal("25.60"), Decimal("3.50"))
    assert request.score_band == "now"
    with pytest.raises(Invalid) as caught:
        actions.score_request(by=priya, request=request, impact=Decimal(9))
    assert "impact" in caught.value.errors


def test_an_edit_on_what_somebody_changed_in_between_is_refused(priya, sam, growth):
    request = make.ask(sam, growth)
    seen = request.thing.row_version
    actions.revise_request(by=priya, request=request, changes={"affected_people": "40 clerks"})
    with pytest.raises(Stale):
        actions.revise_request(by=sam, request=request, changes={"affected_people": "30"}, expected_version=seen)
    before = request.thing.row_version
    actions.revise_request(by=priya, request=request, changes={"affected_people": "40 clerks"})
    assert request.thing.row_version == before
    with pytest.raises(Invalid):
        actions.revise_request(by=sam, request=request, changes={"response_md": "I answer myself"})


def test_the_named_decision_maker_may_read_the_ask_made_in_their_name(sam, otto, growth):
    request = make.ask(sam, growth, decision_maker=otto, level=3)
    assert Request.objects.visible_to(otto).get() == request
    actions.revise_request(by=sam, request=request, changes={"decision_maker": None})
    assert not Request.objects.visible_to(otto).exists()


def test_my_requests_are_mine(sam, tom, growth):
    mine = make.ask(sam, growth)
    make.ask(tom, growth, decision_to_make="Hire more drivers in the north")
    assert list(my_requests(sam)) == [mine]
