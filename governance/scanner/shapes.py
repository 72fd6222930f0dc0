"""What a value looks like without any of its signs: `ddd****dddd`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

_KEPT = frozenset("+-. @/:,()_#")
HEAD, TAIL = 3, 4


def shape(text: str) -> str:
    """The classes of the first and last signs of a value, the middle left out.

    Args:
        text: a value.

    Returns:
        `d` for a digit, `A` and `a` for letters, `字` for a Han sign, some punctuation as it is, `?` for the rest;
        never more than HEAD + TAIL of them.
    """
    if len(text) <= HEAD + TAIL:
        return "".join(map(_class_of, text))
    return "".join(map(_class_of, text[:HEAD])) + "****" + "".join(map(_class_of, text[-TAIL:]))


def commonest(values: Iterable[str], most: int = 3) -> list[tuple[str, int]]:
    """The commonest shapes with how many distinct values have them; equal counts in the order of the alphabet."""
    counted = Counter(shape(value) for value in values)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def _class_of(sign: str) -> str:
    if sign.isdigit():
        return "d"
    if "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf":
        return "字"
    if sign.isalpha():
        return "A" if sign.isupper() else "a"
    return sign if sign in _KEPT else "?"
