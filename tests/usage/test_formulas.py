"""The rates of domain.md 1.2, with the figures of the demo's cases."""

from fractions import Fraction

import pytest

from usage import formulas
from usage.formulas import Rate


def people(count: int, prefix: str = "p") -> set[str]:
    return {f"{prefix}{number}" for number in range(count)}


@pytest.mark.parametrize(
    ("active", "eligible", "percent"), [(47, 64, 73.4), (31, 38, 81.6), (29, 52, 55.8), (54, 120, 45.0), (9, 75, 12.0)]
)
def test_the_data_usage_rate_of_each_case_is_the_one_that_the_demo_tells(active, eligible, percent):
    assert formulas.data_usage_rate(people(eligible), people(active)).percent() == percent


def test_people_outside_the_eligible_do_not_lift_the_usage_rate():
    rate = formulas.data_usage_rate(people(4), people(1) | people(50, "service"))
    assert (rate.numerator, rate.denominator) == (1, 4)


def test_a_person_who_comes_often_counts_once():
    assert formulas.data_usage_rate(["a", "b", "b"], ["a", "a", "a"]) == Rate(1, 2)


def test_a_rate_of_nothing_is_none_and_reaches_no_target():
    rate = formulas.data_usage_rate([], [])
    assert rate.value is None
    assert rate.percent() is None
    assert not rate.reaches(0)
    assert str(rate) == "0 / 0"


def test_a_rate_is_exact():
    assert Rate(1, 3).value == Fraction(1, 3)
    assert Rate(6, 10).reaches(Fraction(3, 5))
    assert str(Rate(1, 8)) == "1 / 8 = 12.5 %"


def test_a_rate_refuses_negative_parts():
    with pytest.raises(ValueError, match="negative"):
        Rate(-1, 4)


def test_the_asset_usage_rate_counts_live_products_only():
    assert formulas.asset_usage_rate(["DP-1", "DP-2"], ["DP-2", "DP-retired"]) == Rate(1, 2)


def test_the_decision_rate_may_exceed_one():
    assert formulas.decision_rate(5, ["DP-1", "DP-2"]).value == Fraction(5, 2)


def test_the_hit_rate_leaves_unknown_verdicts_out():
    assert formulas.decision_hit_rate(["held", "held", "partly", "failed", "unknown", ""]) == Rate(2, 4)
    assert formulas.decision_hit_rate(["unknown"]).value is None


def test_a_chain_is_complete_only_with_every_station():
    full = set(formulas.CHAIN)
    rate = formulas.chain_completeness({"DP-1": full, "DP-2": full - {"decision"}, "DP-3": full | {"interview"}})
    assert rate == Rate(2, 3)
    assert formulas.missing_stations(full - {"metric", "insight"}) == ("insight", "metric")


def test_orphans_are_assets_that_nothing_uses():
    assert formulas.orphan_rate(["MET-1", "MET-2", "DS-1"], ["DS-1", "DS-elsewhere"]) == Rate(2, 3)
