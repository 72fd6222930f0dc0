"""Case D: Northline Freight and its lanes. The trap: a ranking of drivers that the data was never given for."""

from __future__ import annotations

from catalog import actions as catalog
from demand import actions as demand
from demo.short import accepted, prd, product, voice
from demo.teller import Teller
from prds import actions as prds

DISPATCHER = (
    "Priya: What do you do with the map?\nDispatcher: The map is pretty; I need to know which three trucks to call.\n"
)
ACCOUNTS = (
    "Priya: What is late for your customer?\n"
    "Manager: The customer counts a late dock slot, we count a late day.\n"
    "Manager: A list of loads at risk before noon would be worth more to me than a map.\n"
)
DRIVERS = (
    "Priya: What do drivers think of the boxes?\n"
    "Representative: If idle minutes become pay cuts we will switch the boxes off.\n"
)


def tell(t: Teller) -> None:
    """What Northline asked for and what it was refused; its product is live again after a second round."""
    _demand(t)
    _data(t)
    _metrics(t)
    t.made["product"] = product(
        t, 80, "Lane Performance & Late Risk", offers=("otif", "delivered"), contains=("lane", "transit"),
        product_kind="dashboard", eligible_count=120, usage_target=60, review_on=t.day(20),
        purpose="Shows which lanes and carriers miss the dock slot, and which loads are at risk today.",
        sla="Loaded by 05:00 each day.",
    )  # fmt: skip
    made = prd(
        t, 70, "Lanes that miss the slot", "prd_d.md", insight=t.made["list"], request=t.made["request"],
        product=t.made["product"], maker="paul", level=2, purpose="operations", retention_days=400,
    )  # fmt: skip
    with t.ago(65):
        prds.approve_prd(by=t.paul, prd=t.fresh(made))
    with t.ago(64):
        for move in ("define", "design", "build"):
            catalog.move_product(by=t.priya, product=t.fresh(t.made["product"]), move=move)
    with t.ago(40):
        prds.load_state(by=t.priya, prd=t.fresh(made), state="measuring")
        catalog.load_stage(by=t.priya, product=t.fresh(t.made["product"]), stage="iterate")
    t.made["prd"] = t.fresh(made)


def _demand(t: Teller) -> None:
    trucks = voice(
        t, 118, {"alias": "D-dispatch", "org_unit": "Dispatch", "job_role": "Dispatcher"}, DISPATCHER,
        "The map is pretty; I need to know which three trucks to call.", "action list",
    )  # fmt: skip
    noon = voice(
        t, 117, {"alias": "D-accounts", "org_unit": "Key accounts", "job_role": "Key-account manager"}, ACCOUNTS,
        "A list of loads at risk before noon would be worth more to me than a map.", "action list",
    )  # fmt: skip
    boxes = voice(
        t, 116, {"alias": "D-drivers", "org_unit": "Drivers", "job_role": "Representative of the drivers"}, DRIVERS,
        "If idle minutes become pay cuts we will switch the boxes off.", "trust",
    )  # fmt: skip
    t.made["list"] = t.insight(114, "A short list of what to do beats a map.", [trucks, noon], frequency="daily")
    t.insight(
        113, "Positions used for pay would end the drivers' trust.", [boxes], is_supported=False,
        severity=3, kind="objection",
    )  # fmt: skip
    t.made["request"] = accepted(
        t, 108, by=t.paul, insight=t.made["list"], due=50,
        title="Which carrier serves which lane",
        business_question="Which lanes and carriers miss the customer's dock slot month after month?",
        decision_to_make="Award lanes to carriers again, once a month.",
        action_rule="If a lane is under 90 % for two months, it is tendered again.",
        response="Accepted, in the customer's count: the dock slot.",
    )  # fmt: skip


def _data(t: Teller) -> None:
    northline = t.warehouse("northline", "Northline warehouse")
    t.made["ping"] = t.dataset(
        northline, "northline.ods_gps_ping",
        {"vehicle_id": 2, "driver_id": 3, "lat": 3, "lon": 3, "speed": 2, "ts": 2}, layer="ODS", grain="ping",
        description="Positions of the boxes, for arrival times. Never for pay: agreed with the drivers.",
        personal=["driver_id", "lat", "lon"], allowed_purposes=["operations"],
    )  # fmt: skip
    t.dataset(
        northline, "northline.dwd_shipment_leg",
        {"shipment_no": 2, "consignee_name": 3, "consignee_phone": 3, "address": 3, "slot_start": 2, "arrived_at": 2,
         "carrier": 2, "freight_cost": 3},
        layer="DWD", grain="leg", description="One row per leg, with the slot that was agreed.",
        personal=["consignee_name", "consignee_phone", "address"], allowed_purposes=["operations", "customer-service"],
    )  # fmt: skip
    t.made["lane"] = t.dataset(
        northline, "northline.dws_lane_perf_1d",
        dict.fromkeys(["day", "lane", "carrier", "shipments", "otif", "eta_err", "empty_km", "km"], 2), layer="DWS",
        grain="lane, carrier, day", description="Shipments and those on time in full, by lane, carrier and day.",
    )  # fmt: skip
    t.made["transit"] = t.dataset(
        northline, "northline.ads_public_transit_time", {"lane": 1, "typical_days": 1}, layer="ADS", grain="lane",
        description="What the web site tells everybody.",
    )  # fmt: skip
    _refused(t)


def _refused(t: Teller) -> None:
    """The ask that the data was never given for."""
    with t.ago(34):
        ranking = demand.ask_for_data(
            by=t.paul, domain=t.domain, title="Ranking of drivers by idle minutes, for the bonus",
            business_question="Which drivers stand still the longest?",
            decision_to_make="Cut the bonus of the ten drivers who idle the most.",
            decision_maker=t.paul, decision_deadline=t.day(30), action_rule="The last ten lose the bonus.",
            about=[t.made["ping"].thing], none_fits="No list of single drivers exists.",
        )  # fmt: skip
    with t.ago(32):
        demand.triage_request(by=t.priya, request=ranking)
        demand.decline_request(
            by=t.priya, request=t.fresh(ranking),
            response="Declined. Positions were given for operations, not for pay, and idle minutes say more about "
            "docks than about drivers (TYR-003, DEC-6). Ask us which docks keep trucks waiting instead.",
        )  # fmt: skip
    t.made["declined"] = t.fresh(ranking)


def _metrics(t: Teller) -> None:
    source = {"source_dataset": t.made["lane"].key, "agg": "sum", "event_time_column": "day"}
    t.made["delivered"] = t.metric(
        90, "delivered_shp_cnt", "Delivered shipments", {**source, "expr": "shipments"}, owner="paul",
        unit="shipments", caliber_md="Shipments with a proof of delivery.",
    )  # fmt: skip
    t.metric(
        90, "otif_shp_cnt", "Shipments on time in full", {**source, "expr": "otif"}, owner="paul", unit="shipments",
        caliber_md="Inside the dock slot and in full quantity.", certify=False,
    )  # fmt: skip
    t.made["otif"] = t.metric(
        89, "otif_rate_1m", "On time in full",
        {"calc_type": "ratio", "numerator": "otif_shp_cnt", "denominator": "delivered_shp_cnt",
         "denominator_policy": "null"},
        kind="composite", owner="paul", tier="outcome", unit="%",
        caliber_md="The customer's count: the dock slot, not the day.", certify=False,
    )  # fmt: skip
    for code, title, column in (("empty_km_sum", "Empty kilometres", "empty_km"), ("km_sum", "Kilometres", "km")):
        t.metric(
            89, code, title, {**source, "expr": column}, owner="paul", unit="km", caliber_md="By the odometer.",
            certify=False,
        )  # fmt: skip
    t.metric(
        88, "empty_km_share_1m", "Share of empty kilometres",
        {"calc_type": "ratio", "numerator": "empty_km_sum", "denominator": "km_sum", "denominator_policy": "null"},
        kind="composite", owner="paul", tier="guardrail", unit="%", caliber_md="Empty by all kilometres.",
        certify=False,
    )  # fmt: skip
