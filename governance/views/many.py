"""Pages of work on many things at once: the inbox of reviews, and sheets of levels."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Dataset
from governance import actions
from governance.forms_many import SheetForm
from governance.lead import inbox, planning, sheets
from governance.lead.in_place import waiting_in_place
from guard.models import Domain
from people.requests import SignedIn as HttpRequest
from web.pages import carry_out, page

SHEET = "governance/sheet.html"
SHOWN = 300  # rows of a plan drawn on the page; its counts are of all


def _inbox(request: HttpRequest) -> dict[str, Any]:
    waiting = inbox.waiting_for(request.user)
    return {
        "together": [one for one in waiting if not one.alone],
        "alone": [one for one in waiting if one.alone],
        "most": inbox.MOST,
        "in_place": waiting_in_place(request.user),
    }


@require_safe
def show_inbox(request: HttpRequest) -> HttpResponse:
    """Reviews that wait for this person, each column from and to."""
    return page(request, "governance/inbox.html", _inbox(request))


@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Agree to the chosen ones, as they were shown."""
    pairs = [pick.partition(":") for pick in request.POST.getlist("pick")]
    return carry_out(
        request, actions.approve_reviews, done=reverse("governance:inbox-show"), template="governance/inbox.html",
        context=_inbox(request), said=_("You agreed to all that you chose."),
        reviews={key: content for key, _colon, content in pairs}, reason=request.POST.get("reason", ""),
    )  # fmt: skip


def _sheet(request: HttpRequest, form: SheetForm) -> dict[str, Any]:
    domains = Dataset.objects.visible_to(request.user, "columns").order_by().values("thing__domain_id")
    return {
        "form": form, "domains": Domain.objects.filter(pk__in=domains),
        "may_hand_in": planning.may_hand_in(request.user),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def show_sheet(request: HttpRequest) -> HttpResponse:
    """Hand in a sheet and look at what it would propose; nothing is written."""
    form = SheetForm(request.POST or None, request.FILES or None, actor=request.user)
    context = _sheet(request, form)
    if request.method != "POST" or not form.is_valid():
        return page(request, SHEET, context, status=422 if request.method == "POST" else 200)
    text = form.facts()["sheet"]
    plan = planning.plan(request.user, text)
    rows = [(part, item) for part in plan.parts for item in part.items]
    context |= {"plan": plan, "rows": rows[:SHOWN], "more": len(rows[SHOWN:]), "text": text}
    return page(request, SHEET, context, status=422 if plan.faults else 200)


@require_POST
def propose_sheet(request: HttpRequest) -> HttpResponse:
    """Propose what was looked at."""
    form = SheetForm(request.POST, actor=request.user)
    return carry_out(
        request, actions.import_levels, form, done=reverse("governance:review-list"), template=SHEET,
        context=_sheet(request, form), said=_("Proposed. Other people review it now."),
        plan=request.POST.get("plan", ""),
    )  # fmt: skip


@require_safe
def download_sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of what is approved now, of every column that this person may see."""
    domain = request.GET.get("domain", "")
    rows = planning.sheet_of(request.user, domain=domain[:60], is_unclassified="unclassified" in request.GET)
    response = HttpResponse(sheets.write(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="levels.csv"'
    return response
