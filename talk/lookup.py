"""Comments and what they stand on, as one reader may see them."""

from __future__ import annotations

from typing import Any

from guard.models import Thing
from guard.refusals import Absent
from talk.models import Comment


def thing_for(actor: Any, key: str) -> Thing:
    """A thing of any kind by key.

    Raises:
        Absent: unknown or hidden.
    """
    found = Thing.objects.visible_to(actor).filter(key=key).first() if "\x00" not in key else None
    if found is None:
        raise Absent()
    return found  # type: ignore[no-any-return]


def comment_for(actor: Any, number: int) -> Comment:
    """A comment by number.

    Raises:
        Absent: unknown, or on something hidden.
    """
    rows = Comment.objects.visible_to(actor).select_related("thing__domain", "author", "parent__author")
    found = rows.filter(pk=number).first()
    if found is None:
        raise Absent()
    return found  # type: ignore[no-any-return]


def threads_on(actor: Any, thing: Thing, most: int = 200) -> list[tuple[Comment, list[Comment]]]:
    """Comments with their answers, open ones first."""
    rows = Comment.objects.visible_to(actor).filter(thing=thing).select_related("author", "resolved_by")
    found = list(rows.order_by("id")[:most])
    answers: dict[int, list[Comment]] = {}
    for comment in found:
        if comment.parent_id is not None:
            answers.setdefault(comment.parent_id, []).append(comment)
    tops = [comment for comment in found if comment.parent_id is None]
    tops.sort(key=lambda c: (c.state == Comment.State.RESOLVED, not c.is_blocking, c.pk))
    return [(comment, answers.get(comment.pk, [])) for comment in tops]
