"""The audit desk: the record, filtered, exported, verified."""

from __future__ import annotations

from typing import Any

import django_filters
import orjson
from django import forms
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from governance import actions
from guard.models import Entry, Thing
from guard.refusals import Denied
from people.requests import SignedIn as HttpRequest
from web.listing import Column as Cell
from web.listing import Listing
from web.pages import page

DESK = ("governance_lead", "auditor")
QUIET = {"by", "thing", "request_id"}


class LedgerFilter(django_filters.FilterSet):
    """``?person= &verb= &outcome= &thing= &after= &before=``"""

    person = django_filters.CharFilter(field_name="actor__username", lookup_expr="iexact", label=_("Person"))
    verb = django_filters.CharFilter(lookup_expr="icontains", label=_("What happened"))
    outcome = django_filters.ChoiceFilter(
        choices=[("done", _("done")), ("refused", _("refused"))], label=_("Outcome"), empty_label=_("Any outcome")
    )
    thing = django_filters.CharFilter(field_name="thing__key", lookup_expr="iexact", label=_("Key"))
    after = django_filters.DateFilter(
        field_name="recorded_at",
        lookup_expr="date__gte",
        label=_("From"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    before = django_filters.DateFilter(
        field_name="recorded_at", lookup_expr="date__lte", label=_("To"), widget=forms.DateInput(attrs={"type": "date"})
    )


def facts_of(entry: Entry) -> dict[str, Any]:
    """What the line says beside who and what."""
    return {name: value for name, value in orjson.loads(entry.payload).items() if name not in QUIET}


def exact(at: Any) -> Any:
    """A moment to the second: an auditor compares them."""
    local = timezone.localtime(at)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), local.strftime("%Y-%m-%d %H:%M:%S"))


def key_of(entry: Entry) -> str:
    """The key of the subject, as the line holds it."""
    return str(orjson.loads(entry.payload).get("thing", ""))


def _subject(entry: Any) -> Any:
    key = key_of(entry)
    return format_html('<a class="key" href="/trace/{}/">{}</a>', key, key) if entry.is_shown else key


def _facts(entry: Entry) -> Any:
    parts = []
    for name, value in facts_of(entry).items():
        said = orjson.dumps(value, default=str).decode() if isinstance(value, (dict, list)) else str(value)
        parts.append(f"{name}: {said[:200]}")
    return " · ".join(parts)


COLUMNS = [
    Cell("number", _("No."), sort="id", cell=lambda e: e.pk, css="r"),
    Cell("recorded_at", _("Recorded"), cell=lambda e: exact(e.recorded_at), csv=lambda e: e.recorded_at.isoformat()),
    Cell("person", _("Person"), cell=lambda e: str(e.actor or ""), csv=lambda e: e.actor.username if e.actor else ""),
    Cell("verb", _("What happened"), css="mono", head=True),
    Cell("outcome", _("Outcome"), cell=lambda e: format_html(
        '<span class="chip{}">{}</span>', " chip-bad" if e.outcome == "refused" else "",
        _("refused") if e.outcome == "refused" else _("done")), csv=lambda e: e.outcome),
    Cell("thing", _("Key"), cell=_subject, csv=key_of),
    Cell("facts", _("Facts"), cell=_facts, csv=lambda e: e.payload),
    Cell("hash", _("Hash"), cell=lambda e: e.hash[:12], csv=lambda e: e.hash, css="mono"),
]  # fmt: skip


def lines_for(reader: Any) -> Any:
    """The lines that this person may read, with whether they may open the subject."""
    shown = Thing.objects.visible_to(reader).filter(pk=OuterRef("thing_id"))
    return Entry.objects.visible_to(reader).select_related("actor").annotate(is_shown=Exists(shown))


@require_safe
def list_entries(request: HttpRequest) -> HttpResponse:
    """The record: all of it for governance leads and auditors, else one's own acts and what one may see."""
    listing = Listing(
        lines_for(request.user), COLUMNS, LedgerFilter, default_sort="-id", csv_name="ledger",
        empty={"title": _("Nothing is recorded that you may read"), "icon": "doc"},
    )  # fmt: skip
    return listing.respond(request, "governance/audit.html", {"may_verify": request.user.has_role(*DESK)})


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now and say what came out."""
    if not request.user.has_role(*DESK):
        raise Denied(str(_("A governance lead or an auditor verifies the record.")))
    return page(request, "governance/verified.html", {"verdict": actions.verify_ledger(by=request.user)})
