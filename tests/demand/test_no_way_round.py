"""Whatever is called in whatever order: nothing is accepted without its decision, nothing supported without voices."""

from contextlib import suppress
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from demand import actions
from demand.evidence import evidence_of
from demand.models import Request
from guard.refusals import Refusal
from tests.demand import make

PAST_ACCEPTANCE = {"accepted", "planned", "in_progress"}
FIELDS = {
    "decision_to_make": ("", "Move the coupon step"), "decision_maker_name": ("", "Checkout lead"),
    "decision_deadline": (None, "soon"), "has_personal_data": (False, True), "none_fits": ("", "Another shop"),
}  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("revise"), st.sampled_from(sorted(FIELDS)), st.booleans()),
    st.tuples(
        st.sampled_from(
            ["submit", "triage", "need", "reply", "accept", "decline", "snooze", "answer", "plan", "start", "deliver",
             "confirm", "reopen", "withdraw"]
        ),
        st.sampled_from(["sam", "priya", "omar"]),
        st.booleans(),
    ),
)  # fmt: skip


def call(step, who, request, *, full):
    words = {"response": "Because." if full else ""}
    table = {
        "submit": (actions.submit_request, {}), "triage": (actions.triage_request, {}),
        "need": (actions.need_info, words), "reply": (actions.reply_request, {"reply": "Yes"}),
        "accept": (actions.accept_request, {}), "decline": (actions.decline_request, words),
        "snooze": (actions.snooze_request, {"until": make.soon() if full else None}),
        "answer": (actions.answer_request, words),
        "plan": (actions.plan_request, {"effort_days": Decimal(1 if full else 9)}),
        "start": (actions.start_request, {}), "deliver": (actions.deliver_request, words),
        "confirm": (actions.confirm_request, {}), "reopen": (actions.reopen_request, {"reason": "Not yet"}),
        "withdraw": (actions.withdraw_request, {}),
    }  # fmt: skip
    verb, facts = table[step]
    verb(by=who, request=request, **facts)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    steps=[
        ("revise", "decision_to_make", True), ("revise", "decision_maker_name", True),
        ("revise", "decision_deadline", True), ("submit", "sam", True), ("accept", "priya", True),
        ("revise", "decision_to_make", False), ("revise", "has_personal_data", True), ("plan", "priya", True),
    ]
)  # fmt: skip
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_no_sequence_reaches_acceptance_without_the_facts_of_req_1(cast, growth, steps):
    sam = cast["sam"]
    request = actions.draft_request(by=sam, domain=growth, business_question="How many leave the checkout?")
    for step, what, full in steps:
        try:
            if step == "revise":
                value = FIELDS[what][full]
                changes = {what: make.soon() if value == "soon" else value}
                actions.revise_request(by=sam, request=request, changes=changes)
            else:
                call(step, cast[what], request, full=full)
        except Refusal:
            pass
        row = Request.objects.unrestricted("a test looks at what was written").get(pk=request.pk)
        if row.state in PAST_ACCEPTANCE:
            assert row.decision_to_make and row.who_decides and row.decision_deadline
            assert not row.has_personal_data
        request = row


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(voices=st.integers(0, 3), number=st.booleans(), against=st.booleans(), answered=st.booleans())
def test_an_insight_is_supported_exactly_when_its_rules_hold(cast, growth, voices, number, against, answered):
    priya = cast["priya"]
    insight = make.insight(priya, growth, voices=voices)
    if number:
        actions.measure_insight(by=priya, insight=insight, value="3 %", source="cr")
    if against:
        quote = make.quote(priya, growth, make.ARGUE, alias="P-99")
        actions.add_evidence(by=priya, insight=insight, quotes=[quote], role="contradicts")
    if answered:
        actions.answer_contradictions(by=priya, insight=insight, answer="Another page.")
    holds = (voices >= 2 or (voices == 1 and number)) and (answered or not against)
    with suppress(Refusal):
        actions.support_insight(by=priya, insight=insight)
    assert (insight.thing.state == "supported") is holds
    assert evidence_of(insight).participants == voices
