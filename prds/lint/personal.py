"""Literal personal data in a text: e-mail, phone, payment card, Chinese resident id. Pure, linear, own checksums.

Every pattern is anchored by guards (no digit or letter may touch it) and, where one exists, proved by its checksum,
because a pattern alone calls every order number a card (governance.md, measured).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

EMAIL, PHONE, CARD, RESIDENT_ID = "email", "phone", "card", "resident_id"

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9][A-Za-z0-9._%+-]{0,63})@((?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24})(?![A-Za-z0-9-])"
)
# Domains that RFC 2606 and RFC 6761 keep for examples, and mailboxes of roles: nobody stands behind them.
_NOBODY = re.compile(r"(?:^|\.)(?:example|invalid|test|localhost)(?:\.(?:com|org|net))?$", re.IGNORECASE)
_ROLE_NAMES = (
    "info support help noreply no-reply privacy security dpo legal press sales team admin office hello contact "
    "service data abuse postmaster git"
)
_ROLES = frozenset(_ROLE_NAMES.split())
_BEFORE, _AFTER = r"(?<![A-Za-z0-9._/=#-])", r"(?![A-Za-z0-9_])(?![.-][A-Za-z0-9])"
_FICTION = re.compile(r"555[ -]?01\d\d$")  # kept for stories by the North American plan


def _form(*forms: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}(?:{'|'.join(forms)}){_AFTER}")


_ID_FORM = _form(r"\d{17}[\dXx]", r"\d{6} \d{8} \d{3}[\dXx]", r"\d{6}-\d{8}-\d{3}[\dXx]")
_CARD_FORM = _form(
    r"\d{13,19}", r"\d{4}(?: \d{4}){3}(?: \d{1,3})?", r"\d{4}(?:-\d{4}){3}(?:-\d{1,3})?", r"\d{4}[ -]\d{6}[ -]\d{4,5}"
)
_PHONE_FORM = _form(
    r"\+[1-9][\d ()-]{8,18}\d",
    r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}",
    r"\(?0\d{2,3}\)?[ -]\d{7,8}",
    r"(?:1[ -])?\(?[2-9]\d{2}\)?[ -][2-9]\d{2}-\d{4}",
)
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS = "10X98765432"
# Leading digits and lengths of the payment networks (ISO/IEC 7812): anything else is a number that happens to fit.
_NETWORKS = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"3(?:0[0-5]|[68])"), (14,)),
    (re.compile(r"6(?:011|4[4-9]|5)"), (16, 19)),
    (re.compile(r"62"), (16, 17, 18, 19)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16,)),
)


@dataclass(frozen=True)
class Personal:
    """One literal: its kind, where it stands, and a form of it that gives nothing away."""

    kind: str
    start: int
    end: int
    masked: str


def has_luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1 annex B over a text of digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """A payment card number: a network's first digits and length, not one digit repeated, Luhn."""
    known = any(start.match(digits) and len(digits) in lengths for start, lengths in _NETWORKS)
    return known and len(set(digits)) > 1 and has_luhn(digits)


def resident_id_check(first: str) -> str:
    """The check sign of a Chinese resident id from its first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return _CHECK_SIGNS[total % 11]


def is_resident_id(text: str, today: datetime.date | None = None) -> bool:
    """A resident id of 18 signs: a province, a day of birth that has been, the right check sign."""
    if len(text) != 18 or not text[:17].isdecimal() or int(text[:2]) not in _PROVINCES:
        return False
    try:
        born = datetime.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    is_alive = datetime.date(1900, 1, 1) <= born <= (today or datetime.date.today())
    return is_alive and resident_id_check(text[:17]) == text[17].upper()


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal() or sign in "Xx")


def _is_phone(text: str) -> bool:
    return 10 <= len(_digits(text)) <= 15 and not _FICTION.search(text)


_NUMBERS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (RESIDENT_ID, _ID_FORM, lambda text: is_resident_id(_digits(text))),
    (CARD, _CARD_FORM, lambda text: is_card(_digits(text))),
    (PHONE, _PHONE_FORM, _is_phone),
)


def _emails(text: str) -> Iterator[Personal]:
    for found in _EMAIL.finditer(text):
        name, domain = found.group(1), found.group(2)
        if not _NOBODY.search(domain) and name.casefold() not in _ROLES:
            yield Personal(EMAIL, found.start(), found.end(), f"{name[0]}…@…")


def find_personal(text: str) -> list[Personal]:
    """All literals of personal data in a text, code and all, in the order in which they stand."""
    found = list(_emails(text))
    taken: set[int] = set()
    for kind, form, is_real in _NUMBERS:  # the best proved first: what is an id is not also a phone
        for match in form.finditer(text):
            if is_real(match.group()) and match.start() not in taken and match.end() - 1 not in taken:
                taken.update(range(match.start(), match.end()))
                found.append(Personal(kind, match.start(), match.end(), f"…{match.group()[-2:]}"))
    return sorted(found, key=lambda one: one.start)
