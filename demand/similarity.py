"""How alike two short texts are, in English and Chinese, without a model (REQ-4, TOOL-004).

Pure and linear in the length of the texts. Latin words are folded and stemmed lightly; Chinese, which has no
spaces, is cut into characters and overlapping pairs of them, so that "支付转化" and "转化支付率" share most.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

LONGEST = 20_000  # characters looked at; the rest of a longer text does not change the answer much
SAME_PURPOSE = 0.8  # domain.md TOOL-004: "similar purpose"

_LATIN = re.compile(r"[a-z0-9]+")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_EMPTY_LIST = (
    "a an and are as at be been by can could do does for from had has have how i if in into is it its may me my of on "
    "or our should so some such than that the their them then there these they this those to was we were what when "
    "where which who why will with would you your please need needs want wants know see"
)
_EMPTY_WORDS = frozenset(_EMPTY_LIST.split())
_EMPTY_CHINESE = str.maketrans("", "", "的了和与及在是我们要想请把被对")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", ""))
_SHORTEST_STEM = 4


def _stem(word: str) -> str:
    """Cut the commonest English endings: enough that "conversions" meets "conversion"."""
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)] + replacement
    return word


def _pairs(run: str) -> list[str]:
    """Characters and pairs of neighbours: pairs keep words apart, characters forgive another order of words."""
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]


def tokens(text: str) -> list[str]:
    """The words that carry meaning, folded: width, case and accents do not matter, nor do underscores in codes.

    Args:
        text: any text; more than `LONGEST` characters are ignored.

    Returns:
        Stemmed Latin words, then Chinese characters and pairs, with repeats.
    """
    folded = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    latin = [_stem(word) for word in _LATIN.findall(plain) if word not in _EMPTY_WORDS]
    chinese = [pair for run in _CHINESE.findall(plain.translate(_EMPTY_CHINESE)) for pair in _pairs(run)]
    return latin + chinese


def jaccard(a: str, b: str) -> float:
    """Shared distinct tokens over all distinct tokens, 0..1."""
    left, right = set(tokens(a)), set(tokens(b))
    return len(left & right) / len(left | right) if left and right else 0.0


def cosine(a: str, b: str) -> float:
    """Cosine of the two token counts, 0..1: kinder than Jaccard when one text is longer."""
    left, right = Counter(tokens(a)), Counter(tokens(b))
    if not left or not right:
        return 0.0
    product = sum(count * right[token] for token, count in left.items())
    size = math.sqrt(sum(n * n for n in left.values()) * sum(n * n for n in right.values()))
    return min(1.0, product / size)


def similarity(a: str, b: str) -> float:
    """How alike two texts are: 0 nothing in common, 1 the same words.

    Symmetric, deterministic, and independent of case, width, accents, order of words and common endings. The mean
    of `jaccard` and `cosine`: the first punishes what is added, the second rewards what is repeated.
    """
    return (jaccard(a, b) + cosine(a, b)) / 2


def most_similar(text: str, candidates: dict[str, str], at_least: float, limit: int = 5) -> list[tuple[str, float]]:
    """The candidates closest to `text`, best first, ties by key.

    Args:
        text: what somebody is typing.
        candidates: texts by key.
        at_least: lowest similarity that counts, 0..1.
        limit: how many at most.
    """
    scored = [(key, similarity(text, other)) for key, other in candidates.items()]
    return sorted((pair for pair in scored if pair[1] >= at_least), key=lambda pair: (-pair[1], pair[0]))[:limit]
