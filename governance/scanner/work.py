"""Carries out one scan: reads, judges column by column, writes down. Values live in this loop's memory only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Column, Dataset
from governance.actions.scans import fail_scan, record_scan
from governance.models import Scan
from governance.scanner import sampling
from governance.scanner.verdict import UNKNOWN, Verdict, judge
from guard.doors import opened
from guard.doors.opening import VALUE
from guard.jobs import Cancelled
from guard.refusals import Absent, Refusal
from people.first import actor_named

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


class ScanFailed(Exception):
    """It came to nothing; the sentence holds no value."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def scan_named(pk: int) -> Scan:
    """The scan with what carrying it out needs."""
    rows = Scan.objects.unrestricted("the worker carries out what a person asked for, as that person")
    return rows.select_related("dataset__thing__domain", "dataset__warehouse", "by").get(pk=pk)


def carry_out(scan: Scan, progress: Progress | None = None) -> Scan:
    """Read, judge and record, with the rights of who asked.

    Args:
        scan: waiting.
        progress: told (columns done, columns in all); may raise to stop.

    Raises:
        ScanFailed: with a sentence; the scan says it too. Nothing of a value is in it, nor in what is logged.
    """
    try:
        verdicts = _verdicts(scan, progress)
        return record_scan(by=scan.by, scan=scan, verdicts=verdicts)
    except Cancelled:
        _fail(scan, _("Stopped; nothing was changed."))
        raise
    except Refusal as refusal:
        sentence = refusal.sentence
    except Exception as fault:
        # the class only: the message of a fault may repeat a value
        log.error("scan failed", extra={"scan": scan.pk, "problem": type(fault).__name__})
        sentence = _("It failed (%(what)s).") % {"what": type(fault).__name__}
    _fail(scan, sentence)
    raise ScanFailed(sentence)


def _fail(scan: Scan, said: str) -> None:
    """Say so as who asked; for a leaver the service account says it."""
    fail_scan(by=scan.by if scan.by.is_active else actor_named(None), scan=scan, said=said)


def _verdicts(scan: Scan, progress: Progress | None) -> dict[str, Verdict]:
    rows = Dataset.objects.visible_to(scan.by, "profile").select_related("warehouse")
    dataset = rows.filter(pk=scan.dataset_id).first()
    if dataset is None:
        raise Absent()
    opened(scan.by, dataset, door=VALUE)  # what is strict is written down before a value of it is read
    columns = Column.objects.visible_to(scan.by, "columns").filter(dataset=dataset)
    names: Sequence[str] = list(columns.values_list("name", flat=True))
    year = timezone.localdate().year
    found: dict[str, Verdict] = {}
    for read in sampling.sampled(dataset, names):
        found[read.name] = _judged(read, year)
        if progress is not None:
            progress(len(found), len(names))
    return found


def _judged(read: sampling.Read, year: int) -> Verdict:
    if read.fault:
        return Verdict(UNKNOWN, read.fault)
    try:
        return judge(read.name, read.values, year=year)
    except Exception as fault:
        log.error("recogniser failed", extra={"problem": type(fault).__name__})
        return Verdict(UNKNOWN, "unreadable", rows=len(read.values))
