"""Bringing files in by hand, and watching it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from exchange.receiving import receive
from guard import jobs
from guard.models import Domain, Job
from guard.refusals import Absent
from people.requests import SignedIn as HttpRequest
from web.forms import Form
from web.pages import go, page


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in (data if isinstance(data, list) else [data])]


class ImportForm(Form):
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"), widget=ManyFiles(attrs={"multiple": True}),
        help_text=_("dbt: manifest.json, and catalog.json beside it. ODCS: contracts as YAML or JSON."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Standard"), choices=[("auto", _("Let the files say")), ("dbt", "dbt"), ("odcs", "ODCS")]
    )
    domain = forms.ModelChoiceField(
        Domain.objects.all(), label=_("Domain of new datasets"), to_field_name="slug", required=True
    )
    dry_run = forms.BooleanField(label=_("Only show what would change"), required=False)


@require_http_methods(["GET", "POST"])
def import_files(request: HttpRequest) -> HttpResponse:
    """Choose files; the worker brings them in."""
    form = ImportForm(request.POST or None, request.FILES or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        job = receive(
            by=request.user, kind=facts["kind"], uploads=facts["files"], domain=facts["domain"].slug,
            dry_run=facts["dry_run"],
        )  # fmt: skip
        return go(request, reverse("exchange:import-show", args=[job.uid]))
    recent = Job.objects.filter(by=request.user, kind="exchange.import")[:8]
    status = 422 if request.method == "POST" else 200
    return page(request, "exchange/import.html", {"form": form, "recent": recent}, status=status)


def _job(request: HttpRequest, uid: Any) -> Job:
    job = Job.objects.filter(uid=uid, by=request.user, kind="exchange.import").first()
    if job is None:
        raise Absent()
    return job


@require_GET
def show_import(request: HttpRequest, uid: Any) -> HttpResponse:
    """How far it got, and what came out; one's own imports only."""
    job = _job(request, uid)
    context = {"job": job, "is_over": job.state in ("done", "failed", "cancelled")}
    return page(request, "exchange/progress.html", context)


@require_POST
def cancel_import(request: HttpRequest, uid: Any) -> HttpResponse:
    """Stop it; nothing is half done."""
    job = _job(request, uid)
    jobs.cancel(job.pk, request.user)
    return go(request, reverse("exchange:import-show", args=[job.uid]))
