"""Taking uploaded files in: for the page and the API alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from exchange.actions import IMPORTERS
from exchange.files import READERS
from exchange.tasks import folder_of
from guard import jobs
from guard.models import Job
from guard.refusals import Denied, Invalid

MOST_FILES = 200
MOST_BYTES = 512 * 1024 * 1024


def receive(*, by: Any, kind: str, uploads: Sequence[UploadedFile], domain: str = "", dry_run: bool = False) -> Job:
    """Keep the files for the worker and ask for the import.

    Args:
        by: the importer.
        kind: dbt, odcs or auto.
        uploads: the files; names are reduced to their last part.
        domain: slug of the domain of new datasets.
        dry_run: only show what would change.

    Raises:
        Denied: somebody who may not import.
        Invalid: no file, too many, too large, or no such kind.
    """
    if not IMPORTERS.permits(by.principal):
        raise Denied(_("Data engineers, data PMs and governance leads import."))
    errors = {}
    if kind not in (*READERS, "auto"):
        errors["kind"] = [_("Choose dbt, ODCS or let the file say.")]
    if not uploads or len(uploads) > MOST_FILES or sum(upload.size or 0 for upload in uploads) > MOST_BYTES:
        errors["files"] = [_("Choose 1 to %(most)d files, 512 MB together at most.") % {"most": MOST_FILES}]
    if errors:
        raise Invalid(errors=errors)
    with transaction.atomic():
        job = jobs.start_job(
            "exchange.import", by=by,
            arguments={"kind": kind, "domain": domain, "dry_run": dry_run, "files": [u.name for u in uploads][:20]},
        )  # fmt: skip
        folder = folder_of(str(job.uid))
        folder.mkdir(parents=True)
        for number, upload in enumerate(uploads):
            name = (upload.name or "").replace("\\", "/").rsplit("/", 1)[-1].lstrip(".") or f"file{number}"
            with (folder / name).open("xb") as file:
                for chunk in upload.chunks():
                    file.write(chunk)
    return job
