"""Verbs of talk: say, answer, settle, purge."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guard import clock, things
from guard.doors import act, acting
from guard.doors.writing import in_act
from guard.policy import Who
from guard.refusals import Denied, Invalid
from people.actions import tell
from people.models import Role
from talk.models import Comment, CommentState
from web import markdown

__all__ = ["add_comment", "forget_words", "resolve_comment"]
WHY = "an act works on rows that it was handed"
LONGEST = 10_000
TOLD = ("owner", "author", "pm")


@act("comment.added", who=Who(anyone=True), subject="on")
def add_comment(
    *, by: Any, on: Any, body: str, section: str = "", exact: str = "", prefix: str = "", suffix: str = "",
    is_blocking: bool = False, reply_to: Comment | None = None,
) -> Comment:  # fmt: skip
    """Say something about a thing that one may read.

    Args:
        by: who speaks.
        on: a governed object or its Thing.
        body: Markdown, at most 10,000 characters.
        section: slug of the section meant.
        exact: the words meant; `prefix` and `suffix` are what stands around them.
        is_blocking: approval waits until it is settled; a reply never blocks.
        reply_to: the comment answered, on the same thing.

    Raises:
        Invalid: nothing said, too much said, text that cannot be rendered, or a reply to another thing's comment.
    """
    thing = things.thing_of(on)
    if not body.strip() or len(body) > LONGEST:
        raise Invalid(errors={"body": [_("Say something, in at most %(most)d characters.") % {"most": LONGEST}]})
    if reply_to is not None and reply_to.thing_id != thing.pk:
        raise Invalid(errors={"reply_to": [_("That comment is about something else.")]})
    comment: Comment = Comment.objects.create(
        thing=thing, author=by, reply_to=reply_to, section=section[:60], exact=exact[:500], prefix=prefix[:60],
        suffix=suffix[:60], body_md=body, body_html=str(markdown.render(body)),
        is_blocking=is_blocking and reply_to is None, created_at=clock.now(),
    )  # fmt: skip
    acting().note(section=section, blocking=comment.is_blocking, words=len(body.split()))
    for person in things.standing_people(thing, *TOLD):
        if person.pk != by.pk:
            tell(person, thing, "comment.added", _("Somebody commented."))
    return comment


@act("comment.resolved", who=Who(anyone=True), subject="comment.thing")
def resolve_comment(*, by: Any, comment: Comment) -> Comment:
    """Settle a comment. A blocking one is settled by who wrote it, not by whom it blocks; a settled one stays settled.

    A governance lead may settle a blocking one, too: its author may have left.

    Raises:
        Denied: a blocking comment of somebody else.
    """
    if comment.is_blocking and comment.author_id != by.pk and Role.GOVERNANCE_LEAD not in by.principal.roles:
        raise Denied(_("Only %(person)s, who raised it, can settle a blocking comment.") % {"person": comment.author})
    if comment.state != CommentState.RESOLVED:
        comment.state, comment.resolved_by, comment.resolved_at = CommentState.RESOLVED, by, clock.now()
        comment.save(update_fields=["state", "resolved_by", "resolved_at"])
    return comment


def forget_words(thing: Any, words: str = "") -> int:
    """Inside an act: take text out of the comments on a thing, all of them or those that hold `words`; the rows stay.

    Returns:
        How many were emptied. For withdrawals (INT-3): counts stay, text goes.
    """
    in_act(Comment)
    rows = Comment.objects.unrestricted(WHY).filter(thing=things.thing_of(thing))
    if words:
        rows = rows.filter(body_md__icontains=words) | rows.filter(exact__icontains=words)
    return int(rows.update(body_md="", body_html="", exact="", prefix="", suffix="", state=CommentState.ORPHANED))
