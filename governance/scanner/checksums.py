"""Check digits, each after its standard. Every function takes text that `guards.as_text` has cleaned, and is total."""

from __future__ import annotations

from datetime import date

RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_SIGNS = "10X98765432"
# GB/T 2260, first two digits: provinces, municipalities, regions; 71 81 82 (83 since 2018), 91 abroad
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_VALUES = {sign: number for number, sign in enumerate(CREDIT_SIGNS)}
CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
# ISO 13616 registry: the whole length by country
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24,
    "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip


def is_digits(text: str) -> bool:
    """Whether it is ASCII digits only; `str.isdigit` takes other scripts too."""
    return text.isascii() and text.isdigit()


def resident_check(body: str) -> str:
    """The check sign of 17 digits: ISO 7064 MOD 11-2 (GB 11643-1999, 4.3)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, RESIDENT_WEIGHTS, strict=True))
    return RESIDENT_SIGNS[total % 11]


def is_resident_id(text: str) -> bool:
    """A Chinese resident id of 18 signs: area, a day that exists, order, check sign (GB 11643-1999).

    Areas are judged by their first two digits only: the lower ones change every year, and a table of them refused more
    than half of the ids that are valid.
    """
    if len(text) != 18 or not is_digits(text[:17]) or text[:2] not in PROVINCES:
        return False
    return is_day(text[6:14]) and resident_check(text[:17]) == text[17].upper()


def is_old_resident_id(text: str) -> bool:
    """One of 15 digits, as given until 1999: no check digit, so it counts only where the name says so."""
    return len(text) == 15 and is_digits(text) and text[:2] in PROVINCES and is_day(f"19{text[6:12]}")


def is_day(text: str) -> bool:
    """Whether eight digits, year month day, name a day from 1900 to 2099 that exists."""
    if len(text) != 8 or not is_digits(text) or text[:2] not in ("19", "20"):
        return False
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def credit_check(body: str) -> str:
    """The check sign of 17 signs: MOD 31 with the weights 3^i (GB 32100-2015, annex A)."""
    total = sum(CREDIT_VALUES[sign] * weight for sign, weight in zip(body, CREDIT_WEIGHTS, strict=True))
    return CREDIT_SIGNS[-total % 31]


def is_credit_code(text: str) -> bool:
    """A unified social credit code: 18 signs without I, O, S, V, Z, an area in digits, check sign (GB 32100-2015)."""
    text = text.upper()
    if len(text) != 18 or not text.isascii() or not is_digits(text[2:8]) or text[0] not in "123456789ANY":
        return False
    return all(sign in CREDIT_VALUES for sign in text) and credit_check(text[:17]) == text[17]


def luhn(text: str) -> bool:
    """The formula of ISO/IEC 7812-1, annex B: it finds every single wrong digit and most swaps of neighbours."""
    if not is_digits(text):
        return False
    total = 0
    for place, sign in enumerate(reversed(text)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def is_card(text: str) -> bool:
    """A payment card number: an issuer's beginning with one of its lengths, and Luhn (ISO/IEC 7812)."""
    return is_digits(text) and _is_issued(text) and luhn(text)


def _is_issued(text: str) -> bool:
    size, two, four = len(text), int(text[:2] or 0), int(text[:4] or 0)
    return (
        (text[:1] == "4" and size in (13, 16, 19))
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and size == 16)
        or (two in (34, 37) and size == 15)
        or (two == 62 and 16 <= size <= 19)
        or (3528 <= four <= 3589 and size == 16)
        or ((300 <= int(text[:3] or 0) <= 305 or two in (36, 38)) and size == 14)
        or (four == 6011 and size == 16)
        or (two in (64, 65) and size == 16)
        or (four in (5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763) and 16 <= size <= 19)
    )


def is_iban(text: str) -> bool:
    """An international account number: a country's length, and MOD 97-10 leaves 1 (ISO 13616, ISO 7064)."""
    text = text.upper()
    if not text.isascii() or not text.isalnum() or IBAN_LENGTHS.get(text[:2]) != len(text) or not is_digits(text[2:4]):
        return False
    moved = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1
