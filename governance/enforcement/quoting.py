"""How names and texts stand in SQL: always between quotes, never cut by the server, never more than one meaning."""

from __future__ import annotations

import hashlib
from functools import lru_cache

LONGEST = 63  # bytes of an identifier; PostgreSQL cuts the rest without an error


@lru_cache(maxsize=65_536)
def ident(name: str) -> str:
    """A name between quotes.

    Raises:
        ValueError: it is empty, holds a zero byte, or is longer than the server keeps (it would name something else).
    """
    if not name or "\x00" in name or len(name.encode()) > LONGEST:
        raise ValueError(f"Not a name that PostgreSQL keeps whole: {name[:80]!r}")
    return '"' + name.replace('"', '""') + '"'


def dotted(*names: str) -> str:
    """A qualified name."""
    return ".".join(ident(name) for name in names)


def literal(text: str) -> str:
    """A text as a constant, right whatever `standard_conforming_strings` says.

    Raises:
        ValueError: it holds a zero byte.
    """
    if "\x00" in text:
        raise ValueError("PostgreSQL keeps no zero byte.")
    quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
    return f" E{quoted}" if "\\" in text else quoted


def fit(name: str) -> str:
    """The name itself, or when it is too long its beginning and a digest: two long names never become one."""
    raw = name.encode()
    if len(raw) <= LONGEST:
        return name
    digest = hashlib.sha256(raw).hexdigest()[:12]
    return f"{raw[: LONGEST - 13].decode(errors='ignore')}_{digest}"


def is_system_schema(name: str) -> bool:
    """Whether PostgreSQL keeps the schema for itself; such a one is never managed."""
    return name.startswith("pg_") or name == "information_schema"
