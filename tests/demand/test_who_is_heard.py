"""Who is heard may change until the transcript is frozen; consent is asked anew and the former person is let go."""

from __future__ import annotations

import pytest

from demand import actions
from demand.models import Identity, Interview
from guard.models import Domain
from guard.refusals import Absent, Blocked, Denied, Invalid
from guard.things import people_standing_on
from people.models import User
from tests.demand import make
from tests.metrics.call import client_of

LOOK = "a test looks at what is there"


def fresh(interview: Interview) -> Interview:
    rows = Interview.objects.unrestricted(LOOK).select_related("thing__domain", "participant__thing")
    return rows.get(pk=interview.pk)


def holders(participant: object) -> set[str]:
    return {p.username for p in people_standing_on([participant], "interviewer").get(participant.pk, [])}  # type: ignore[attr-defined]


def test_another_participant_takes_the_place_and_must_agree_anew(priya: User, growth: Domain) -> None:
    interview = make.planned(priya, growth, consent_scope="notes")
    other = make.participant(priya, growth, "P-02", org_unit="Support")
    actions.change_participant(by=priya, interview=interview, participant=other, reason="Lena is away.")
    found = fresh(interview)
    assert (found.participant_id, found.consent_status, found.consent_scope) == (other.pk, "pending", "")
    with pytest.raises(Blocked) as blocked:
        actions.conduct_interview(by=priya, interview=found)
    assert [finding.id for finding in blocked.value.findings] == ["INT-1"]


def test_the_former_identity_is_forgotten_with_their_last_interview(priya: User, mei: User, growth: Domain) -> None:
    lena = make.participant(priya, growth, "P-01", name="Lena Vogt")
    first = make.planned(priya, growth, participant=lena, interviewers=[mei])
    second = make.planned(priya, growth, participant=lena, interviewers=[priya])
    actions.change_participant(by=mei, interview=first, new_participant={"alias": "P-02", "name": "Noor Aziz"})
    assert holders(lena) == {"priya"}  # Mei holds no other interview with her
    assert Identity.objects.unrestricted(LOOK).filter(participant=lena).exists()
    assert holders(fresh(first).participant) == {"mei"}
    actions.change_participant(by=priya, interview=second, participant=fresh(first).participant)
    assert holders(lena) == set() and not Identity.objects.unrestricted(LOOK).filter(participant=lena).exists()
    assert holders(fresh(first).participant) == {"mei", "priya"}


def test_the_same_person_again_changes_nothing(priya: User, growth: Domain) -> None:
    interview = make.planned(priya, growth)
    actions.change_participant(by=priya, interview=interview, participant=interview.participant)
    assert fresh(interview).consent_status == "obtained"


@pytest.mark.parametrize("state", ["frozen", "cancelled", "withdrawn", "archived"])
def test_it_is_too_late_once_frozen_or_over(priya: User, growth: Domain, state: str) -> None:
    interview = make.transcribed(priya, growth, freeze=state in ("frozen", "archived")) if state != "cancelled" else (
        make.planned(priya, growth)
    )  # fmt: skip
    if state == "cancelled":
        actions.cancel_interview(by=priya, interview=interview, reason="Nobody has time for it.")
    if state == "withdrawn":
        actions.withdraw_interview(by=priya, interview=interview, reason="She asked us to.")
    if state == "archived":
        actions.code_quote(by=priya, interview=interview, exact=make.SCARED)
        actions.archive_interview(by=priya, interview=interview)
    with pytest.raises(Blocked) as blocked:
        actions.change_participant(by=priya, interview=fresh(interview), new_participant={"alias": "P-09"})
    assert blocked.value.code == ("frozen" if state == "frozen" else "state")
    assert "Change who is heard" not in client_of(priya).get(f"/demand/interviews/{interview.key}/").content.decode()


def test_before_freezing_a_wrong_name_is_corrected(priya: User, growth: Domain) -> None:
    interview = make.transcribed(priya, growth, freeze=False)
    actions.change_participant(by=priya, interview=interview, new_participant={"alias": "P-09"})
    with pytest.raises(Blocked):
        actions.freeze_transcript(by=priya, interview=fresh(interview))  # they have not agreed
    actions.record_consent(by=priya, interview=fresh(interview), status="obtained")
    actions.freeze_transcript(by=priya, interview=fresh(interview))


def test_it_refuses_nobody_strangers_and_hidden_participants(
    priya: User, sam: User, otto: User, grace: User, growth: Domain
) -> None:
    interview = make.planned(priya, growth)
    with pytest.raises(Invalid):
        actions.change_participant(by=priya, interview=interview)
    with pytest.raises((Denied, Absent)):
        actions.change_participant(by=sam, interview=interview, new_participant={"alias": "P-02"})
    with pytest.raises(Absent):
        actions.change_participant(by=otto, interview=interview, new_participant={"alias": "P-02"})


def test_by_page_and_api(priya: User, growth: Domain) -> None:
    interview, client = make.planned(priya, growth), client_of(priya)
    page = client.get(f"/demand/interviews/{interview.key}/").content.decode()
    assert "Change who is heard" in page
    refused = client.post(f"/demand/interviews/{interview.key}/participant/", {})
    assert refused.status_code == 422
    done = client.post(f"/demand/interviews/{interview.key}/participant/", {"alias": "P-02", "job_role": "Nurse"})
    assert done.status_code == 303 and fresh(interview).participant.described == "P-02, Nurse"
    answer = client.post(
        f"/api/v1/interviews/{interview.key}/participant/", {"new_participant": {"alias": "P-03"}},
        content_type="application/json",
    )  # fmt: skip
    assert (answer.status_code, answer.json()["participant"]) == (200, "P-03")
    make.transcribed(priya, growth)
