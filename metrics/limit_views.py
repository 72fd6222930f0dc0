"""The page of conditions that metrics share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from metrics import actions
from metrics.actions.propose import NAMERS
from metrics.forms import LimitForm
from metrics.limits import MOST, limits_for
from people.requests import SignedIn as HttpRequest
from web.pages import carry_out, page


def list_limits(request: HttpRequest) -> HttpResponse:
    """The conditions of the reader's domains, and the form that names another."""
    template = "metrics/limits.html"
    context: dict[str, Any] = {
        "limits": limits_for(request.user)[:MOST], "may_name": NAMERS.permits(request.user.principal)
    }  # fmt: skip
    if request.method == "POST":
        form = LimitForm(request.POST, actor=request.user)
        done = str(reverse_lazy("metrics:limit-list"))
        return carry_out(
            request, actions.name_limit, form, done=done, template=template, context=context, said=_("Named.")
        )
    return page(request, template, {**context, "form": LimitForm(actor=request.user)})
