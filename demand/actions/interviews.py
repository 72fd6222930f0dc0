"""Verbs about interviews: who is heard, when, with which consent, and what was said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from demand import documents, handed
from demand.models import Identity, Interview, Participant
from demand.states import HEARERS, PM, UNFROZEN
from guard import clock, things
from guard.doors import act, acting
from guard.models import Domain
from guard.policy import RAW
from guard.refusals import Blocked, Invalid
from guard.states import perform

LEVEL = 3  # an interview is confidential until somebody says otherwise


@act("participant.added", who=PM)
def add_participant(
    *, by: Any, domain: Domain, alias: str, org_unit: str = "", job_role: str = "", segment: str = "",
    is_internal: bool = True, name: str = "", contact: str = "", level: int = LEVEL,
) -> Participant:  # fmt: skip
    """Add a person to be heard, under an alias.

    Args:
        by: who acts.
        domain: where they belong.
        alias: the pseudonym under which they appear everywhere.
        org_unit: part of the organisation; counted in the strength of evidence.
        job_role: what they do.
        segment: which kind of customer, when from outside.
        is_internal: whether they work here (INT-1).
        name: who they really are; kept apart, readable only by `by` and the interviewers.
        contact: how to reach them; kept apart likewise.
        level: how strict the alias itself is.

    Returns:
        The participant.
    """
    handed.in_own_domain(by, domain)
    handed.require(alias=alias)
    handed.one_of("level", level, range(1, 6))
    thing = things.new_thing(kind="participant", title=handed.line(alias), domain=domain, level=level)
    participant: Participant = Participant.objects.create(
        thing=thing, org_unit=org_unit.strip(), job_role=job_role.strip(), segment=segment.strip(),
        is_internal=is_internal,
    )  # fmt: skip
    things.give(thing, person=by, reason="interviewer", grade=RAW)
    if name.strip():
        Identity.objects.create(participant=participant, name=name.strip(), contact=contact.strip())
    return participant


@act("interview.planned", who=PM)
def plan_interview(
    *, by: Any, domain: Domain, title: str, participant: Participant | None = None,
    new_participant: Mapping[str, Any] | None = None, method: str = Interview.Method.STAKEHOLDER,
    research_question: str = "", planned_for: date | None = None, interviewers: Iterable[Any] = (),
    consent_status: str = Interview.Consent.PENDING, consent_scope: str = "", consent_until: date | None = None,
    language: str = "en", level: int = LEVEL, retention_until: date | None = None,
) -> Interview:  # fmt: skip
    """Plan an interview.

    Args:
        by: who acts; becomes an interviewer when nobody is named.
        domain: where it belongs.
        title: its name for people, without the participant's real name.
        participant: who is heard.
        new_participant: or the arguments of `add_participant`, without by, domain and level.
        method: how (Interview.Method).
        research_question: what we want to learn.
        planned_for: the day.
        interviewers: people who hold it and may read all of it.
        consent_status: as it is now (Interview.Consent).
        consent_scope: what the person agreed to.
        consent_until: when the consent ends.
        language: of the transcript.
        level: how strict it is at least, 1 to 5; never milder than the participant.
        retention_until: the day after which the text is purged.

    Returns:
        The interview, in state planned.
    """
    handed.in_own_domain(by, domain)
    handed.require(title=title)
    handed.one_of("method", method, Interview.Method.values)
    handed.one_of("consent_status", consent_status, Interview.Consent.values)
    handed.one_of("level", level, range(1, 6))
    if participant is None:
        if not new_participant:
            raise Invalid(errors={"participant": [_("Say who is heard.")]})
        participant = add_participant(by=by, domain=domain, level=level, **new_participant)
    handed.may_read(by, participant)
    if participant.domain.pk != domain.pk:
        raise Invalid(errors={"participant": [_("Choose somebody who is heard in this domain.")]})
    level = max(level, participant.level)  # its page names the participant, so it is never milder
    thing = things.new_thing(kind="interview", title=handed.line(title), domain=domain, level=level, state="planned")
    interview: Interview = Interview.objects.create(
        thing=thing, participant=participant, method=method, research_question=handed.text(research_question),
        planned_for=planned_for, consent_status=consent_status, consent_scope=handed.text(consent_scope),
        consent_until=consent_until, language=language, retention_until=retention_until,
    )  # fmt: skip
    for person in list(interviewers) or [by]:
        things.give(thing, person=person, reason="interviewer", grade=RAW)
        things.give(participant, person=person, reason="interviewer", grade=RAW)
    documents.put(interview)
    return interview


@act("interview.participant_changed", who=HEARERS, subject="interview")
def change_participant(
    *, by: Any, interview: Interview, participant: Participant | None = None,
    new_participant: Mapping[str, Any] | None = None, reason: str = "",
) -> Interview:  # fmt: skip
    """Say that somebody else is heard, until the transcript is frozen. Consent belongs to a person: it is asked anew.

    Args:
        by: who acts.
        interview: not frozen, not over.
        participant: who is heard instead.
        new_participant: or the arguments of `add_participant`, without by, domain and level.
        reason: why.

    Raises:
        Absent: a participant whom who acts may not read.
        Blocked: code ``frozen`` once quotes may rest on the words (INT-2); ``state`` when it is over (INT-3).
        Invalid: nobody named.
    """
    thing = things.lock(interview)
    interview.refresh_from_db()
    if thing.state not in UNFROZEN:
        raise Blocked(_("It is too late to change who was heard."), code="state")
    if interview.is_frozen:
        raise Blocked(_("The transcript is frozen: what was said stays with who said it."), code="frozen")
    former = Participant.objects.unrestricted("an act works on rows that it was handed").get(
        pk=interview.participant_id
    )
    if participant is None:
        if not new_participant:
            raise Invalid(errors={"participant": [_("Say who is heard.")]})
        participant = add_participant(by=by, domain=interview.domain, level=thing.level, **new_participant)
    handed.may_read(by, participant)
    if participant.pk == former.pk:
        return interview
    interview.participant, interview.consent_status = participant, Interview.Consent.PENDING
    interview.consent_scope, interview.consent_until = "", None
    interview.save(update_fields=["participant", "consent_status", "consent_scope", "consent_until"])
    for person in things.standing_people(interview, "interviewer"):
        things.give(participant, person=person, reason="interviewer", grade=RAW)
    _let_go(former)
    acting().note(reason=reason, diff={"participant": [former.key, participant.key]})
    things.touch(interview)
    return interview


def _let_go(participant: Participant) -> None:
    """Who holds no other interview with a participant sees no more who that is; with the last one it is forgotten."""
    others = Interview.objects.unrestricted("an act works on rows that it was handed").filter(participant=participant)
    holders = {person.pk for held in things.people_standing_on(others, "interviewer").values() for person in held}
    for person in things.standing_people(participant, "interviewer"):
        if person.pk not in holders:
            things.end_standing(participant, reason="interviewer", person=person)
    if not others.exclude(thing__state="withdrawn").exists():
        Identity.objects.unrestricted("an act works on rows that it was handed").filter(
            participant=participant
        ).delete()


@act("interview.consent_recorded", who=HEARERS, subject="interview")
def record_consent(
    *, by: Any, interview: Interview, status: str, scope: str = "", until: date | None = None, reason: str = ""
) -> Interview:
    """Record what the person agreed to. A withdrawn consent stops every move but the withdrawal (INT-3)."""
    handed.one_of("status", status, Interview.Consent.values)
    things.lock(interview)
    acting().note(diff={"consent": [interview.consent_status, status]})
    interview.consent_status, interview.consent_until = status, until
    interview.consent_scope = handed.text(scope) or interview.consent_scope
    interview.save(update_fields=["consent_status", "consent_until", "consent_scope"])
    things.touch(interview)
    return interview


@act("interview.conducted", who=HEARERS, subject="interview")
def conduct_interview(
    *, by: Any, interview: Interview, conducted_at: datetime | None = None, reason: str = ""
) -> Interview:
    """Mark an interview as held (INT-1, INT-3)."""
    perform(interview, "conduct", by=by, reason=reason)
    interview.conducted_at = conducted_at or clock.now()
    interview.save(update_fields=["conducted_at"])
    return interview


@act("interview.transcribed", who=HEARERS, subject="interview")
def record_transcript(*, by: Any, interview: Interview, text: str, freeze: bool = False) -> Interview:
    """Enter the transcript, or replace it while it is not frozen.

    Args:
        by: who acts.
        interview: held before.
        text: what was said; line ends become line feeds.
        freeze: freeze it at once.

    Raises:
        Blocked: code ``frozen`` when it is frozen; INT-1, INT-3.
        Invalid: without text.
    """
    words = handed.text(text)
    handed.require(text=words)
    things.lock(interview)
    interview.refresh_from_db()
    if interview.is_frozen:
        raise Blocked(_("The transcript is frozen and stays as it is."), code="frozen")
    perform(interview, "transcribe", by=by)
    interview.transcript_md = words
    interview.transcript_sha256 = hashlib.sha256(words.encode()).hexdigest()
    interview.save(update_fields=["transcript_md", "transcript_sha256"])
    acting().note(counts={"characters": len(words)}, sha256=interview.transcript_sha256)
    documents.put(interview)
    if freeze:
        freeze_transcript(by=by, interview=interview)
    return interview


@act("interview.frozen", who=HEARERS, subject="interview")
def freeze_transcript(*, by: Any, interview: Interview) -> Interview:
    """Freeze the transcript: from here on its words can be quoted and not changed (INT-2)."""
    perform(interview, "freeze", by=by)
    if interview.is_frozen:
        raise Blocked(_("The transcript is frozen already."), code="frozen")
    interview.frozen_at = clock.now()
    interview.save(update_fields=["frozen_at"])
    acting().note(sha256=interview.transcript_sha256)
    return interview


@act("interview.archived", who=HEARERS, subject="interview")
def archive_interview(*, by: Any, interview: Interview, reason: str = "") -> Interview:
    """Put an interview away; its quotes stay."""
    perform(interview, "archive", by=by, reason=reason)
    return interview


@act("interview.cancelled", who=HEARERS, subject="interview")
def cancel_interview(*, by: Any, interview: Interview, reason: str) -> Interview:
    """Give up a planned interview."""
    perform(interview, "cancel", by=by, reason=reason)
    return interview


@act("interview.revised", who=HEARERS, subject="interview")
def revise_interview(
    *, by: Any, interview: Interview, changes: dict[str, Any], expected_version: int | None = None
) -> Interview:
    """Change title, question, day, method or retention.

    Args:
        by: who acts.
        interview: the interview.
        changes: new values by field name, of title, research_question, planned_for, method, retention_until, language.
        expected_version: what the editor saw.

    Raises:
        Invalid: for another field.
        Stale: when somebody changed it in between.
    """
    allowed = {"research_question", "planned_for", "method", "retention_until", "language"}
    unknown = set(changes) - allowed - {"title"}
    if unknown:
        raise Invalid(errors={name: [_("This cannot be changed here.")] for name in sorted(unknown)})
    if "method" in changes:
        handed.one_of("method", changes["method"], Interview.Method.values)
    before = {name: getattr(interview, name) for name in allowed & set(changes)}
    changed = {name for name, value in before.items() if value != changes[name]}
    title = handed.line(changes.get("title", interview.title)) or interview.title
    if not changed and title == interview.title and expected_version in (None, interview.thing.row_version):
        return interview
    things.touch(interview, expected_version=expected_version, title=title)
    for name in changed:
        setattr(interview, name, changes[name])
    if changed:
        interview.save(update_fields=sorted(changed))
    acting().note(fields=sorted(changed))
    documents.put(interview)
    return interview
