"""Why can I, why can I not: one page for every object."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from governance.sight import ABOUT_OTHERS, sight_of
from guard.doors import grade_of
from guard.policy import READ
from people.models import User
from people.requests import SignedIn as HttpRequest
from web.pages import page


@require_safe
def show_why(request: HttpRequest, key: str) -> HttpResponse:
    """Level and where it comes from; what opens the object to this person, or to ``?person=`` for those who may ask."""
    found = sight_of(reader=request.user, key=key, username=request.GET.get("person", ""))
    thing = found.pop("thing")
    may_ask = ABOUT_OTHERS.permits(request.user.principal)
    people = User.objects.filter(is_active=True).exclude(pk=request.user.pk).order_by("name") if may_ask else []
    is_named = grade_of(request.user, thing) >= READ
    context = {**found, "of": thing, "people": people, "is_named": is_named, "is_me": found["person"] == request.user}
    return page(request, "governance/why.html", context, thing=thing if is_named else None)
