"""Query logs that a page or the API handed in: they wait for the worker, are looked at first, and never stay.

A log holds literals of queries. It is kept only until it was loaded or thrown away, a day at most (`forget_old`).
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from guard import jobs
from guard.models import Job
from guard.refusals import Absent, Blocked, Denied, Invalid
from usage.actions.loading import KINDS, LOADERS
from usage.logs.postgres import DEFAULT_PREFIX, prefix_pattern

WORK = "usage.load"
MOST_BYTES = 512 * 1024 * 1024
OLDEST = 24 * 3600  # seconds that a log may wait


def waiting_room() -> Path:
    """Where logs wait."""
    return Path(settings.MEDIA_ROOT) / "query-logs"


def folder_of(job: Job) -> Path:
    """Where the log of one job waits."""
    return waiting_room() / str(job.uid)


def is_waiting(job: Job) -> bool:
    """Whether its log is still there to be loaded."""
    return folder_of(job).is_dir()


def receive_log(
    *, by: Any, upload: UploadedFile | None, kind: str, warehouse: Any = None, dialect: str = "postgres",
    log_line_prefix: str = "", dry_run: bool = True,
) -> Job:  # fmt: skip
    """Keep a log for the worker and ask for it to be looked at, or loaded.

    Args:
        by: as for `load_usage`.
        upload: the file; its name is reduced to its last part.
        kind: one of `KINDS`.
        warehouse: where its tables are looked up; None for every warehouse.
        dialect: of the statements.
        log_line_prefix: the server's setting, for a plain log of PostgreSQL; its usual one when empty.
        dry_run: only say what would be loaded; the log waits for `go_on` or `discard`.

    Raises:
        Denied: somebody who may not load.
        Invalid: no file, too large, no such kind, or a prefix that cannot be read.
    """
    may_load(by)
    errors: dict[str, list[str]] = {}
    if kind not in KINDS:
        errors["kind"] = [_("Kinds are %(kinds)s.") % {"kinds": ", ".join(KINDS)}]
    if upload is None or not upload.size or upload.size > MOST_BYTES:
        errors["file"] = [_("Choose one file that is not empty, 512 MB at most.")]
    try:
        prefix_pattern(log_line_prefix or DEFAULT_PREFIX)
    except ValueError as wrong:
        errors["log_line_prefix"] = [str(wrong)]
    if errors or upload is None:
        raise Invalid(errors=errors)
    name = (upload.name or "").replace("\\", "/").rsplit("/", 1)[-1].lstrip(".")[:120] or "log"
    with transaction.atomic():
        job = _start(by, dry_run, {
            "kind": kind, "file": name, "warehouse": warehouse.key if warehouse is not None else "",
            "dialect": dialect, "log_line_prefix": log_line_prefix or DEFAULT_PREFIX,
        })  # fmt: skip
        folder = folder_of(job)
        folder.mkdir(parents=True)
        with (folder / name).open("xb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
    return job


def go_on(*, by: Any, job: Job) -> Job:
    """Load what was looked at; asked twice, it is the same load.

    Returns:
        The job that loads.

    Raises:
        Denied: somebody who may not load any more.
        Blocked: it was thrown away, or was not looked at to the end.
    """
    may_load(by)
    with transaction.atomic():
        looked = Job.objects.select_for_update().get(pk=job.pk)
        if after := looked.arguments.get("went_on"):
            return Job.objects.get(uid=after, by=by)
        if looked.state != Job.State.DONE or not looked.arguments.get("dry_run") or not is_waiting(looked):
            raise Blocked(_("This log waits no more. Choose the file again."), code="state")
        given = {name: value for name, value in looked.arguments.items() if name != "dry_run"}
        loading = _start(by, False, given)
        looked.arguments["went_on"] = str(loading.uid)
        looked.save(update_fields=["arguments"])
        folder_of(looked).rename(folder_of(loading))
    return loading


def discard(*, by: Any, job: Job) -> None:
    """Stop one's own job if it runs, and throw its log away."""
    if job.by_id != by.pk:
        raise Absent()
    if not jobs.cancel(job.pk, by) or job.state == Job.State.WAITING:
        forget(job)


def forget(job: Job) -> None:
    """Throw the log of a job away."""
    shutil.rmtree(folder_of(job), ignore_errors=True)


def forget_old() -> int:
    """Throw away what nobody decided about within a day; returns how many."""
    room, gone = waiting_room(), 0
    for folder in room.iterdir() if room.is_dir() else ():
        if time.time() - folder.stat().st_mtime > OLDEST:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone


def may_load(by: Any) -> None:
    """Refuse who may not load.

    Raises:
        Denied: with who can.
    """
    if not LOADERS.permits(by.principal):
        raise Denied(_("Data engineers, data PMs, governance leads and administrators load query logs."))


def _start(by: Any, dry_run: bool, arguments: dict[str, Any]) -> Job:
    return jobs.start_job(WORK, by=by, arguments={**arguments, "dry_run": dry_run})
