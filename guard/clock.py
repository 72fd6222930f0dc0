"""What time it is, and when a load says that something happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_LOADED_AT: ContextVar[datetime | None] = ContextVar("loaded_at", default=None)


def now() -> datetime:
    """The moment at which what is done now counts as done: the clock, or inside `loading` the loaded time."""
    return _LOADED_AT.get() or timezone.now()


def loaded_at() -> datetime | None:
    """The time that a load claims; None outside a load."""
    return _LOADED_AT.get()


@contextmanager
def loading(at: datetime) -> Iterator[None]:
    """Inside, verbs happen at `at`. The ledger keeps the true clock beside it and marks the line as loaded."""
    token = _LOADED_AT.set(at)
    try:
        yield
    finally:
        _LOADED_AT.reset(token)
