"""Pages of the thread and of search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guard.kinds import url_of
from trace import find, formats, lenses
from trace.api import read_question
from trace.thread import thread_of
from web.pages import page

TYPES = {"mermaid": "text/plain; charset=utf-8", "text": "text/plain; charset=utf-8"}


@require_GET
def show_thread(request: HttpRequest, key: str) -> HttpResponse:
    """The thread of one object as lanes, as a printable list, or as a Mermaid diagram (``?format=mermaid``)."""
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
            "lanes": lenses.lanes(thread, lens),
            "edges": lenses.edges(thread),
            "lens": lens,
            "lenses": lenses.LENSES,
            "is_cut": thread.is_cut,
            "crumb": _("The thread"),
        },
    )
