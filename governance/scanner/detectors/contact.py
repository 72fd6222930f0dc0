"""Phones, e-mail and network addresses."""

from __future__ import annotations

import ipaddress
import string

from governance.scanner.guards import linear

_CN_MOBILE = linear(r"(?:\+?86[- ]?|0086)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_CN_FIXED = linear(r"(?:\+?86[- ]?)?\(?0\d{2,3}\)?[- ]?[2-9]\d{6,7}")
_US = linear(r"(?:(?:001|1)[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?: ?x\d{1,5})?")
_TRUNK = linear(r"\(?0\d{2,5}\)?[ /-]{1,3}\d{2,9}(?:[ -]\d{2,6})?")
_BARE = linear(r"0\d{9,10}|[2-9]\d{2}[2-9]\d{6}")
_PUNCTUATION = str.maketrans("", "", " -.()/")
_LOCAL_SIGNS = frozenset(string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~.-")
_HOST_SIGNS = frozenset(string.ascii_lowercase + string.digits + "-")


def is_phone(text: str) -> bool:
    """A phone by its form alone: with plus and country (E.164), Chinese mobile, or North American in groups."""
    if not 7 <= len(text) <= 28:
        return False
    return bool(_is_e164(text) or _CN_MOBILE.fullmatch(text) or _US.fullmatch(text))


def is_national_phone(text: str) -> bool:
    """A phone with the trunk zero, in brackets or groups, as several countries write it; good enough under a name."""
    if is_phone(text) or _CN_FIXED.fullmatch(text):
        return True
    if text.count(".") == 1 and text.replace(".", "").isdigit():
        return False  # a decimal number
    digits = text.split("x", 1)[0].translate(_PUNCTUATION)
    if not digits.isascii() or not digits.isdigit() or not 7 <= len(digits) <= 13:
        return False
    return digits[0] == "0" or text != digits or (len(digits) == 10 and digits[0] > "1" and digits[3] > "1")


def is_grouped_phone(text: str) -> bool:
    """Also national numbers, in groups that begin with the trunk zero or bare after the North American plan."""
    if is_phone(text) or (_TRUNK.fullmatch(text) and 9 <= len(text.translate(_PUNCTUATION)) <= 12):
        return True
    return bool(_BARE.fullmatch(text))


def _is_e164(text: str) -> bool:
    """ITU-T E.164: plus, a country code that does not begin with 0, fifteen digits at most."""
    if text[:1] != "+":
        return False
    number, _x, extension = text[1:].partition("x")
    digits = number.replace("(0)", "").translate(_PUNCTUATION)
    plain = digits.isascii() and digits.isdigit() and (not extension or extension.strip(" .").isdigit())
    return plain and 8 <= len(digits) <= 15 and digits[0] != "0"


def is_email(text: str) -> bool:
    """One address of RFC 5321 without quotes: local part, @, a domain with a dot."""
    local, at, domain = text.rpartition("@")
    if not at or not 1 <= len(local) <= 64 or not set(local) <= _LOCAL_SIGNS or local[0] == "." or local[-1] == ".":
        return False
    labels = domain.lower().split(".")
    if len(labels) < 2 or len(domain) > 120 or len(labels[-1]) < 2 or labels[-1].isdigit():
        return False
    return all(label and set(label) <= _HOST_SIGNS and label[0] != "-" != label[-1] for label in labels)


def is_ip(text: str) -> bool:
    """An address of a machine, version 4 or 6; a network with a mask is none."""
    if not 3 <= len(text) <= 45 or (text.count(".") != 3 and text.count(":") < 2):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
