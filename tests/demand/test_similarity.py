"""REQ-4 and TOOL-004 ask whether somebody has asked the same before."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand.similarity import SAME_PURPOSE, most_similar, similarity, tokens


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Weekly conversion of the checkout by category", "conversion by category of the checkout, weekly"),
        ("Which channels should we tighten?", "which CHANNEL should we tighten"),
        ("每周各品类的支付转化率", "各品类每周支付转化率"),
        ("visit_to_pay_cr", "visit to pay CR"),
        ("Café visits", "cafe visit"),
    ],
)
def test_it_sees_the_same_question_in_other_words(a, b):
    assert similarity(a, b) >= SAME_PURPOSE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Weekly conversion of the checkout by category", "Which lanes should be tendered again?"),
        ("Refund rate of paid orders", "Late rate of shipped lanes"),
        ("每周各品类的支付转化率", "司机怠速时长排名"),
        ("the and of", "the and of"),
        ("", "anything"),
    ],
)
def test_it_keeps_different_questions_apart(a, b):
    assert similarity(a, b) < SAME_PURPOSE


def test_it_folds_full_width_and_endings():
    assert tokens("ＧＭＶ orders ordering") == ["gmv", "order", "order"]


def test_it_ranks_candidates_and_breaks_ties_by_key():
    found = most_similar("refund rate", {"REQ-2": "refund rate", "REQ-1": "refund rate", "REQ-3": "late lanes"}, 0.5)
    assert found == [("REQ-1", pytest.approx(1.0)), ("REQ-2", pytest.approx(1.0))]


@given(st.text(max_size=200), st.text(max_size=200))
def test_it_is_symmetric_and_stays_between_zero_and_one(a, b):
    assert similarity(a, b) == pytest.approx(similarity(b, a))
    assert 0.0 <= similarity(a, b) <= 1.0


@given(st.text(min_size=1, max_size=200))
def test_a_text_is_wholly_similar_to_itself_when_it_says_anything(text):
    assert similarity(text, text) == pytest.approx(1.0 if tokens(text) else 0.0)


def test_a_huge_text_costs_little():
    start = time.process_time()
    similarity("a1 " * 200_000, "转化" * 200_000)
    assert time.process_time() - start < 1
