"""All 85 negative cases of the design are tried by tests; at most five are named in the threat model instead."""

from __future__ import annotations

from tests.house import negative


def test_every_negative_case_is_tried_by_a_test_or_named() -> None:
    assert sorted(negative.CASES) == list(range(1, 86))
    untried = [number for number, several in negative.claims().items() if not several]
    assert set(untried) <= set(negative.NAMED)
    assert len(negative.NAMED) <= 5


def test_what_is_named_stands_in_the_threat_model() -> None:
    words = " ".join((negative.ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8").split())
    for phrase in negative.NAMED.values():
        assert phrase in words


def test_the_older_tests_that_are_named_are_there() -> None:
    there = {f"{file}::{name}" for file, name, _words in negative.tests()}
    assert {test for several in negative.ALSO.values() for test in several} <= there


def test_a_test_claims_a_case_by_name_or_by_words() -> None:
    assert negative.numbers_of("test_case_48_x", "") == {48}
    assert negative.numbers_of("test_cases_18_and_53_x", "") == {18, 53}
    assert negative.numbers_of("test_56_a_new_column", "") == {56}
    assert negative.numbers_of("test_x", "Case 38: too long. Cases 29, 30 and 31. Cases 4 to 6.") == {
        4, 5, 6, 29, 30, 31, 38,
    }  # fmt: skip
    assert negative.numbers_of("test_it_reads_3_files", "In case 7 of doubt") == {7}
    assert negative.numbers_of("test_l3_x", "no case at all, 12 times") == set()


def test_the_page_is_current() -> None:
    assert negative.PAGE.read_text(encoding="utf-8") == negative.page(), "python -m tests.house.negative"
