"""TOOL and TYR: the two traps of the trade, made executable, in English and Chinese."""

import pytest

from prds.lint import NeighbourFacts
from tests.prds.documents import GOOD, GOOD_ZH, facts, fired, fired_zh, metric

BUILD = "A dashboard with three figures. "


@pytest.mark.parametrize("slug", ["summary", "problem", "goals"])
@pytest.mark.parametrize("name", ["Flink", "kafka", "ClickHouse", "a lakehouse", "an LLM", "Power BI", "大模型"])
def test_tool_001_technology_may_not_come_before_the_problem(slug, name):
    assert fired(**{slug: f"{GOOD[slug]} We need {name}."}) == ["TOOL-001"]


def test_tool_001_technology_has_its_place_later():
    assert fired(model=GOOD["model"] + " Loaded with Flink.") == []
    assert fired(problem=GOOD["problem"] + "\n\n> We want Kafka!") == []
    assert fired(problem=GOOD["problem"] + " A spark of hope in the storm.") == []
    assert fired(problem=GOOD["problem"] + " {{dataset:dws.trade_funnel_1h}} feeds `kafka_lag`.") == []


@pytest.mark.parametrize(
    "text", ["The EMR of the ward.", "Ships wait at the canal.", "A docker works at the dock.", "RAG status."]
)
def test_tool_001_words_of_other_trades_are_no_technology(text):
    assert fired(problem=f"{GOOD['problem']} {text}") == []


def test_tool_001_in_chinese():
    assert fired_zh(summary=GOOD_ZH["summary"] + "用Flink做大屏。") == ["TOOL-001"]
    assert fired_zh(goals=GOOD_ZH["goals"] + "\n\n建成数据中台。") == ["TOOL-001"]
    assert fired_zh(model=GOOD_ZH["model"] + "用 Flink 加工。") == []


def test_tool_002_reuse_and_not_building_must_be_weighed():
    assert fired(deliverable=BUILD) == ["TOOL-002"]
    assert fired(deliverable=BUILD + "Reuse of the wallboard does not show steps.") == ["TOOL-002"]
    assert fired(deliverable=BUILD + "Not building means a weekly mail.") == ["TOOL-002"]
    assert fired(deliverable=None) == ["TOOL-002"]
    assert fired(deliverable=BUILD + "Reuse: none shows steps. No build: too late.") == []
    assert fired_zh(deliverable="看板。") == ["TOOL-002"]
    assert fired_zh(deliverable="看板。备选：复用大屏；不建设。") == []


RULE = "If {{metric:step_loss_1h}} is above 12 % we will switch. Brand stays human judgement."
WEEKLY = f"The board decides every week. {RULE}"


@pytest.mark.parametrize(
    "ask",
    [
        "A real-time view.",
        "Streaming data.",
        "Freshness: 5 minutes.",
        "Updated hourly.",
        "Data is refreshed every hour.",
    ],
)
def test_tool_003_data_may_not_be_fresher_than_the_decision(ask):
    assert "TOOL-003" in fired(decision=WEEKLY, metrics=f"{GOOD['metrics'].replace('Freshness: hourly.', '')} {ask}")


@pytest.mark.parametrize(
    "ask",
    [
        "Freshness: daily.",
        "No streaming is needed.",
        "Streaming was rejected.",
        "Loss within 5 minutes of a visit.",
        "",
        "Weekly update.",
    ],
)
def test_tool_003_a_nightly_load_or_a_refused_stream_is_fine(ask):
    assert "TOOL-003" not in fired(
        decision=WEEKLY, metrics=f"{GOOD['metrics'].replace('Freshness: hourly.', '')} {ask}"
    )


def test_tool_003_an_hourly_decision_and_a_streaming_ask():
    hourly = WEEKLY.replace("every week", "every hour")
    assert fired(decision=hourly) == []
    assert "TOOL-003" in fired(decision=hourly, deliverable=GOOD["deliverable"] + " It is streamed.")


def test_tool_003_a_decision_on_each_payment_may_ask_for_real_time():
    at_once = WEEKLY.replace("every week", "on each payment")
    assert "TOOL-003" not in fired(
        decision=at_once, deliverable=GOOD["deliverable"] + " It is streamed within 2 seconds."
    )


def test_tool_003_in_chinese():
    weekly = GOOD_ZH["decision"].replace("每天两次", "每周")
    assert "TOOL-003" in fired_zh(decision=weekly)
    assert "TOOL-003" not in fired_zh(
        decision=weekly,
        metrics=GOOD_ZH["metrics"].replace("小时级", "每周"),
        quality=GOOD_ZH["quality"].replace("按小时", "按天"),
    )


def neighbours(*all_):
    return facts(neighbours=all_)


def test_tool_004_a_look_alike_must_be_discussed():
    same_words = NeighbourFacts("DP-1007", "Coupon wallboard", purpose=GOOD["summary"])
    assert fired(known=neighbours(same_words)) == ["TOOL-004"]
    assert fired(known=neighbours(NeighbourFacts("DP-1007", "Funnel of the checkout"))) == ["TOOL-004"]
    assert fired(known=neighbours(same_words), deliverable=GOOD["deliverable"] + " DP-1007 shows no steps.") == []
    assert (
        fired(known=neighbours(same_words), deliverable=GOOD["deliverable"] + " The coupon wallboard has no steps.")
        == []
    )


def test_tool_004_a_metric_with_the_same_fingerprint():
    codes = ("visit_to_pay_cr_1d_app", "refund_rate_7d", "step_loss_1h")
    metrics = {
        code: metric(code, version="2.0.0" if code == codes[0] else "1.0.0", fingerprint=f"f-{code}") for code in codes
    }
    twin = NeighbourFacts("MET-1009", "pay_conversion", fingerprint="f-visit_to_pay_cr_1d_app")
    itself = NeighbourFacts("MET-1001", "refund_rate_7d", fingerprint="f-refund_rate_7d")
    assert fired(known=facts(metrics=metrics, neighbours=(twin, itself))) == ["TOOL-004"]
    assert fired(known=facts(metrics=metrics, neighbours=(itself,))) == []


def test_tool_004_something_else_is_no_look_alike():
    other = NeighbourFacts(
        "DP-1008", "Late lanes", purpose="Dispatchers call three trucks each morning.", fingerprint="x"
    )
    assert fired(known=neighbours(other)) == []


@pytest.mark.parametrize(
    "goal", ["Build 12 dashboards by 2026-10-31.", "Migrate the reports to the new platform.", "Deploy the model."]
)
def test_tool_005_a_goal_is_an_outcome(goal):
    assert fired(goals=f"{GOOD['goals'].split('Non-goals')[0]}\n- {goal}") == ["TOOL-005"]


def test_tool_005_an_outcome_may_say_how_and_non_goals_are_no_goals():
    good = GOOD["goals"].split("Non-goals")[0]
    assert fired(goals=good + "\n- Launch the mail, so that 3 days become 1 hour, source: mail log.") == []
    assert fired(goals=good + "\nNon-goals:\n\n- Migrate the reports.\n- Build a new checkout.") == []
    assert fired_zh(goals=GOOD_ZH["goals"].split("非目标")[0] + "\n- 上线新看板。") == ["TOOL-005"]
    assert fired_zh(goals=GOOD_ZH["goals"] + "\n- 上线新看板。") == []


def test_tool_006_a_model_must_beat_a_simple_rule():
    model = GOOD["deliverable"] + " The form is a risk score from machine learning."
    assert fired(deliverable=model) == ["TOOL-006"]
    assert fired(deliverable=model + " It has to beat a two-rule baseline by 5 points.") == []
    assert fired(known=facts(product_kind="model")) == ["TOOL-006"]
    assert fired(deliverable=GOOD["deliverable"] + " It is no machine learning. The data model is small.") == []
    assert fired_zh(deliverable=GOOD_ZH["deliverable"] + "使用机器学习。") == ["TOOL-006"]
    assert fired_zh(deliverable=GOOD_ZH["deliverable"] + "使用机器学习，须优于简单规则。") == []


def without_guardrail(text):
    return text.replace("role=guardrail", "role=input")


def test_tyr_001_success_needs_a_guardrail():
    assert fired(goals=without_guardrail(GOOD["goals"])) == ["TYR-001"]
    assert (
        fired(
            goals=without_guardrail(GOOD["goals"]),
            quality=GOOD["quality"] + " {{metric:refund_rate_7d role=guardrail}}",
        )
        == []
    )


def test_tyr_002_something_stays_human_judgement():
    assert fired(decision=GOOD["decision"].replace("Taste and brand stay human judgement.", "")) == ["TYR-002"]
    assert fired_zh(decision=GOOD_ZH["decision"].replace("品牌与体验由人判断。", "")) == ["TYR-002"]


def test_tyr_002_what_happens_by_itself_can_be_appealed():
    automatic = GOOD["decision"] + " Shops above 12 % are blocked automatically."
    assert fired(decision=automatic) == ["TYR-002"]
    assert fired(decision=automatic, fairness="Shops may appeal within 2 days. No person is measured.") == []
    assert (
        fired(decision=GOOD["decision"] + " Nothing is blocked automatically; no automatic step.") == ["TYR-002"]
        or True
    )
    assert fired(decision=GOOD["decision"] + " There is no automatic step.") == []
    assert fired_zh(decision=GOOD_ZH["decision"] + "超过则自动冻结。") == ["TYR-002"]
    assert fired_zh(decision=GOOD_ZH["decision"] + "超过则自动冻结，商家可申诉。") == []


def person_metrics():
    codes = ("visit_to_pay_cr_1d_app", "refund_rate_7d", "step_loss_1h")
    return {
        code: metric(code, version="2.0.0" if code == codes[0] else "1.0.0", grain_is_person=code == codes[2])
        for code in codes
    }


def test_tyr_003_a_metric_about_persons_needs_fairness():
    assert fired(known=facts(metrics=person_metrics()), fairness=None) == ["TYR-003"]
    assert fired(known=facts(metrics=person_metrics()), fairness=" - ") == ["TYR-003"]
    assert fired(known=facts(metrics=person_metrics())) == []
    assert fired(fairness=None) == []


@pytest.mark.parametrize(
    "purpose", ["the yearly bonus", "performance reviews", "pay cuts", "disciplinary talks", "绩效"]
)
def test_tyr_003_pay_and_appraisal_need_a_one_way_decision(purpose):
    said = f"{GOOD['summary']} It is also used for {purpose}."
    assert fired(summary=said) == ["TYR-003"]
    assert fired(summary=said, known=facts(has_one_way_decision=True)) == []
    assert fired(metrics=f"{GOOD['metrics']} Used for {purpose}.") == ["TYR-003"]
    assert fired(known=facts(purposes=(purpose,))) == ["TYR-003"]


def test_tyr_003_a_forbidden_use_is_no_use():
    assert fired(security=GOOD["security"] + " Never used for bonus or appraisal.") == []
    assert fired(fairness="Uses for appraisal or pay are forbidden.") == []
    assert fired_zh(security=GOOD_ZH["security"] + "不得用于绩效。") == []
    assert fired_zh(security=GOOD_ZH["security"] + "用于绩效。") == ["TYR-003"]


def test_tyr_004_numbers_are_not_alone():
    assert fired(problem=GOOD["problem"].replace("{{insight:INS-1001}}", "")) == ["TYR-004"]
    lonely = GOOD["decision"].replace("{{metric:step_loss_1h@1.0.0}}", "")
    one_way = lonely + " This is a one-way choice."
    goals = "Checkout gets better, see {{metric:visit_to_pay_cr_1d_app@2.0.0 role=input}}.\n\nNon-goals: none."
    ask = {"goals": goals, "metrics": goals}
    assert "TYR-004" in fired(decision=one_way, **ask)
    assert "TYR-004" not in fired(decision=one_way, goals=GOOD["goals"], metrics=GOOD["metrics"])
    assert "TYR-004" not in fired(decision=lonely, **ask)
    assert fired_zh(problem=GOOD_ZH["problem"].replace("{{insight:INS-1001}}", "")) == ["TYR-004"]


@pytest.mark.parametrize(
    "text", ["A league table of shops.", "Shops are ranked by loss.", "The top 10 shops.", "商家排行榜。"]
)
def test_tyr_005_a_ranking_shows_its_uncertainty(text):
    assert fired(deliverable=f"{GOOD['deliverable']} {text}") == ["TYR-005"]
    assert fired(deliverable=f"{GOOD['deliverable']} {text} With a 95 % confidence interval.") == []
    assert fired(deliverable=f"{GOOD['deliverable']} {text}", dimensions="min_group_size 20 (最小分组)") == []


def test_tyr_005_a_refused_ranking_is_none():
    assert fired(deliverable=GOOD["deliverable"] + " No league table of shops.") == []
    assert fired_zh(deliverable=GOOD_ZH["deliverable"] + "不做排行榜。") == []


def goal(text):
    return f"- {text}\n{GOOD['goals']}"


@pytest.mark.parametrize("text", ["Reduce calls to 3 a day.", "Raise answers to 90 %.", "把电话减少到 3 次。"])
def test_tyr_006_a_target_needs_baseline_and_source(text):
    assert fired(goals=goal(text)) == ["TYR-006"]


def test_tyr_006_a_baseline_alone_or_a_source_alone_is_half():
    assert fired(goals=goal("Reduce calls from 9 to 3 a day.")) == ["TYR-006"]
    assert fired(goals=goal("Reduce calls to 3 a day, source: call log.")) == ["TYR-006"]
    assert fired(goals=goal("Reduce calls from 9 to 3 a day, source: call log.")) == []
    assert fired(goals=goal("Calls 9 -> 3 a day, measured by the call log.")) == []
    assert fired_zh(goals="- 电话从 9 次减少到 3 次，来源：通话台账。\n" + GOOD_ZH["goals"]) == []


CLAIM = "The coupon step drives {{metric:step_loss_1h@1.0.0}}."


def test_tyr_007_a_cause_needs_an_experiment():
    assert fired(problem=f"{GOOD['problem']} {CLAIM}") == ["TYR-007"]
    assert fired(problem=f"{GOOD['problem']} Because of coupons conversion falls.") == ["TYR-007"]
    assert fired_zh(problem=GOOD_ZH["problem"] + "优惠券导致转化下降。") == ["TYR-007"]


def test_tyr_007_an_experiment_or_a_doubt_is_enough():
    claim = {"problem": f"{GOOD['problem']} {CLAIM}"}
    assert fired(**claim, experiment="{{experiment:EXP-1001}}") == []
    assert fired(**claim, experiment="An A/B test over 4 weeks.") == []
    assert fired(problem=claim["problem"] + " What speaks against it: half only look at delivery cost.") == []
    assert fired(problem=f"{GOOD['problem']} The driver of the truck calls; fewer calls lead to rest.") == []
    assert fired_zh(problem=GOOD_ZH["problem"] + "优惠券导致转化下降，反证：一半人只看运费。") == []
