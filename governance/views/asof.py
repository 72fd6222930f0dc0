"""The question of an auditor: who could read this then, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from governance.asof import who_could_read
from governance.forms_many import AsOfForm
from governance.sight import ABOUT_OTHERS
from guard.refusals import Invalid
from people.requests import SignedIn as HttpRequest
from web.pages import page
from web.why import grade_words


@require_safe
def show_as_of(request: HttpRequest) -> HttpResponse:
    """``?key=DS-1001&at=2026-11-01T10:00&column=…``; without a key only the form."""
    form = AsOfForm(request.GET if "key" in request.GET else None, actor=request.user)
    may_ask = ABOUT_OTHERS.permits(request.user.principal)
    found, status = None, 200
    if form.is_bound and form.is_valid():
        try:
            found = who_could_read(reader=request.user, **form.facts())
        except Invalid as refusal:
            form.add_refusal(refusal)
            status = refusal.status
    words = grade_words()
    people = [(one, words[one.grade], [(held, words[held.grade]) for held in one.standings])
              for one in (found.people if found else ())]  # fmt: skip
    context = {"form": form, "found": found, "people": people, "may_ask": may_ask}
    return page(request, "governance/as_of.html", context, status=422 if form.errors else status)
