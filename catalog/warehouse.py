"""Reading a warehouse: its own connection, a read-only transaction, one statement, an end in time.

The address comes from WAREHOUSE_<NAME>_URL and is kept nowhere; rows hold no secret (rulings.md, Warehouses).
Enforcement alone uses another login, WAREHOUSE_<NAME>_ADMIN_URL, through `administer`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import environ
import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from guard.refusals import Refusal

TIMEOUT_SECONDS = 20
MOST_ROWS = 1000
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Unreachable(Refusal):
    """Nobody answers at its address."""

    status = 503
    code = "warehouse-away"

    def default_sentence(self) -> str:
        return _("The warehouse cannot be reached now. A data engineer can look at its address.")


class NoAddress(Refusal):
    """No address is set for it: nothing is broken, somebody has to say where it is."""

    status = 409
    code = "warehouse-without-address"

    def default_sentence(self) -> str:
        return _("No address is set for this warehouse. Who runs the server can set it.")


class Failed(Refusal):
    """The warehouse refused the statement, or it took too long."""

    status = 422
    code = "warehouse-refused"

    def default_sentence(self) -> str:
        return _("The warehouse refused the statement.")


@dataclass(frozen=True)
class Answer:
    """What came back: names of columns and rows, at most MOST_ROWS; `is_cut` when there were more."""

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    is_cut: bool = False


def has_address(name: str) -> bool:
    """Whether an address for reading is set."""
    return bool(_url(name))


def can_be_administered(name: str) -> bool:
    """Whether an address for enforcement is set."""
    return bool(_url(name, "_ADMIN_URL"))


def reading_login(name: str) -> str:
    """The login by which the product reads a warehouse; empty where no address is set, or it names none."""
    url = _url(name)
    return unquote(environ.Env.db_url_config(url).get("USER") or "") if url else ""


@contextmanager
def administer(name: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the enforcement login; whatever was not committed is undone when it closes.

    Raises:
        NoAddress: none for enforcement.
        Unreachable: no answer.
    """
    address = _address(name, "_ADMIN_URL")
    try:
        link = psycopg.connect(**address, connect_timeout=5, autocommit=False, cursor_factory=psycopg.ClientCursor)
    except psycopg.Error:
        raise Unreachable() from None
    try:
        yield link
    finally:
        link.close()


def read_as(
    name: str, statement: str, params: Sequence[Any] | None = None, *, grade: int = 0, most: int = MOST_ROWS
) -> Answer:
    """Run one reading statement in a warehouse.

    Args:
        name: of the warehouse, as in WAREHOUSE_<NAME>_URL.
        statement: one SQL statement; values go into `params`, never into the text.
        params: values, positional.
        grade: rank whose schema of masked views (``v_l<grade>``) is looked into first; 0 for the tables themselves.
        most: rows that are kept.

    Returns:
        The rows.

    Raises:
        NoAddress: none for reading.
        Unreachable: no answer.
        Failed: the statement writes, is several, fails or takes longer than TIMEOUT_SECONDS.
    """
    try:
        link = psycopg.connect(**_address(name), connect_timeout=5, autocommit=False)
    except psycopg.Error:
        raise Unreachable() from None
    with link:
        link.read_only = True
        try:
            return _read(link, statement, params, grade, most)
        except psycopg.errors.QueryCanceled:
            link.rollback()
            raise Failed(_("The statement took too long and was stopped.")) from None
        except psycopg.Error as problem:
            link.rollback()
            # the class of the fault, not its text: that may repeat values
            raise Failed(
                _("The warehouse refused the statement (%(code)s).") % {"code": problem.sqlstate or ""}
            ) from None


def _read(link: psycopg.Connection[Any], statement: str, params: Sequence[Any] | None, grade: int, most: int) -> Answer:
    with link.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(TIMEOUT_SECONDS * 1000))])
        if grade:
            path = sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(f"v_l{int(grade)}"))
            cursor.execute(path)
        # prepared: the server takes one statement only; `SET TRANSACTION READ WRITE` cannot follow it
        cursor.execute(statement.encode(), params or (), prepare=True)
        if cursor.description is None:
            raise Failed(_("Only statements that read are run."))
        rows = cursor.fetchmany(most + 1)
        return Answer([column.name for column in cursor.description], rows[:most], len(rows) > most)


def _url(name: str, ending: str = "_URL") -> str:
    # reading a warehouse named "shop_admin" would sign in as the enforcement login of "shop"
    if not _NAME.fullmatch(name) or (ending == "_URL" and name.endswith("_admin")):
        return ""
    return os.environ.get(f"WAREHOUSE_{name.upper()}{ending}", "")


def _address(name: str, ending: str = "_URL") -> dict[str, Any]:
    url = _url(name, ending)
    if not url:
        variable = f"WAREHOUSE_{name.upper()}{ending}"
        raise NoAddress(_("No address is set for this warehouse: %(variable)s.") % {"variable": variable})
    found = environ.Env.db_url_config(url)
    parts = {"host": unquote(found.get("HOST") or ""), "port": found.get("PORT"), "user": found.get("USER"),
             "password": found.get("PASSWORD"), "dbname": found.get("NAME")}  # fmt: skip
    return {name: value for name, value in parts.items() if value}
