"""The comments on every object's page."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from guard.models import Thing
from talk.forms import CommentForm
from talk.lookup import threads_on
from web.panels import register_panel


def comments_panel(request: Any, thing: Any) -> str:
    """Comments and answers, and where to say more; nothing on pages that show no thing."""
    if not isinstance(thing, Thing):
        return ""
    threads = threads_on(request.user, thing)
    context = {
        "about": thing,
        "threads": threads,
        "open_count": sum(1 for comment, _answers in threads if comment.state != "resolved"),
        "comment_form": CommentForm(actor=request.user),
    }
    return render_to_string("talk/panel.html", context, request=request)


register_panel("*", "main", comments_panel, order=900)
