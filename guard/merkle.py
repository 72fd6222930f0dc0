"""A Merkle tree over the hashes of the ledger's entries, as in RFC 6962.

One entry is proved without showing the others.

Leaf: SHA-256(00 ‖ hash of the entry); node: SHA-256(01 ‖ left ‖ right); the odd one of a row moves up as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

Row = list[bytes]


def leaf(entry_hash: str) -> bytes:
    """The leaf of one entry, from its hash in hexadecimal."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(entry_hash)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """What two neighbours become."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def rows_of(entry_hashes: Iterable[str]) -> list[Row]:
    """Every row of the tree, the leaves first; the last row is the root alone (empty without entries)."""
    rows = [[leaf(one) for one in entry_hashes]]
    while len(rows[-1]) > 1:
        row = rows[-1]
        above = [node(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        rows.append(above + row[len(above) * 2 :])
    return rows


def root_of(rows: list[Row]) -> str:
    """The root in hexadecimal; of no entries SHA-256 of nothing."""
    return rows[-1][0].hex() if rows[-1] else hashlib.sha256().hexdigest()


def proof_of(rows: list[Row], index: int) -> list[str]:
    """The neighbours on the way from leaf `index` (from 0) to the root, in hexadecimal."""
    path = []
    for row in rows[:-1]:
        if index ^ 1 < len(row):
            path.append(row[index ^ 1].hex())
        index //= 2
    return path


def root_from(entry_hash: str, index: int, size: int, path: Iterable[str]) -> str | None:
    """The root that a proof leads to; None when the proof has another length than the tree asks for."""
    at, steps = leaf(entry_hash), [bytes.fromhex(step) for step in path]
    if not 0 <= index < size:
        return None
    while size > 1:
        if index ^ 1 < size:
            if not steps:
                return None
            beside = steps.pop(0)
            at = node(beside, at) if index % 2 else node(at, beside)
        index, size = index // 2, (size + 1) // 2
    return None if steps else at.hex()
