"""`manage.py migrate`, one at a time: two starts at once on one database wait for each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

LOCK = 0x7468726F75676800  # of PostgreSQL's advisory locks, which belong to one database: "through"


class Command(Migrate):
    """Django's own, under an advisory lock that ends with its connection, however the process ends."""

    def handle(self, *args: Any, **options: Any) -> None:
        with self._alone(options["database"]):
            super().handle(*args, **options)

    @contextmanager
    def _alone(self, alias: str) -> Iterator[None]:
        """Hold the lock on a connection of its own: migrations open and end transactions on theirs."""
        holder = connections[alias].copy()
        try:
            with holder.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                if not cursor.fetchone()[0]:
                    self.stdout.write("Another migrate is at work on this database; waiting for its end ...")
                    self.stdout.flush()
                    cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            yield
        finally:
            holder.close()
