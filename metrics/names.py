"""Names of metrics brought into one spelling, so that “Pay buyers” and pay_buyers are one name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

_BETWEEN = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """Small letters, one space where anything but letters and digits stood."""
    return _BETWEEN.sub(" ", name.casefold()).strip()


def plain_names(code: str, title: str, synonyms: Iterable[str]) -> list[str]:
    """All names of a metric in plain spelling, each once."""
    return sorted({plain(name) for name in (code, title, *synonyms)} - {""})


# The longest text of each word, in characters; lists by their single entries.
LONGEST = {
    "display_name": 300, "title": 300, "unit": 40, "timezone": 40, "fiscal_calendar": 40, "late_data_policy": 120,
    "business_process": 120, "synonyms": 120, "purposes": 40, "non_additive_dimensions": 80,
}  # fmt: skip


def too_long(words: Mapping[str, Any]) -> dict[str, list[str]]:
    """Errors by field for words that are longer than what is kept."""
    errors = {}
    for name, most in LONGEST.items():
        given = words.get(name, "")
        if any(len(text) > most for text in ([given] if isinstance(given, str) else given)):
            errors[name] = [_("At most %(most)d characters.") % {"most": most}]
    return errors
