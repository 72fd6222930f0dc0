"""Finding the words that a comment stands on: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AROUND = 60  # characters kept on each side
A_SENTENCE = 20  # characters from which words are their own witness: they are found in another section, too


@dataclass(frozen=True)
class Place:
    """Where words stand: slug of the section, and what stands around them."""

    section: str
    prefix: str
    suffix: str


def flat(text: str) -> str:
    """A text on one line with single spaces: how a writer breaks lines moves no anchor."""
    return " ".join(text.split())


def place_of(texts: Mapping[str, str], section: str, exact: str, prefix: str = "", suffix: str = "") -> Place | None:
    """Where the words of a comment stand now.

    Args:
        texts: text by section slug.
        section: where they stood; empty when the comment names none.
        exact: the words.
        prefix, suffix: what stood around them.

    Returns:
        Their place in their own section; else, when they are long enough to be known again and stand in one other
        section only, there; None when they are gone.
    """
    exact, prefix, suffix = flat(exact), flat(prefix), flat(suffix)
    if not exact:
        return None
    flats = {slug: flat(text) for slug, text in texts.items()}
    there = [slug for slug, text in flats.items() if exact in text]
    if section in there:
        found = section
    elif len(there) == 1 and (not section or len(exact) >= A_SENTENCE):
        found = there[0]
    else:
        return None
    text, at = flats[found], find(flats[found], exact, prefix, suffix)
    before, after = text[:at].rstrip(), text[at + len(exact) :].lstrip()
    return Place(found, before[-AROUND:], after[:AROUND])


def find(text: str, exact: str, prefix: str = "", suffix: str = "") -> int:
    """Where in `text` the anchor stands now, or -1.

    Of several occurrences, the one whose surroundings agree most with `prefix` and `suffix` is meant.
    """
    best, best_score, at = -1, -1, text.find(exact) if exact else -1
    while at >= 0:
        end = at + len(exact)
        score = _same_end(text[:at].rstrip(), prefix.rstrip()) + _same_start(text[end:].lstrip(), suffix.lstrip())
        if score > best_score:
            best, best_score = at, score
        at = text.find(exact, at + 1)
    return best


def _same_end(left: str, right: str) -> int:
    return _same_start(left[::-1], right[::-1])


def _same_start(left: str, right: str) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
