"""Case E: Tally Desk and the health of its accounts. The trap: a number that reads free text nobody has classified."""

from __future__ import annotations

from demo.short import accepted, prd, product, voice
from demo.teller import Teller
from metrics import actions as metrics

SUCCESS = (
    "Priya: Which number of active teams do you quote?\n"
    "Lead: We have three “active” numbers; I quote the nicest.\n"
)  # fmt: skip
FINANCE = (
    "Priya: What must a number do for you?\n"
    "Officer: Retention must tie to the ledger or it is a story.\n"
    "Officer: Two decks of one week named two numbers of active teams.\n"
)
CUSTOMER = (
    "Priya: Why did you leave?\n"
    "Customer: I quit because set-up asked for ten things before the first ticket.\n"
)  # fmt: skip


def tell(t: Teller) -> None:
    """What Tally Desk asked for, how two names became one, and why its PRD waits."""
    _demand(t)
    _data(t)
    _metrics(t)
    t.made["product"] = product(
        t, 50, "Account Health", offers=("active", "kept"), contains=("health", "board"), product_kind="metric_set",
        purpose="Says which accounts need a call on Monday, from one definition of active.",
        eligible_count=75, usage_target=65, review_on=t.day(80), sla="Loaded on Mondays by 07:00.",
    )  # fmt: skip
    t.made["prd"] = prd(
        t, 22, "Account health, one definition", "prd_e.md", insight=t.made["three"], request=t.made["request"],
        product=t.made["product"], maker="kofi", level=4, purpose="customer-service", retention_days=400,
    )  # fmt: skip


def _demand(t: Teller) -> None:
    nicest = voice(
        t, 104, {"alias": "E-success", "org_unit": "Customer success", "job_role": "Customer-success lead"}, SUCCESS,
        "I quote the nicest.", "definitions",
    )  # fmt: skip
    decks = voice(
        t, 103, {"alias": "E-finance", "org_unit": "Finance", "job_role": "Finance officer"}, FINANCE,
        "Two decks of one week named two numbers of active teams.", "definitions",
    )  # fmt: skip
    setup = voice(
        t, 102, {"alias": "E-customer", "segment": "under 10 seats", "job_role": "Administrator", "is_internal": False},
        CUSTOMER, "I quit because set-up asked for ten things before the first ticket.", "set-up",
    )  # fmt: skip
    t.made["three"] = t.insight(100, "Three definitions of an active team are in use.", [nicest, decks])
    t.insight(
        99, "Small teams give up before their first ticket.", [setup], is_supported=False, severity=2,
    )  # fmt: skip
    t.made["request"] = accepted(
        t, 95, by=t.kofi, insight=t.made["three"], due=60,
        title="Where success managers spend their Mondays",
        business_question="Which accounts lose activity before they leave?",
        decision_to_make="Choose the accounts that are called on Monday.",
        action_rule="If an account loses half of its activity in two weeks, it is called.",
        response="Accepted. First there will be one definition of active.",
    )  # fmt: skip


def _data(t: Teller) -> None:
    tally = t.warehouse("tally", "Tally Desk warehouse")
    t.made["event"] = t.dataset(
        tally, "tally.ods_product_event",
        {"account_id": 2, "user_id": 3, "email": 3, "ip": 3, "event_name": 2, "ts": 2, "payload_json": None},
        layer="ODS", grain="event", description="What the product sends; the payload is free text.",
        personal=["user_id", "email", "ip"], allowed_purposes=["customer-service"],
    )  # fmt: skip
    t.made["subscription"] = t.dataset(
        tally, "tally.dwd_subscription_change",
        {"account_id": 2, "plan": 2, "mrr_amount": 3, "lost_amount": 3, "change_type": 2, "change_date": 2},
        layer="DWD", grain="change", description="One row per change of a subscription.",
    )  # fmt: skip
    t.made["health"] = t.dataset(
        tally, "tally.dws_account_health_1w", {"account_id": 2, "health_score": 3, "active_users": 2, "tickets": 2},
        layer="DWS", grain="account, week", description="Activity of the week by account.",
    )  # fmt: skip
    t.made["board"] = t.dataset(
        tally, "tally.ads_retention_board", dict.fromkeys(["month", "segment", "nrr", "grr", "activation"], 2),
        layer="ADS", grain="month, segment", min_group=5, description="What the board of the company reads.",
    )  # fmt: skip


def _metrics(t: Teller) -> None:
    # The trap: "solved a ticket" is read out of the payload, which has no level yet (MET-5, PRD-G4).
    solved = {
        "source_dataset": t.made["event"].key, "agg": "count_distinct", "expr": "account_id",
        "event_time_column": "ts", "limits": ["payload_json like '%solved%'"],
    }  # fmt: skip
    t.made["active"] = t.metric(
        74, "active_team_cnt_7d", "Active teams", solved, owner="kofi", unit="teams", tier="input", certify=False,
        caliber_md="Accounts with at least one solved ticket.", synonyms=["active teams, 7 days"],
    )  # fmt: skip
    twin = t.metric(
        73, "active_ws", "Active workspaces", solved, owner="kofi", unit="teams", certify=False,
        caliber_md="As the product team counts them.",
    )  # fmt: skip
    with t.ago(68):
        metrics.merge_metric(
            by=t.priya, metric=twin, into=t.made["active"], reason="Same formula, same rows: one number, two names."
        )
    t.made["active"] = t.fresh(t.made["active"])
    source = {"source_dataset": t.made["subscription"].key, "agg": "sum", "event_time_column": "change_date"}
    t.metric(
        72, "mrr_amt", "Monthly recurring revenue",
        {**source, "expr": "mrr_amount", "additivity": "semi_additive", "non_additive_dimensions": ["date"]},
        owner="kofi", unit="USD", caliber_md="At the end of the month, without one-off fees.",
    )  # fmt: skip
    t.metric(
        72, "churn_mrr_1m", "Lost recurring revenue",
        {**source, "expr": "lost_amount", "additivity": "semi_additive", "non_additive_dimensions": ["date"]},
        owner="kofi", unit="USD", caliber_md="Of accounts that left or shrank.", certify=False,
    )  # fmt: skip
    t.made["kept"] = t.metric(
        71, "churn_share_1m", "Share of lost revenue",
        {"calc_type": "ratio", "numerator": "churn_mrr_1m", "denominator": "mrr_amt", "denominator_policy": "null",
         "desired_direction": "down"},
        kind="composite", owner="kofi", tier="outcome", unit="%", caliber_md="Lost by monthly recurring revenue.",
        certify=False,
    )  # fmt: skip
