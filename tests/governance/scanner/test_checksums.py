"""Check digits: the worked examples of the standards, another's implementation, and what each formula promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as other_iban
from stdnum import luhn as other_luhn
from stdnum.cn import ric as other_ric
from stdnum.cn import uscc as other_uscc

from governance.scanner import checksums as ours

DIGITS = "0123456789"
days = st.dates(min_value=__import__("datetime").date(1900, 1, 1), max_value=__import__("datetime").date(2025, 12, 31))
resident_bodies = st.builds(
    lambda area, day, order: f"{area}{day:%Y%m%d}{order:03d}",
    st.sampled_from(["110105", "440524", "310115", "650102", "810000"]), days, st.integers(0, 999),
)  # fmt: skip
credit_bodies = st.builds(
    lambda head, area, rest: f"{head}{area}{rest}",
    st.sampled_from(["91", "92", "12", "53", "93"]), st.text(DIGITS, min_size=6, max_size=6),
    st.text(ours.CREDIT_SIGNS, min_size=9, max_size=9),
)  # fmt: skip
card_bodies = st.builds(lambda rest: f"4{rest}", st.text(DIGITS, min_size=14, max_size=14))
german = st.text(DIGITS, min_size=18, max_size=18)


def changed(text: str, place: int, signs: str) -> list[str]:
    """The text with another sign at one place."""
    return [f"{text[:place]}{sign}{text[place + 1 :]}" for sign in signs if sign != text[place]]


# -- the standards' own examples
@pytest.mark.parametrize("text", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_gb_11643_1999_annex_a_pass(text: str) -> None:
    # the second was born in 1880: the check digit holds, the day lies before those that we take for living people
    assert ours.resident_check(text[:17]) == text[17]
    assert ours.is_resident_id(text) is (text[6:8] != "18")


def test_a_credit_code_with_the_check_sign_of_gb_32100_2015_passes() -> None:
    assert ours.is_credit_code("91110000600037341L") and ours.is_credit_code("91110000600037341l")
    assert not ours.is_credit_code("91110000600037341K")


@pytest.mark.parametrize("text", ["GB82WEST12345698765432", "DE89370400440532013000", "NL91ABNA0417164300",
                                  "NO9386011117947", "MT84MALT011000012345MTLCAST001S"])  # fmt: skip
def test_the_examples_of_the_iban_registry_pass(text: str) -> None:
    assert ours.is_iban(text) and ours.is_iban(text.lower()) and not ours.is_iban(text[:-1])


@pytest.mark.parametrize("text", ["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117",
                                  "3530111333300000", "30569309025904", "6200000000000005"])  # fmt: skip
def test_the_test_numbers_of_the_card_networks_pass(text: str) -> None:
    assert ours.is_card(text)


def test_luhn_holds_for_the_example_of_iso_7812() -> None:
    assert ours.luhn("49927398716") and not ours.luhn("49927398717") and not ours.luhn("")


@pytest.mark.parametrize(
    "text",
    [
        "110105194902310029",
        "110105194913310020",
        "990105194912310026",
        "11010519491231002",
        "１１０１０５194912310021",
        "",
        "x" * 18,
    ],
)
def test_what_is_no_resident_id_is_refused(text: str) -> None:
    assert not ours.is_resident_id(text)


def test_an_imei_is_no_card_though_luhn_holds() -> None:
    assert ours.luhn("490154203237518") and not ours.is_card("490154203237518")


# -- every made one passes, and ours agrees with another's implementation
@given(resident_bodies)
def test_every_made_resident_id_passes(body: str) -> None:
    text = body + ours.resident_check(body)
    assert ours.is_resident_id(text) and other_ric.calc_check_digit(f"{body}0") == text[17]


@given(credit_bodies)
def test_every_made_credit_code_passes(body: str) -> None:
    text = body + ours.credit_check(body)
    assert ours.is_credit_code(text) and other_uscc.calc_check_digit(body) == text[17]


@given(card_bodies)
def test_every_made_card_passes(body: str) -> None:
    text = body + other_luhn.calc_check_digit(body)
    assert ours.is_card(text) and other_luhn.is_valid(text)


@given(german)
def test_every_made_iban_passes(bban: str) -> None:
    assert ours.is_iban(f"DE{other_iban.calc_check_digits(f'DE00{bban}')}{bban}")


# -- what the formulas promise: no single wrong sign goes unseen (MOD 11-2, MOD 31 prime, Luhn, MOD 97)
@given(resident_bodies, st.integers(0, 16))
def test_one_wrong_digit_of_a_resident_id_is_seen(body: str, place: int) -> None:
    text = body + ours.resident_check(body)
    assert not any(ours.is_resident_id(wrong) for wrong in changed(text, place, DIGITS))


@given(resident_bodies, st.integers(0, 16))
def test_two_neighbours_of_a_resident_id_swapped_are_seen(body: str, place: int) -> None:
    text = body + ours.resident_check(body)
    swapped = f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"
    assert swapped == text or not ours.is_resident_id(swapped)


@given(credit_bodies, st.integers(0, 17))
def test_one_wrong_sign_of_a_credit_code_is_seen(body: str, place: int) -> None:
    text = body + ours.credit_check(body)
    assert not any(ours.is_credit_code(wrong) for wrong in changed(text, place, ours.CREDIT_SIGNS))


@given(card_bodies, st.integers(0, 15))
def test_one_wrong_digit_of_a_card_is_seen(body: str, place: int) -> None:
    text = body + other_luhn.calc_check_digit(body)
    assert not any(ours.luhn(wrong) for wrong in changed(text, place, DIGITS))


@given(german, st.integers(2, 21))
def test_one_wrong_digit_of_an_iban_is_seen(bban: str, place: int) -> None:
    text = f"DE{other_iban.calc_check_digits(f'DE00{bban}')}{bban}"
    assert not any(ours.is_iban(wrong) for wrong in changed(text, place, DIGITS))


@given(st.text(max_size=40))
def test_no_text_makes_a_check_fail(text: str) -> None:
    for check in (
        ours.is_resident_id,
        ours.is_old_resident_id,
        ours.is_credit_code,
        ours.is_card,
        ours.is_iban,
        ours.luhn,
    ):
        assert check(text) in (True, False)
