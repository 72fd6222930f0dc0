"""How often something happens, read from prose: the freshness that is asked for, the rhythm of the decision. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prds.lint.case import Case, Said

MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR = 1, 60, 1_440, 10_080, 43_200, 129_600, 525_600
REAL_TIME = 0
LISTS = (
    ("cadence_event", REAL_TIME),
    ("cadence_realtime", REAL_TIME),
    ("cadence_minutes", MINUTE),
    ("cadence_hourly", HOUR),
    ("cadence_daily", DAY),
    ("cadence_weekly", WEEK),
    ("cadence_monthly", MONTH),
    ("cadence_quarterly", QUARTER),
    ("cadence_yearly", YEAR),
)
STEPS = (MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR)

_UNITS = {
    "s": 1 / 60, "sec": 1 / 60, "second": 1 / 60, "秒": 1 / 60, "min": 1, "minute": 1, "分钟": 1, "分": 1,
    "h": 60, "hour": 60, "小时": 60, "d": 1_440, "day": 1_440, "天": 1_440, "日": 1_440, "week": 10_080, "周": 10_080,
    "month": 43_200, "个月": 43_200,
}  # fmt: skip
_DURATION = re.compile(
    r"(?<![\w.])(\d{1,5}(?:\.\d{1,3})?)[ -]?"
    r"(?:(seconds?|secs?|s|minutes?|mins?|hours?|h|days?|d|weeks?|months?)(?![A-Za-z])(?!\s(?:past|after)\b)|(秒|分钟|分|小时|天|日|周|个月))",
    re.ASCII | re.IGNORECASE,
)
_EACH = re.compile(r"(?i:\b(?:every|each|per)\s{1,3}|每)$")
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3]):[0-5]\d(?!\d)")


def _durations(text: str) -> Iterable[tuple[float, int]]:
    """Lengths in minutes with where they stand."""
    for found in _DURATION.finditer(text):
        unit = (found.group(2) or found.group(3)).lower()
        factor = _UNITS.get(unit) or _UNITS.get(unit.rstrip("s"), 0)
        yield float(found.group(1)) * factor, found.start()


def step_of(minutes: float) -> int:
    """The rung of the ladder real-time, minutes, hours, days, … on which a length stands: -1 for real time."""
    return max((rung for rung, start in enumerate(STEPS) if minutes >= start), default=-1)


def _named(case: Case, text: str) -> list[float]:
    return [float(minutes) for name, minutes in LISTS if case.words.means(name, text)]


def asked_freshness(case: Case) -> tuple[float, Said] | None:
    """The finest freshness that the document asks for, in minutes, with the sentence that asks.

    Words such as "real-time" ask wherever they stand; a rhythm or a length asks where freshness is spoken of.
    """
    best: tuple[float, Said] | None = None
    for one in case.said("summary", "goals", "metrics", "deliverable", "quality", "acceptance", quotes=False):
        asked = [minutes for minutes in _named(case, one.text) if minutes == REAL_TIME]
        if case.words.has("freshness_context", one.text):
            asked += _named(case, one.text) + [minutes for minutes, _start in _durations(one.text)]
        if asked and (best is None or min(asked) < best[0]):
            best = (min(asked), one)
    return best


def decision_cadence(case: Case) -> float | None:
    """The finest rhythm in which the decision is taken, in minutes, or ``None`` when none is named."""
    found: list[float] = []
    for one in case.said("decision"):
        found += _named(case, one.text)
        found += [minutes for minutes, start in _durations(one.text) if _EACH.search(one.text[:start])]
        times = len(_CLOCK.findall(one.text))
        found += [DAY / times] if times else []
    return min(found, default=None)
