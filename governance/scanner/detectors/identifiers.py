"""Numbers with check digits: resident ids, credit codes, cards, accounts."""

from __future__ import annotations

from governance.scanner import checksums
from governance.scanner.guards import linear

_GROUPED_CARD = linear(r"\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{3})?|\d{4}[ -]\d{6}[ -]\d{4,5}")
_GROUPED_IBAN = linear(r"[A-Za-z]{2}\d{2}(?: [A-Za-z0-9]{4}){2,7}(?: [A-Za-z0-9]{1,3})?")


def is_resident_id(text: str) -> bool:
    """See `checksums.is_resident_id`."""
    return checksums.is_resident_id(text)


def is_named_resident_id(text: str) -> bool:
    """Under a name that says so, ids of 15 digits count too."""
    return checksums.is_resident_id(text) or checksums.is_old_resident_id(text)


def is_credit_code(text: str) -> bool:
    """See `checksums.is_credit_code`."""
    return checksums.is_credit_code(text)


def is_card(text: str) -> bool:
    """A card number, plain or in the groups in which cards print it."""
    if _GROUPED_CARD.fullmatch(text):
        text = text.replace(" ", "").replace("-", "")
    return checksums.is_card(text)


def is_iban(text: str) -> bool:
    """An IBAN, plain or in groups of four."""
    if " " in text and _GROUPED_IBAN.fullmatch(text):
        text = text.replace(" ", "")
    return checksums.is_iban(text)
