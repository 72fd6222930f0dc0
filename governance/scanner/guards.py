"""What comes before any rule: junk out, numbers as text, values once, lookalikes named. And patterns that end.

A pattern may only be made by `linear`, which counts the ways through it beforehand; values are cut to LONGEST signs.
So the steps of a match are at most WAYS x LONGEST, whatever somebody writes into a column (ReDoS).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from governance.scanner import lexicon

LONGEST = 200
WAYS = 4096
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def linear(text: str) -> re.Pattern[str]:
    """Compile a pattern for whole values, if it has few ways through it.

    Args:
        text: without anchors; it is matched with `fullmatch`.

    Raises:
        ValueError: a repeat without an end, or more than WAYS ways to read one value.
    """
    if (ways := ways_through(parser.parse(text))) > WAYS:
        raise ValueError(f"{ways} ways through {text!r}: more than {WAYS}.")
    return re.compile(text)


def ways_through(tree: Any) -> int:
    """An upper bound of the paths that a backtracking matcher may try: what is repeated or chosen multiplies.

    Raises:
        ValueError: a repeat without an end, or a construct that this count does not know.
    """
    ways = 1
    for code, rest in tree:
        if code in _REPEATS:
            least, most, body = rest
            if most is codes.MAXREPEAT:
                raise ValueError("A repeat needs an end.")
            inner = ways_through(body)
            ways *= sum(inner**times for times in range(least, most + 1)) if inner > 1 else most - least + 1
        elif code is codes.BRANCH:
            ways *= sum(ways_through(branch) for branch in rest[1])
        elif code in (codes.SUBPATTERN, codes.ASSERT, codes.ASSERT_NOT):
            ways *= ways_through(rest[-1])
        elif code not in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY, codes.AT, codes.CATEGORY):
            raise ValueError(f"{code} is not counted.")
    return ways


@dataclass(frozen=True)
class Sample:
    """What was read of a column, cleaned.

    Attributes:
        rows: values read, empty ones included.
        junk: how many were empty or placeholders.
        counts: every other value, as text, with how often it came.
    """

    rows: int
    junk: int
    counts: Counter[str]

    @property
    def kept(self) -> int:
        return self.rows - self.junk

    @property
    def distinct(self) -> list[str]:
        return list(self.counts)

    @property
    def uniqueness(self) -> float:
        """Distinct values as a share of those kept; 0 where none were."""
        return len(self.counts) / self.kept if self.kept else 0.0


def clean(values: Iterable[Any]) -> Sample:
    """Take junk out and count what is left, once each.

    Args:
        values: as read; None is empty, anything else is tested as text.
    """
    counts: Counter[str] = Counter()
    rows = junk = 0
    for value in values:
        rows += 1
        text = as_text(value)
        if is_junk(text):
            junk += 1
        else:
            counts[text] += 1
    return Sample(rows, junk, counts)


def as_text(value: Any) -> str:
    """A value as text of at most LONGEST signs: wide digits made narrow, spaces trimmed, 138001.0 read as 138001."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)[:LONGEST]).strip()[:LONGEST]
    head, dot, tail = text.partition(".")
    if dot and tail and not tail.strip("0") and len(head) > 6 and head.isdigit():
        return head
    return text


def is_junk(text: str) -> bool:
    """Empty, a word for nothing, or one sign over and over."""
    return not text or text.lower() in lexicon.junk() or (len(text) > 1 and len(set(text)) == 1)


def is_sequence(values: Sequence[str]) -> bool:
    """Numbers given one after the other: they lie close together, as ids of rows do and numbers of people do not."""
    numbers = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 25]
    if len(numbers) < 8 or len(numbers) < 0.9 * len(values):
        return False
    signs = sorted(len(value) for value in values)[len(values) // 2]
    return max(numbers) - min(numbers) < max(50 * len(numbers), 10 ** max(signs - 7, 0))


def looks_like_versions(values: Sequence[str]) -> bool:
    """Four small numbers with dots are versions: in addresses some of the first three is large."""
    heads = [value.split(".")[:3] for value in values if value.count(".") == 3]
    large = sum(any(part.isdigit() and int(part) > 31 for part in head) for head in heads)
    return bool(heads) and large < 0.6 * len(heads)
