"""Work started after commit: a row in the same transaction, the broker only carries its number."""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from guard.models import Outbox

log = logging.getLogger(__name__)
WORK: dict[str, Callable[..., None]] = {}
NIGHTLY: dict[str, Callable[[], None]] = {}
MOST_ATTEMPTS = 8


def work(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a piece of work by name; it must be idempotent, since it may be carried out more than once."""

    def wrap(function: Callable[..., None]) -> Callable[..., None]:
        WORK[name] = function
        return function

    return wrap


def nightly(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare what is looked after every hour: lapsing, ending, expiring. Idempotent."""

    def wrap(function: Callable[[], None]) -> Callable[[], None]:
        NIGHTLY[name] = function
        return function

    return wrap


def start(name: str, **arguments: Any) -> Outbox:
    """Ask for work: a row now, the message after commit. A broker that is away delays it and loses nothing."""
    row = Outbox.objects.create(task=name, arguments=arguments)
    transaction.on_commit(lambda: send(row.pk), robust=True)
    return row


def send(outbox_id: int) -> None:
    """Give the row's number to the broker; the sweep tries again when that fails."""
    from guard.tasks import carry_out

    try:
        carry_out.apply_async(args=[outbox_id], retry=False)
    except Exception as problem:  # the broker is away: the sweep repeats
        log.warning("outbox not sent", extra={"outbox_id": outbox_id, "problem": type(problem).__name__})
        return
    Outbox.objects.filter(pk=outbox_id).update(sent_at=timezone.now())


def carry_out(outbox_id: int) -> bool:
    """Do one piece of work and mark it done; work is idempotent, since a sweep may start it a second time.

    Returns:
        Whether this call did it.
    """
    load_work()
    with transaction.atomic():
        row = Outbox.objects.select_for_update(skip_locked=True).filter(pk=outbox_id, finished_at=None).first()
        if row is None or row.attempts >= MOST_ATTEMPTS:
            return False
        Outbox.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    WORK[row.task](**row.arguments)
    Outbox.objects.filter(pk=row.pk).update(finished_at=timezone.now())
    return True


def load_work() -> None:
    """Import every room's tasks module, so that its work is known."""
    for config in apps.get_app_configs():
        if "." not in config.name and importlib.util.find_spec(f"{config.name}.tasks"):
            importlib.import_module(f"{config.name}.tasks")
