"""Case B: Harbour Credit and its early warning of late loans. The trap: a number that nobody in the business owns."""

from __future__ import annotations

from demo.short import accepted, prd, product, voice
from demo.teller import Teller
from metrics import actions as metrics

COLLECTIONS = (
    "Priya: When do you call?\n"
    "Head: By the time a loan is 30 days late, calling is theatre.\n"
    "Head: In the first ten days one call of three still helps.\n"
)
CHANNEL = (
    "Priya: What would change in your channel?\n"
    "Manager: Channel K is growth; do not let a score I cannot read close it.\n"
    "Manager: I see trouble three months after the loans were paid out.\n"
)
COMPLIANCE = "Priya: What do you need to agree?\nOfficer: Show me why each customer was flagged, or we do not use it.\n"


def tell(t: Teller) -> None:
    """What Harbour Credit asked for, on which data, and why its PRD waits."""
    _demand(t)
    _data(t)
    _metrics(t)
    t.made["product"] = product(
        t, 60, "Early Delinquency Warning", offers=("rate", "approval"), contains=("vintage", "warning"),
        product_kind="model", purpose="Says by channel and score band which loans turn late early, with reasons.",
        eligible_count=38, usage_target=70, review_on=t.day(60), sla="Scores by 06:00 each day.",
    )  # fmt: skip
    t.made["prd"] = prd(
        t, 30, "Early warning of late loans", "prd_b.md", insight=t.made["window"], request=t.made["request"],
        product=t.made["product"], maker="vera", level=3, purpose="risk-assessment", retention_days=1100,
    )  # fmt: skip


def _demand(t: Teller) -> None:
    window = voice(
        t, 110, {"alias": "B-collections", "org_unit": "Collections", "job_role": "Head of collections"}, COLLECTIONS,
        "By the time a loan is 30 days late, calling is theatre.", "too late",
    )  # fmt: skip
    channel = voice(
        t, 109, {"alias": "B-channel", "org_unit": "Sales channels", "job_role": "Channel manager"}, CHANNEL,
        "I see trouble three months after the loans were paid out.", "too late",
    )  # fmt: skip
    reasons = voice(
        t, 108, {"alias": "B-compliance", "org_unit": "Compliance", "job_role": "Compliance officer"}, COMPLIANCE,
        "Show me why each customer was flagged, or we do not use it.", "reasons",
    )  # fmt: skip
    t.made["window"] = t.insight(
        105, "Calls help in the first ten days of lateness and hardly ever after.", [window, channel], severity=3
    )
    t.insight(
        104, "A flag without reasons will not be used.", [reasons], is_supported=False, severity=2,
    )  # fmt: skip
    t.made["request"] = accepted(
        t, 100, by=t.vera, insight=t.made["window"], due=40, later=3,
        title="Tighten, keep or widen approval by channel",
        business_question="Which channels and score bands bring loans that turn late within three months?",
        decision_to_make="Tighten, keep or widen approval for each channel and score band.",
        action_rule="If 30 days late at month 3 is above 4.0 % of a vintage, tighten that band.",
        response="Accepted. It has to beat a rule of two lines before it becomes a model.",
    )  # fmt: skip


def _data(t: Teller) -> None:
    harbour = t.warehouse("harbour", "Harbour Credit warehouse")
    t.dataset(
        harbour, "harbour.ods_loan_application",
        {"applicant_name": 3, "id_card_no": 3, "mobile_no": 3, "bank_card_no": 3, "monthly_income": 3,
         "face_template": 4, "pay_password_hash": 4, "apply_channel": 2, "apply_ts": 2},
        layer="ODS", grain="application", description="One row per application, as it was sent in.",
        personal=["applicant_name", "id_card_no", "mobile_no", "bank_card_no", "face_template"],
        allowed_purposes=["risk-assessment", "fraud-prevention"],
    )  # fmt: skip
    t.dataset(
        harbour, "harbour.dwd_loan_repay_detail",
        {"customer_key": 3, "loan_key": 3, "due_date": 3, "due_amt": 3, "paid_amt": 3, "dpd": 3, "channel": 2},
        layer="DWD", grain="loan, due date", description="One row per loan and due date, with the days past due.",
        personal=["customer_key"], allowed_purposes=["risk-assessment"],
    )  # fmt: skip
    columns = ["vintage_month", "channel", "mob", "loan_cnt", "bal", "dpd30_bal", "applied_cnt"]
    t.made["vintage"] = t.dataset(
        harbour, "harbour.dws_vintage_mob_1m", dict.fromkeys(columns, 2), layer="DWS", min_group=50,
        grain="vintage month, channel, month on book",
        description="Balances by vintage, channel and month on book; groups under 50 loans are left out.",
    )  # fmt: skip
    t.made["warning"] = t.dataset(
        harbour, "harbour.ads_early_warning", {"customer_key": 3, "score": 3, "reason_codes": 3, "as_of": 2},
        layer="ADS", grain="customer, day", description="The score of the day with its reasons.",
        personal=["customer_key"], allowed_purposes=["risk-assessment"],
    )  # fmt: skip


def _metrics(t: Teller) -> None:
    source = {"source_dataset": t.made["vintage"].key}
    t.made["balance"] = t.metric(
        80, "loan_bal", "Loan balance",
        {**source, "agg": "sum", "expr": "bal", "event_time_column": "vintage_month", "additivity": "semi_additive",
         "non_additive_dimensions": ["date"]},
        owner="vera", unit="CNY", caliber_md="Principal not yet paid back, at the end of the month.",
    )  # fmt: skip
    t.metric(
        80, "dpd30_bal", "Balance 30 days late",
        {**source, "agg": "sum", "expr": "dpd30_bal", "limits": ["mob = 3"], "additivity": "semi_additive",
         "non_additive_dimensions": ["date"]},
        owner="vera", unit="CNY", caliber_md="Principal of loans that are 30 days late or more at month 3.",
        certify=False,
    )  # fmt: skip
    applied = t.metric(
        80, "loan_apply_cnt", "Applications", {**source, "agg": "sum", "expr": "applied_cnt"}, owner="vera",
        unit="applications", caliber_md="Applications that were complete.", certify=False,
    )  # fmt: skip
    t.metric(
        80, "loan_cnt", "Loans paid out", {**source, "agg": "sum", "expr": "loan_cnt"}, owner="vera", unit="loans",
        caliber_md="Loans that were paid out.", certify=False,
    )  # fmt: skip
    share = {"calc_type": "ratio", "denominator": "loan_bal", "numerator": "dpd30_bal", "denominator_policy": "null"}
    # The trap: nobody of the business answers for the number by which approval is tightened.
    t.made["rate"] = t.metric(
        79, "dpd30_rate_mob3", "30 days late at month 3", share, kind="composite", tier="outcome", unit="%",
        caliber_md="Balance 30 days late at month 3 by loan balance, by vintage and channel.",
    )  # fmt: skip
    twin = t.metric(
        78, "overdue30_m3", "Overdue 30 after three months", share, kind="composite", unit="%",
        caliber_md="As collections counts it.", owner="vera", certify=False,
    )  # fmt: skip
    t.made["approval"] = t.metric(
        78, "approval_rate_1m", "Approval rate",
        {"calc_type": "ratio", "numerator": "loan_cnt", "denominator": applied.code, "denominator_policy": "null"},
        kind="composite", owner="vera", tier="guardrail", unit="%", caliber_md="Loans paid out by applications.",
        certify=False,
    )  # fmt: skip
    with t.ago(70):
        metrics.merge_metric(
            by=t.priya, metric=twin, into=t.made["rate"], reason="The same formula on the same rows under two names."
        )
    t.made["rate"] = t.fresh(t.made["rate"])
