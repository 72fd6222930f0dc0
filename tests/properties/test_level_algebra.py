"""The algebra of levels: the highest of all, never lower for more, missing means strict."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guard import levels
from guard.schemes import SCHEMES
from guard.schemes.house import HOUSE

rank = st.integers(levels.LOWEST, levels.HIGHEST)
ranks = st.lists(st.none() | rank)


@given(ranks)
def test_high_water_is_at_least_every_part_and_is_one_of_them(parts: list[int | None]) -> None:
    top = levels.high_water(parts)
    counted = [levels.effective(part) for part in parts]
    assert all(top >= part for part in counted)
    assert top in (counted or [levels.LOWEST])


@given(ranks, ranks)
def test_high_water_of_a_whole_is_that_of_its_halves(left: list[int | None], right: list[int | None]) -> None:
    together = levels.high_water([*left, *right])
    assert together == max(levels.high_water(left), levels.high_water(right)) == levels.high_water([*right, *left])


@given(ranks, rank)
def test_one_more_part_never_lowers(parts: list[int | None], one: int) -> None:
    assert levels.high_water([*parts, one]) >= levels.high_water(parts)


@given(st.lists(st.tuples(rank, rank)))
def test_raising_any_part_never_lowers_the_whole(pairs: list[tuple[int, int]]) -> None:
    low = [min(pair) for pair in pairs]
    high = [max(pair) for pair in pairs]
    assert levels.high_water(low) <= levels.high_water(high)


@given(ranks)
def test_an_unclassified_part_counts_as_the_strict_rank(parts: list[int | None]) -> None:
    assert levels.high_water([*parts, None]) >= HOUSE["default_unknown"] == levels.UNKNOWN


@given(st.text(max_size=12) | st.integers(-99, 99) | st.none())
def test_an_unknown_word_is_never_taken_for_a_level(word: str | int | None) -> None:
    read = levels.parse_level(word)
    if read is not None:
        assert levels.LOWEST <= read <= levels.HIGHEST
        assert str(read) in str(word) or str(word).strip().lower() in levels._WORDS


@given(rank)
def test_a_level_is_read_back_from_every_way_of_writing_it(number: int) -> None:
    _rank, code, name, name_zh, _meaning, _rules = HOUSE["levels"][number - 1]
    for written in (number, str(number), code, code.lower(), name, name.upper(), name_zh):
        assert levels.parse_level(written) == number


def test_the_shipped_crosswalks_keep_order() -> None:
    walks = {scheme["code"]: scheme["counts_as"] for scheme in SCHEMES if "counts_as" in scheme}
    assert set(walks) == {"jrt-0197", "gbt-43697"}
    assert all(levels.is_monotone(walk) for walk in walks.values())
    assert not levels.is_monotone({1: 3, 2: 2})
