"""Finding the words that a comment stands on: pure."""

from __future__ import annotations

AROUND = 60  # characters kept on each side


def around(text: str, exact: str) -> tuple[str, str]:
    """What stands before and after the first occurrence of `exact`; empty when it does not occur."""
    at = text.find(exact) if exact else -1
    if at < 0:
        return "", ""
    end = at + len(exact)
    return text[max(0, at - AROUND) : at], text[end : end + AROUND]


def find(text: str, exact: str, prefix: str = "", suffix: str = "") -> int:
    """Where in `text` the anchor stands now, or -1.

    Of several occurrences, the one whose surroundings agree most with `prefix` and `suffix` is meant.
    """
    best, best_score, at = -1, -1, text.find(exact) if exact else -1
    while at >= 0:
        end = at + len(exact)
        score = _same_end(text[:at], prefix) + _same_start(text[end:], suffix)
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
