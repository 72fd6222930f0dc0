"""Dates that can be days of birth."""

from __future__ import annotations

from governance.scanner.checksums import is_day
from governance.scanner.guards import linear

_ISO = linear(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0{1,6})?)?(?:Z|\+00(?::?00)?)?)?")
_DAY_FIRST = linear(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_ZH = linear(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_WORDS = linear(r"(\d{1,2})[- ]([A-Za-z]{3,9})[- ,]{1,2}(\d{4})|([A-Za-z]{3,9}) (\d{1,2}),? (\d{4})")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip


def year_of(text: str) -> int | None:
    """The year of a value that is a day without a time, whatever the order it is written in; None for anything else."""
    for found in (_parts(text), *_turned(text)):
        if found and is_day(f"{found[0]:04d}{found[1]:02d}{found[2]:02d}"):
            return found[0]
    return None


def _parts(text: str) -> tuple[int, int, int] | None:
    if len(text) == 8 and text.isascii() and text.isdigit():
        return int(text[:4]), int(text[4:6]), int(text[6:])
    match = _ISO.fullmatch(text) or _ZH.fullmatch(text)
    if match:
        year, month, day = match.group(1, 2, 3)
        return int(year), int(month), int(day)
    match = _WORDS.fullmatch(text)
    if match:
        day, word, year, other_word, other_day, other_year = match.groups()
        month_number = _MONTHS.get((word or other_word)[:3].lower(), 0)
        return int(year or other_year), month_number, int(day or other_day)
    return None


def _turned(text: str) -> list[tuple[int, int, int]]:
    """Day first or month first: both are tried."""
    match = _DAY_FIRST.fullmatch(text)
    if not match:
        return []
    one, two, year = (int(part) for part in match.groups())
    return [(year, two, one), (year, one, two)]
