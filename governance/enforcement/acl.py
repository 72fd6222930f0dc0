"""Access lists as PostgreSQL writes them: ``grantee=rights/grantor``, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from governance.enforcement.quoting import ident

RIGHTS = {
    "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "D": "TRUNCATE", "x": "REFERENCES", "t": "TRIGGER",
    "m": "MAINTAIN", "X": "EXECUTE", "U": "USAGE", "C": "CREATE", "T": "TEMPORARY", "c": "CONNECT",
}  # fmt: skip
_ITEM = re.compile(r'("(?:[^"]|"")*"|[^="]*)=([a-zA-Z*]*)/("(?:[^"]|"")*"|.*)', re.DOTALL)
_BARE = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an access list; the empty grantee is PUBLIC, a star after a letter is the grant option."""

    grantee: str
    rights: str
    grantor: str

    @property
    def plain(self) -> str:
        """The letters without their stars."""
        return self.rights.replace("*", "")

    @property
    def grantable(self) -> str:
        """The letters that may be given on."""
        return "".join(a for a, b in zip(self.rights, self.rights[1:] + " ", strict=True) if b == "*" and a != "*")


@lru_cache(maxsize=16_384)
def parse(text: str) -> Item:
    """Read one item.

    Raises:
        ValueError: it is not one.
    """
    found = _ITEM.fullmatch(text)
    if found is None:
        raise ValueError(f"Not an item of an access list: {text!r}")
    return Item(_name(found[1]), found[2], _name(found[3]))


def _name(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


@lru_cache(maxsize=16_384)
def written(grantee: str, rights: str, grantor: str) -> str:
    """The item as the server writes it."""
    return f"{_quoted(grantee)}={rights}/{_quoted(grantor)}"


def _quoted(name: str) -> str:
    return name if not name or _BARE.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def foreign(items: Iterable[str], owner: str) -> Iterator[Item]:
    """The items of others than the owner."""
    for text in items:
        item = parse(text)
        if item.grantee != owner:
            yield item


def role(name: str) -> str:
    """A grantee in SQL; the empty name is PUBLIC."""
    return ident(name) if name else "PUBLIC"


def words(letters: str, columns: str = "") -> str:
    """``r`` -> ``SELECT``, or ``SELECT ("a", "b")`` with `columns`."""
    return ", ".join(f"{RIGHTS[letter]} ({columns})" if columns else RIGHTS[letter] for letter in letters)


def restore(on: str, items: Iterable[str], others: Iterable[str], *, owner: str, admin: str,
            columns: str = "") -> Iterator[str]:  # fmt: skip
    """Statements that give an object exactly these items in this order.

    Args:
        on: ``TABLE "s"."t"``, ``SCHEMA "s"`` …
        items: the access list as it was.
        others: roles that may stand in it now (PUBLIC is ""); their rights go first.
        owner: of the object; rights that others than it gave are given by them again.
        admin: who runs the statements; empty for a superuser, who may act as anybody.
        columns: a quoted column, for the list of one column.

    Yields:
        SQL.
    """
    kept = [parse(text) for text in items]
    gone = dict.fromkeys([*others, *(item.grantee for item in kept), owner])
    if not columns:
        for name in gone:
            yield f"REVOKE ALL ON {on} FROM {role(name)} CASCADE"
    for item in kept:
        yield from _given(on, item, owner, admin, columns)


def _given(on: str, item: Item, owner: str, admin: str, columns: str) -> Iterator[str]:
    grants = []
    if once := "".join(letter for letter in item.plain if letter not in item.grantable):
        grants.append(f"GRANT {words(once, columns)} ON {on} TO {role(item.grantee)}")
    if item.grantable and item.grantee != owner:
        grants.append(f"GRANT {words(item.grantable, columns)} ON {on} TO {role(item.grantee)} WITH GRANT OPTION")
    elif item.grantable:
        grants.append(f"GRANT {words(item.grantable, columns)} ON {on} TO {role(item.grantee)}")
    if item.grantor in (owner, ""):
        yield from grants
        return
    # given by somebody who had it with grant option: only they can give it so again
    giver = ident(item.grantor)
    if admin:
        yield f"GRANT {giver} TO {ident(admin)} WITH INHERIT FALSE, SET TRUE"
    yield f"SET LOCAL ROLE {giver}"
    yield from grants
    yield "RESET ROLE"
    if admin:
        yield f"REVOKE {giver} FROM {ident(admin)} GRANTED BY {ident(admin)}"
