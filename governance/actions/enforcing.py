"""The verb that hands a plan to the worker; the worker applies it as who asked, and every refusal holds then, too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from governance.actions.enforcement import DECIDERS, hold_for_apply, put
from governance.models import EnforcementRun
from guard import clock, jobs
from guard.doors import act, acting
from guard.models import Job
from guard.refusals import Blocked

WORK = "governance.enforce"
LONGEST = timedelta(minutes=30)
UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)


def job_of(run: EnforcementRun) -> Job | None:
    """The newest job that was to apply a run, for whoever the desk admitted."""
    return Job.objects.filter(uid=run.job, kind=WORK).first() if run.job else None


def is_under_way(job: Job | None) -> bool:
    """Whether a worker has it or will have it; one that never came to an end is given up after half an hour."""
    return job is not None and job.state in UNDER_WAY and job.created_at > clock.now() - LONGEST


@act("warehouse.enforcement_begun", who=DECIDERS, subject="run.warehouse")
def begin_enforcement(
    *, by: Any, run: EnforcementRun, plan: str = "", accept_breaks: bool = False, reason: str = ""
) -> EnforcementRun:
    """Ask the worker to carry a plan out. What `apply_enforcement` would refuse now is refused now.

    Args:
        by: who answers for it: the worker acts as this person.
        run: planned and tried.
        plan: the digest of the plan that was looked at.
        accept_breaks: known queries break, and that is meant.
        reason: for the record.

    Raises:
        Denied, Stale, Blocked: as `apply_enforcement`, without asking the warehouse.
        Blocked: a worker has this plan already.
    """
    held = hold_for_apply(by, run, plan, accept_breaks)
    if is_under_way(job_of(held)):
        raise Blocked(_("It is being applied already. This page shows how far it got."), code="under-way")
    words = {"run": held.pk, "plan": plan, "accept_breaks": accept_breaks, "reason": reason}
    job = jobs.start_job(WORK, by=by, arguments=words)
    put(held, job=job.uid)
    acting().note(run=held.pk, plan=held.digest, counts={"statements": len(held.statements)})
    return held
