"""Insights: enough evidence (INS-1), contradictions answered (INS-2), strength counted."""

import pytest

from demand import actions
from demand.evidence import supported_insights
from demand.models import Insight, Quote
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import Notice
from tests.demand import make


def rules(caught):
    return [finding.id for finding in caught.value.findings]


def test_two_people_support_an_insight(priya, growth):
    insight = make.supported(priya, growth)
    assert insight.state == "supported"
    assert (insight.participants, insight.org_units, insight.strength) == (2, 2, Insight.Strength.FAIR)
    assert supported_insights([insight.pk]) == [insight.thing]


def test_one_person_is_not_enough_and_two_quotes_of_one_person_neither(priya, growth):
    insight = make.insight(priya, growth, voices=1)
    first = Quote.objects.visible_to(priya).get()
    second = actions.code_quote(by=priya, interview=first.interview, exact=make.ARGUE)
    actions.add_evidence(by=priya, insight=insight, quotes=[second])
    with pytest.raises(Blocked) as caught:
        actions.support_insight(by=priya, insight=insight)
    assert rules(caught) == ["INS-1"]
    assert insight.strength == Insight.Strength.SINGLE


def test_one_person_and_a_measured_value_are_enough(priya, growth):
    insight = make.insight(priya, growth, voices=1)
    actions.measure_insight(by=priya, insight=insight, value="3.1 %", source="visit_to_pay_cr_1d_app 1.0.0")
    assert actions.support_insight(by=priya, insight=insight).state == "supported"


def test_a_contradicting_quote_must_be_answered(priya, growth):
    insight = make.insight(priya, growth)
    against = make.quote(priya, growth, make.ARGUE, alias="P-09")
    actions.add_evidence(by=priya, insight=insight, quotes=[against], role="contradicts")
    with pytest.raises(Blocked) as caught:
        actions.support_insight(by=priya, insight=insight)
    assert rules(caught) == ["INS-2"]
    actions.answer_contradictions(by=priya, insight=insight, answer="They speak of **another** page.")
    assert "<strong>another</strong>" in insight.answer_html
    assert actions.support_insight(by=priya, insight=insight).state == "supported"
    later = make.quote(priya, growth, make.ARGUE, alias="P-10")
    actions.dispute_insight(by=priya, insight=insight, quote=later)
    with pytest.raises(Blocked) as caught:
        actions.support_insight(by=priya, insight=insight)
    assert rules(caught) == ["INS-2"]


def test_any_reader_may_dispute_with_a_quote_and_the_author_hears(priya, sam, growth):
    insight = make.supported(priya, growth)
    against = make.quote(priya, growth, make.ARGUE, alias="P-09")
    actions.dispute_insight(by=sam, insight=insight, quote=against)
    assert insight.state == "disputed"
    assert insight.contradictions == 1
    told = Notice.objects.unrestricted("a test looks at what was told").filter(person=priya)
    assert told.get().code == "insight.disputed"


def test_nobody_disputes_with_words_that_they_may_not_read(priya, sam, otto, growth):
    insight = make.supported(priya, growth)
    secret = make.quote(priya, growth, make.ARGUE, alias="P-09", level=4)
    with pytest.raises(Absent):
        actions.dispute_insight(by=sam, insight=insight, quote=secret)
    with pytest.raises(Absent):
        actions.dispute_insight(by=otto, insight=insight, quote=secret)


def test_only_a_pm_supports_and_retires(priya, sam, growth):
    insight = make.insight(priya, growth)
    with pytest.raises(Denied):
        actions.support_insight(by=sam, insight=insight)
    with pytest.raises(Denied):
        actions.retire_insight(by=sam, insight=insight, reason="I do not like it")
    assert actions.retire_insight(by=priya, insight=insight, reason="It was mended").state == "retired"


def test_nobody_takes_support_away_while_the_evidence_is_enough(priya, otto, growth):
    insight = make.supported(priya, growth)
    for person in (priya, otto):
        with pytest.raises(Denied):
            actions.weaken_insight(by=person, insight=insight)
    assert insight.state == "supported"


def test_a_paraphrase_is_never_public(priya, growth):
    with pytest.raises(Invalid) as caught:
        actions.draft_insight(by=priya, domain=growth, statement="x", level=1)
    assert "level" in caught.value.errors


def test_supported_insights_are_found_over_a_request(priya, sam, growth):
    insight = make.supported(priya, growth)
    request = make.ask(sam, growth, insights=[insight])
    assert request.confidence_cap == 80
    assert supported_insights([request.pk]) == [insight.thing]
