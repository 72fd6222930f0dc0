"""Imports that a page or the API asked for, carried out by the worker with progress."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from exchange import actions, files
from guard import jobs
from guard.models import Domain, Job
from guard.outbox import work
from guard.refusals import Refusal

UPLOADS = "imports"


def folder_of(job_uid: str) -> Path:
    """Where the files of one import wait for the worker."""
    return Path(settings.MEDIA_ROOT) / UPLOADS / job_uid


@work("exchange.import")
def carry_out_import(job_id: int) -> None:
    """Read and import the files of a job once; a second call finds it taken."""
    job = jobs.claim(job_id)
    if job is None:
        return
    folder = folder_of(str(job.uid))
    try:
        jobs.progress(job, 0, 2, _("Reading"))
        kind, domain = job.arguments["kind"], Domain.objects.filter(slug=job.arguments.get("domain") or "").first()
        bundles = files.read_paths(kind, [folder] if kind == "dbt" else sorted(folder.iterdir()))
        jobs.progress(job, 1, 2, _("Comparing and writing"))
        verb = actions.preview if job.arguments.get("dry_run") else actions.import_bundles
        report = verb(by=job.by, bundles=bundles, domain=domain)
    except jobs.Cancelled:
        jobs.finish(job, Job.State.CANCELLED, _("Stopped; nothing was changed."))
    except Refusal as refusal:
        found = [{"id": f.id, "sentence": f.sentence, "place": f.excerpt} for f in refusal.findings[:200]]
        found += [{"id": name, "sentence": " ".join(lines), "place": ""} for name, lines in refusal.errors.items()]
        jobs.finish(job, Job.State.FAILED, refusal.sentence, findings=found)
    except ValueError as wrong:
        jobs.finish(job, Job.State.FAILED, str(wrong))
    else:
        jobs.finish(
            job, Job.State.DONE, _("Nothing differs.") if report.is_unchanged else _("Done."), **report.as_dict()
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
