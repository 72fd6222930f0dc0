"""Names of columns that look personal: a short list of words in English, Chinese and the initials of pinyin."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]{1,64}(?![a-z])|[A-Z]?[a-z]{1,64}|[0-9]{1,64}")
_SAYS: dict[str, tuple[str, ...]] = {
    "an identity card": (
        "id card", "idcard", "id number", "id no", "idno", "identity card", "identity number", "national id",
        "citizen id", "resident id", "passport", "passport no", "ssn",
        "social security", "sfz", "sfzh", "sfzhm", "zjhm",
    ),
    "a telephone number": (
        "phone", "telephone", "tel", "mobile", "cellphone", "phone number", "mobile number", "phone no", "mobile no",
        "phoneno", "msisdn", "sjh", "sjhm",
    ),
    "an e-mail address": ("email", "e mail", "mail address", "email address", "emailaddress", "yxdz"),
    "a card or account": (
        "card number", "card no", "cardnumber", "credit card", "bank card", "pan", "iban", "account number", "cvv",
        "cvc", "yhkh",
    ),
    "a person's name": (
        "first name", "last name", "full name", "surname", "given name", "family name", "firstname", "lastname",
        "fullname", "customer name", "real name", "xm", "xingming",
    ),
    "a date of birth": ("birth date", "birthdate", "birthday", "date of birth", "dob", "csrq"),
    "an address of a home": ("home address", "street address", "postal address", "address", "jtdz"),
}  # fmt: skip
_SAYS_ZH = {
    "身份证": "an identity card", "证件号": "an identity card", "护照": "an identity card",
    "手机": "a telephone number", "电话": "a telephone number", "邮箱": "an e-mail address",
    "电子邮件": "an e-mail address", "银行卡": "a card or account",
    "卡号": "a card or account", "姓名": "a person's name", "生日": "a date of birth", "出生日期": "a date of birth",
    "住址": "an address of a home", "家庭地址": "an address of a home",
}  # fmt: skip
# The last word tells what a column is about: "email_sent_at" is a time. An address of these kinds is no home.
_ABOUT_ELSE = {
    "at", "count", "cnt", "flag", "verified", "valid", "sent", "opened", "status", "type", "kind", "length", "domain",
    "id", "is", "amount",
}  # fmt: skip
_NO_HOME = {"ip", "mac", "email", "mail", "url", "web", "wallet", "contract", "memory"}


def looks_personal(name: str) -> str | None:
    """What a column's name suggests that it holds.

    Args:
        name: the name as written; `custIdCard_no` reads as cust, id, card, no.

    Returns:
        The kind in words ("an e-mail address"), or None.
    """
    for part, kind in _SAYS_ZH.items():
        if part in name:
            return kind
    words = [word.lower() for word in _WORD.findall(name[:200])]
    padded = f" {' '.join(words)} "
    for kind, phrases in _SAYS.items():
        if any(f" {phrase} " in padded for phrase in phrases):
            return None if _is_elsewhere(words, phrases, kind) else kind
    return None


def _is_elsewhere(words: list[str], phrases: tuple[str, ...], kind: str) -> bool:
    whole = any(" ".join(words).endswith(phrase) for phrase in phrases)
    if words[0] in ("is", "has") or (words[-1] in _ABOUT_ELSE and not whole):
        return True
    return kind == "an address of a home" and bool(_NO_HOME & set(words))
