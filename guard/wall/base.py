"""Django's PostgreSQL with the wall: the connection knows who reads."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.backends.postgresql import base, operations

from guard.wall import SETTING
from guard.wall.tripwire import watch


@cache
def _is_the_products(role: str) -> bool:
    return bool(role == settings.DATABASE_APP_ROLE != settings.DATABASE_OWNER.get("USER"))


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "guard.wall.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that tells the database who reads, once a transaction.

    `reader` is what the database was told and still knows: with the end of a transaction or the way back to a savepoint
    it is forgotten by both.
    """

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(watch)
        self.reader: int | None = None
        self._untold: int | None = None  # taken to be told: goes with the first statement
        self._lasts = False  # told outside a transaction: stays until it is taken back

    @property
    def is_walled(self) -> bool:
        """Whether it works as the product's role: the owner migrates, and sees every row; so does one role for both."""
        return _is_the_products(self.settings_dict["USER"])

    def read_as(self, reader_id: int) -> None:
        """Tell the database who reads; nothing is sent when it knows."""
        if self.reader == reader_id or not self.is_walled:
            return
        with self.cursor() as cursor:
            cursor.execute(f"SELECT set_config('{SETTING}', %s, %s)", [str(int(reader_id)), self.in_atomic_block])
        self.reader, self._lasts = reader_id, self._lasts or not self.in_atomic_block

    def will_tell(self, reader_id: int | None) -> None:
        """Take it upon the transaction's beginning to tell the database who reads (`telling` gives the text)."""
        self.reader = self._untold = reader_id

    def telling(self) -> str:
        """What is to be sent with the transaction's beginning; once."""
        reader_id, self._untold = self._untold, None
        return "" if reader_id is None else f"SET LOCAL {SETTING} = '{int(reader_id)}'; "

    def told(self, reader_id: int) -> None:
        """Note that a statement just sent has told the database who reads, for this transaction only."""
        if self.in_atomic_block:
            self.reader = reader_id

    def nobody_reads(self) -> None:
        """Take back who reads, where it would outlast its request; a connection that broke meanwhile knows nobody."""
        lasts, self._lasts = self._lasts, False
        self._forget()
        if lasts and self.connection is not None and not self.connection.closed and not self.needs_rollback:
            with suppress(DatabaseError, InterfaceError), self.cursor() as cursor:
                cursor.execute(f"SELECT set_config('{SETTING}', '', false)")

    def _forget(self) -> None:
        self.reader = self._untold = None

    def connect(self) -> None:
        self._forget()
        self._lasts = False
        super().connect()

    def _commit(self) -> None:
        self._forget()
        super()._commit()  # type: ignore[misc]

    def _rollback(self) -> None:
        self._forget()
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._forget()
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _close(self) -> None:
        if self._lasts and self.pool and not self.in_atomic_block:
            self.nobody_reads()
        super()._close()  # type: ignore[misc]

    def close_if_unusable_or_obsolete(self) -> None:
        if not self.in_atomic_block:
            self.nobody_reads()
        super().close_if_unusable_or_obsolete()
