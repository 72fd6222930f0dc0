"""The rules of demand by their public ids (domain.md 1.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from demand import lookup
from demand.evidence import evidence_of
from demand.models import Interview, Quote, Request
from guard import clock
from guard.gates import Finding, gate
from guard.kinds import url_of
from guard.models import Link
from guard.things import standing_people

Facts = Mapping[str, Any]
Findings = Iterator[Finding]
_WHY = "a gate judges whoever looks"


def _names(thing: Any, *reasons: str) -> tuple[str, ...]:
    return tuple(str(person) for person in standing_people(thing, *reasons))


# -- interviews
@gate("INT-1", kind="interview", title=gettext_lazy("The person agreed to be heard"), law=True)
def person_consented(interview: Interview, actor: Any, facts: Facts) -> Findings:
    """A natural person needs a live consent; inside the organisation it may be not required."""
    if not interview.is_with_a_person:
        return
    consent, inside = interview.consent_now, interview.participant.is_internal
    if consent == Interview.Consent.OBTAINED or (consent == Interview.Consent.NOT_REQUIRED and inside):
        return
    sentences = {
        Interview.Consent.NOT_REQUIRED: _("A person from outside must agree to be heard: record the consent."),
        Interview.Consent.PENDING: _("Nobody has recorded whether the person agreed to be heard."),
        Interview.Consent.EXPIRED: _("The consent has ended: ask again and record it."),
        Interview.Consent.WITHDRAWN: _("The person withdrew the consent."),
    }
    yield Finding(
        "INT-1", sentences[Interview.Consent(consent)], who=_names(interview, "interviewer"), subject=interview.thing,
        link=url_of(interview),
    )  # fmt: skip


@gate("INT-2", kind="interview", title=gettext_lazy("The transcript is frozen"))
def transcript_is_frozen(interview: Interview, actor: Any, facts: Facts) -> Findings:
    if not interview.is_frozen:
        yield Finding(
            "INT-2", _("Freeze the transcript first: a quote must not move under its words."),
            who=_names(interview, "interviewer"), subject=interview.thing, link=url_of(interview),
        )  # fmt: skip


@gate("INT-3", kind="interview", title=gettext_lazy("Withdrawn words are gone"), law=True)
def withdrawn_words_are_gone(interview: Interview, actor: Any, facts: Facts) -> Findings:
    """Once consent is withdrawn only the withdrawal is left, which purges the text."""
    if interview.consent_status == Interview.Consent.WITHDRAWN and interview.state != "withdrawn":
        yield Finding(
            "INT-3", _("The person withdrew the consent: withdraw the interview, which purges its text."),
            who=_names(interview, "interviewer"), subject=interview.thing, link=url_of(interview),
        )  # fmt: skip


@gate("QUO-1", kind="interview", title=gettext_lazy("The quote is verbatim"))
def quote_is_verbatim(interview: Interview, actor: Any, facts: Facts) -> Findings:
    """The words are exactly the slice of the transcript that they claim to be."""
    if "exact" not in facts:
        return
    start, end, exact = facts.get("start"), facts.get("end"), facts["exact"]
    if not exact.strip():
        yield Finding("QUO-1", _("Give the words that were said."), subject=interview.thing)
    elif start is None or end is None:
        yield Finding("QUO-1", str(facts.get("place") or _("These words are not in the transcript.")), excerpt=exact)
    elif not 0 <= start < end <= len(interview.transcript_md) or interview.transcript_md[start:end] != exact:
        yield Finding(
            "QUO-1",
            _("The transcript says something else from character %(start)d to %(end)d.") % {"start": start, "end": end},
            subject=interview.thing,
        )


# -- insights
@gate("INS-1", kind="insight", title=gettext_lazy("Two people say so, or one and a number"))
def insight_has_evidence(insight: Any, actor: Any, facts: Facts) -> Findings:
    evidence = evidence_of(insight)
    if not evidence.is_enough:
        yield Finding(
            "INS-1",
            _("%(count)d people support this. It needs two, or one and a measured value with its source.")
            % {"count": evidence.participants},
            who=_names(insight, "author"), subject=insight.thing, link=url_of(insight),
        )  # fmt: skip


@gate("INS-2", kind="insight", title=gettext_lazy("What contradicts it is answered"))
def contradictions_are_answered(insight: Any, actor: Any, facts: Facts) -> Findings:
    open_keys = [key for key in evidence_of(insight).contradicting if key not in insight.answered_keys]
    quotes = Quote.objects.unrestricted(_WHY).filter(thing__key__in=open_keys)
    for quote in quotes.order_by("pk"):
        yield Finding(
            "INS-2", _("%(key)s says otherwise and is not answered in the text.") % {"key": quote.key},
            who=_names(insight, "author"), subject=quote.thing, link=url_of(quote),
        )  # fmt: skip


# -- requests
@gate("REQ-1", kind="request", title=gettext_lazy("A decision, its maker and its date are named"))
def decision_is_named(request: Request, actor: Any, facts: Facts) -> Findings:
    """Access requests and quality incidents serve no decision of their own."""
    if request.kind in Request.WITHOUT_DECISION:
        return
    missing = [
        (not request.decision_to_make.strip(), _("The decision is missing.")),
        (not request.who_decides.strip(), _("Nobody is named who decides.")),
        (request.decision_deadline is None, _("The date by which it is decided is missing.")),
    ]
    for is_missing, sentence in missing:
        if is_missing:
            yield Finding(
                "REQ-1", sentence, who=_names(request, "requester"), subject=request.thing, link=url_of(request)
            )


@gate("REQ-2", kind="request", title=gettext_lazy("The requester hears why, which or when"))
def requester_hears(request: Request, actor: Any, facts: Facts) -> Findings:
    """Declining and answering need a public response, a duplicate its target, putting off a coming date."""
    move = facts.get("move", "")
    if move in ("", "decline", "answer", "need-info") and not str(facts.get("response", "")).strip():
        yield Finding("REQ-2", _("Write a response that the requester can read."), subject=request.thing)
    if move == "duplicate" and facts.get("target") is None:
        yield Finding("REQ-2", _("Name the request that asks the same."), subject=request.thing)
    until = facts.get("until")
    if move == "snooze" and (until is None or until <= clock.now().date()):
        yield Finding("REQ-2", _("Say until when, with a day that is still to come."), subject=request.thing)


@gate("REQ-3", kind="request", title=gettext_lazy("A PRD plans it, or it is small"))
def prd_plans_it(request: Request, actor: Any, facts: Facts) -> Findings:
    """Two days or less need no PRD."""
    if request.is_fast_lane:
        return
    cites = Link.objects.unrestricted(_WHY).filter(target_id=request.pk, relation="cites", source__kind="prd")
    if not cites.exclude(source__state__in=("rejected", "cancelled", "superseded")).exists():
        yield Finding(
            "REQ-3", _("No PRD answers this. Link one, or estimate two days or less."),
            who=_names(request, "pm"), subject=request.thing, link=url_of(request),
        )  # fmt: skip


@gate("REQ-4", kind="request", title=gettext_lazy("What may answer it already was looked at"))
def similar_was_looked_at(request: Request, actor: Any, facts: Facts) -> Findings:
    """When something like it existed before it, the asker says why none of it fits."""
    if request.none_fits.strip():
        return
    for hit in lookup.similar_to(actor, lookup.text_of(request), without=request.pk):
        if hit.thing.kind == "request" and hit.thing.pk > request.pk:
            continue
        yield Finding(
            "REQ-4",
            _("%(title)s may answer this. Use it, or say why none fits.") % {"title": hit.thing.title},
            who=_names(request, "requester"), subject=hit.thing, link=url_of(hit.thing),
        )  # fmt: skip


@gate("REQ-5", kind="request", title=gettext_lazy("Personal data has a purpose"), law=True)
def personal_data_has_a_purpose(request: Request, actor: Any, facts: Facts) -> Findings:
    if not request.has_personal_data:
        return
    if request.purpose is None or not request.purpose.covers_personal:
        yield Finding(
            "REQ-5", _("Personal data needs a purpose that may justify it."), who=_names(request, "requester"),
            subject=request.thing, link=url_of(request),
        )  # fmt: skip
    elif not request.purpose_note.strip():
        yield Finding(
            "REQ-5", _("Say why this purpose needs personal data."), who=_names(request, "requester"),
            subject=request.thing, link=url_of(request),
        )  # fmt: skip
