"""Names of persons: what one value looks like. Whether a column holds persons is weighed in `verdict`."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from governance.scanner import lexicon
from governance.scanner.guards import linear
from governance.scanner.lexicon import words as words_in

_HAN = linear(r"[\u3400-\u9fff]{2,4}")
_HAN_FOREIGN = linear(r"[\u3400-\u9fff]{1,8}[·•][\u3400-\u9fff]{1,12}")
_PARTICLES = frozenset(
    [
        "von",
        "van",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "la",
        "le",
        "du",
        "zu",
        "zum",
        "bin",
        "al",
        "el",
        "dos",
        "das",
        "ter",
        "y",
        "st",
    ]
)
_TITLES = words_in(
    "mr mrs ms miss dr prof univprof sir herr frau dipl dipling ing phd md dds dvm jr sr ii iii iv esq med rer nat"
    " drmed ba bsc beng bed ma msc meng mba llb llm"
)
_NOT_A_NAME_ZH = ("公司", "银行", "大学", "学院", "医院", "集团", "中心", "中国", "股份", "工程", "保险")
_ENDS_PLACE_ZH = frozenset("市县区省州镇乡村路街店厂部局院校队")


@dataclass(frozen=True)
class NameShare:
    """Shares of distinct values: what has the form of a name, and what backs or contradicts it.

    Attributes:
        formed: has the form of a name in either script.
        several: of two words or more, or Chinese.
        backed: has a known given or family name at its place.
        given: has a known given name, or a Chinese family name in front.
        organised: has a word of organisations or places.
        chinese: is written in Chinese.
    """

    formed: float
    several: float
    backed: float
    given: float
    organised: float
    chinese: float


def shares(values: Sequence[str]) -> NameShare:
    """Weigh the distinct values of a column as names."""
    rows = [_facts(value) for value in values]
    count = max(len(rows), 1)
    columns = [sum(row[place] for row in rows) / count for place in range(6)]
    return NameShare(*columns)


def is_formed(text: str) -> bool:
    """Whether one value has the form of a name in either script."""
    return _facts(text)[0]


def _facts(text: str) -> tuple[bool, bool, bool, bool, bool, bool]:
    if "\u3400" <= text[:1] <= "\u9fff":
        return _chinese(text)
    return _latin(text)


def _chinese(text: str) -> tuple[bool, bool, bool, bool, bool, bool]:
    if _HAN_FOREIGN.fullmatch(text):
        return (True, True, True, True, False, True)
    family, space, given = text.partition(" ")
    joined = family + given if space and len(family) <= 2 and len(given) <= 3 else text
    organised = any(word in text for word in _NOT_A_NAME_ZH) or (len(text) > 1 and text[-1] in _ENDS_PLACE_ZH)
    if not _HAN.fullmatch(joined):
        return (False, False, False, False, organised, True)
    known = lexicon.family_zh()
    backed = (joined[:2] in known and len(joined) > 2) or (joined[0] in known and len(joined) < 4)
    return (True, True, backed and not organised, backed and not organised, organised, True)


def _latin(text: str) -> tuple[bool, bool, bool, bool, bool, bool]:
    words = [
        word for word in text.replace(",", " ").split() if word.replace(".", "").replace("-", "").lower() not in _TITLES
    ]
    plain = [_plain(word) for word in words]
    organised = any(word in lexicon.organisations() for word in plain)
    if not 1 <= len(words) <= 4 or len(text) > 60 or text.count(",") > 1:
        return (False, False, False, False, organised, False)
    formed = all(_is_word(word) or word.lower() in _PARTICLES for word in words) and not organised
    parts = [part for word in plain for part in word.split("-")]
    has_family = any(part in lexicon.family() for part in parts)
    given = any(part in lexicon.given() for part in parts) or (has_family and any(len(part) == 1 for part in parts))
    backed = given or has_family
    return (formed, formed and len(words) > 1, formed and backed, formed and given, organised, False)


def _is_word(word: str) -> bool:
    """One word of a name: a capital first, letters, hyphen and apostrophe; an initial with its dot."""
    bare = word[:-1] if word.endswith(".") else word
    inner = bare.replace("-", "").replace("'", "").replace("’", "")
    if not inner.isalpha() or not bare[:1].isupper() or len(bare) > 25:
        return False
    return len(bare) == 1 or (not word.endswith(".") and (bare.isupper() is False or len(bare) > 3))


def _plain(word: str) -> str:
    """A word in small letters without accents and dots."""
    bare = word.strip(".,").lower().replace("ß", "ss").replace("'", "")
    if bare.isascii():
        return bare
    return "".join(sign for sign in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(sign))
