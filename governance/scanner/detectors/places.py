"""Postal addresses in English, German and Chinese."""

from __future__ import annotations

from governance.scanner import lexicon
from governance.scanner.guards import linear

_DE_STREET = linear(
    r"[^\d,]{2,60}(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee|steig|markt|hof)"
)
_NUMBER = linear(r"\d{1,6}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?")
_ZH_ROAD = linear(r"[\u4e00-\u9fff]{1,40}(?:路|街|道|巷|弄|里|胡同|条|村|组|镇|乡|大道|苑|园|小区|号院|屯|坊)")
_ZH_AREA = frozenset("省市区县州盟旗")


def is_address(text: str) -> bool:
    """An address by itself: a number and a word for a street, or in Chinese a road and a number with its unit."""
    if not 4 <= len(text) <= 160:
        return False
    return _is_zh(text) or _is_en(text) or _is_de(text)


def is_named_address(text: str) -> bool:
    """What counts where the name says address: besides those, a number before or after words, or areas in a row."""
    if not 4 <= len(text) <= 160:
        return False
    if is_address(text) or sum(sign in _ZH_AREA for sign in text) >= 2:
        return True
    words = text.replace(",", " ").replace("\n", " ").split()
    has_words = sum(word[0].isalpha() and len(word) > 2 for word in words) >= 1
    return 2 <= len(words) <= 16 and has_words and any(_NUMBER.fullmatch(word) for word in words)


def _is_en(text: str) -> bool:
    words = text.replace(",", " ").replace("\n", " ").replace(".", " ").lower().split()
    if not 3 <= len(words) <= 16 or not _NUMBER.fullmatch(words[0]):
        return False
    return any(word in lexicon.streets() for word in words[2:])


def _is_de(text: str) -> bool:
    street = text.split(",", 1)[0].replace("\n", " ")
    head, space, number = street.rpartition(" ")
    return bool(space and _NUMBER.fullmatch(number) and _DE_STREET.fullmatch(head.lower()))


def _is_zh(text: str) -> bool:
    """Han signs up to a road, then a number or letter with its unit."""
    at = next((place for place, sign in enumerate(text) if sign.isascii() and sign.isalnum()), -1)
    if at < 2:
        return False
    return bool(_ZH_ROAD.fullmatch(text[:at][-40:])) and any(unit in text[at:] for unit in "号號室栋幢座楼层户")
