"""Case C: Riverside Hospital Group and its readmissions. The trap: a column came after the levels were reviewed."""

from __future__ import annotations

from catalog import actions as catalog
from demo import campaign_c
from demo.short import accepted, prd, product, voice
from demo.teller import Teller

NURSE = (
    "Priya: Whom do you call after they go home?\n"
    "Nurse: We call patients back when we have time; nobody knows if it matters.\n"
)
PHYSICIAN = (
    "Priya: What should the board look at?\n"
    "Physician: Do not rank wards on raw rates, mine takes the sickest.\n"
    "Physician: Calls after discharge reach whoever picks up, not whoever needs one.\n"
)
PRIVACY = (
    "Priya: What worries you?\n"
    "Officer: Last year a board let anyone guess the patients of a small ward.\n"
)  # fmt: skip


def tell(t: Teller) -> None:
    """What the hospital asked for, how its special rows were split off, and why its PRD waits again."""
    _demand(t)
    _data(t)
    _metrics(t)
    t.made["product"] = product(
        t, 55, "30-day Readmission Review", offers=("rate", "access"), contains=("ward",), product_kind="dashboard",
        purpose="Shows by ward how many heart patients come back within 30 days, beside what their illness explains.",
        eligible_count=52, usage_target=50, review_on=t.day(75), sla="Loaded by the third working day of a month.",
    )  # fmt: skip
    t.made["prd"] = prd(
        t, 26, "Readmission within 30 days", "prd_c.md", insight=t.made["untargeted"], request=t.made["request"],
        product=t.made["product"], maker="ines", level=3, purpose="patient-care", retention_days=730,
    )  # fmt: skip
    campaign_c.tell(t)
    # The trap: agreed to by everybody, and then the source got another column that nobody has classified.
    with t.ago(3):
        catalog.add_columns(
            by=t.omar, dataset=t.fresh(t.made["admission"]),
            columns=[{"name": "discharge_note", "data_type": "text", "description": "Free text of the ward."}],
            reason="The ward system was updated.",
        )  # fmt: skip


def _demand(t: Teller) -> None:
    nurse = voice(
        t, 112, {"alias": "C-nurse", "org_unit": "Ward 4", "job_role": "Ward nurse"}, NURSE,
        "We call patients back when we have time; nobody knows if it matters.", "follow-up",
    )  # fmt: skip
    doctor = voice(
        t, 111, {"alias": "C-physician", "org_unit": "Cardiology", "job_role": "Chief physician"}, PHYSICIAN,
        "Calls after discharge reach whoever picks up, not whoever needs one.", "follow-up",
    )  # fmt: skip
    cells = voice(
        t, 110, {"alias": "C-privacy", "org_unit": "Privacy office", "job_role": "Privacy officer"}, PRIVACY,
        "Last year a board let anyone guess the patients of a small ward.", "small groups",
    )  # fmt: skip
    t.made["untargeted"] = t.insight(108, "Calls after discharge are made without a target.", [nurse, doctor])
    t.insight(
        107, "Small groups on a board identify people.", [cells], is_supported=False, severity=3, kind="objection",
    )  # fmt: skip
    t.made["request"] = accepted(
        t, 102, by=t.ines, insight=t.made["untargeted"], due=70,
        title="Which wards call their patients after 48 hours",
        business_question="Where do heart patients come back within 30 days more than their illness explains?",
        decision_to_make="Choose the wards that start a call 48 hours after discharge.",
        action_rule="If a ward stands 2 points above what is expected for two quarters, it starts the calls.",
        response="Accepted: by ward and month, beside the expected rate, and no group under ten.",
    )  # fmt: skip


def _data(t: Teller) -> None:
    riverside = t.warehouse("riverside", "Riverside warehouse")
    identity = {"patient_name": 4, "id_card_no": 4, "mrn": 4}
    t.made["admission"] = t.dataset(
        riverside, "riverside.ods_emr_admission", {**identity, "admit_time": 3, "ward": 2, "icd10_main": 4},
        layer="ODS", grain="admission", description="One row per admission, without the special diseases.",
        personal=[*identity], allowed_purposes=["patient-care"],
    )  # fmt: skip
    t.dataset(
        riverside, "riverside.ods_emr_special_case", {**identity, "admit_time": 4, "ward": 4, "icd10_main": 5},
        layer="ODS", grain="admission", personal=[*identity], allowed_purposes=["patient-care"],
        description="Admissions with a special disease, split off so that the others can be worked with.",
    )  # fmt: skip
    t.dataset(
        riverside, "riverside.dwd_ip_readmission",
        {"patient_key": 3, "age_band": 2, "admit_date_shifted": 3, "ward": 2, "icd10_group": 3, "readmit_30d": 3},
        layer="DWD", grain="index discharge", description="One row per discharge, with salted key and shifted dates.",
        personal=["patient_key"], allowed_purposes=["patient-care", "research"],
    )  # fmt: skip
    t.made["ward"] = t.dataset(
        riverside, "riverside.dws_readmission_ward_1m",
        dict.fromkeys(["ward", "month", "discharges", "readmits", "expected"], 2), layer="DWS", grain="ward, month",
        min_group=10, description="Discharges and readmissions by ward and month; groups under 10 are hidden.",
    )  # fmt: skip
    t.made["log"] = t.dataset(
        riverside, "riverside.dwd_record_access_log",
        {"staff_id": 3, "mrn": 4, "action": 3, "reason": 3, "ts": 3}, layer="DWD", grain="access",
        description="Who opened which record, and why.", personal=["staff_id", "mrn"],
        allowed_purposes=["patient-care", "legal-duty"],
    )  # fmt: skip

    for name, levels, description in (
        (
            "riverside.dim_ward",
            {"ward": 2, "site": 2, "beds": 1},
            "Wards, where they are, and their beds.",
        ),
        ("riverside.dim_icd10_group", {"icd10_group": 1, "label": 1}, "Groups of illnesses and what they are called."),
    ):
        t.dataset(riverside, name, levels, layer="DIM", grain="one each", description=description)


def _metrics(t: Teller) -> None:
    source = {"source_dataset": t.made["ward"].key, "agg": "sum", "event_time_column": "month"}
    t.metric(
        82, "index_discharge_cnt", "Index discharges", {**source, "expr": "discharges"}, owner="ines",
        unit="discharges", caliber_md="Discharges of heart patients; planned stays and deaths are left out.",
    )  # fmt: skip
    t.metric(
        82, "readmit_30d_cnt", "Readmissions within 30 days", {**source, "expr": "readmits"}, owner="ines",
        unit="discharges", caliber_md="Unplanned, same group of illness, within 30 days.", certify=False,
    )  # fmt: skip
    t.made["rate"] = t.metric(
        81, "readmit_30d_rate_ward_1m", "Readmission rate, 30 days",
        {"calc_type": "ratio", "numerator": "readmit_30d_cnt", "denominator": "index_discharge_cnt",
         "denominator_policy": "null", "min_group_size": 10},
        kind="composite", owner="ines", tier="outcome", unit="%",
        caliber_md="Readmissions by index discharges; planned chemotherapy, dialysis and deaths are left out.",
        certify=False,
    )  # fmt: skip
    t.made["access"] = t.metric(
        80, "unjustified_access_cnt_1w", "Records opened without a reason",
        {"source_dataset": t.made["log"].key, "agg": "count", "expr": "ts", "limits": ["reason = ''"],
         "event_time_column": "ts"},
        owner="ines", tier="guardrail", unit="events", caliber_md="Opened records that name no reason.",
        certify=False,
    )  # fmt: skip
