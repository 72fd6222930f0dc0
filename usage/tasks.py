"""What the usage room looks after by itself, and the query logs that a page or the API handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Warehouse
from guard import jobs
from guard.models import Job
from guard.outbox import nightly, work
from guard.refusals import Refusal
from people.first import actor_named
from usage import uploads
from usage.actions import call_reviews, load_usage
from usage.actions.previewing import account_of, preview_usage
from usage.logs.rows import LogReport, LogRow
from usage.reading import rows_of

ASKED_EVERY = 5000  # rows between two looks whether to stop


@work(uploads.WORK)
def carry_out_load(job_id: int) -> None:
    """Look at, or load, the log of a job once; a second call finds it taken."""
    job = jobs.claim(job_id)
    if job is None:
        return
    state, sentence, result = Job.State.FAILED, "", {}
    try:
        jobs.progress(job, 0, 1, _("Reading"))
        result = _read(job)
        state, sentence = Job.State.DONE, _said(result)
    except jobs.Cancelled:
        state, sentence = Job.State.CANCELLED, _("Stopped; nothing was changed.")
    except Refusal as refusal:
        sentence = refusal.sentence
        result = {"errors": [" ".join(lines) for lines in refusal.errors.values()]}
    except (OSError, ValueError) as wrong:  # among them a missing column, in the reader's words
        sentence = str(wrong) if isinstance(wrong, ValueError) else _("This log waits no more. Choose the file again.")
    finally:
        if state != Job.State.DONE or not job.arguments["dry_run"] or not result.get("new_rows"):
            uploads.forget(job)
    jobs.finish(job, state, sentence, **result)


@nightly("usage.reviews")
def call_what_is_due() -> None:
    """Decisions whose day to look back has come: their makers are told once."""
    call_reviews(by=actor_named(None))


@nightly("usage.uploads")
def forget_waiting_logs() -> None:
    """Logs that nobody loaded or threw away within a day."""
    uploads.forget_old()


def _read(job: Job) -> dict[str, Any]:
    """Read the job's log and say what it came to.

    Raises:
        Cancelled, Refusal, OSError, ValueError: nothing was changed then.
    """
    given, report = job.arguments, LogReport()
    house = None
    if given["warehouse"]:
        house = Warehouse.objects.visible_to(job.by).filter(thing__key=given["warehouse"]).first()
        if house is None:
            raise ValueError(_("There is no such warehouse that you may see."))
    path = uploads.folder_of(job) / given["file"]
    settings = {"dialect": given["dialect"], "log_line_prefix": given["log_line_prefix"]}
    with rows_of(given["kind"], path, report, **settings) as rows:
        facts: dict[str, Any] = {
            "by": job.by, "kind": given["kind"], "rows": _watched(rows, job), "source": given["file"],
            "report": report, "warehouse": house,
        }  # fmt: skip
        return preview_usage(**facts) if given["dry_run"] else account_of(load_usage(**facts), report, job.by)


def _watched(rows: Iterable[LogRow], job: Job) -> Iterator[LogRow]:
    """The same rows, until the person asks to stop. Nothing is written here: the load's transaction is open."""
    for number, row in enumerate(rows):
        if number % ASKED_EVERY == 0 and Job.objects.filter(pk=job.pk, is_cancel_asked=True).exists():
            raise jobs.Cancelled
        yield row


def _said(found: dict[str, Any]) -> str:
    if not found["rows"]:
        return _("Not one row of it could be read.")
    if not found["new_rows"]:
        return _("Everything in it is loaded already.")
    return _("Nothing is loaded yet: this is what it would bring.") if found["dry_run"] else _("Loaded.")
