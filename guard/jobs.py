"""Long work that a person can watch, leave and cancel."""

from __future__ import annotations

from typing import Any

from guard import outbox
from guard.models import Job


class Cancelled(Exception):
    """The person asked the job to stop; what it did in its transaction is rolled back."""


def start_job(kind: str, *, by: Any, arguments: dict[str, Any]) -> Job:
    """Make a job and ask for its work; `kind` names the work and takes job_id."""
    job = Job.objects.create(kind=kind, by=by, arguments=arguments)
    outbox.start(kind, job_id=job.pk)
    return job


def claim(job_id: int) -> Job | None:
    """Take a waiting job by a conditional update; None when somebody else has it or it was cancelled."""
    taken = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(state=Job.State.RUNNING)
    return Job.objects.select_related("by").get(pk=job_id) if taken else None


def progress(job: Job, done: int, total: int, sentence: str = "") -> None:
    """Show how far it got.

    Raises:
        Cancelled: when the person asked to stop.
    """
    Job.objects.filter(pk=job.pk).update(done=done, total=total, sentence=sentence[:300])
    if Job.objects.filter(pk=job.pk, is_cancel_asked=True).exists():
        raise Cancelled


def finish(job: Job, state: str, sentence: str = "", **result: Any) -> None:
    """End it, with what came out."""
    Job.objects.filter(pk=job.pk).update(state=state, sentence=sentence[:300], result=result)


def cancel(job_id: int, by: Any) -> bool:
    """Ask one's own job to stop; a waiting one stops at once."""
    mine = Job.objects.filter(pk=job_id, by=by)
    if mine.filter(state=Job.State.WAITING).update(state=Job.State.CANCELLED):
        return True
    return bool(mine.filter(state=Job.State.RUNNING).update(is_cancel_asked=True))
