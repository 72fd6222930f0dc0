"""The page of a dataset's scans: ask for one, read the evidence, accept or reject."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import Dataset
from governance import actions, rescanning
from governance.models import Scan, ScanException, ScanFinding
from governance.scanner import ORIGIN, VERSION
from governance.scanner.kinds import KINDS, WHY_WORDS, evidence_words
from guard.doors import held_by
from guard.kinds import url_of
from web.pages import carry_out, page

LOOKED_BACK = 20  # scans among which the last that came to an end is looked for


@require_http_methods(["GET", "HEAD", "POST"])
def show_scan(request: HttpRequest, key: str) -> HttpResponse:
    """The last scan and what it found; POST asks for another."""
    dataset = get_dataset(request, key)
    here = reverse("governance:scan-show", args=[key])
    if request.method == "POST":
        return carry_out(
            request, actions.start_scan, done=here, template="governance/scan.html", thing=dataset,
            context=context_of(request, dataset), dataset=dataset,
            said=_("The scan is under way. This page shows what it finds."),
        )  # fmt: skip
    return page(request, "governance/scan.html", context_of(request, dataset), thing=dataset)


def get_dataset(request: HttpRequest, key: str) -> Dataset:
    """The dataset by key with its warehouse, for readers of statistics; absent and forbidden look alike."""
    rows = Dataset.objects.visible_to(request.user, "profile").select_related("thing__domain", "warehouse")
    dataset: Dataset | None = rows.filter(thing__key=key).first()
    if dataset is None:
        raise Http404
    return dataset


def context_of(request: HttpRequest, dataset: Any) -> dict[str, Any]:
    """What the page draws."""
    scans = Scan.objects.visible_to(request.user).filter(dataset=dataset).select_related("by", "review__thing")
    newest = list(scans[:LOOKED_BACK])
    last = newest[0] if newest else None
    done = next((scan for scan in newest if scan.state == Scan.State.DONE), None)
    rows = ScanFinding.objects.visible_to(request.user).filter(scan=done) if done else ScanFinding.objects.none()
    findings = (
        list(rows.select_related("review__thing", "decided_by").order_by("result", "column_name")) if done else []
    )
    exceptions = ScanException.objects.visible_to(request.user).filter(dataset=dataset, ended_at=None)
    reader: Any = request.user
    held, principal = held_by(reader, dataset.thing), reader.principal
    return {
        "dataset": dataset, "url": url_of(dataset), "last": last, "done": done, "origin": ORIGIN,
        "found": [drawn(row) for row in findings if row.result == ScanFinding.Result.FOUND],
        "unknown": [drawn(row) for row in findings if row.result == ScanFinding.Result.UNKNOWN],
        "clean": [drawn(row) for row in findings if row.result == ScanFinding.Result.CLEAN],
        "behind": next(iter(rescanning.behind(reader, dataset)), None) if last else None,
        "is_older": done is not None and done.version != VERSION,
        "may_scan": actions.SCANNERS.permits(principal, held),
        "may_end": actions.ENDERS.permits(principal, held),
        "is_mine": bool(done and done.by_id == request.user.pk),
        "exceptions": [(row, KINDS[row.kind].label) for row in exceptions.select_related("by") if row.kind in KINDS],
    }  # fmt: skip


def drawn(row: ScanFinding) -> dict[str, Any]:
    """A finding with its words."""
    return {
        "row": row, "kind": KINDS[row.kind].label if row.kind in KINDS else "", "evidence": evidence_words(row),
        "why": WHY_WORDS.get(row.why, ""),
    }  # fmt: skip


@require_POST
def decide(request: HttpRequest, number: int, move: str) -> HttpResponse:
    """Accept or reject one finding."""
    verbs = {"accept": actions.accept_finding, "reject": actions.reject_finding}
    if move not in verbs:
        raise Http404
    finding = get_finding(request.user, number)
    key = finding.dataset.key
    dataset = get_dataset(request, key)
    said = {"accept": _("Accepted."), "reject": _("Rejected. It is not proposed again for this column.")}[move]
    return carry_out(
        request, verbs[move], done=reverse("governance:scan-show", args=[key]), template="governance/scan.html",
        context=context_of(request, dataset), thing=dataset, said=said, finding=finding,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End an exception."""
    rows = ScanException.objects.visible_to(request.user).select_related("dataset__thing__domain")
    exception = rows.filter(pk=number).first()
    if exception is None:
        raise Http404
    return carry_out(
        request, actions.end_exception, done=reverse("governance:scan-show", args=[exception.dataset.key]),
        said=_("The scanner may propose it again."), exception=exception, reason=request.POST.get("reason", ""),
    )  # fmt: skip


def get_finding(actor: Any, number: Any) -> ScanFinding:
    """A proposed finding that this person may see; absent and forbidden look alike."""
    rows = ScanFinding.objects.visible_to(actor).select_related("review__thing__domain", "dataset__thing__domain")
    finding: ScanFinding | None = rows.filter(pk=number, review__isnull=False).first()
    if finding is None:
        raise Http404
    return finding
