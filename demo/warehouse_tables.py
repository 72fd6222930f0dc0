"""The tables of the demo's warehouse, once: the warehouse is made from them, and the catalogue reads its types here.

Columns are written as in a CREATE TABLE, with semicolons between them.
"""

from __future__ import annotations

from typing import Any

from catalog.columns_text import columns_of

_COLUMNS = {
    "lumio.ods_app_event": (
        "device_id text not null; user_id text; page text not null; search_text text; ts timestamptz not null"
    ),
    "lumio.dwd_trade_order_detail": (
        "order_id text primary key; buyer_id text not null; receiver_phone text; receiver_address text;"
        "pay_card_token text; pay_amount numeric(12, 2); pay_time timestamptz; client text not null;"
        "is_refunded boolean not null"
    ),
    "lumio.dws_trade_funnel_1h": (
        "hour timestamptz not null; category text not null; step text not null; uv integer not null;"
        "buyers integer not null"
    ),
    "lumio.ads_checkout_funnel": (
        "hour timestamptz not null; category text not null; cr numeric(6, 3); refund_rate numeric(6, 3)"
    ),
    "harbour.ods_loan_application": (
        "applicant_name text not null; id_card_no text not null; mobile_no text not null; bank_card_no text;"
        "monthly_income numeric(12, 2); face_template bytea; pay_password_hash text; apply_channel text not null;"
        "apply_ts timestamptz not null"
    ),
    "harbour.dwd_loan_repay_detail": (
        "customer_key text not null; loan_key text not null; due_date date not null; due_amt numeric(12, 2) not null;"
        "paid_amt numeric(12, 2) not null; dpd integer not null; channel text not null"
    ),
    "harbour.dws_vintage_mob_1m": (
        "vintage_month date not null; channel text not null; mob smallint not null; loan_cnt integer not null;"
        "bal numeric(16, 2) not null; dpd30_bal numeric(16, 2) not null; applied_cnt integer not null"
    ),
    "harbour.ads_early_warning": (
        "customer_key text not null; score numeric(6, 2) not null; reason_codes text[] not null; as_of date not null"
    ),
    "riverside.ods_emr_admission": (  # a further column comes after its review: the trap of this case
        "mrn text not null; patient_name text not null; id_card_no text; admit_time timestamptz not null;"
        "ward text not null; icd10_main text"
    ),
    "riverside.ods_emr_special_case": (
        "mrn text not null; patient_name text not null; id_card_no text; admit_time timestamptz not null;"
        "ward text not null; icd10_main text"
    ),
    "riverside.dwd_ip_readmission": (
        "patient_key text not null; age_band text not null; admit_date_shifted date not null; ward text not null;"
        "icd10_group text not null; readmit_30d boolean not null"
    ),
    "riverside.dws_readmission_ward_1m": (
        "ward text not null; month date not null; discharges integer not null; readmits integer not null;"
        "expected numeric(8, 2) not null"
    ),
    "riverside.dwd_record_access_log": (
        "staff_id text not null; mrn text not null; action text not null; reason text; ts timestamptz not null"
    ),
    "riverside.dim_ward": "ward text primary key; site text not null; beds smallint not null",
    "riverside.dim_icd10_group": "icd10_group text primary key; label text not null",
    "northline.ods_gps_ping": (
        "vehicle_id text not null; driver_id text; lat numeric(9, 6) not null; lon numeric(9, 6) not null;"
        "speed smallint; ts timestamptz not null"
    ),
    "northline.dwd_shipment_leg": (
        "shipment_no text primary key; consignee_name text; consignee_phone text; address text;"
        "slot_start timestamptz not null; arrived_at timestamptz; carrier text not null; freight_cost numeric(12, 2)"
    ),
    "northline.dws_lane_perf_1d": (
        "day date not null; lane text not null; carrier text not null; shipments integer not null;"
        "otif integer not null; eta_err integer not null; empty_km integer not null; km integer not null"
    ),
    "northline.ads_public_transit_time": "lane text primary key; typical_days integer not null",
    "tally.ods_product_event": (
        "account_id text not null; user_id text; email text; ip inet; event_name text not null;"
        "ts timestamptz not null; payload_json jsonb"
    ),
    "tally.dwd_subscription_change": (
        "account_id text not null; plan text not null; mrr_amount numeric(12, 2) not null; lost_amount numeric(12, 2);"
        "change_type text not null; change_date date not null"
    ),
    "tally.dws_account_health_1w": (
        "account_id text not null; health_score numeric(5, 2) not null; active_users integer not null;"
        "tickets integer not null"
    ),
    "tally.ads_retention_board": (
        "month date not null; segment text not null; nrr numeric(6, 3); grr numeric(6, 3); activation numeric(6, 3)"
    ),
}
_KEYS = {
    "lumio.dws_trade_funnel_1h": "hour, category, step",
    "lumio.ads_checkout_funnel": "hour, category",
    "northline.dws_lane_perf_1d": "day, lane",
}
TABLES = tuple(_COLUMNS)


def typed(table: str) -> dict[str, dict[str, Any]]:
    """The columns of a table by name, with type, key and nullability, as the warehouse has them."""
    return {column["name"]: column for column in columns_of(_COLUMNS[table].replace(";", "\n"))}


def statements() -> str:
    """SQL that makes every schema and table anew, without rows."""
    schemas = dict.fromkeys(table.split(".")[0] for table in _COLUMNS)
    made = [f'DROP SCHEMA IF EXISTS "{name}" CASCADE; CREATE SCHEMA "{name}";' for name in schemas]
    for table, columns in _COLUMNS.items():
        key = f", PRIMARY KEY ({_KEYS[table]})" if table in _KEYS else ""
        made.append(f"CREATE TABLE {table} ({columns.replace(';', ', ')}{key});")
    return "\n".join(made)
