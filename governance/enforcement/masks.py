"""What a reader sees instead of a value above their level: a keyed digest where the type can hold one, else nothing.

The digest is HMAC-SHA-256 (RFC 2104) with a key of 512 random bits that the database makes and keeps in a table which
no reader may read. It is written into the view and not into a function: a function that readers may call would answer
guesses, and a telephone number is guessed in a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from governance.enforcement.names import KEEP, KEY_TABLE
from governance.enforcement.quoting import dotted, ident

_DIGEST = "sha256(k.outer_pad || sha256(k.inner_pad || convert_to({value}::text, 'UTF8')))"
_LENGTH = re.compile(r"character(?: varying)?\((\d+)\)")
TOKEN = 32  # hexadecimal digits of a token: 128 bits
KEY_COLUMNS = ("inner_pad", "outer_pad")


def mask(column: str, data_type: str) -> tuple[str, bool]:
    """The expression for a masked column.

    Args:
        column: qualified and quoted.
        data_type: as `format_type` writes it.

    Returns:
        SQL of that same type, and whether it needs the key.
    """
    digest = _DIGEST.format(value=column)
    length = _LENGTH.fullmatch(data_type)
    if data_type in ("text", "character varying") or (length and int(length[1]) >= TOKEN):
        return f"\"left\"(encode({digest}, 'hex'), {TOKEN})::{data_type}", True
    if data_type == "uuid":
        return f"\"left\"(encode({digest}, 'hex'), 32)::uuid", True
    if data_type == "bigint":
        number = f"('x' || \"left\"(encode({digest}, 'hex'), 16))::bit(64)::bigint"
        return f"({number} & 9223372036854775807)", True
    return f"NULL::{data_type}", False


def make_key(owner: str) -> Iterator[str]:
    """SQL that makes the schema, the table and the key; the key itself never leaves the server nor stands in a log."""
    table = dotted(KEEP, KEY_TABLE)
    yield f"CREATE SCHEMA {ident(KEEP)} AUTHORIZATION {ident(owner)}"
    yield f"SET LOCAL ROLE {ident(owner)}"
    yield f"CREATE TABLE {table} (inner_pad bytea NOT NULL, outer_pad bytea NOT NULL)"
    random = " || ".join(["uuid_send(gen_random_uuid())"] * 4)
    padded = "string_agg(decode(lpad(to_hex(get_byte(r.key, i) # {pad}), 2, '0'), 'hex'), ''::bytea ORDER BY i)"
    # two digests of 512 bits from four random numbers of 122 bits each: 64 bytes, the block of SHA-256
    yield (
        f"INSERT INTO {table} SELECT {padded.format(pad=54)}, {padded.format(pad=92)}"  # noqa: S608 - our own names
        f" FROM (SELECT sha512({random}) AS key OFFSET 0) AS r, generate_series(0, 63) AS i"
    )
    yield "RESET ROLE"


def drop_key() -> Iterator[str]:
    yield f"DROP TABLE {dotted(KEEP, KEY_TABLE)}"
    yield f"DROP SCHEMA {ident(KEEP)}"
