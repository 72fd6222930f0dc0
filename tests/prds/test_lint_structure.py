"""STR, REF, PRB, USR: the document is there, and so is the need."""

from dataclasses import replace

import pytest

from prds.lint import InsightFacts, RequestFacts, lint, load_words
from tests.prds.documents import GOOD, GOOD_ZH, document, facts, fired, fired_zh


def test_a_good_document_is_left_in_peace_in_both_languages():
    assert fired() == []
    assert fired_zh() == []


def test_without_a_database_a_good_document_is_good_too():
    assert lint(document()) == []
    assert lint(document(GOOD_ZH)) == []


@pytest.mark.parametrize("slug", ["summary", "quality", "rollout", "review"])
def test_str_001_a_required_section_must_be_there(slug):
    assert "STR-001" in fired(**{slug: None})
    assert "STR-001" in fired(**{slug: "\n - … \n"})


def test_str_001_the_template_s_own_words_are_nothing():
    from prds.template import new_section

    assert "STR-001" in fired(quality=new_section("quality").body)
    assert "STR-001" in fired_zh(quality=new_section("quality", "zh").body)
    assert "STR-001" not in fired(quality=new_section("quality").body + "\n" + GOOD["quality"])


def test_str_001_does_not_ask_for_optional_sections():
    assert fired(open=None, experiment=None, effort=None) == []


@pytest.mark.parametrize("text", ["Owner: TODO.", "Threshold TBD", "The owner is to be determined."])
def test_str_002_holes_are_found_outside_open_questions(text):
    assert fired(effort=text) == ["STR-002"]
    assert fired_zh(effort="负责人待定。") == ["STR-002"]


def test_str_002_a_hole_among_open_questions_or_in_code_is_none():
    assert fired(open="- TBD: owner of the pages? @tom, 2026-09-01") == []
    assert fired(effort="Marked `TODO` in the old code. A to-do list helps.") == []
    assert fired_zh(open="- 归属待定，负责人：小汤，2026-09-01") == []


@pytest.mark.parametrize("text", ["- Who pays?", "- Who pays? @tom", "- Who pays? by 2026-10-01", "谁来付？"])
def test_str_003_an_open_question_needs_owner_and_date(text):
    assert fired(open=text) == ["STR-003"]


@pytest.mark.parametrize(
    "text",
    [
        "- Who pays? @tom, 2026-10-01", "- Who pays? (Tom, 1 October)", "- Who pays? Owner: finance, Q4 2026",
        "- Who pays? Asked Tom Okafor, until 2026-10-01", "- 谁来付？负责人：小汤，10月1日",
        "None.", "无", "- No open questions",
    ],
)  # fmt: skip
def test_str_003_is_content_with_both_or_with_nothing_open(text):
    assert fired(open=text) == []


def test_str_004_a_vague_word_needs_a_number_in_its_sentence():
    assert fired(effort="The page must be fast. It has 3 figures.") == ["STR-004"]
    assert fired(effort="The page must be fast by 2026-10-31.") == ["STR-004"]
    assert fired_zh(effort="大幅减少等待。") == ["STR-004"]


def test_str_004_a_number_a_quote_or_a_denial_answers_it():
    assert fired(effort="The page must be fast: 2 seconds at most.") == []
    assert fired(effort="> Make it fast and user-friendly!") == []
    assert fired(effort="It need not be fast.") == []
    assert fired(effort="Breakfast and fasting are other words.") == []
    assert fired_zh(effort="等待大幅减少到 2 秒。") == []
    assert fired_zh(effort="及时率由支付组负责。") == []


def test_str_005_long_sections_are_told_and_do_not_block():
    found = lint(document(effort="word " * 801), facts())
    assert [(one.rule_id, one.severity) for one in found] == [("STR-005", "info")]
    assert fired(summary=GOOD["summary"] + " word" * 120) == ["STR-005"]
    assert fired(effort="word " * 800) == []
    assert fired_zh(effort="字" * 1_700) == ["STR-005"]
    assert fired_zh(effort="字" * 1_500) == []


def test_ref_001_a_misspelt_reference_is_said():
    assert fired(effort="See {{metrics:a}}.") == ["REF-001"]
    assert fired(effort="See `{{metrics:a}}`.") == []


def test_prb_001_somebody_must_need_it():
    assert "PRB-001" in fired(problem="Today it costs 3 days, about 40 orders; if nothing is done that stays.")
    draft = facts(insights={"INS-1001": InsightFacts("INS-1001", "draft")}, requests={})
    assert fired(known=draft) == ["PRB-001"]
    assert fired(known=facts(insights={}, requests={"REQ-1001": RequestFacts("REQ-1001", "declined")})) == ["PRB-001"]


def test_prb_001_a_supported_insight_or_an_accepted_request_is_enough():
    assert "PRB-001" not in fired(known=facts(requests={}))
    assert "PRB-001" not in fired(known=facts(insights={}))


def insight(**changes):
    plain = InsightFacts("INS-1001", "supported", frozenset({"p1", "p2"}), frozenset({"payments", "support"}))
    return facts(insights={"INS-1001": replace(plain, **changes)})


def test_prb_002_one_voice_is_not_enough():
    assert fired(known=insight(participants=frozenset({"p1"}))) == ["PRB-002"]
    assert fired(known=insight(org_units=frozenset({"payments"}))) == ["PRB-002"]


def test_prb_002_counts_over_all_insights():
    one = InsightFacts("INS-1001", "supported", frozenset({"p1"}), frozenset({"payments"}))
    other = InsightFacts("INS-1002", "supported", frozenset({"p2"}), frozenset({"support"}))
    known = facts(insights={"INS-1001": one, "INS-1002": other})
    assert fired(known=known, problem=GOOD["problem"] + " {{insight:INS-1002}}") == []


def test_prb_003_a_contradiction_must_be_answered():
    assert fired(known=insight(state="supported", has_unanswered_dispute=True)) == ["PRB-003"]
    assert fired(known=insight(state="disputed", has_unanswered_dispute=False)) == []  # the request carries it


def test_prb_004_doing_nothing_must_have_a_cost():
    assert fired(problem="{{insight:INS-1001}} Friday's page scares people off.") == ["PRB-004"]
    assert fired(problem="{{insight:INS-1001}} If nothing is done, people stay away.") == ["PRB-004"]
    assert fired(problem="{{insight:INS-1001}} If nothing is done, people stay away. That is 40 orders a day.") == []
    assert fired_zh(problem="{{insight:INS-1001}} 优惠券页把人吓跑。") == ["PRB-004"]
    assert fired_zh(problem="{{insight:INS-1001}} 如果不做，每天少 40 单。") == []


def test_prb_004_a_request_may_carry_the_cost():
    known = facts(requests={"REQ-1001": RequestFacts("REQ-1001", "accepted", has_cost_of_delay=True)})
    assert fired(known=known, problem="{{insight:INS-1001}} {{request:REQ-1001}} People stay away.") == []


@pytest.mark.parametrize(
    "text", ["Category managers.", "Managers, at 10:00.", "Managers, 30 % of them.", "Since 2026-01-01."]
)
def test_usr_001_the_population_must_be_stated(text):
    assert fired(users=text) == ["USR-001"]


@pytest.mark.parametrize(
    "text",
    [
        "64 category managers, at 10:00.", "About 1,200 nurses.", "Twelve dispatchers.",
        "`select count(*) from hr.nurse`",
        "```sql\nSELECT id FROM hr.nurse\n```", "共 64 人。",
    ],
)  # fmt: skip
def test_usr_001_a_number_or_a_query_will_do(text):
    assert fired(users=text) == []


def test_usr_001_the_product_may_know_the_population():
    assert fired(users="Category managers.", known=facts(eligible_population=64)) == []


def test_an_organisation_may_add_and_remove_words():
    words = load_words({"vague": ["sparkling"], "technologies": ["HouseDB"]}, {"vague": ["Fast"]})
    assert fired(effort="A sparkling page.", words=words) == ["STR-004"]
    assert fired(effort="A fast page.", words=words) == []
    assert fired(goals=GOOD["goals"] + "\n- HouseDB", words=words) == ["TOOL-001"]
    with pytest.raises(KeyError):
        load_words({"tecnologies": ["x"]})
