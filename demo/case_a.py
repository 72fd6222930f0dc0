"""Case A, told whole: Lumio Market and its Checkout Funnel Monitor, from the first interview to three decisions."""

from __future__ import annotations

from typing import Any

from catalog import actions as catalog
from demand import actions as demand
from demo import access, lineage_a
from demo.teller import Teller
from demo.texts import read
from metrics import actions as metrics
from prds import actions as prds
from prds.models import ReviewSlot
from prds.template import parse_sections
from usage import actions as usage

LEAD = (
    "Priya: When do you learn that a page broke?\n"
    "Lead: We learn on Monday that Friday's coupon page scared people off.\n"
    "Priya: And until then?\n"
    "Lead: I copy three dashboards into a sheet to guess which step broke. By the time I know, the weekend is gone.\n"
)
CATEGORY = (
    "Priya: Which conversion do you look at?\n"
    "Manager: Marketing's conversion and mine differ by a full point, so we argue instead of fixing.\n"
    "Manager: And I see a broken step days after the shoppers did.\n"
)
SUPPORT = (
    "Priya: What do shoppers write to you about the checkout?\n"
    "Lead: Half the drop-offs are people checking delivery cost, not leaving.\n"
    "Lead: When a step really breaks we hear of it the day after, from angry mails.\n"
)


def tell(t: Teller, team: Any) -> None:
    """Everything of case A, in the order in which it happened."""
    _demand(t)
    _data(t)
    lineage_a.tell(t)
    _metrics(t)
    _product_and_prd(t, team)
    access.tell(t)
    _decisions(t)


def _demand(t: Teller) -> None:
    who = [
        {"alias": "A-lead", "org_unit": "Payments", "job_role": "Payments lead"},
        {"alias": "A-category", "org_unit": "Category", "job_role": "Category manager"},
        {"alias": "A-support", "org_unit": "Support", "job_role": "Support lead"},
    ]
    heard = [
        t.hear(160, "Payments lead on late news", who[0], LEAD, question="When is a broken step seen?"),
        t.hear(158, "Category manager on two numbers", who[1], CATEGORY),
        t.hear(157, "Support lead on delivery cost", who[2], SUPPORT),
    ]
    late = t.quote(156, heard[0], "We learn on Monday that Friday's coupon page scared people off.", "late")
    days = t.quote(156, heard[1], "I see a broken step days after the shoppers did.", "late")
    mails = t.quote(156, heard[2], "When a step really breaks we hear of it the day after, from angry mails.", "late")
    two = t.quote(156, heard[1], "Marketing's conversion and mine differ by a full point", "two numbers")
    sheet = t.quote(156, heard[0], "I copy three dashboards into a sheet to guess which step broke.", "two numbers")
    half = t.quote(156, heard[2], "Half the drop-offs are people checking delivery cost, not leaving.", "delivery cost")
    t.made["late"] = t.insight(
        154, "Breaks in the checkout funnel are seen days late.", [late, days, mails], contradicting=[half], severity=3,
        frequency="weekly",
        answer="True for the delivery step: it is counted apart, and the rule looks at the coupon step only.",
    )  # fmt: skip
    t.made["two"] = t.insight(153, "Two definitions of conversion are in use.", [two, sheet], severity=2)
    with t.ago(150):
        request = demand.ask_for_data(
            by=t.sam, domain=t.domain, title="Real-time wallboard for the checkout",
            business_question="A wallboard on a streaming engine that shows every click of the checkout as it happens.",
            decision_to_make="Move or remove the coupon step when shoppers leave there.",
            decision_maker=t.sam, decision_deadline=t.day(-60),
            action_rule="If the loss at the coupon step is above 12 % for 2 hours, switch the variant.",
            none_fits="The wallboard that exists shows turnover, not steps.",
        )  # fmt: skip
    with t.ago(148):
        demand.triage_request(by=t.priya, request=request)
        demand.join_insights(by=t.priya, request=request, insights=[t.made["late"], t.made["two"]])
        demand.revise_request(
            by=t.priya,
            request=t.fresh(request),
            title="Which checkout step loses shoppers, hour by hour",
            changes={
                "business_question": "Loss by step, category and hour, ready for the stand-ups at 10:00 and 16:00."
            },
        )
        demand.accept_request(
            by=t.priya, request=t.fresh(request),
            response="Hourly is enough for two stand-ups a day; a streaming wallboard would show the same number "
            "sooner than anybody decides.",
        )  # fmt: skip
    t.made["request"] = t.fresh(request)


def _data(t: Teller) -> None:
    lumio = t.warehouse("demo", "Lumio warehouse")
    t.made["warehouse"] = lumio
    t.made["event"] = t.dataset(
        lumio, "lumio.ods_app_event", {"device_id": 3, "user_id": 3, "page": 2, "search_text": 3, "ts": 2}, layer="ODS",
        description="One row per page view of app and web, as delivered.", grain="event",
        personal=["device_id", "user_id", "search_text"], allowed_purposes=["operations", "product improvement"],
    )  # fmt: skip
    t.made["order"] = t.dataset(
        lumio, "lumio.dwd_trade_order_detail",
        {"order_id": 2, "buyer_id": 3, "receiver_phone": 3, "receiver_address": 3, "pay_card_token": 4, "pay_amount": 2,
         "pay_time": 2, "client": 2, "is_refunded": 2},
        days=172, layer="DWD", description="One row per order line, paid or not.", grain="order line",
        personal=["buyer_id", "receiver_phone", "receiver_address", "pay_card_token"],
        allowed_purposes=["operations", "product improvement"],
    )  # fmt: skip
    t.made["funnel"] = t.dataset(
        lumio, "lumio.dws_trade_funnel_1h", dict.fromkeys(["hour", "category", "step", "uv", "buyers"], 2), layer="DWS",
        description="Visitors and buyers by step, category and hour; groups under 20 are left out.",
        grain="hour, category, step", min_group=20, freshness_minutes=60,
    )  # fmt: skip
    t.made["board"] = t.dataset(
        lumio, "lumio.ads_checkout_funnel", dict.fromkeys(["hour", "category", "cr", "refund_rate"], 2), layer="ADS",
        description="What the monitor shows.", grain="hour, category", freshness_minutes=60,
    )  # fmt: skip
    with t.ago(165):
        for source, target in (("event", "funnel"), ("order", "funnel"), ("funnel", "board")):
            catalog.add_lineage(by=t.omar, source=t.made[source], target=t.made[target])


def _metrics(t: Teller) -> None:
    order, event = t.made["order"].key, t.made["event"].key
    t.made["buyers"] = t.metric(
        140, "pay_buyer_cnt", "Paying buyers", 
        {"source_dataset": order, "agg": "count_distinct", "expr": "buyer_id", "event_time_column": "pay_time"},
        owner="tom", unit="people", caliber_md="Buyers with a paid order; staff and test orders are left out.",
    )  # fmt: skip
    t.made["visitors"] = t.metric(
        140, "visit_uv", "Visitors", 
        {"source_dataset": event, "agg": "count_distinct", "expr": "device_id", "event_time_column": "ts",
         "limits": ["page in ('product', 'checkout')"]},
        owner="tom", unit="people", caliber_md="Devices on product and checkout pages; robots are left out.",
    )  # fmt: skip
    t.made["buyers_1d"] = t.metric(
        139, "pay_buyer_cnt_1d_app", "Paying buyers a day, app",
        {"base": "pay_buyer_cnt", "period": "1d", "limits": ["client = 'app'"]}, kind="derived",
        owner="tom", unit="people", caliber_md="Paying buyers of the app, by day.",
    )  # fmt: skip
    t.made["visitors_1d"] = t.metric(
        139, "visit_uv_1d", "Visitors a day", {"base": "visit_uv", "period": "1d", "limits": ["page <> 'help'"]},
        kind="derived", owner="tom", unit="people", caliber_md="Visitors by day.",
    )  # fmt: skip
    t.made["cr"] = t.metric(
        138, "visit_to_pay_cr_1d_app", "Visit to pay, app",
        {"calc_type": "ratio", "numerator": "pay_buyer_cnt_1d_app", "denominator": "visit_uv_1d",
         "denominator_policy": "null"},
        kind="composite", owner="tom", tier="outcome", unit="%",
        caliber_md="Paying buyers by visitors, day of Shanghai; staff and test orders are left out.",
        synonyms=["conversion"],
    )  # fmt: skip
    orders = t.metric(
        138, "paid_order_cnt", "Paid orders",
        {"source_dataset": order, "agg": "count", "expr": "order_id", "event_time_column": "pay_time"},
        owner="tom", unit="orders", caliber_md="Orders with a payment.",
    )  # fmt: skip
    t.metric(
        138, "refund_order_cnt", "Refunded orders",
        {"source_dataset": order, "agg": "sum_boolean", "expr": "is_refunded", "event_time_column": "pay_time"},
        owner="tom", unit="orders", caliber_md="Paid orders that were refunded within 7 days.",
    )  # fmt: skip
    t.made["refunds"] = t.metric(
        137, "refund_rate_7d", "Refund rate, 7 days",
        {"calc_type": "ratio", "numerator": "refund_order_cnt", "denominator": "paid_order_cnt",
         "denominator_policy": "null"},
        kind="composite", owner="tom", tier="guardrail", unit="%",
        caliber_md="Refunded by paid orders, by day of payment.",
    )  # fmt: skip
    t.made["orders"] = orders


REVIEWERS = {"business": "tom", "engineering": "omar", "data_owner": "ravi", "governance": "grace"}


def _product_and_prd(t: Teller, team: Any) -> None:
    product = t.product(
        135, "Checkout Funnel Monitor", product_kind="dashboard",
        purpose="Shows where shoppers drop between basket and payment, by category and hour, so that the checkout team "
        "fixes the step that loses the most.",
        audience_team=team, usage_target=60, review_on=t.day(40), sla="Loaded by 20 minutes past the hour.",
    )  # fmt: skip
    t.made["product"] = product
    with t.ago(134):
        catalog.appoint_owner(by=t.grace, of=product, person=t.mei)
        for dataset in ("board", "funnel"):
            catalog.contain(by=t.priya, product=product, dataset=t.made[dataset])
        for metric in ("cr", "refunds"):
            metrics.offer_metric(by=t.priya, product=product, metric=t.made[metric])
    text = read("prd_a.md") % {
        "late": t.made["late"].key, "request": t.made["request"].key, "deadline": t.day(90), "review": t.day(40),
        "question": t.day(20),
    }  # fmt: skip
    with t.ago(130):
        prd = prds.write_prd(
            by=t.priya, title="Checkout funnel, seen within the hour", domain=t.domain, product=product,
            sections=parse_sections(text), decision_maker=t.sam, horizon="short_term", declared_level=2,
            purpose="operations", retention_days=400,
        )  # fmt: skip
        for role, who in REVIEWERS.items():
            prds.name_reviewer(by=t.priya, prd=prd, role=role, person=t.cast[who])
    # The trap: declared L2 while it read the card token. Seen at G5; the column was dropped and L3 declared.
    with t.ago(127):
        prds.submit_prd(by=t.priya, prd=t.fresh(prd))
    with t.ago(126):
        slot = ReviewSlot.objects.unrestricted("the demo's teller reads what it has just written")
        named = slot.select_related("prd__thing__domain", "prd__author", "reviewer").get(prd=prd, role="governance")
        prds.review_prd(
            by=t.grace, slot=named, verdict="request_changes",
            body="It reads pay_card_token, which is L4, and declares L2. Drop the column or declare what it reads.",
        )  # fmt: skip
    with t.ago(125):
        prds.declare_prd(by=t.priya, prd=t.fresh(prd), declared_level=3)
        prds.revise_prd(
            by=t.priya,
            prd=t.fresh(prd),
            change_note="The card token is not read any more.",
            bodies={"sources": read("prd_a_sources.md")},
        )
        prds.submit_prd(by=t.priya, prd=t.fresh(prd))
    with t.ago(123):
        for role, who in REVIEWERS.items():
            named = slot.select_related("prd__thing__domain", "prd__author", "reviewer").get(prd=prd, role=role)
            prds.review_prd(by=t.cast[who], slot=named, verdict="approve", body="Read and agreed.")
    with t.ago(122):
        prds.approve_prd(by=t.sam, prd=t.fresh(prd))
    with t.ago(120):
        for move in ("define", "design", "build"):
            catalog.move_product(by=t.priya, product=t.fresh(product), move=move)
        prds.move_prd(by=t.priya, prd=t.fresh(prd), move="build")
        demand.plan_request(by=t.priya, request=t.fresh(t.made["request"]))
        demand.start_request(by=t.priya, request=t.fresh(t.made["request"]))
    with t.ago(90):
        catalog.load_stage(by=t.priya, product=t.fresh(product), stage="live")
        prds.load_state(by=t.priya, prd=t.fresh(prd), state="measuring")
        demand.deliver_request(
            by=t.priya, request=t.fresh(t.made["request"]), response="The monitor is live; it loads every hour."
        )
    with t.ago(88):
        demand.confirm_request(by=t.sam, request=t.fresh(t.made["request"]))
    t.made["prd"] = t.fresh(prd)


def _decisions(t: Teller) -> None:
    with t.ago(80):
        coupon = usage.draft_decision(
            by=t.priya, title="Coupon step after the choice of payment", domain=t.domain, product=t.made["product"],
            question="Where does the coupon step stand?", decision_makers=[t.sam],
            options=["leave it before payment", "move it after the choice of payment", "remove it"],
            chosen_option="move it after the choice of payment", data_role="data_informed",
            expected_metric="visit_to_pay_cr_1d_app", expected_baseline="3.1 %", expected_target="3.3 %",
            expected_by=t.day(-20), review_on=t.day(-20),
            counter_evidence="Half the drop-offs may be people who check delivery cost.",
        )  # fmt: skip
        usage.pin_evidence(by=t.priya, decision=coupon, on=t.made["cr"], value="3.12 %", as_of=t.day(-81))
        usage.pin_evidence(by=t.priya, decision=coupon, on=t.made["refunds"], value="3.8 %", as_of=t.day(-81))
        usage.pin_evidence(by=t.priya, decision=coupon, on=t.made["late"])
    with t.ago(79):
        usage.attest_decision(by=t.sam, decision=coupon)
    with t.ago(60):
        usage.move_decision(by=t.priya, decision=t.fresh(coupon), move="implement")
    with t.ago(18):
        usage.look_back(
            by=t.sam, decision=t.fresh(coupon), verdict="held", actual_value="3.29 %",
            lesson="The gain stayed after the first weeks.",
        )  # fmt: skip
    with t.ago(75):
        hourly = usage.draft_decision(
            by=t.priya, title="No streaming for the checkout monitor", domain=t.domain, product=t.made["product"],
            question="Is hourly enough?", decision_makers=[t.sam], options=["hourly", "streaming"],
            chosen_option="hourly", data_role="judgement", review_on=t.day(25),
            dissent="Payments would still like to see minutes on sale days.",
        )  # fmt: skip
        usage.pin_evidence(by=t.priya, decision=hourly, on=t.made["late"], note="Two stand-ups a day decide.")
    with t.ago(74):
        usage.attest_decision(by=t.sam, decision=hourly)
    with t.ago(6):
        wallboard = usage.draft_decision(
            by=t.priya, title="Retire the turnover wallboard", domain=t.domain, product=t.made["product"],
            question="Who still needs the turnover wallboard?", decision_makers=[t.sam],
            options=["keep it", "retire it"], chosen_option="retire it", review_on=t.day(80),
        )  # fmt: skip
        usage.pin_evidence(by=t.priya, decision=wallboard, on=t.made["two"])
