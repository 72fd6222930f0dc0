"""Small steps that every check takes: required keys, names used twice, the objects of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from exchange.odcs.fields import Findings, near_key
from exchange.odcs.mapping import ALL_KEYS
from exchange.problems import Path


def require(raw: Mapping[str, Any], path: Path, keys: Iterable[str], findings: Findings) -> None:
    """Report keys that are missing or empty, naming a misspelt one that stands there instead."""
    for key in keys:
        value = raw.get(key)
        if isinstance(value, str) and not value.strip():
            findings.add("ODCS-4", (*path, key), key=key)
        elif value is None:
            near = near_key(key, [name for name in raw if name not in ALL_KEYS])
            if near and key not in raw:
                findings.add("ODCS-10", (*path, near), key=key, near=near)
            else:
                findings.add("ODCS-1", (*path, key) if key in raw else path, key=key)


def twice(entries: list[tuple[Path, str]], findings: Findings) -> None:
    """Report names that stand twice in one list; the later place is named."""
    seen: set[str] = set()
    for path, name in entries:
        if name and name in seen:
            findings.add("ODCS-9", path, name=name)
        seen.add(name)


def members(value: Any, path: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """The objects of a list with their paths; wrong shapes were reported by the reader."""
    if not isinstance(value, list):
        return []
    return [((*path, place), entry) for place, entry in enumerate(value) if isinstance(entry, dict)]
