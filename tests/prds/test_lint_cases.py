"""The five worked cases: as they stand today no rule speaks, and each trap of the demo speaks with its own ids."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from prds.lint import DatasetFacts, Document, Facts, InsightFacts, MetricFacts, RequestFacts, lint

TODAY = datetime.date(2026, 9, 1)
FOLDER = Path(__file__).with_name("cases")
LEVELS = {"a": 3, "b": 3, "c": 4, "d": 3, "e": 3}
COLUMNS = {
    "dwd.trade_order_detail": {"order_id": 2, "buyer_id": 3, "pay_card_token": 4, "pay_time": 2},
    "dws.trade_funnel_1h": {"hour": 2, "category": 2, "uv": 2},
    "dwd.loan_repay_detail": {"loan_key": 3, "dpd": 3},
    "dws.vintage_mob_1m": {"vintage_month": 2, "channel": 2, "dpd30_bal": 2},
    "ods.emr_admission": {"patient_name": 4, "admit_time": 3, "ward": 2, "icd10_main": 4},
    "dws.readmission_ward_1m": {"ward": 2, "month": 2, "readmits": 2},
    "dwd.shipment_leg": {"shipment_no": 2, "consignee_name": 3, "slot_start": 2, "arrived_at": 2, "carrier": 2},
    "dws.lane_perf_1d": {"lane": 2, "carrier": 2, "otif": 2},
    "ods.product_event": {"account_id": 2, "email": 3},
    "dwd.subscription_change": {"account_id": 2, "mrr_amount": 3},
}


def read(case):
    return (FOLDER / f"{case}.md").read_text(encoding="utf-8")


def facts_of(document, **changes):
    """A world in which everything that the document refers to is in order."""
    voices = frozenset({"p1", "p2"})
    versions = {one.target: one.pinned_version or "1.0.0" for one in document.references if one.kind == "metric"}
    names = {one.target for one in document.references}
    known = Facts(
        today=TODAY,
        metrics={
            code: MetricFacts(code, code, "owner", "certified", version, ("segment",), "UTC+8", "1m", unit="%")
            for code, version in versions.items()
        },
        datasets={
            name: DatasetFacts(
                name, "omar", "mei", True, datetime.date(2027, 6, 1), columns=columns, layer=name[:3].upper(),
                freshness_minutes=60,
            )
            for name, columns in COLUMNS.items()
        },
        insights={key: InsightFacts(key, "supported", voices, voices) for key in names if key.startswith("INS-")},
        requests={key: RequestFacts(key, "accepted") for key in names if key.startswith("REQ-")},
    )  # fmt: skip
    return replace(known, **changes)


def ids(text, level, change=lambda facts: facts):
    document = Document.of_markdown(text, declared_level=level)
    return {one.rule_id for one in lint(document, change(facts_of(document)))}


@pytest.mark.parametrize("case", sorted(LEVELS))
def test_a_case_as_it_stands_today_is_left_in_peace(case):
    assert ids(read(case), LEVELS[case]) == set()


def test_case_a_began_as_a_real_time_flink_wallboard():
    first = read("a").replace("The checkout lead of", "A real-time Flink wallboard at 1 s. The checkout lead of")
    assert ids(first, 3) == {"TOOL-001", "TOOL-003", "SRC-103"}
    vague = read("a").replace("The checkout lead of", "A real-time Flink wallboard. The checkout lead of")
    assert ids(vague, 3) == {"TOOL-001", "TOOL-003", "SRC-103", "STR-004"}


def test_case_a_declared_l2_while_it_read_the_card_token():
    reading = read("a").replace("buyer_id,pay_time}}", "buyer_id,pay_card_token,pay_time}}")
    assert ids(reading, 2) == {"SEC-101"}
    assert ids(reading, 3) == {"SEC-101"}
    assert ids(read("a"), 3) == set()


def test_case_b_its_rate_had_no_business_owner():
    def ownerless(known):
        metric = replace(known.metrics["dpd30_rate_mob3"], owner="")
        return replace(known, metrics={**known.metrics, metric.code: metric})

    assert ids(read("b"), 3, ownerless) == {"MET-101"}


def test_case_b_without_the_two_rules_the_model_has_nothing_to_beat():
    bare = (
        read("b").replace("It has to beat a two-rule baseline by 5 points.", "").replace("the two rules", "last year")
    )
    assert ids(bare, 3) == {"TOOL-006"}


def test_case_c_its_review_lapsed_when_a_column_was_added():
    def grown(known):
        dataset = replace(known.datasets["ods.emr_admission"], has_new_columns=True)
        return replace(known, datasets={**known.datasets, dataset.name: dataset})

    assert ids(read("c"), 4, grown) == {"SRC-101"}


def test_case_c_a_ward_league_table_needs_case_mix():
    table = read("c").replace("one line per ward and its own past", "a league table of wards")
    bare = table.replace("min_group_size 10", "ten").replace("what case mix explains", "last year")
    assert ids(table, 4) == set()
    assert ids(bare, 4) == {"TYR-005"}


def test_case_d_a_driver_idle_ranking_for_the_bonus():
    asked = read("d").replace("A list of the trucks to call", "A ranking of drivers by idle minutes for the bonus")
    assert ids(asked, 3) == {"TYR-003", "TYR-005"}


def test_case_e_its_payload_was_never_classified():
    def raw(known):
        dataset = known.datasets["ods.product_event"]
        dataset = replace(dataset, columns={**dataset.columns, "payload_json": None})
        return replace(known, datasets={**known.datasets, dataset.name: dataset})

    assert ids(read("e"), 3, raw) == {"SRC-101", "SEC-101"}  # unclassified counts as L4
    assert ids(read("e"), 4, raw) == {"SRC-101"}
