"""Who may read and what is masked, as files say it: who can be added to, and which mask lets more through.

Grants are ``{privilege: grantees}`` of a table, in small letters. A mask is one word of a column; no word is no mask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Grants = dict[str, set[str]]
EVERYBODY = "public"
ALL = ("all", "all privileges")
#: how little a mask lets through; a word that stands nowhere here may not be changed at all
STRENGTH: Mapping[str, int] = {
    "": 0, "none": 0,
    "bucket": 1, "round": 1, "truncate": 1, "partial": 1, "shape": 1,
    "hash": 2, "tokenise": 3, "tokenize": 3, "keyed_hash": 3, "hmac": 3,
    "null": 4, "drop": 4, "redact": 4, "constant": 4,
}  # fmt: skip
MASK = re.compile(r"(?:^|[\s;,|(\[])mask(?:ing)?(?:_policy)?\s*[:=：]\s*([\w.-]+)", re.IGNORECASE)
_ON_ALL = re.compile(r"(.+?)\s+ON\s+ALL\s+TABLES\s+IN\s+SCHEMA\s+(\S+)\s+TO\s+(.+)", re.IGNORECASE | re.DOTALL)
_MEMBER = re.compile(r"([\w\"$.]+)\s+TO\s+(.+)", re.IGNORECASE | re.DOTALL)
_OPTION = re.compile(r"\s+WITH\s+\w+\s+OPTION\s*$", re.IGNORECASE)
_CUT = re.compile(r"\s*,\s*")


def word(text: object) -> str:
    """A name of a privilege, role or mask as it is compared."""
    return " ".join(str(text).strip().strip('"').lower().split())


def mask_in(text: str) -> str:
    """The mask that a comment says; empty when it says none."""
    found = MASK.search(text)
    return word(found.group(1)) if found else ""


def add(grants: Grants, privileges: Iterable[Any], grantees: Iterable[Any]) -> None:
    """Put grants together; a list of columns makes a privilege of its own."""
    names = {word(name) for name in grantees}
    for privilege in privileges:
        grants.setdefault(word(privilege), set()).update(names)


def take(grants: Grants, privileges: Iterable[Any], grantees: Iterable[Any]) -> None:
    """Take grants back, as REVOKE does."""
    names, wanted = {word(name) for name in grantees}, {word(one) for one in privileges}
    for privilege in list(grants):
        if privilege in wanted or wanted & set(ALL):
            grants[privilege] -= names


def from_words(text: str) -> tuple[str, list[str], list[str]] | None:
    """A GRANT that is about no single table: (what it is about, privileges, grantees), None when it cannot be read.

    Args:
        text: what stands behind the word GRANT.
    """
    if found := _ON_ALL.fullmatch(text.strip()):
        what, schema, to = found.groups()
        return f"{word(schema)}.*", _CUT.split(what), _CUT.split(_OPTION.sub("", to))
    if found := _MEMBER.fullmatch(text.strip()):
        role, to = found.groups()
        return f"role {word(role)}", ["member"], _CUT.split(_OPTION.sub("", to))
    return None


def wider(before: Mapping[str, Iterable[str]], now: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """(privilege, grantee) that are there now and were not, the everybody and the all of before considered."""
    had = {name: set(people) for name, people in before.items()}
    found = []
    for privilege, people in sorted(now.items()):
        kept = set().union(had.get(privilege, set()), *(had.get(one, set()) for one in ALL))
        found += [(privilege, name) for name in sorted(set(people) - kept) if EVERYBODY not in kept]
    return found


def is_milder(before: str, now: str) -> bool:
    """Whether another mask lets more through; one that nobody knows is held to the letter."""
    if before == now or not before:
        return False
    if before not in STRENGTH or now not in STRENGTH:
        return STRENGTH.get(now, 0) < max(STRENGTH.values())
    return STRENGTH[now] < STRENGTH[before]
