"""From text to searchable words: pure, the same for what is stored and for what is asked.

Words are folded to small letters without accents, identifiers are cut at underscores and humps, an English plural loses
its s, and Chinese becomes bigrams (PostgreSQL's parser does not cut Chinese).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_CJK = re.compile(r"^[\u3400-\u9fff\uf900-\ufaff]")
MOST_WORDS, LONGEST = 4000, 60
STOP = frozenset(
    word
    for line in (
        "a an and are as at be by for from how in is it many much of on or our per that the this to we were what when",
        "where which who why will with would should can do does have has i you they their not no more than then if",
    )
    for word in line.split()
)


def fold(text: str) -> str:
    """Small letters without accents; full-width letters become ordinary ones."""
    return _plain(text).lower()


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.replace("\x00", " "))
    return "".join(sign for sign in spread if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """The words of a text, in order, at most MOST_WORDS.

    >>> words_of("dwd_trade_orderDetails")
    ['dwd', 'trade', 'order', 'detail']
    >>> words_of("复购率")
    ['复购', '购率']
    """
    found: list[str] = []
    for run in _RUN.findall(_HUMP.sub(" ", _plain(text))):
        if _CJK.match(run):
            found += [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(stem(run.lower()))
        if len(found) >= MOST_WORDS:
            break
    return [word[:LONGEST] for word in found[:MOST_WORDS]]


def stem(word: str) -> str:
    """Without the s of an English plural."""
    if len(word) > 3 and word.isascii() and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def content_words(text: str, most: int = 12) -> list[str]:
    """The telling words of a question: without stop words and repetitions, longest first."""
    seen = dict.fromkeys(word for word in words_of(text) if word not in STOP and (len(word) > 2 or _CJK.match(word)))
    return sorted(seen, key=len, reverse=True)[:most]


def vector(weighted: Mapping[str, Iterable[str]]) -> str:
    """A tsvector literal.

    Args:
        weighted: texts by weight, A to D; the first weight in which a word occurs counts most.

    Returns:
        ``'order':1A,7D 'detail':2A`` … ready for a cast, past PostgreSQL's own parser.
    """
    places: dict[str, list[str]] = {}
    at = 0
    for weight, texts in weighted.items():
        for text in texts:
            for word in words_of(text):
                at = min(at + 1, 16_000)
                marks = places.setdefault(word, [])
                if len(marks) < 20:
                    marks.append(f"{at}{weight}")
    return " ".join(f"{quoted(word)}:{','.join(marks)}" for word, marks in places.items())


def query(words: Sequence[str], *, join: str = " & ", is_prefix: bool = True) -> str:
    """A tsquery literal over words; each also as a beginning where `is_prefix`."""
    return join.join(f"{quoted(word)}{':*' if is_prefix else ''}" for word in words)


def quoted(word: str) -> str:
    """A lexeme between quotes; words hold letters and digits only, so this is belt and braces."""
    return "'" + word.replace("\\", "").replace("'", "''") + "'"
