"""Celery's three tasks; what they carry out is declared by the rooms."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from guard import checkpoints, outbox, recount
from guard.models import Outbox

log = logging.getLogger(__name__)
# checkpoints and recount register their nightly work
__all__ = ["carry_out", "checkpoints", "nightly", "recount", "sweep_outbox"]


@shared_task(name="guard.carry_out")
def carry_out(outbox_id: int) -> None:
    """Do one piece of work from the outbox."""
    outbox.carry_out(outbox_id)


@shared_task(name="guard.sweep_outbox")
def sweep_outbox() -> int:
    """Send again what the broker never had or nobody finished; returns how many."""
    late = timezone.now() - timedelta(seconds=60)
    rows = Outbox.objects.filter(finished_at=None, attempts__lt=outbox.MOST_ATTEMPTS, created_at__lt=late)
    numbers = list(rows.order_by("pk").values_list("pk", flat=True)[:500])
    for number in numbers:
        outbox.send(number)
    return len(numbers)


@shared_task(name="guard.nightly")
def nightly() -> None:
    """Let end what has ended; one room's fault does not keep the others from theirs."""
    outbox.load_work()
    for name, function in outbox.NIGHTLY.items():
        try:
            function()
        except Exception:
            log.exception("nightly work failed", extra={"work": name})
