"""MET, SRC, SEC: the numbers, their sources and their levels."""

import datetime
from dataclasses import replace

import pytest

from prds.lint import RULES, errors, lint
from tests.prds.documents import GOOD, GOOD_ZH, dataset, document, facts, fired, fired_zh, metric

CODES = ("visit_to_pay_cr_1d_app", "refund_rate_7d", "step_loss_1h")
SUCCESS = CODES[0]


def with_metric(code=SUCCESS, **changes):
    known = facts()
    return replace(known, metrics={**known.metrics, code: replace(known.metrics[code], **changes)})


def with_dataset(**changes):
    return facts(datasets={"dws.trade_funnel_1h": dataset("dws.trade_funnel_1h", **changes)})


@pytest.mark.parametrize("changes", [{"owner": ""}, {"state": "proposed"}, {"state": "merged"}, {"version": "3.0.0"}])
def test_met_101_a_metric_must_be_owned_defined_and_current(changes):
    assert fired(known=with_metric(**changes)) == ["MET-101"]


def test_met_101_a_missing_metric_is_said_by_name():
    found = lint(document(), replace(facts(), metrics={}), only={"MET-101"})
    assert [one.subject for one in found] == [f"metric:{code}" for code in ("step_loss_1h", SUCCESS, "refund_rate_7d")]


@pytest.mark.parametrize("changes", [{"state": "defined"}, {"state": "lapsed"}, {"version": "2.9.4"}, {"version": ""}])
def test_met_101_a_newer_revision_or_a_lapsed_certificate_does_not_block(changes):
    assert fired(known=with_metric(**changes)) == []


@pytest.mark.parametrize(
    "text", ["Conversion is 3.1 % today.", "The refund rate is 4 %.", "GMV of 3 million.", "复购率 20 %。"]
)
def test_met_102_a_number_needs_its_definition(text):
    assert fired(metrics=f"{GOOD['metrics']}\n\n{text}") == ["MET-102"]


@pytest.mark.parametrize(
    "text",
    [
        "Conversion matters.", "The refund rate {{metric:refund_rate_7d}} is 4 %.", "At any rate 3 people came.",
        "The usage rate is 60 %.", "At most 40 calls.", "效率提高 20 %。", "> Our conversion is 3 %, says marketing.",
    ],
)  # fmt: skip
def test_met_102_is_content_with_a_reference_or_without_a_number(text):
    assert "MET-102" not in fired(metrics=f"{GOOD['metrics']}\n\n{text}")


def test_met_103_a_success_metric_is_complete():
    for field in ({"dimensions": ()}, {"timezone": ""}, {"period": ""}):
        assert fired(known=with_metric(**field)) == ["MET-103"]
        assert fired(known=with_metric("refund_rate_7d", **field)) == []


def test_met_104_what_cannot_be_added_up_is_no_total():
    known = with_metric(additivity="non_additive")
    total = f"{GOOD['metrics']}\n\nThe total {{{{metric:{SUCCESS}@2.0.0 role=success}}}} of all clients."
    assert fired(known=known, metrics=total) == ["MET-104"]
    assert fired(known=facts(), metrics=total) == []
    assert fired(known=known) == []
    assert fired(known=known, metrics=total.replace("The total", "No total of")) == []
    zh = f"{GOOD_ZH['metrics']}各端 {{{{metric:{SUCCESS}@2.0.0}}}} 合计。"
    assert fired_zh(known=known, metrics=zh) == ["MET-104"]


def more(count):
    extra = [f"extra_{number}_rate" for number in range(count)]
    known = facts()
    known = replace(known, metrics={**known.metrics, **{code: metric(code) for code in extra}})
    text = " ".join(f"{{{{metric:{code} role=success}}}}" for code in extra)
    return known, f"{GOOD['metrics']}\n\n{text}"


def test_met_105_three_success_metrics_are_enough():
    for count, ids in ((2, []), (3, ["MET-105"])):
        known, text = more(count)
        assert fired(known=known, metrics=text) == ids


def vanity(other="refund_cnt", unit="orders", **changes):
    known = facts(
        metrics={"page_view_cnt": metric("page_view_cnt", unit="", **changes), other: metric(other, unit=unit)}
    )
    ref = f"{{{{metric:page_view_cnt role=success}}}} {{{{metric:{other} role=guardrail}}}}"
    return fired(
        known=known,
        goals=f"More people look: {ref}.",
        metrics="See the goals.",
        decision="Lee decides daily if it is so; then we will act. Taste stays human judgement.",
    )


def test_met_106_a_vanity_count_needs_a_rate_beside_it():
    assert vanity() == ["MET-106"]
    assert vanity("buyer_rate", "") == []
    assert vanity("buyer_share", "%") == []


def test_met_106_in_chinese():
    known = facts(metrics={"pv": metric("pv", name="累计用户", unit=""), "refund_cnt": metric("refund_cnt", unit="单")})
    text = "更多人看：{{metric:pv role=success}} {{metric:refund_cnt role=guardrail}}。"
    decision = "决策人：结账负责人，每小时。如果变差，就切换。由人判断。"
    assert fired_zh(known=known, goals=text, metrics="见目标。", decision=decision) == ["MET-106"]


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": ""}, {"steward": ""}, {"is_reviewed": False}, {"review_due": datetime.date(2026, 7, 31)},
        {"has_new_columns": True}, {"columns": {"hour": 2, "payload": None}},
    ],
)  # fmt: skip
def test_src_101_a_dataset_must_be_governed(changes):
    known = replace(with_dataset(**changes), high_water=2)
    assert "SRC-101" in fired(known=known, level=4)
    assert [one.rule_id for one in errors(lint(document(declared_level=4), known), waived=RULES)] == ["SRC-101"]


def test_src_101_only_the_columns_that_are_read_count():
    known = replace(with_dataset(columns={"hour": 2, "payload": None}), high_water=2)
    some = GOOD["sources"].replace("1h}}", "1h columns=hour}}")
    assert fired(known=known, sources=some) == []
    assert "SRC-101" in fired(known=known, level=4, sources=GOOD["sources"].replace("1h}}", "1h columns=hour,gone}}"))
    assert "SRC-101" in fired(known=facts(datasets={}))
    assert fired(known=with_dataset(review_due=datetime.date(2026, 8, 1))) == []


def test_src_102_layers_are_not_skipped_without_a_reason():
    known = with_dataset(layer="ADS", upstream_layers=("ODS",))
    assert fired(known=known) == ["SRC-102"]
    assert fired(known=with_dataset(layer="DWS", upstream_layers=("ODS", "DWD"))) == ["SRC-102"]
    reason = GOOD["model"] + " trade_funnel_1h reads the log directly because nothing stands between."
    assert fired(known=known, model=reason) == []
    assert fired(known=with_dataset(layer="ADS", upstream_layers=("DWS", "DIM"))) == []
    assert fired_zh(known=known, model=GOOD_ZH["model"] + "ADS 直读日志，原因：没有中间层。") == []


def test_src_103_a_source_keeps_the_promise():
    assert fired(known=with_dataset(has_open_incident=True)) == ["SRC-103"]
    assert fired(known=with_dataset(freshness_minutes=1_440)) == ["SRC-103"]
    assert fired(known=with_dataset(freshness_minutes=60)) == []
    assert fired(known=with_dataset(freshness_minutes=None)) == []


def test_sec_101_the_declared_level_is_high_enough():
    assert fired(known=facts(high_water=4)) == ["SEC-101"]
    assert fired(known=facts(high_water=4), level=4) == []
    assert fired(level=None) == ["SEC-101"]


def test_sec_101_columns_that_are_read_raise_the_level_even_unclassified_ones():
    known = replace(with_dataset(columns={"hour": 2, "card": 4}), high_water=None)
    assert "SEC-101" in fired(known=known)
    assert fired(known=known, sources=GOOD["sources"].replace("1h}}", "1h columns=hour}}")) == []
    bare = replace(with_dataset(columns={"hour": 2, "payload": None}), high_water=None)
    assert {"SEC-101", "SRC-101"} <= set(fired(known=bare, level=3))


PERSONAL = {"sources": GOOD["sources"] + " It holds personal data of buyers."}


def test_sec_102_personal_data_needs_purpose_retention_and_access():
    full = "Purpose: refunds. Kept for 90 days. Access by role."
    assert fired(**PERSONAL, security=full) == []
    for missing in ("Purpose: refunds.", "Kept for 90 days.", "Access by role."):
        assert fired(**PERSONAL, security="L2. " + full.replace(missing, "")) == ["SEC-102"]
    assert fired(sources=GOOD["sources"] + " It holds no personal data.") == []


def test_sec_102_columns_and_facts_tell_of_personal_data_too():
    known = with_dataset(personal_columns=frozenset({"uv"}))
    assert fired(known=known) == ["SEC-102"]  # nothing says for how long
    assert fired(known=known, sources=GOOD["sources"].replace("1h}}", "1h columns=hour}}")) == []
    assert fired(known=facts(has_personal_data=True)) == ["SEC-102"]
    zh = {"sources": GOOD_ZH["sources"] + "含个人信息。"}
    assert fired_zh(**zh) == ["SEC-102"]
    assert fired_zh(**zh, security="目的：退款。保留 90 天。按角色授权访问。") == []


def test_sec_103_slices_are_larger_than_the_smallest_group():
    fine = with_metric(source_datasets=("dws.trade_funnel_1h",), min_group_size=20)
    assert fired(known=fine) == []
    few = replace(fine, datasets={"dws.trade_funnel_1h": dataset("dws.trade_funnel_1h", row_count=2_000)})
    assert fired(known=few) == ["SEC-103"]
    assert fired(known=replace(few, metrics=with_metric(source_datasets=()).metrics)) == []
    edge = replace(fine, datasets={"dws.trade_funnel_1h": dataset("dws.trade_funnel_1h", row_count=2_400)})
    assert fired(known=edge) == []


def test_findings_come_in_the_order_of_the_document_and_repeat():
    bad = document(goals="Build it fast.", summary="We want Kafka now. We want it fast.")
    found = lint(bad, facts())
    assert found == lint(bad, facts())
    assert [one.line for one in found if one.section] == sorted(one.line for one in found if one.section)
    law = {rule_id for rule_id, one in RULES.items() if one.is_law}
    assert law == {"SEC-102", "SEC-104", "SRC-101"}
