"""One sitting at a warehouse: one transaction at a time, one enforcer at a time, faults turned into refusals."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.utils.translation import gettext as _

from catalog import warehouse
from governance.enforcement.reading import Link, settle
from guard.refusals import Blocked, Refusal

OLDEST = 160_000  # memberships with INHERIT and SET options came with PostgreSQL 16
_LOCK = zlib.crc32(b"throughline enforcement")


class Busy(Refusal):
    """Somebody else applies or reverts just now, or a table is in use."""

    status = 409
    code = "warehouse-busy"

    def default_sentence(self) -> str:
        return _("Somebody else is changing this warehouse now. Try again in a minute.")


@contextmanager
def sitting(name: str) -> Iterator[Link]:
    """A connection as the enforcement login.

    Raises:
        NoAddress, Unreachable: no address, no answer.
        Blocked: the server is too old, or it refused a statement; its text is not repeated, it may hold values.
        Busy: a lock was not given in time.
    """
    with warehouse.administer(name) as link:
        if link.info.server_version < OLDEST:
            raise Blocked(_("Enforcement needs PostgreSQL 16 or newer."), code="old-server")
        try:
            yield link
        except psycopg.errors.LockNotAvailable:
            raise Busy(_("A table of the warehouse is in use. Nothing was changed; try again.")) from None
        except psycopg.errors.DeadlockDetected:
            raise Busy() from None
        except psycopg.errors.OutOfMemory:
            raise Blocked(
                _("The plan touches more objects than the server can lock in one transaction. Nothing was changed."
                  " An administrator can raise max_locks_per_transaction."), code="too-many-locks",
            ) from None  # fmt: skip
        except psycopg.OperationalError as lost:
            raise Blocked(
                _("The connection to the warehouse was lost (%(code)s). Nothing was changed.") % {"code": _code(lost)},
                code="warehouse-lost",
            ) from None
        except psycopg.Error as fault:
            raise Blocked(
                _("The warehouse refused a statement (%(code)s). Nothing was changed.") % {"code": _code(fault)},
                code="warehouse-refused",
            ) from None


@contextmanager
def looking(link: Link) -> Iterator[Link]:
    """A transaction that is always undone."""
    with link.transaction(force_rollback=True):
        settle(link)
        yield link


@contextmanager
def changing(link: Link) -> Iterator[Link]:
    """A transaction that stays when nothing fails, for one enforcer at a time.

    Raises:
        Busy: another one is at work in this database.
    """
    with link.transaction():
        settle(link)
        row = link.execute(
            "SELECT pg_try_advisory_xact_lock(%s, hashtext(current_database()))", [_LOCK % 2_147_483_647]
        ).fetchone()
        if row is None or not row[0]:
            raise Busy()
        yield link


def _code(fault: psycopg.Error) -> str:
    return fault.sqlstate or type(fault).__name__
