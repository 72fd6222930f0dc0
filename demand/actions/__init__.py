"""All verbs of demand."""

from demand.actions.asking import (
    ask_for_data,
    confirm_request,
    draft_request,
    join_insights,
    reopen_request,
    reply_request,
    revise_request,
    submit_request,
    support_request,
    withdraw_request,
)
from demand.actions.insights import (
    add_evidence,
    answer_contradictions,
    dispute_insight,
    draft_insight,
    measure_insight,
    retire_insight,
    revise_insight,
    support_insight,
    weaken_insight,
)
from demand.actions.interviews import (
    add_participant,
    archive_interview,
    cancel_interview,
    change_participant,
    conduct_interview,
    freeze_transcript,
    plan_interview,
    record_consent,
    record_transcript,
    revise_interview,
)
from demand.actions.purposes import keep_purpose
from demand.actions.quotes import code_quote
from demand.actions.triage import (
    accept_request,
    answer_request,
    decline_request,
    deliver_request,
    mark_duplicate,
    need_info,
    plan_request,
    score_request,
    snooze_request,
    start_request,
    triage_request,
    wake_request,
)
from demand.actions.withdrawal import end_retention, honour_withdrawal, withdraw_interview

__all__ = [
    "accept_request", "add_evidence", "add_participant", "answer_contradictions", "answer_request",
    "archive_interview", "ask_for_data", "cancel_interview",
    "change_participant", "code_quote", "conduct_interview", "confirm_request",
    "decline_request", "deliver_request", "dispute_insight", "draft_insight", "draft_request", "end_retention",
    "freeze_transcript", "honour_withdrawal", "join_insights", "keep_purpose", "mark_duplicate", "measure_insight",
    "need_info", "plan_interview", "plan_request", "record_consent", "record_transcript", "reopen_request",
    "reply_request", "retire_insight", "revise_insight", "revise_interview", "revise_request", "score_request",
    "snooze_request", "start_request", "submit_request", "support_insight", "support_request", "triage_request",
    "wake_request", "weaken_insight", "withdraw_interview", "withdraw_request",
]  # fmt: skip
