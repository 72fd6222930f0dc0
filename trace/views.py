"""Pages of the thread and of search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from catalog.search import Results
from guard import clock
from guard.kinds import KINDS, url_of
from guard.models import Domain
from guard.refusals import Absent
from people.requests import SignedIn as HttpRequest
from trace import find, formats, lenses, searching
from trace.api import read_question
from trace.home.for_stakeholder import asked_of, lede_of
from trace.home.page import Part, parts_for
from trace.thread import thread_of
from web import pieces
from web.errors import is_fragment
from web.pages import page
from web.words import level_word

TYPES = {"mermaid": "text/plain; charset=utf-8", "text": "text/plain; charset=utf-8"}


@require_GET
def show_thread(request: HttpRequest, key: str) -> HttpResponse:
    """The thread of one object as columns, as a printable list, or as a Mermaid diagram (``?format=mermaid``)."""
    direction, depth = read_question(request.GET)
    start = find.thing_named(key, request.user)
    thread = thread_of(start, request.user, direction=direction, depth=depth)
    if request.GET.get("format") in TYPES:
        draw = formats.as_mermaid if request.GET["format"] == "mermaid" else formats.as_text
        return HttpResponse(draw(thread), content_type=TYPES[request.GET["format"]])
    lens = request.GET.get("lens", "")
    lens = lens if lens in lenses.LENSES else lenses.lens_for(request.user)
    return page(
        request,
        "trace/thread.html",
        {
            "start": start,
            "start_url": url_of(start),
            "columns": lenses.columns(lenses.lanes(thread, lens)),
            "edges": lenses.edges(thread),
            "lens": lens,
            "lenses": lenses.LENSES,
            "is_cut": thread.is_cut,
            "crumb": _("The thread"),
        },
    )


@require_GET
def search_everything(request: HttpRequest) -> HttpResponse:
    """Search over all that the person may see; also the short answer of the Ctrl K dialog (``?jump=1``)."""
    question = searching.read_question(request.GET.dict())
    results = searching.answer(question, request.user) if question.is_asked else None
    context = {
        "question": question,
        "results": results,
        "count": searching.count_words(results) if results else "",
        "hits": [(thing, url_of(thing) or f"/trace/{thing.key}/") for thing in results.things] if results else [],
        "facets": _facets(results) if results else [],
        "may_ask": reverse("demand:request-ask"),
    }
    if request.GET.get("jump") and is_fragment(request):
        return page(request, "trace/jump.html", context)
    return page(request, "trace/search.html", context)


def _facets(results: Results) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """Facets with their words: (name, heading, [(value, words, count)])."""
    domains = dict(Domain.objects.values_list("slug", "name"))
    words = {
        "kind": lambda value: str(KINDS[value].plural) if value in KINDS else value,
        "domain": lambda value: domains.get(value, value),
        "level": lambda value: f"L{value} {level_word(int(value))}",
        "state": lambda value: value.replace("_", " ").capitalize(),
    }
    heads = {"kind": _("Kind"), "domain": _("Domain"), "level": _("Level"), "state": _("State")}
    return [
        (
            name,
            heads[name],
            [(facet.value, words[name](str(facet.value)), facet.count) for facet in facets if facet.value],
        )
        for name, facets in results.facets.items()
        if facets and name in heads
    ]


@require_GET
def show_home(request: HttpRequest) -> HttpResponse:
    """What this person sees first: what is asked of them. The parts of their roles come later."""
    wanted, own = asked_of(request.user), parts_for(request.user)
    context = {
        "greeting": greeting(request.user),
        "lede": lede_of(wanted, has_desk=any(part.roles for part in own)),
        "wanted": wanted,
        "is_pm": request.user.has_role("data_pm"),
        "main": [part.place for part in own if not part.aside],
        "side": [part.place for part in own if part.aside],
    }
    return page(request, "trace/home.html", context)


def show_part(part: Part) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one part of the home; absent for whoever has no such home."""

    @require_GET
    def show_home_part(request: HttpRequest) -> HttpResponse:
        if not part.is_for(request.user):
            raise Absent()
        drawn = [
            render_to_string(f"trace/home/{card.template}", {"data": card.data, "lede": card.lede}, request)
            for card in part.cards(request.user)
        ]
        context = {"heading": part.title, "crumb": _("Home"), "back": reverse("trace:home-show")}
        return pieces.answer(request, SafeString("".join(drawn)), context)

    return show_home_part


def greeting(person: Any) -> str:
    """A word for the time of day, with the first name."""
    hour, name = timezone.localtime(clock.now()).hour, str(person).split(" ")[0]
    if hour < 5 or hour >= 18:
        return _("Good evening, %(name)s") % {"name": name}
    return (_("Good morning, %(name)s") if hour < 12 else _("Good afternoon, %(name)s")) % {"name": name}
