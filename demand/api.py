"""Demand over the API: the same verbs as the pages; a participant's identity is never given back."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.routers import BaseRouter

from demand import actions
from demand import serializers as takes
from demand.filters import InsightFilter, InterviewFilter, QuoteFilter, RequestFilter
from demand.models import Insight, Interview, Quote, Request
from web.api import GOVERNED, ApiField, GovernedViewSet


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "key": quote.key, "exact": quote.exact, "start_offset": quote.start_offset, "end_offset": quote.end_offset,
        "speaker": quote.speaker, "codes": quote.codes,
    }  # fmt: skip


class CodedSerializer(serializers.Serializer):
    """The quote that was coded."""

    key = serializers.CharField()
    exact = serializers.CharField()
    start_offset = serializers.IntegerField()
    end_offset = serializers.IntegerField()
    speaker = serializers.CharField(allow_blank=True)
    codes = serializers.ListField(child=serializers.CharField())


class Interviews(GovernedViewSet):
    """Interviews, with transcripts for those who may read them."""

    model = Interview
    opens = ("participant__thing",)
    filters = InterviewFilter
    fields = (
        *GOVERNED, "method", ApiField("participant", "participant__thing__title", help="The alias."),
        ApiField("participant_key", "participant__thing__key"), ApiField("org_unit", "participant__org_unit"),
        "conducted_at", "consent_status", "language", "quote_count",
    )  # fmt: skip
    detail_fields = (
        "research_question", "planned_for", "consent_scope", "consent_until", "retention_until", "transcript_md",
        "transcript_sha256", "frozen_at", "purged_at",
    )  # fmt: skip
    verbs = {
        "create": actions.plan_interview, "update": actions.revise_interview, "consent": actions.record_consent,
        "participant": actions.change_participant,
        "conduct": actions.conduct_interview, "transcribe": actions.record_transcript,
        "freeze": actions.freeze_transcript, "code": actions.code_quote, "archive": actions.archive_interview,
        "cancel": actions.cancel_interview, "withdraw": actions.withdraw_interview,
    }  # fmt: skip
    inputs = {
        "create": takes.PlanInterviewInput, "update": takes.ReviseInterviewInput, "consent": takes.ConsentInput,
        "participant": takes.ChangeParticipantInput,
        "conduct": takes.ConductInput, "transcribe": takes.TranscriptInput, "code": takes.CodeQuoteInput,
        "archive": takes.MayReasonInput, "cancel": takes.DemandReasonInput, "withdraw": takes.DemandReasonInput,
    }  # fmt: skip
    outputs = {"code": _quote}
    output_serializers = {"code": CodedSerializer}


class Quotes(GovernedViewSet):
    """Verbatim quotes; they are coded on their interview."""

    model = Quote
    opens = ("thing",)
    filters = QuoteFilter
    fields = (
        *GOVERNED, ApiField("interview", "interview__thing__key"), "exact", "start_offset", "end_offset", "speaker",
        "codes",
    )  # fmt: skip
    detail_fields = ("transcript_sha256", "purged_at")


class Insights(GovernedViewSet):
    """Insights and how strong their evidence is."""

    model = Insight
    filters = InsightFilter
    fields = (*GOVERNED, "kind", "severity", "frequency", "participants", "org_units", "contradictions", "strength")
    detail_fields = (
        "statement", "answer_md", "measured_value", "measured_source", "measured_on",
    )  # fmt: skip
    more_fields = {
        "supporting": serializers.ListField(child=serializers.CharField()),
        "contradicting": serializers.ListField(child=serializers.CharField()),
    }
    verbs = {
        "create": actions.draft_insight, "update": actions.revise_insight, "evidence": actions.add_evidence,
        "measure": actions.measure_insight, "answer": actions.answer_contradictions,
        "support": actions.support_insight, "dispute": actions.dispute_insight, "retire": actions.retire_insight,
    }  # fmt: skip
    inputs = {
        "create": takes.DraftInsightInput, "update": takes.ReviseInsightInput, "evidence": takes.EvidenceInput,
        "measure": takes.MeasureInput, "answer": takes.AnswerContradictionsInput, "support": takes.MayReasonInput,
        "dispute": takes.DisputeInput, "retire": takes.DemandReasonInput,
    }  # fmt: skip

    def more_of(self, obj: Any) -> dict[str, Any]:
        from demand.evidence import CONTRADICTS, SUPPORTS, quotes_by_role

        ids = quotes_by_role(obj)
        mine = Quote.objects.visible_to(self.request.user).filter(pk__in=[pk for role in ids.values() for pk in role])
        keys = dict(mine.order_by("pk").values_list("pk", "thing__key"))
        return {
            name: [key for pk, key in keys.items() if pk in ids[role]]
            for name, role in (("supporting", SUPPORTS), ("contradicting", CONTRADICTS))
        }


class Requests(GovernedViewSet):
    """Asks for data, from the question to the requester's confirmation."""

    model = Request
    filters = RequestFilter
    schema_name = "DataRequest"
    fields = (
        *GOVERNED, "kind", ApiField("requester", "requester__username"), "decision_deadline", "support_count", "rice",
        "wsjf", "score_band", "triage_due",
    )  # fmt: skip
    detail_fields = (
        "business_question", "decision_to_make", ApiField("decision_maker", "decision_maker__username"),
        "decision_maker_name", "decision_cadence", "action_rule", "current_workaround", "delay_profile",
        "on_behalf_of", "affected_people", "has_personal_data", ApiField("purpose", "purpose__code"), "purpose_note",
        "access_mode", "access_from", "access_until", "horizon", "reach", "impact", "confidence", "confidence_cap",
        "effort_days", "snoozed_until", "none_fits", "response_md", "responded_at", "reply",
        "submitted_at", "closed_at",
    )  # fmt: skip
    verbs = {
        "create": actions.draft_request, "update": actions.revise_request, "submit": actions.submit_request,
        "triage": actions.triage_request, "need-info": actions.need_info, "reply": actions.reply_request,
        "accept": actions.accept_request, "decline": actions.decline_request, "duplicate": actions.mark_duplicate,
        "snooze": actions.snooze_request, "answer": actions.answer_request, "plan": actions.plan_request,
        "start": actions.start_request, "deliver": actions.deliver_request, "confirm": actions.confirm_request,
        "reopen": actions.reopen_request, "withdraw": actions.withdraw_request, "score": actions.score_request,
        "support": actions.support_request, "insights": actions.join_insights,
    }  # fmt: skip
    inputs = {
        "create": takes.AskInput, "update": takes.ReviseRequestInput, "submit": takes.SubmitInput,
        "triage": takes.MayReasonInput, "need-info": takes.ResponseInput, "reply": takes.ReplyInput,
        "accept": takes.MayRespondInput, "decline": takes.ResponseInput, "duplicate": takes.DuplicateInput,
        "snooze": takes.SnoozeInput, "answer": takes.ResponseInput, "plan": takes.PlanInput,
        "start": takes.MayReasonInput, "deliver": takes.ResponseInput, "confirm": takes.MayReasonInput,
        "reopen": takes.DemandReasonInput, "withdraw": takes.MayReasonInput, "score": takes.ScoreInput,
        "support": takes.SupportInput, "insights": takes.InsightsInput,
    }  # fmt: skip


def register(router: BaseRouter) -> None:
    """Offer interviews, quotes, insights and requests."""
    router.register("interviews", Interviews, basename="interview")
    router.register("quotes", Quotes, basename="quote")
    router.register("insights", Insights, basename="insight")
    router.register("requests", Requests, basename="request")
