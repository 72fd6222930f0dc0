<<<<<<< HEAD
"""Verbs of talk: say, answer, settle, purge."""
=======
"""Verbs about comments."""
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guard import clock, things
<<<<<<< HEAD
from guard.doors import act, acting
from guard.doors.writing import in_act
from guard.policy import Who
from guard.refusals import Denied, Invalid
from people.actions import tell
from talk.models import Comment, CommentState
from web import markdown

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
=======
from guard.doors import act, acting, grade_of
from guard.models import Thing
from guard.policy import READ, Who
from guard.refusals import Absent, Denied, Invalid
from people.actions import tell
from talk.changes import forget_words, re_anchor, set_fields
from talk.models import Comment
from web import markdown

__all__ = ["add_comment", "forget_words", "re_anchor", "reopen_comment", "resolve_comment"]
LONGEST = 10_000
# who may close a remark of somebody else: those who answer for the thing
KEEPERS = ("owner", "steward", "author", "pm", "contributor", "definer")


@act("comment.added", who=Who(anyone=True), subject="thing")
def add_comment(
    *, by: Any, thing: Thing, body: str, section: str = "", exact: str = "", prefix: str = "", suffix: str = "",
    is_blocking: bool = False, parent: Comment | None = None,
) -> Comment:  # fmt: skip
    """Say something about a thing, about words of it, or in answer to another comment.

    Args:
        by: who speaks; anybody who may read the thing.
        thing: spoken of.
        body: Markdown, at most LONGEST characters; rendered now, once.
        section: slug of the part of the text.
        exact, prefix, suffix: the words meant and what stands around them.
        is_blocking: nothing goes on before it is resolved (PRD-G8).
        parent: the comment answered.

    Raises:
        Invalid: nothing said, too much said, or an answer that is itself anchored or blocking.
        Absent: a comment on another thing answered.
    """
    text = body.strip()
    if not text or len(text) > LONGEST:
        raise Invalid(errors={"body": [_("Say something, in at most %(n)d characters.") % {"n": LONGEST}]})
    if parent is not None and parent.thing_id != thing.pk:
        raise Absent()
    if parent is not None and (is_blocking or exact):
        raise Invalid(errors={"parent": [_("An answer stands where its question stands, and does not block.")]})
    top = parent.parent_id or parent.pk if parent is not None else None
    comment: Comment = Comment.objects.create(
        thing=thing, parent_id=top, author=by, created_at=clock.now(), body=text, body_html=markdown.render(text),
        section=section[:80], exact=exact[:2000], prefix=prefix[-200:], suffix=suffix[:200], is_blocking=is_blocking,
    )  # fmt: skip
    # the words stay out of the ledger: a withdrawal must be able to take them away
    acting().note(comment=comment.pk, section=section, is_blocking=is_blocking or None)
    _tell(by, thing, comment, parent)
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)
    return comment


@act("comment.resolved", who=Who(anyone=True), subject="comment.thing")
<<<<<<< HEAD
def resolve_comment(*, by: Any, comment: Comment) -> Comment:
    """Settle a comment. A blocking one is settled by who wrote it, not by whom it blocks; a settled one stays settled.

    Raises:
        Denied: a blocking comment of somebody else.
    """
    if comment.is_blocking and comment.author_id != by.pk:
        raise Denied(_("Only %(person)s, who raised it, can settle a blocking comment.") % {"person": comment.author})
    if comment.state == CommentState.OPEN:
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
=======
def resolve_comment(*, by: Any, comment: Comment, reason: str = "") -> Comment:
    """Close a comment. A blocking one is closed by its author or by a governance lead, nobody else.

    Raises:
        Denied: somebody else's comment, unless one answers for the thing.
        Invalid: an answer; its question is what is resolved.
    """
    if comment.parent_id is not None:
        raise Invalid(errors={"comment": [_("Resolve the comment that it answers.")]})
    keepers = {person.pk for person in things.standing_people(comment.thing, *KEEPERS)}
    is_lead = "governance_lead" in by.principal.roles
    if not (comment.author_id == by.pk or is_lead or (by.pk in keepers and not comment.is_blocking)):
        raise Denied(_("Its author can resolve it, or who answers for this; a blocking one only its author."))
    if comment.state != Comment.State.RESOLVED:
        set_fields(comment, state=Comment.State.RESOLVED, resolved_by=by, resolved_at=clock.now())
    acting().note(comment=comment.pk)
    return comment


@act("comment.reopened", who=Who(anyone=True), subject="comment.thing")
def reopen_comment(*, by: Any, comment: Comment, reason: str = "") -> Comment:
    """Open a resolved comment again; anybody who may read the thing may.

    Raises:
        Invalid: a comment that is not resolved.
    """
    if comment.state != Comment.State.RESOLVED or comment.parent_id is not None:
        raise Invalid(errors={"comment": [_("It is not resolved.")]})
    set_fields(comment, state=Comment.State.OPEN, resolved_by=None, resolved_at=None)
    acting().note(comment=comment.pk)
    return comment


def _tell(by: Any, thing: Thing, comment: Comment, parent: Comment | None) -> None:
    """Who answers for the thing and who is answered hear of it, if they may still read it."""
    people = {person.pk: person for person in things.standing_people(thing, "owner", "pm", "author")}
    if parent is not None:
        people[parent.author_id] = parent.author
    for person in people.values():
        if person.pk != by.pk and grade_of(person, thing) >= READ:
            tell(person, thing, "comment.added", _("Somebody commented on this."))
>>>>>>> b8d8f53 (Open talk: comments anchored to words, on every page; keep search's vocabulary short)
