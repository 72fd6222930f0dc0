"""What governance lets end by itself, and the scans that people ask for."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from catalog import warehouse as connections
from catalog.models import Warehouse
from governance import rescanning
from governance.actions import (
    apply_enforcement,
    carry_over,
    end_campaigns,
    expire_grants,
    lapse_grants,
    look_after_attestations,
    look_after_delegations,
    verify_enforcement,
)
from governance.actions.enforcing import WORK as ENFORCE
from governance.actions.scans import WORK
from governance.enforcement import desk
from governance.models import EnforcementRun
from governance.reactions import rescan
from governance.rules.changing import CARRY_OVER
from governance.scanner import work as scanning
from guard import jobs, outbox
from guard.models import Job, Scheme
from guard.refusals import Refusal
from people.first import actor_named

log = logging.getLogger(__name__)
HOURS = 20  # looked at hourly, verified about once a day


@outbox.nightly("governance.grants")
def end_grants() -> None:
    """Access that has reached its day, that a rule stops, or that nobody uses."""
    by = actor_named(None)
    expire_grants(by=by)
    lapse_grants(by=by)


@outbox.nightly("governance.campaigns")
def close_campaigns() -> None:
    """Campaigns that have reached their day, and reminders before it."""
    end_campaigns(by=actor_named(None))


@outbox.work(CARRY_OVER)
@outbox.nightly(CARRY_OVER)
def carry_over_labels() -> None:
    """Labels of retired schemes: at once when one is retired, and at night what was labelled or shipped since."""
    if Scheme.objects.filter(status=Scheme.Status.RETIRED).exists():
        carry_over(by=actor_named(None))


@outbox.nightly("governance.attestations")
def end_attestations() -> None:
    """Stops and transformations that reached their day, and those that hold no longer."""
    look_after_attestations(by=actor_named(None))


@outbox.nightly("governance.deputies")
def tell_of_deputies() -> None:
    """Whose days in somebody's place are over; the day itself ended it."""
    look_after_delegations(by=actor_named(None))


@outbox.nightly("governance.warehouses")
def verify_warehouses() -> None:
    """Every warehouse on which something was applied, once a day; what is wider than the levels is told at once."""
    by = actor_named(None)
    for warehouse in Warehouse.objects.unrestricted("every warehouse is verified, whoever may see it"):
        if not connections.can_be_administered(warehouse.name) or desk.last_applied(warehouse) is None:
            continue
        if desk.is_fresh(warehouse, hours=HOURS):
            continue
        try:
            verify_enforcement(by=by, warehouse=warehouse)
        except Refusal as refusal:
            log.warning("warehouse not verified", extra={"warehouse": warehouse.name, "code": refusal.code})


@outbox.work(ENFORCE)
def carry_out_enforcement(job_id: int) -> None:
    """Apply a plan once, as who asked; a second call finds the job taken. Whatever changed meanwhile is refused now."""
    job = jobs.claim(job_id)
    if job is None:
        return
    words = dict(job.arguments)
    run = EnforcementRun.objects.unrestricted("the worker carries out what a person asked for, as that person")
    held = run.select_related("warehouse__thing__domain").get(pk=words.pop("run"))
    try:
        jobs.progress(job, 1, 2, _("Applying %(n)d statements: all of them or none.") % {"n": len(held.statements)})
        apply_enforcement(by=job.by, run=held, **words)
    except jobs.Cancelled:
        jobs.finish(job, Job.State.CANCELLED, _("Stopped; nothing was changed."))
    except Refusal as refusal:
        jobs.finish(job, Job.State.FAILED, refusal.sentence, code=refusal.code)
    except Exception as fault:  # the class only: a message of the warehouse may name what few may see
        log.error("plan not applied", extra={"run": held.pk, "problem": type(fault).__name__})
        jobs.finish(job, Job.State.FAILED, _("It failed (%(what)s).") % {"what": type(fault).__name__})
    else:
        jobs.finish(job, Job.State.DONE, _("Applied."), run=held.pk)


@outbox.nightly("governance.rescans")
def scan_what_changed() -> None:
    """What got other columns since the scanner looked, and was not scanned again at once."""
    for dataset in rescanning.due():
        rescan(dataset)


@outbox.work(WORK)
def carry_out_scan(job_id: int) -> None:
    """Scan a dataset once; a second call finds the job taken."""
    job = jobs.claim(job_id)
    if job is None:
        return

    def tell(done: int, total: int) -> None:
        said = _("%(done)d of %(total)d columns") % {"done": done, "total": total}
        jobs.progress(job, done, total, said)

    try:
        scan = scanning.carry_out(scanning.scan_named(job.arguments["scan"]), tell)
    except jobs.Cancelled:
        jobs.finish(job, Job.State.CANCELLED, _("Stopped; nothing was changed."))
    except scanning.ScanFailed as failed:
        jobs.finish(job, Job.State.FAILED, failed.sentence)
    else:
        jobs.finish(job, Job.State.DONE, _("Scanned."), scan=scan.pk, dataset=scan.dataset.key)
