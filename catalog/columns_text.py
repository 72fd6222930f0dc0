"""Columns as people type or paste them, one a line: ``order_id bigint not null -- the number of the order``. Pure."""

from __future__ import annotations

import re
from typing import Any

_NAME = re.compile(r'\s*(?:"(?P<quoted>[^"]+)"|`(?P<ticked>[^`]+)`|(?P<bare>\S+))\s*(?P<rest>.*)$')
_KEY = re.compile(r"\bprimary\s+key\b", re.IGNORECASE)
_NOT_NULL = re.compile(r"\bnot\s+null\b", re.IGNORECASE)
_NULL = re.compile(r"\bnull\b", re.IGNORECASE)


def columns_of(text: str) -> list[dict[str, Any]]:
    """Read a list of columns.

    Args:
        text: a line each: name, type, perhaps ``not null`` and ``primary key``, perhaps ``--`` and what it means. A
            comma at the end is let be, so that lines of a CREATE TABLE can be pasted.

    Returns:
        Arguments of `catalog.actions.add_columns`; empty lines are left out.
    """
    found = []
    for line in text.splitlines():
        words, _dashes, meaning = line.partition("--")
        match = _NAME.match(words.strip().rstrip(","))
        if match is None:
            continue
        name = next(part for part in (match["quoted"], match["ticked"], match["bare"]) if part)
        rest = match["rest"]
        is_key = bool(_KEY.search(rest))
        is_nullable = not (is_key or _NOT_NULL.search(rest))
        kind = _NULL.sub("", _NOT_NULL.sub("", _KEY.sub("", rest)))
        found.append({
            "name": name, "data_type": " ".join(kind.split()), "description": meaning.strip(), "is_key": is_key,
            "is_nullable": is_nullable,
        })  # fmt: skip
    return found
