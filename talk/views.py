"""Saying and settling, from the panel on every thing's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from guard.kinds import url_of
from guard.models import Thing
from guard.refusals import Absent
from talk import actions
from talk.models import Comment
from web.forms import Form
from web.pages import carry_out


class CommentForm(Form):
    body = forms.CharField(label=_("Say something"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))
    is_blocking = forms.BooleanField(
        label=_("Approval waits until I settle this"), required=False, help_text=_("For faults, not for wishes.")
    )


def draw_comments(request: HttpRequest, thing: Any) -> SafeString:
    """The panel: remarks with their replies, and a form."""
    rows = Comment.objects.visible_to(request.user).filter(thing=thing).select_related("author", "resolved_by")
    said = list(rows)
    replies: dict[int, list[Comment]] = {}
    for comment in said:
        if comment.reply_to_id:
            replies.setdefault(comment.reply_to_id, []).append(comment)
    threads = [(comment, replies.get(comment.pk, [])) for comment in said if not comment.reply_to_id]
    context = {"threads": threads, "thing": thing, "form": CommentForm(prefix="say"), "may_block": thing.kind == "prd"}
    return render_to_string("talk/panel.html", context, request)


def _thing(request: HttpRequest, key: str) -> Thing:
    thing = Thing.objects.visible_to(request.user).filter(key__iexact=key).first()
    if thing is None:
        raise Absent()
    return thing  # type: ignore[no-any-return]


@require_POST
def add_comment(request: HttpRequest, key: str) -> HttpResponse:
    """Say something, or answer."""
    thing = _thing(request, key)
    reply_to = None
    if request.POST.get("reply_to", "").isdecimal():
        reply_to = _comment(request, int(request.POST["reply_to"]))
    form = CommentForm(request.POST, prefix="" if "body" in request.POST else "say", actor=request.user)
    return carry_out(
        request, actions.add_comment, form, done=f"{url_of(thing)}#comments", template="talk/add.html",
        context={"thing_url": url_of(thing)}, on=thing, reply_to=reply_to,
    )  # fmt: skip


def _comment(request: HttpRequest, number: int) -> Comment:
    rows = Comment.objects.visible_to(request.user).select_related("thing__domain", "author")
    comment = rows.filter(pk=number).first()
    if comment is None:
        raise Absent()
    return comment  # type: ignore[no-any-return]


@require_http_methods(["POST"])
def resolve_comment(request: HttpRequest, number: int) -> HttpResponse:
    """Settle a comment."""
    comment = _comment(request, number)
    return carry_out(request, actions.resolve_comment, done=f"{url_of(comment.thing)}#comments", comment=comment)
