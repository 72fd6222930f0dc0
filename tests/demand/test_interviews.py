"""Interviews: consent (INT-1), the frozen transcript (INT-2), verbatim quotes (QUO-1)."""

import pytest
from django.db import IntegrityError, transaction

from demand import actions
from demand.models import Identity, Interview, Participant, Quote
from demand.verbatim import locate, nearest, speaker_at
from guard.doors.acts import Acting
from guard.doors.writing import CURRENT
from guard.models import Domain
from guard.refusals import Absent, Blocked, Denied, Invalid
from people.models import Clearance
from tests.demand import make
from tests.past_the_wall import past_the_wall

LOOK = "a test looks at what was written"


def rules(caught):
    return [finding.id for finding in caught.value.findings]


def test_it_hears_plans_transcribes_and_codes(priya, growth):
    quote = make.quote(priya, growth)
    assert quote.key.startswith("QUO-1")
    assert quote.exact == make.SCARED
    assert quote.interview.transcript_md[quote.start_offset : quote.end_offset] == make.SCARED
    assert quote.speaker == "Lena"
    assert quote.interview.state == "coded"
    assert quote.level == quote.interview.level == 3


@pytest.mark.parametrize("status", ["pending", "expired", "withdrawn"])
def test_it_refuses_to_hear_a_person_without_consent(priya, growth, status):
    interview = make.planned(priya, growth, consent_status=status)
    with pytest.raises(Blocked) as caught:
        actions.conduct_interview(by=priya, interview=interview)
    assert "INT-1" in rules(caught)
    assert interview.thing.state == "planned"


def test_it_refuses_a_person_from_outside_without_consent_but_not_a_colleague(priya, growth):
    outside = make.participant(priya, growth, "P-90", is_internal=False)
    interview = make.planned(priya, growth, participant=outside, consent_status="not_required")
    with pytest.raises(Blocked) as caught:
        actions.conduct_interview(by=priya, interview=interview)
    assert rules(caught) == ["INT-1"]
    colleague = make.planned(priya, growth, consent_status="not_required")
    assert actions.conduct_interview(by=priya, interview=colleague).state == "conducted"


def test_a_consent_past_its_end_has_expired(priya, growth):
    interview = make.planned(priya, growth, consent_until=make.soon(-1))
    with pytest.raises(Blocked) as caught:
        actions.conduct_interview(by=priya, interview=interview)
    assert rules(caught) == ["INT-1"]


def test_an_interview_is_never_milder_than_who_is_heard(priya, growth):
    """Its page names the participant: who may read the one may read the other."""
    strict = make.participant(priya, growth, "P-77", level=5)
    assert make.planned(priya, growth, participant=strict, level=2).level == 5
    assert make.planned(priya, growth, participant=make.participant(priya, growth, "P-78", level=2), level=3).level == 3


def test_it_refuses_who_is_heard_in_another_domain(priya, growth):
    token = CURRENT.set(Acting("test.ground", priya))
    Clearance.objects.create(person=priya, domain=Domain.objects.create(slug="finance", name="Finance"), rank=3)
    CURRENT.reset(token)
    priya.__dict__.pop("principal", None)
    elsewhere = make.participant(priya, Domain.objects.get(slug="finance"))
    with pytest.raises(Invalid) as caught:
        make.planned(priya, growth, participant=elsewhere)
    assert set(caught.value.errors) == {"participant"}


def test_a_support_log_needs_no_consent(priya, growth):
    interview = make.planned(priya, growth, method="support_log", consent_status="pending")
    assert actions.conduct_interview(by=priya, interview=interview).state == "conducted"


def test_it_refuses_to_code_before_the_transcript_is_frozen(priya, growth):
    interview = make.transcribed(priya, growth, freeze=False)
    with pytest.raises(Blocked) as caught:
        actions.code_quote(by=priya, interview=interview, exact=make.SCARED)
    assert rules(caught) == ["INT-2"]
    actions.freeze_transcript(by=priya, interview=interview)
    assert actions.code_quote(by=priya, interview=interview, exact=make.SCARED).exact == make.SCARED


def test_a_frozen_transcript_stays_as_it_is(priya, growth):
    interview = make.transcribed(priya, growth)
    with pytest.raises(Blocked) as caught:
        actions.record_transcript(by=priya, interview=interview, text="Something else")
    assert caught.value.code == "frozen"
    with pytest.raises(IntegrityError, match="INT-2"), transaction.atomic(), past_the_wall() as cursor:
        cursor.execute("UPDATE demand_interview SET transcript_md = 'other' WHERE thing_id = %s", [interview.pk])


def test_it_refuses_words_that_were_not_said_and_names_the_place(priya, growth):
    interview = make.transcribed(priya, growth)
    with pytest.raises(Blocked) as caught:
        actions.code_quote(by=priya, interview=interview, exact="Friday's coupon page scared everybody off")
    assert rules(caught) == ["QUO-1"]
    sentence = caught.value.findings[0].sentence
    assert f"character {make.TALK.index('people off')}" in sentence
    assert "people off" in sentence


def test_it_refuses_offsets_that_hold_other_words(priya, growth):
    interview = make.transcribed(priya, growth)
    with pytest.raises(Blocked) as caught:
        actions.code_quote(by=priya, interview=interview, exact=make.SCARED, start=0, end=len(make.SCARED))
    assert rules(caught) == ["QUO-1"]


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (9, 4), (0, 10_000)])
def test_it_refuses_offsets_outside_the_transcript(priya, growth, start, end):
    interview = make.transcribed(priya, growth)
    with pytest.raises(Blocked) as caught:
        actions.code_quote(by=priya, interview=interview, exact="Lena", start=start, end=end)
    assert rules(caught) == ["QUO-1"]


def test_the_database_itself_refuses_a_quote_that_is_not_verbatim(priya, growth):
    quote = make.quote(priya, growth)
    with pytest.raises(IntegrityError, match="QUO-1"), transaction.atomic(), past_the_wall() as cursor:
        cursor.execute("UPDATE demand_quote SET exact = 'made up' WHERE thing_id = %s", [quote.pk])


def test_it_finds_words_over_line_ends_and_beyond_the_basic_plane():
    text = "甲: 我们😀周一\n才知道\nB: yes"
    start, end, exact = locate(text, "周一 才知道")
    assert exact == "周一\n才知道"
    assert text[start:end] == exact
    assert speaker_at(text, start) == "甲"
    assert "not in the transcript" in nearest(text, "zzzz")


def test_the_same_words_are_marked_once(priya, growth):
    quote = make.quote(priya, growth)
    with pytest.raises(Invalid):
        actions.code_quote(by=priya, interview=quote.interview, exact=make.SCARED)


def test_only_those_who_hold_it_read_who_the_participant_is(priya, sam, grace, mei, growth):
    who = make.participant(priya, growth, "P-07", name="Lena Albrecht", contact="lena@example.test")
    make.planned(priya, growth, participant=who, interviewers=[priya, mei])
    for person, sees in ((priya, True), (mei, True), (sam, False), (grace, False)):
        assert Identity.objects.visible_to(person).filter(participant=who).exists() is sees, person
    assert Participant.objects.visible_to(grace).get(pk=who.pk).alias == "P-07"


def test_the_outsider_sees_no_interview_and_changes_none(priya, otto, growth):
    interview = make.transcribed(priya, growth)
    assert not Interview.objects.visible_to(otto).exists()
    assert not Quote.objects.visible_to(otto).exists()
    for verb, more in (
        (actions.freeze_transcript, {}),
        (actions.withdraw_interview, {"reason": "I want to see it"}),
        (actions.code_quote, {"exact": "Lena"}),
    ):
        with pytest.raises(Absent):
            verb(by=otto, interview=interview, **more)


def test_a_reader_who_does_not_hold_it_changes_nothing(priya, sam, growth):
    interview = make.transcribed(priya, growth)
    with pytest.raises(Denied):
        actions.code_quote(by=sam, interview=interview, exact=make.SCARED)
    with pytest.raises(Denied):
        actions.plan_interview(by=sam, domain=growth, title="x", participant=interview.participant)


def test_an_interview_of_a_domain_that_one_does_not_work_in_cannot_be_planned(priya, growth, db):
    from guard.models import Domain

    other = Domain.objects.create(slug="risk", name="Risk")
    with pytest.raises(Invalid) as caught:
        actions.add_participant(by=priya, domain=other, alias="P-1")
    assert "domain" in caught.value.errors


def test_an_edit_that_changes_nothing_counts_no_version(priya, growth):
    interview = make.planned(priya, growth)
    version = interview.thing.row_version
    actions.revise_interview(by=priya, interview=interview, changes={"title": interview.title})
    assert interview.thing.row_version == version
    actions.revise_interview(by=priya, interview=interview, changes={"title": "Another"}, expected_version=version)
    assert interview.thing.row_version == version + 1
