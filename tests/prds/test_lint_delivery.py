"""DEC, ACC, QLT, ROL, REV, EFF: used, accepted, undone, reviewed, ended."""

import pytest

from prds.lint import RequestFacts
from tests.prds.documents import GOOD, GOOD_ZH, dataset, facts, fired, fired_zh

RULE = "If {{metric:step_loss_1h}} is above 12 % we will switch. Brand stays human judgement."


def test_dec_101_somebody_decides_at_some_time():
    for text in (f"The lead decides. {RULE}", f"Each hour a look. {RULE}", f"A look. {RULE}"):
        assert fired(decision=text) == ["DEC-101"]


@pytest.mark.parametrize(
    "text", ["The lead decides each hour.", "Decision maker: Lee. Deadline: 2026-10-31.", "决策人：李；每小时。"]
)
def test_dec_101_a_maker_and_a_time_are_enough(text):
    assert fired(decision=f"{text} {RULE}") == []


def test_dec_101_the_prd_may_name_the_maker_beside_the_text():
    assert fired(decision=f"Each hour a look. {RULE}", known=facts(decision_maker="Lee")) == []


def test_dec_102_the_number_must_be_able_to_change_something():
    assert fired(decision="The lead decides each hour. Brand stays human judgement.") == ["DEC-102"]
    assert fired(decision="The lead decides each hour if it is fine. Brand stays human judgement.") == ["DEC-102"]
    assert fired(decision=f"The lead decides each hour. {RULE}") == []
    assert fired_zh(decision="决策人：李，每小时。品牌由人判断。") == ["DEC-102"]
    assert fired_zh(decision="决策人：李，每小时。如果流失变大，就切换。品牌由人判断。") == []


RECONCILED = "- Buyers are reconciled with the ledger within 0.5 %."


@pytest.mark.parametrize("text", ["The page looks good.", "Users are happy with it.", "页面好看。"])
def test_acc_101_a_criterion_must_be_able_to_fail(text):
    assert fired(acceptance=f"- {text}\n{RECONCILED}") == ["ACC-101"]


@pytest.mark.parametrize(
    "text",
    [
        "The page opens in 2 seconds.", "Given an empty hour, when it ends, then nothing is drawn.", "Loss <= visits",
        "Small groups are hidden.", "Both figures are identical.", "当小时结束，则展示。", "These hold:",
    ],
)  # fmt: skip
def test_acc_101_numbers_comparisons_and_stories_can_fail(text):
    assert fired(acceptance=f"- {text}\n{RECONCILED}") == []


def test_acc_101_the_rows_of_a_table_are_criteria_and_its_head_is_none():
    table = "| id | criterion |\n|---|:--|\n| 1 | {} |\n"
    assert fired(acceptance=table.format("Opens in 2 seconds.") + RECONCILED) == []
    assert fired(acceptance=table.format("Looks good.") + RECONCILED) == ["ACC-101"]


def test_acc_102_something_is_reconciled_within_a_tolerance():
    assert fired(acceptance="- The page opens in 2 seconds.") == ["ACC-102"]
    assert fired(acceptance="- Buyers tie to the ledger of 2026.") == ["ACC-102"]
    assert fired(acceptance="- Buyers tie to the ledger, tolerance 0.5 %.") == []
    assert fired_zh(acceptance="- 页面 2 秒打开。") == ["ACC-102"]
    assert fired_zh(acceptance="- 买家数与台账对账，误差 0.5 %。") == []


CHECKS = (
    "- Freshness of {}: hourly.",
    "- Completeness of {}: no hour is missing.",
    "- Uniqueness of {}: one row per hour.",
)


def quality(table, *left_out):
    return "\n".join(text.format(table) for place, text in enumerate(CHECKS) if place not in left_out)


def test_qlt_101_each_new_table_has_three_checks():
    model = GOOD["model"] + " dws.coupon_1h stands beside it."
    for place in range(3):
        both = f"{GOOD['quality']}\n{quality('dws.coupon_1h', place)}"
        assert fired(model=model, quality=both) == ["QLT-101"]
    assert fired(model=model, quality=f"{GOOD['quality']}\n{quality('dws.coupon_1h')}") == []
    assert fired(model=model, quality=quality("every new table")) == []
    assert fired_zh(model=GOOD_ZH["model"] + "另有 dws.coupon_1h。") == ["QLT-101"]


def test_qlt_101_existing_tables_are_not_new():
    assert fired(model=GOOD["model"] + " It reads dws.trade_funnel_1h.") == []
    assert fired(model=GOOD["model"] + " It makes ads.other.") == ["QLT-101"]


def test_rol_101_there_is_a_way_back():
    assert fired(rollout="Trial group: 6 people.") == ["ROL-101"]
    assert fired(rollout="Rollback: the old mail.") == []  # L2, inside the house
    assert fired(rollout="There is no rollback.") == ["ROL-101"]
    assert fired_zh(rollout="试点 6 人。") == ["ROL-101"]


def test_rol_101_confidential_data_or_outsiders_need_a_trial():
    back = {"rollout": "Rollback: the old mail."}
    assert fired(**back, level=3) == ["ROL-101"]
    assert fired(**back, known=facts(high_water=3), level=3) == ["ROL-101"]
    assert fired(**back, users="64 partners outside the house.") == ["ROL-101"]
    assert fired(rollout=back["rollout"] + " Pilot with 6 people.", level=3) == []
    assert fired_zh(rollout="回滚：旧邮件。", users="64 家供应商。") == ["ROL-101"]


def test_rol_102_what_is_replaced_is_retired():
    new = {"deliverable": GOOD["deliverable"] + " It replaces the Monday mail."}
    assert fired(**new) == ["ROL-102"]
    assert fired(**new, rollout=GOOD["rollout"] + " The Monday mail is retired on 2026-12-01.") == []
    assert fired(deliverable=GOOD["deliverable"] + " It does not replace the Monday mail.") == []
    assert fired_zh(deliverable=GOOD_ZH["deliverable"] + "替代周一邮件。") == ["ROL-102"]
    assert (
        fired_zh(deliverable=GOOD_ZH["deliverable"] + "替代周一邮件。", rollout=GOOD_ZH["rollout"] + "周一邮件下线。")
        == []
    )


@pytest.mark.parametrize(
    "gone",
    [
        "Review on 2027-01-31.",
        "Usage target: 60 % of the eligible.",
        "We retire it if fewer than 10 % use it for 90 days.",
    ],
)
def test_rev_101_a_product_has_a_review_a_target_and_an_end(gone):
    text = GOOD["review"].replace(gone, "")
    if gone.startswith("Usage"):
        text = text.replace("fewer than 10 % use it for 90 days", "nobody opens it")
    assert fired(review=text) == ["REV-101"]


def test_rev_101_the_product_may_hold_date_and_target():
    import datetime

    known = facts(review_on=datetime.date(2027, 1, 31), usage_target=0.6)
    assert fired(review="We retire it if nobody opens it.", known=known) == []
    assert fired_zh(review="2027-01-31 复盘。使用目标 60 %。") == ["REV-101"]


def test_eff_101_confidence_stays_within_the_evidence():
    def request(**changes):
        return facts(requests={"REQ-1001": RequestFacts("REQ-1001", "accepted", **changes)})

    assert fired(known=request(confidence=80, confidence_cap=50)) == ["EFF-101"]
    assert fired(known=request(confidence=50, confidence_cap=50)) == []
    assert fired(known=request(cost_of_delay_profile="fixed_date")) == ["EFF-101"]
    assert fired(known=request(cost_of_delay_profile="fixed_date", date_source="Payments act, article 4")) == []


def test_eff_101_a_fixed_date_names_its_source():
    assert fired(effort="Hard deadline 2026-10-31.") == ["EFF-101"]
    assert fired(effort="Hard deadline 2026-10-31, set by the payments regulation.") == []
    assert fired(effort="There is no hard deadline.") == []
    assert fired_zh(effort="必须在 10 月 31 日前完成。") == ["EFF-101"]
    assert fired_zh(effort="监管要求，必须在 10 月 31 日前完成。") == []


def test_level_three_data_needs_a_trial_through_the_columns_too():
    known = facts(datasets={"dws.trade_funnel_1h": dataset("dws.trade_funnel_1h", columns={"uv": 3})}, high_water=None)
    assert fired(known=known, level=3, rollout="Rollback: the old mail.") == ["ROL-101"]
