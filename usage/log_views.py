"""Pages on which a query log is handed in, looked at, and then loaded or thrown away."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guard.models import Job
from guard.refusals import Absent
from people.requests import SignedIn as HttpRequest
from usage import uploads
from usage.actions.loading import LOADERS
from usage.forms import LogForm
from usage.logs.reasons import in_words
from web.pages import carry_out, go, page

OVER = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


def _url(job: Job) -> str:
    return reverse("usage:log-show", args=[job.uid])


@require_http_methods(["GET", "POST"])
def choose_log(request: HttpRequest) -> HttpResponse:
    """Choose a log; the worker looks at it and nothing is loaded yet."""
    recent = Job.objects.filter(by=request.user, kind=uploads.WORK)[:8]
    context = {"recent": recent, "may": LOADERS.permits(request.user.principal)}
    if request.method == "POST":
        form = LogForm(request.POST, request.FILES, actor=request.user)
        return carry_out(request, uploads.receive_log, form, done=_url, template="usage/log_new.html", context=context)
    return page(request, "usage/log_new.html", {**context, "form": LogForm(actor=request.user)})


@require_GET
def show_log(request: HttpRequest, uid: Any) -> HttpResponse:
    """How far it got, what it would bring, and what is to be done with it; one's own logs only."""
    job = _job(request, uid)
    found = job.result
    shown = {
        "job": job, "found": found, "is_over": job.state in OVER, "is_waiting": uploads.is_waiting(job),
        "bad": [(bad["line"], in_words(bad["reason"])) for bad in found.get("bad", [])],
        "went_on": job.arguments.get("went_on"), "is_dry": job.arguments["dry_run"],
    }  # fmt: skip
    return page(request, "usage/log.html", shown)


@require_POST
def load_log(request: HttpRequest, uid: Any) -> HttpResponse:
    """Load what was looked at."""
    return carry_out(request, uploads.go_on, done=_url, job=_job(request, uid))


@require_POST
def discard_log(request: HttpRequest, uid: Any) -> HttpResponse:
    """Stop, and throw the log away."""
    job = _job(request, uid)
    uploads.discard(by=request.user, job=job)
    return go(request, reverse("usage:log-new"), _("The log is thrown away; nothing of it was loaded."))


def _job(request: HttpRequest, uid: Any) -> Job:
    job = Job.objects.filter(uid=uid, by=request.user, kind=uploads.WORK).first()
    if job is None:
        raise Absent()
    return job
