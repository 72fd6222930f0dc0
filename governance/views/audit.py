"""The audit desk: the record, filtered, exported, verified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
import orjson
from django import forms
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from governance import actions
from guard.doors import opened_all
from guard.doors.opening import RECORDED_FROM
from guard.kinds import KINDS
from guard.models import Entry, Thing
from guard.refusals import Denied
from people.requests import SignedIn as HttpRequest
from web.listing import Column as Cell
from web.listing import Listing
from web.pages import page

DESK = ("governance_lead", "auditor")
QUIET = {"by", "thing", "request_id"}
MOST_FACTS = 24  # pairs of one line drawn on the page; the file has all of them
LONGEST = 200


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
    return format_html('<a class="key" href="{}">{}</a>', _page_of(key), key) if entry.is_shown else key


def _page_of(key: str) -> str:
    """The page of what has this key; its thread while its kind has no page."""
    prefix = key.partition("-")[0]
    kind = next((kind for kind in KINDS.values() if kind.prefix == prefix and kind.show), None)
    return reverse(kind.show, args=[key]) if kind else reverse("trace:thread-show", args=[key])


def _facts(entry: Entry) -> Any:
    pairs = [pair for name, value in facts_of(entry).items() for pair in _pairs(name, value)]
    if not pairs:
        return ""
    return format_html(
        '<div class="pairs">{}</div>', format_html_join("", "<span><span>{}</span> {}</span>", pairs[:MOST_FACTS])
    )


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A fact as name and words; what holds facts of its own gives each of them."""
    if isinstance(value, dict) and name == "diff":
        for inner, pair in value.items():
            is_pair = isinstance(pair, list) and len(pair) == 2
            yield inner, f"{_said(pair[0])} → {_said(pair[1])}" if is_pair else _said(pair)
    elif isinstance(value, dict):
        yield from ((inner, _said(one)) for inner, one in value.items())
    else:
        yield name, _said(value)


def _said(value: Any) -> str:
    """One value, short, as a person reads it."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list) and all(isinstance(one, (str, int)) for one in value):
        return ", ".join(map(str, value))[:LONGEST]
    return (orjson.dumps(value, default=str).decode() if isinstance(value, (dict, list)) else str(value))[:LONGEST]


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


def history_opened(reader: Any, key: str) -> None:
    """The record of one thing is its history, and to open it is to open that thing."""
    if key and "\x00" not in key:
        opened_all(reader, Thing.objects.visible_to(reader).filter(key__iexact=key, level__gte=RECORDED_FROM))


@require_safe
def list_entries(request: HttpRequest) -> HttpResponse:
    """The record: all of it for governance leads and auditors, else one's own acts and what one may see."""
    listing = Listing(
        lines_for(request.user), COLUMNS, LedgerFilter, default_sort="-id", csv_name="ledger",
        empty={"title": _("Nothing is recorded that you may read"), "icon": "doc"},
    )  # fmt: skip
    history_opened(request.user, request.GET.get("thing", ""))
    return listing.respond(request, "governance/audit.html", {"may_verify": request.user.has_role(*DESK)})


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now and say what came out."""
    if not request.user.has_role(*DESK):
        raise Denied(str(_("A governance lead or an auditor verifies the record.")))
    return page(request, "governance/verified.html", {"verdict": actions.verify_ledger(by=request.user)})
