"""Before any rule: junk out, numbers as text, values once, lookalikes named, shapes without signs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.scanner import guards, names, shapes
from governance.scanner.verdict import judge, wilson
from tests.governance.scanner import tables


def kind_of(name: str, values: Any) -> str:
    said = judge(name, values, year=2026)
    return said.evidence.kind if said.evidence else said.state


def test_junk_is_taken_out_before_anything_is_counted() -> None:
    sample = guards.clean(["N/A", None, " ", "-", "无", "xxxx", "0000", "a", "a", "b"])
    assert (sample.rows, sample.junk, sample.kept, sample.distinct) == (10, 7, 3, ["a", "b"])


def test_half_of_a_column_may_be_junk() -> None:
    ids = tables.resident_ids(30)
    assert kind_of("c1", [*ids, *["N/A"] * 30]) == "cn_resident_id"


@pytest.mark.parametrize(("value", "text"), [
    (13812345678, "13812345678"), (13812345678.0, "13812345678"), ("13812345678.0", "13812345678"), ("１３８", "138"),
    ("5.0", "5.0"), (None, ""), (" a ", "a"), ("x" * 999, "x" * guards.LONGEST),
])  # fmt: skip
def test_values_are_tested_as_text(value: Any, text: str) -> None:
    assert guards.as_text(value) == text


def test_numeric_columns_are_tested_as_text() -> None:
    assert kind_of("mobile", [float(value) for value in tables.mobiles(40)]) == "phone"


def test_shares_are_over_distinct_values() -> None:
    # one id a thousand times is one value: nothing is said of a column by it
    assert kind_of("c1", [tables.CANARY] * 1000) == "clean"
    said = judge("id_no", [*tables.resident_ids(20), *["order 17"] * 5000], year=2026)
    assert said.evidence is not None and (said.evidence.passed, said.evidence.distinct) == (20, 21)


def test_patterns_are_anchored() -> None:
    assert kind_of("c1", [f"paid with {value} today" for value in tables.resident_ids(40)]) == "clean"
    assert kind_of("note", [f"see a{n}@example.org for more" for n in range(40)]) == "clean"


def test_numbers_given_in_a_row_are_no_telephones() -> None:
    assert kind_of("phone_no", [str(13_800_000_000 + 7 * number) for number in range(100)]) == "clean"


def test_four_small_numbers_are_versions_unless_the_name_says_address() -> None:
    versions = [f"{a}.{b}.{c}.7" for a in (1, 2, 3) for b in (0, 4, 9) for c in (1, 2, 3)]
    assert (kind_of("build", versions), kind_of("client_ip", versions)) == ("clean", "ip_address")


def test_decimals_are_no_telephones() -> None:
    assert kind_of("phone", [f"0.{number}" for number in range(4_000_000, 4_000_040)]) == "clean"


@pytest.mark.parametrize("name", ["order_date", "birth_city", "birth_rate", "created", "c1"])
def test_dates_are_birth_dates_only_where_the_name_says_so(name: str) -> None:
    days = [f"19{year}-03-{day:02d}" for year in range(50, 90) for day in (1, 9)]
    assert (kind_of(name, days), kind_of("birth_date", days)) == ("clean", "birth_date")


def test_days_to_come_are_no_birth_dates() -> None:
    assert kind_of("birth_date", [f"20{year}-01-02" for year in range(60, 99)]) == "clean"


def test_names_of_organisations_are_no_names_of_persons() -> None:
    lines = [f"{name} {end}" for name in ("Smith", "John Deere", "Morgan", "Wells Fargo", "Ford", "Mary Kay")
             for end in ("Inc.", "Group", "Bank", "Airlines", "University")]  # fmt: skip
    assert (kind_of("name", lines), kind_of("c1", lines)) == ("clean", "clean")


def test_a_name_says_what_its_last_word_is_about() -> None:
    assert names.says("card_number", "payment_card") == names.TOLD
    assert names.says("card_order_id", "payment_card") == names.OTHERWISE
    assert names.says("身份证号", "cn_resident_id") == names.says("custIdCard_no", "cn_resident_id") == names.TOLD
    assert names.says("platelet", "phone") == names.says("panel", "payment_card") == names.SILENT
    assert names.says("ip_address", "postal_address") == names.OTHERWISE


def test_what_was_never_there_is_unknown() -> None:
    assert judge("id_no", [], year=2026).why == "no-rows"
    assert judge("id_no", [None, "N/A"], year=2026).why == "only-junk"
    assert judge("word", ["a", "b"], year=2026).why == "too-few"
    assert judge("full_name", ["Mary Kay"] * 500, year=2026).why == "too-few"  # the name says so, two values do not


@given(st.text(max_size=60))
def test_a_shape_has_none_of_the_signs_of_its_value(text: str) -> None:
    shape = shapes.shape(text)
    assert len(shape) <= shapes.HEAD + shapes.TAIL + 4
    assert set(shape) <= set("dAa字?*") | shapes._KEPT


def test_a_shape_is_the_same_for_all_values_of_a_form() -> None:
    assert shapes.shape("13812345678") == shapes.shape("19987654321") == "ddd****dddd"


def test_the_score_is_the_lower_end_of_wilsons_interval() -> None:
    # Wilson 1927; 1940 of 2000 gives 0.9616 to four places
    assert round(wilson(1940, 2000), 4) == 0.9616 and wilson(0, 0) == 0.0 and wilson(3, 3) < 0.5
