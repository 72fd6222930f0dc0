"""The second wall: row level security of PostgreSQL under the policy of the doors (docs/decisions/0022).

Every governed table forces row level security on the role that the product works as: it gives only rows of which the
reader named by ``SET LOCAL throughline.reader`` has the grade that the table asks for, and none where nobody is named.
What looks past the policy says so in its SQL: it reads the same tables by their names in the schema `BEYOND`. The ORM
writes either form by itself (`guard.wall.compiler`), SQL by hand goes through `beyond`; the tripwire
(`guard.wall.tripwire`) stops whatever carries neither mark.
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from typing import Any, cast

from django.apps import apps
from django.db import connection

BEYOND = "unwalled"
SETTING = "throughline.reader"
#: Different in each process and never shown: a text that somebody brings cannot carry it.
MARK = secrets.token_hex(6)
PASSED = f"/* {MARK} unrestricted */"


def reads_as(reader_id: int) -> str:
    """The mark of a statement that carries a reader's policy."""
    return f"/* {MARK} reader {int(reader_id)} */"


def tell(reader_id: int) -> None:
    """Tell the database who reads, until the transaction ends; nothing is sent when it knows."""
    cast(Any, connection).read_as(reader_id)


def told(reader_id: int) -> None:
    """Note that a statement just sent told the database who reads."""
    cast(Any, connection).told(reader_id)


@lru_cache(maxsize=1)
def guarded_tables() -> dict[str, Any]:
    """Governed models by their table: things, and what is seen by whoever sees a thing.

    Tables that are about no thing (roles, clearances, tokens, loads) have rules of their own and no row here.
    """
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if model._meta.label == "guard.Thing" or getattr(model, "POLICY_PATHS", ("",)) != ("",)
    }


@lru_cache(maxsize=1)
def walled_models() -> dict[str, Any]:
    """Those of them whose table forces row level security: all that do not say why not."""
    return {table: model for table, model in guarded_tables().items() if getattr(model, "BEHIND_WALL", True)}


def beyond(reason: str, sql: str, *tables: str) -> str:
    """SQL by hand that reads or writes past the wall.

    Args:
        reason: why nobody's policy applies; it stands in docs/reference/unrestricted.md.
        sql: one statement that names tables plainly.
        tables: those that are meant; none means every governed table in it.

    Returns:
        The statement with these tables named in the schema beyond the wall, and marked.
    """
    if len(reason) < 10:
        raise ValueError("SQL past the wall needs a reason that a governance lead would accept.")
    return _beyond(sql, tables)


def past_the_policy(reason: str, rows: Any) -> Any:
    """A queryset of rows that are no thing's, such as executions of queries, that joins governed tables.

    Args:
        reason: why nobody's policy applies; it stands in docs/reference/unrestricted.md.
        rows: a queryset or manager without a seal.
    """
    found = rows.all()
    found.query.opened_as, found.query.reader_id = reason, None
    return found


@lru_cache(maxsize=512)
def _beyond(sql: str, tables: tuple[str, ...]) -> str:
    return f"{named_beyond(sql, *tables)} {PASSED}"


def named_beyond(sql: str, *tables: str) -> str:
    """SQL with these tables, or all of the wall, named in the schema beyond it."""
    return _named(tables or tuple(walled_models())).sub(lambda found: f"{BEYOND}.{found[1] or found[2]}", sql)


@lru_cache(maxsize=64)
def _named(tables: tuple[str, ...]) -> re.Pattern[str]:
    """Tables where a statement names them as tables: not as the qualifier of a column, nor quoted as a word."""
    either = "|".join(tables)
    return re.compile(rf"""(?<![\w."'])(?:"({either})"|({either}))(?![\w."'(])""")
