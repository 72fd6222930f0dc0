"""Names of metrics brought into one spelling, so that “Pay buyers” and pay_buyers are one name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BETWEEN = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """Small letters, one space where anything but letters and digits stood."""
    return _BETWEEN.sub(" ", name.casefold()).strip()


def plain_names(code: str, title: str, synonyms: Iterable[str]) -> list[str]:
    """All names of a metric in plain spelling, each once."""
    return sorted({plain(name) for name in (code, title, *synonyms)} - {""})
